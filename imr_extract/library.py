"""The library: letters to records, and records to data frames.

    from imr_extract import extract_many
    for record in extract_many(["reports/"], jobs=4): ...

`extract_many` has worker processes read the letters, as the command line does: one that hangs,
crashes or runs out of memory gives an error object, and the others are unaffected. Call it from
under `if __name__ == "__main__":` in a script, since the workers start by importing the main
module.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib import import_module, util
from pathlib import Path
from typing import Any, Literal

import msgspec

from imr_extract.layouts.loader import UserLayout
from imr_extract.library_terms import in_library_terms, of_library, refuse_unkept
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.pipeline.letter import read_letter, read_letters
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import ReaderChoice
from imr_extract.record.model import ErrorRecord, Grade, Record
from imr_extract.scans import NO_OCR, Scans

AnyPath = str | os.PathLike[str]
OnError = Literal["yield", "raise", "skip"]
Rows = Literal["letters", "issues"]


def extract_bytes(
    data: bytes,
    *,
    name: str = "-",
    reader: ReaderChoice = "auto",
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    boxes: bool = False,
    min_grade: Grade | None = None,
    user_layouts: tuple[UserLayout, ...] = (),
    scans: Scans = NO_OCR,
) -> Record:
    """The record of one letter, given as the bytes of a PDF or text file.

    `name` becomes `source.name`; the other options are those of `ReadingOptions`. Raises an
    `ImrError` where no record can be made, and never returns an empty one. Has no side effects; the
    same bytes give an equal record. Raises `ValueError` for `limits.seconds` and `limits.memory` of
    your own, which only `extract_many` keeps.
    """
    options = ReadingOptions(
        reader=reader,
        limits=limits,
        evidence=evidence,
        boxes=boxes,
        min_grade=min_grade,
        user_layouts=user_layouts,
        scans=scans,
    )
    refuse_unkept(limits)
    with in_library_terms():
        return read_letter(data, options, name=name).record


def extract_all(
    data: bytes,
    *,
    name: str = "-",
    reader: ReaderChoice = "auto",
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    boxes: bool = False,
    min_grade: Grade | None = None,
    user_layouts: tuple[UserLayout, ...] = (),
    scans: Scans = NO_OCR,
) -> tuple[Record | ErrorRecord, ...]:
    """The records of all letters in a file, in the file's order; most files hold one.

    As `extract_bytes`, for files that may hold several letters: a bundle, a packet, a mail. Where
    one of several cannot be read, an error object stands in its place. Raises an `ImrError` where
    the file cannot be read, or none of its letters can.
    """
    options = ReadingOptions(
        reader=reader,
        limits=limits,
        evidence=evidence,
        boxes=boxes,
        min_grade=min_grade,
        user_layouts=user_layouts,
        scans=scans,
    )
    refuse_unkept(limits)
    with in_library_terms():
        records = [letter.record for letter in read_letters(data, options, name=name)]
    return tuple(record if isinstance(record, Record) else of_library(record) for record in records)


def extract_text(text: str, *, name: str = "-", limits: Limits = DEFAULT_LIMITS) -> Record:
    """The record of one letter, given as text; as `extract_bytes` of its UTF-8 form."""
    return extract_bytes(text.encode("utf-8", "replace"), name=name, limits=limits)


def extract_file(
    path: AnyPath,
    *,
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    min_grade: Grade | None = None,
    scans: Scans = NO_OCR,
) -> Record:
    """The record of the letter in a file; as `extract_bytes` of its bytes, with its name.

    Raises an `ImrError`, `Unreadable` where the file cannot be opened.
    """
    from imr_extract.batch.input_bytes import load
    from imr_extract.batch.inputs import Input

    letter = Input(Path(path))
    options = ReadingOptions(limits=limits, evidence=evidence, min_grade=min_grade, scans=scans)
    refuse_unkept(limits)
    with in_library_terms():
        return read_letter(load(letter, limits), options, name=letter.name).record


def extract_many(
    paths: Iterable[AnyPath],
    *,
    jobs: int = 1,
    on_error: OnError = "yield",
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    min_grade: Grade | None = None,
    scans: Scans = NO_OCR,
) -> Iterator[Record | ErrorRecord]:
    """The records of many files, in the order of `paths`; folders are searched recursively.

    A file of several letters gives several records. `jobs` worker processes read the letters and
    keep all of `limits`, the seconds and the memory too. Where no record can be had, "yield" gives
    an `ErrorRecord` in its place, "raise" raises its `ImrError`, and "skip" leaves it out. Closing
    the iterator ends the workers.
    """
    from imr_extract.batch.inputs import Walk
    from imr_extract.batch.orchestration import Options, outcomes
    from imr_extract.errors import rebuilt

    reading = ReadingOptions(limits=limits, evidence=evidence, min_grade=min_grade, scans=scans)
    inputs = Walk(limits=limits).expand(Path(path) for path in paths)
    for outcome in outcomes(inputs, Options(reading=reading, jobs=jobs)):
        if outcome.error is None:
            yield msgspec.json.decode(outcome.line, type=Record)
            continue
        error = of_library(msgspec.json.decode(outcome.line, type=ErrorRecord))
        if on_error == "raise":
            raise rebuilt(error.error.code, error.error.message)
        if on_error == "yield":
            yield error


def to_frame(records: Iterable[Record | ErrorRecord], *, rows: Rows = "issues") -> Any:
    """A data frame with a row an issue, or with `rows="letters"` a row a letter.

    A pandas frame where pandas is installed, else one of polars; raises `ImportError` where
    neither is. Columns have the paths of the record's fields (`case.case_number`,
    `issues.outcome`); lists stay lists, and the text of error objects is left out.
    """
    table = [row for record in records if isinstance(record, Record) for row in _rows(record, rows)]
    for name in ("pandas", "polars"):
        if util.find_spec(name) is not None:
            return import_module(name).DataFrame(table)
    raise ImportError("to_frame needs pandas or polars: pip install pandas")


def _rows(record: Record, rows: Rows) -> Iterator[dict[str, Any]]:
    letter = record.to_dict()
    issues = letter.pop("issues")
    letter.pop("evidence", None)
    flat = dict(_flat("", letter))
    if rows == "letters":
        yield flat | {"issues": len(issues)}
        return
    for issue in issues:
        yield flat | dict(_flat("issues.", issue))


def _flat(prefix: str, part: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value
