"""Search engines behind one protocol; which one, the settings say."""
