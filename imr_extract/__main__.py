"""`python -m imr_extract`: the same as the command `imr-extract`."""

from imr_extract.cli import main

main()
