"""Files that are there whole or not at all, also after the power failed."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


def sync(path: Path) -> None:
    """Have the system write down what a file or folder holds."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def put_in_place(new: Path, target: Path) -> None:
    """Move a finished file to its place; what was there is gone, and never something in between."""
    sync(new)
    new.replace(target)
    sync(target.parent)


def create(path: Path) -> BinaryIO:
    """A new file, open for writing. Raises `FileExistsError` for whatever is there, also a link."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    return os.fdopen(opened, "wb")


def is_own(status: os.stat_result, kind: int) -> bool:
    """Whether this is a file or folder (`stat.S_IFREG`, `S_IFDIR`) of the user who runs this."""
    return stat.S_IFMT(status.st_mode) == kind and status.st_uid == os.geteuid()
