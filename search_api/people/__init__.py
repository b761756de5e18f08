"""People: how they sign in, what is noted of them, and who manages whom."""
