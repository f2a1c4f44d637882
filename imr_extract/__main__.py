"""`python -m imr_extract`: the same as the command `imr-extract`."""

from imr_extract.cli import main

if __name__ == "__main__":  # worker processes import this module again, under another name
    main()
