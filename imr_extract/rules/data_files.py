"""The rules' data files: where they are, what stands in them, and the digest of their state."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from imr_extract.rules.fragments import with_fragments

#: The package is always a folder: its native libraries could not be loaded out of an archive.
DATA = Path(__file__).parent.parent / "data"


def read(path: str) -> bytes:
    """The data file at `path`, as `cues/injury.toml`."""
    return (DATA / path).read_bytes()


def decoded(path: str) -> dict[str, Any]:
    """The tables of a data file, with its fragments in place."""
    return with_fragments(msgspec.toml.decode(read(path)))


@cache
def digest() -> str:
    """A name for the rules as they are: it changes with any byte of any data file."""
    return digest_with(())


def digest_with(layouts: tuple[str, ...]) -> str:
    """The digest with the texts of layout files that are used beside the shipped ones."""
    hashed = hashlib.sha256()
    for path in paths():
        hashed.update(path.encode() + b"\0" + read(path))
    for text in layouts:
        hashed.update(b"\0" + text.encode("utf-8", "surrogateescape"))
    return hashed.hexdigest()[:16]


def paths() -> list[str]:
    """The paths of all rule files, sorted."""
    return sorted(_below(os.fspath(DATA), ""))


def _below(folder: str, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _below(entry.path, f"{prefix}{entry.name}/")
            elif entry.name.endswith(".toml"):
                yield prefix + entry.name
