"""Vietnamese text in, terms out: pure functions, no I/O."""
