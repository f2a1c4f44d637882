"""What a finished output holds, so that `--resume` reads again only what has failed before.

A file gives back its records, as long as it was written with all fields; a database is asked for
the hash of each letter's file, and stays as it is where nothing is new.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.work import Outcome, Task
from imr_extract.limits import Limits
from imr_extract.record.json_line import json_line
from imr_extract.writers import Format, asking, read_back
from imr_extract.writers.tables import DIGEST_COLUMN, ROOT

# How many letters of a file with this hash there are, and how many notes on them.
Lookup = Callable[[str], tuple[int, int]]

_QUERY = (
    f"SELECT count(*), coalesce(sum((SELECT count(*) FROM notes WHERE letter_id = {ROOT}.id)), 0) "  # noqa: S608
    f"FROM {ROOT} WHERE {DIGEST_COLUMN} = ?"
)


def write_lines(path: Path, format: Format, target: BinaryIO) -> None:  # noqa: A002
    """Write the records of a finished file as lines. Raises `OutputNotReadable`."""
    target.writelines(json_line(record) + b"\n" for record in read_back(path, format))


@contextmanager
def lookup(path: Path, format: Format) -> Iterator[Lookup]:  # noqa: A002
    """Asks a database of this version, without changing a byte of it."""
    with asking(path, format) as ask:
        yield lambda digest: _counts(ask(_QUERY, digest))


def _counts(row: tuple[int, int] | None) -> tuple[int, int]:
    assert row is not None  # a sum always has a row
    return int(row[0]), int(row[1])


def in_place(
    tasks: Iterator[Task | Outcome], limits: Limits, known: Lookup
) -> Iterator[Task | Outcome]:
    """The tasks, with an outcome without a line in place of each that the database holds."""
    for task in tasks:
        yield task if isinstance(task, Outcome) else _outcome(task, limits, known) or task


def _outcome(task: Task, limits: Limits, known: Lookup) -> Outcome | None:
    try:
        data = task.data if task.data is not None else load(task.input, limits)
    except errors.ImrError:
        return None  # the worker reports it, as it would have
    digest = hashlib.sha256(data)
    letters, notes = known(digest.hexdigest())
    if not letters:
        return None
    first, *others = [
        Outcome(task.index, task.path, b"", digest.digest(), 0, None, "", number, letters)
        for number in range(1, letters + 1)
    ]
    return replace(first, notes=notes, others=tuple(others))
