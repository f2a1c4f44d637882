"""The work on one input: what a task is, and what comes of it."""

import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import Literal

import msgspec

from imr_extract import __version__, errors
from imr_extract.batch.inputs import Input, load
from imr_extract.layouts.loader import UserLayout
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.record.json_line import json_line
from imr_extract.record.model import (
    SCHEMA_VERSION,
    ErrorCode,
    ErrorInfo,
    ErrorRecord,
    Grade,
    Record,
    Source,
)
from imr_extract.rules import table
from imr_extract.scans import OcrEngine, OcrMode, Scans


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for every input of a run."""

    reader: Literal["auto", "pdfium", "pdfplumber"] = "auto"
    limits: Limits = DEFAULT_LIMITS
    evidence: bool = False
    boxes: bool = False
    min_grade: Grade | None = None
    user_layouts: tuple[UserLayout, ...] = ()
    ocr: OcrMode = "off"
    ocr_engine: OcrEngine = "auto"


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
Work = Callable[[Task, Settings], Outcome]


def prepare() -> None:
    """Load the rules, which takes as long as many letters, by reading an invented letter."""
    from imr_extract.pipeline.letter import extract_bytes  # which the supervisor never loads

    extract_bytes((files("imr_extract.batch") / "sample.txt").read_bytes())


def work(task: Task, settings: Settings) -> Outcome:
    """Read and extract one input. Raises `MemoryError` only; all else becomes an error object."""
    from imr_extract.pipeline.letter import extract_all

    each = task.input
    data = task.data
    try:
        if data is None:
            data = load(each, settings.limits)
        records = extract_all(
            data,
            name=each.name,
            reader=settings.reader,
            limits=settings.limits,
            evidence=settings.evidence,
            boxes=settings.boxes,
            min_grade=settings.min_grade,
            user_layouts=settings.user_layouts,
            scans=Scans(settings.ocr, settings.ocr_engine),
        )
    except errors.ImrError as error:
        return failure(task, error, settings, data)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
        return failure(task, errors.Internal(error), settings, data)
    digest = hashlib.sha256(data).digest()
    first, *others = [_outcome(task, digest, record) for record in records]
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
    task: Task, error: errors.ImrError, settings: Settings, data: bytes | None = None
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
            rules=table.digest(tuple(each.text for each in settings.user_layouts)),
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
