"""The entry: settings, wiring, command line."""
