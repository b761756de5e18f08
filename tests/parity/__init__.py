"""Questions with the answers that they must have, whichever engine is asked."""
