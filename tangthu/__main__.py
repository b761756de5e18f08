"""`python -m tangthu`."""

from tangthu.cli import main

main()
