"""Sample documents: invented by us, rendered as scans. `python -m samples.make_samples` renders them anew."""
