"""The command line: a thin shell over the library."""

from imr_extract.cli.app import main

__all__ = ["main"]
