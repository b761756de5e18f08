"""A list of questions in, a table of answers out."""
