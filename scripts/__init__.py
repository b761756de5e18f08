"""Set-up of the machine, and what writes documentation from the code."""
