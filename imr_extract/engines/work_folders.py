"""Folders of this machine in which blocks are done; those of tasks that were killed are removed."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from imr_extract.batch.durable import is_own

_PREFIX = "imr-extract-block-"


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new folder for one block, removed at the end with all that is in it.

    Records stand there until the block is done. A task that is killed cannot remove them, so the
    next one on the machine does. A lock says which folders are in use: the system takes it back
    from a process that ends, whatever ended it.
    """
    _remove_left_behind()
    folder, lock = _new_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _new_folder() -> tuple[Path, int | None]:
    """A folder and its lock; None where the file system knows no locks."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        try:
            lock = _lock(folder)
        except (BlockingIOError, FileNotFoundError):
            continue  # another task takes it for one left behind, and removes it
        except OSError:
            return folder, None  # which nobody else can lock, and so nobody removes
        if folder.exists():
            return folder, lock
        os.close(lock)


def _remove_left_behind() -> None:
    """Remove the folders of this user that nobody holds; what fails is for a later task."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if not is_own(folder.lstat(), stat.S_IFDIR):
                continue
            lock = _lock(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path) -> int:
    """Hold the folder, until this is closed. Raises `BlockingIOError` where another task does."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
