"""The work on one input: what a task is, and what comes of it."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from imr_extract import __version__, errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.json_line import json_line
from imr_extract.record.model import (
    SCHEMA_VERSION,
    ErrorCode,
    ErrorInfo,
    ErrorRecord,
    Record,
    Source,
)
from imr_extract.rules import table


class Task(msgspec.Struct, frozen=True, array_like=True):
    """One input to read; `data` is set where only the supervisor can read it (standard input)."""

    index: int  # place in the run, from 0
    path: bytes
    data: bytes | None = None

    @property
    def input(self) -> Input:
        """The input that the task is about."""
        return Input.of(self.path)


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What came of a task: one line of JSON, a record or an error object.

    Of a file with several letters it is what came of the first one, with those of the others.
    """

    index: int
    path: bytes
    line: bytes  # without a line end
    sha256: bytes | None  # of the input, 32 bytes; None where it could not be read
    notes: int  # in the record
    error: ErrorCode | None  # None for a record
    message: str  # of the error; "" for a record
    letter: int = 1  # which letter of the file, of `letters`
    letters: int = 1
    others: tuple["Outcome", ...] = ()  # of the other letters of the file

    @property
    def of_letters(self) -> tuple["Outcome", ...]:
        """The outcomes of all letters of the file, one by one."""
        if not self.others:
            return (self,)
        return (msgspec.structs.replace(self, others=()), *self.others)


# What a worker does with each task. It may raise `MemoryError` only.
Work = Callable[[Task, ReadingOptions], Outcome]


def prepare() -> None:
    """Load the rules, which takes as long as many letters, by reading an invented letter."""
    from imr_extract.pipeline.letter import read_letter  # which the supervisor never loads

    read_letter(Path(__file__).with_name("sample.txt").read_bytes())


def work(task: Task, reading: ReadingOptions) -> Outcome:
    """Read and extract one input. Raises `MemoryError` only; all else becomes an error object."""
    from imr_extract.pipeline.letter import read_letters

    each = task.input
    data = task.data
    try:
        if data is None:
            data = load(each, reading.limits)
        letters = read_letters(data, reading, name=each.name)
    except errors.ImrError as error:
        return failure(task, error, reading, data)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
        return failure(task, errors.Internal(error), reading, data)
    digest = hashlib.sha256(data).digest()
    first, *others = [_outcome(task, digest, letter.record) for letter in letters]
    return msgspec.structs.replace(first, others=tuple(others)) if others else first


def _outcome(task: Task, digest: bytes, record: Record | ErrorRecord) -> Outcome:
    """The outcome of one letter of the task's file."""
    line = json_line(record)
    place = (record.source.letter or 1, record.source.letters or 1)
    if isinstance(record, Record):
        return Outcome(task.index, task.path, line, digest, len(record.notes), None, "", *place)
    code, message = record.error.code, f"letter {place[0]} of {place[1]} {record.error.message}"
    return Outcome(task.index, task.path, line, digest, 0, code, message, *place)


def failure(
    task: Task, error: errors.ImrError, reading: ReadingOptions, data: bytes | None = None
) -> Outcome:
    """The outcome of a task that ended with `error`; `data` are its bytes where they were read."""
    digest = None if data is None else hashlib.sha256(data)
    record = ErrorRecord(
        schema_version=SCHEMA_VERSION,
        source=Source(
            name=task.input.name,
            sha256=None if digest is None else digest.hexdigest(),
            media_type=None,
            bytes=None if data is None else len(data),
            pages=None,
            letter=None,
            letters=None,
            pages_of_letter=None,
            reader=None,
            ocr=None,
            program=__version__,
            rules=table.digest(tuple(layout.text for layout in reading.user_layouts)),
        ),
        error=ErrorInfo(code=error.code, message=error.message),
    )
    return Outcome(
        task.index,
        task.path,
        json_line(record),
        None if digest is None else digest.digest(),
        0,
        error.code,
        error.message,
    )
