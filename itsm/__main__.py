"""`python -m itsm`."""

from itsm.cli import main

main()
