"""What it costs, against what else one could use: each command prints both sides of one run."""
