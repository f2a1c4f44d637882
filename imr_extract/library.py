"""The library for many letters: files and folders to records, and records to data frames.

    from imr_extract import extract_many
    for record in extract_many(["reports/"], jobs=4): ...

Letters are read by worker processes, as by the command line: one that hangs, crashes or runs out
of memory gives an error object, and the others are unaffected. Call it from under
`if __name__ == "__main__":` in a script, since the workers start by importing the main module.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib import import_module, util
from pathlib import Path
from typing import Any, Literal

import msgspec

from imr_extract.batch.inputs import Input, Walk, load
from imr_extract.batch.orchestration import Options, outcomes
from imr_extract.batch.work import Settings
from imr_extract.errors import rebuilt
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.pipeline.letter import extract_bytes
from imr_extract.record.model import ErrorRecord, Grade, Record
from imr_extract.scans import NO_OCR, Scans

AnyPath = str | os.PathLike[str]
OnError = Literal["yield", "raise", "skip"]
Rows = Literal["letters", "issues"]


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
    letter = Input(Path(path))
    return extract_bytes(
        load(letter, limits),
        name=letter.name,
        limits=limits,
        evidence=evidence,
        min_grade=min_grade,
        scans=scans,
    )


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
    settings = Settings(
        limits=limits,
        evidence=evidence,
        min_grade=min_grade,
        ocr=scans.ocr,
        ocr_engine=scans.engine,
    )
    inputs = Walk(limits=limits).expand(Path(path) for path in paths)
    for outcome in outcomes(inputs, Options(settings=settings, jobs=jobs)):
        if outcome.error is None:
            yield msgspec.json.decode(outcome.line, type=Record)
            continue
        error = msgspec.json.decode(outcome.line, type=ErrorRecord)
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
