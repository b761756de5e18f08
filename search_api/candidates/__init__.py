"""What a number or day that was written by hand may be: ranked, each with what speaks for it."""
