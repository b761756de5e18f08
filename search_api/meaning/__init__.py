"""Finding by meaning: off unless an office names a model; nothing else of the house imports this package then."""
