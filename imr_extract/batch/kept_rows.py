"""Whether a table that is made again has all rows of the one that is there.

A table with the columns for people gives no records back, so that `--resume` reads all its letters
again, and must not lose one that is not among the inputs any more.
"""

import hashlib
from collections import Counter
from pathlib import Path

from imr_extract.writers import Format, OutputNotReadable
from imr_extract.writers.delimited import main_rows_of


def has_main_columns(path: Path, format: Format) -> bool:  # noqa: A002
    """Whether a file is a table with the columns for people."""
    try:
        with path.open("rb") as file:
            next(main_rows_of(file, format), None)
    except OutputNotReadable:
        return False
    return True


def lost_rows(old: Path, new: Path, format: Format) -> int:  # noqa: A002
    """How many rows of one table the other does not have. Raises `OutputNotReadable`."""
    return (_rows(old, format) - _rows(new, format)).total()


def _rows(path: Path, format: Format) -> Counter[bytes]:  # noqa: A002
    """The rows with their numbers: 16 bytes for each, whatever columns are left out."""
    with path.open("rb") as file:
        return Counter(
            hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            for row in main_rows_of(file, format)
        )
