"""Inputs: which letters a command line names, and their bytes."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from imr_extract import errors
from imr_extract.limits import Limits

STDIN = "-"


class Input(NamedTuple):
    """One letter to read; `path` "-" is standard input."""

    path: Path

    @property
    def name(self) -> str:
        r"""The file's name without its folder, as valid Unicode: other bytes become `\xNN`."""
        return os.fsencode(self.path.name).decode("utf-8", "backslashreplace")

    @property
    def shown(self) -> str:
        """The path for messages: one line, whatever characters it holds."""
        text = os.fsencode(self.path).decode("utf-8", "backslashreplace")
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def expand(paths: Iterable[Path]) -> Iterator[Input]:
    """The inputs that `paths` name: files as they are, folders with all files below them.

    Inside a folder the order is that of the names' bytes, hidden files and folders are left out,
    and links are not followed. A path that does not exist is an input, too: reading it tells.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        else:
            yield Input(path)


def _walk(folder: Path) -> Iterator[Input]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError:
        yield Input(folder)  # reading it tells why
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Input(Path(entry.path))


def load(each: Input, limits: Limits) -> bytes:
    """The bytes of an input. Raises `Unreadable` and, before reading more, `TooLarge`."""
    try:
        if str(each.path) == STDIN:
            data = sys.stdin.buffer.read(limits.bytes + 1)
        else:
            with each.path.open("rb") as file:
                data = file.read(limits.bytes + 1)
    except OSError as error:
        raise errors.Unreadable(error.strerror or type(error).__name__) from None
    if len(data) > limits.bytes:
        raise errors.TooLarge(limits.bytes, "bytes")
    return data
