"""Verify: does every value of a record stand in the letter that the record names?

Each source is opened again by name and content and read with the reader that the record names. Then
three things are asked: do the words at each span give the value, does each value have words, and
does reading the letter again give the same record?
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from imr_extract import errors
from imr_extract.audit.proof import ProofContext, gives
from imr_extract.batch.sources import Changed, Sources, reading_of
from imr_extract.layouts.loader import UserLayout
from imr_extract.limits import Limits
from imr_extract.pipeline.confidence import limit_of
from imr_extract.pipeline.letter import Letter, Unread, choose, read_letters
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import ReaderChoice
from imr_extract.record import paths
from imr_extract.record.model import SCHEMA_VERSION, ErrorRecord, Evidence, Record, Source
from imr_extract.scans import Scans
from imr_extract.text.document import Document, Span, Value, page_of, words_at

_record = msgspec.json.Decoder(Record)
_error = msgspec.json.Decoder(ErrorRecord)


class Discrepancy(NamedTuple):
    """Something that does not hold. No part holds words of the letter."""

    file: str  # the source's name, or the line of the records where it is unknown
    field: str  # path in the record; "" for the record as a whole
    what: str


@dataclass
class VerifyTally:
    """Counts of what was verified."""

    records: int = 0
    values: int = 0
    without_record: int = 0  # lines that hold an error object, or nothing


def verify(
    lines: Iterable[bytes],
    sources: Sources,
    limits: Limits,
    tally: VerifyTally,
    user_layouts: tuple[UserLayout, ...] = (),
) -> Iterator[Discrepancy]:
    """What does not hold of the records, one a line; error objects and blank lines are passed over.

    The faults of a record come in the order of its fields. `tally` is counted up on the way.
    """
    files = _Files(sources, limits, user_layouts)
    for number, line in enumerate(lines, start=1):
        if not line.strip() or _is_error(line):
            tally.without_record += 1
            continue
        tally.records += 1
        try:
            record = _record.decode(line)
        except msgspec.DecodeError:
            yield Discrepancy(
                f"line {number}", "", f"is not a record of schema version {SCHEMA_VERSION}"
            )
            continue
        tally.values += sum(1 for _ in paths.values(record))
        for field, what in _faults(record, files):
            yield Discrepancy(_name(record.source), field, what)


def _name(source: Source) -> str:
    if (source.letters or 1) == 1:
        return source.name
    return f"{source.name}, letter {source.letter}"


class _Files:
    """The files that records name, read again; the letters of the last one are kept."""

    def __init__(
        self, sources: Sources, limits: Limits, user_layouts: tuple[UserLayout, ...]
    ) -> None:
        self._sources = sources
        self._limits = limits
        self._user_layouts = user_layouts
        self._read: tuple[object, tuple[Letter | Unread, ...]] = (None, ())

    def letter(self, record: Record, reader: ReaderChoice, scans: Scans, *, boxes: bool) -> Letter:
        """The letter of a record. Raises `Changed`, and an `ImrError` where it cannot be read."""
        source, least = record.source, limit_of(record.notes)
        key = (source.name, source.sha256, reader, scans, boxes, least)
        if self._read[0] != key:
            options = ReadingOptions(
                reader=reader,
                limits=self._limits,
                evidence=True,
                boxes=boxes,
                min_grade=least,
                user_layouts=self._user_layouts,
                scans=scans,
            )
            letters = read_letters(self._sources.find(source), options, name=source.name)
            self._read = (key, letters)
        return choose(self._read[1], source.letter, f"there is no letter {source.letter}")


def _is_error(line: bytes) -> bool:
    try:
        _error.decode(line)
    except msgspec.DecodeError:
        return False
    return True


def _faults(record: Record, files: _Files) -> Iterator[tuple[str, str]]:
    if record.schema_version != SCHEMA_VERSION:
        yield "schema_version", f"is not {SCHEMA_VERSION}, which this program writes"
        return
    if record.evidence is msgspec.UNSET:
        yield "evidence", "is missing; write the records with `extract --evidence`"
        return
    reading = reading_of(record.source)
    if reading is None:
        yield "source.reader", "is not a reader of this program"
        return
    try:
        every = [span for spans in record.evidence.values() for span in spans]
        boxes = any(each.boxes is not msgspec.UNSET for each in every)
        letter = files.letter(record, *reading, boxes=boxes)
    except Changed:
        yield "source.sha256", "the file of this name has different content"
        return
    except errors.ImrError as error:
        yield "source.name", f"the file {error.message} [{error.code}]"
        return
    faults = dict(_unproven(record, record.evidence, letter))
    faults.update(
        (field, what) for field, what in _unlike(record, letter.record) if field not in faults
    )
    order = {path: place for place, (path, _) in enumerate(paths.values(record))}
    yield from sorted(faults.items(), key=lambda fault: order.get(fault[0], len(order)))


def _unproven(
    record: Record, evidence: dict[str, list[Evidence]], letter: Letter
) -> Iterator[tuple[str, str]]:
    """What the letter's words do not bear out, each field once."""
    values = dict(paths.values(record))
    decided = letter.record.case.decision_date or letter.record.case.date_assigned
    reading = ProofContext(letter.layout, int(decided[:4]) if decided else None)
    for field, value in values.items():
        what = _fault_of(field, value, evidence.get(field, []), letter.document, reading)
        if what is not None:
            yield field, what
    for field in evidence:
        if field not in values:
            yield field, "has evidence and no value"


def _fault_of(
    field: str, value: Value, spans: list[Evidence], document: Document, reading: ProofContext
) -> str | None:
    if not spans:
        return "has no evidence"
    for span in spans:
        if not 0 <= span.start < span.end <= len(document.text):
            return f"the span {span.start}-{span.end} is not inside the letter"
        if span.page != page_of(document, Span(span.start, span.end)):
            return f"the span {span.start}-{span.end} is not on page {span.page}"
    printed = [words_at(document, span.start, span.end) for span in spans]
    ends = [document.text[at] for span in spans for at in (span.start, span.end - 1)]
    if any(character.isspace() for character in ends):
        return "a span begins or ends between words"
    if not gives(field, value, printed, reading):
        return "the words at its spans do not give the value"
    return None


def _unlike(record: Record, again: Record) -> Iterator[tuple[str, str]]:
    """Where the record is not what the letter gives when it is read again."""
    before, after = dict(paths.values(record)), dict(paths.values(again))
    for field in before | after:
        if field not in after:
            yield field, "the letter gives no such value when it is read again"
        elif field not in before:
            yield field, "the letter gives a value when it is read again"
        elif before[field] != after[field]:
            yield field, "the letter gives another value when it is read again"
    old, new = record.evidence or {}, again.evidence or {}
    for field in old:
        if field in new and old[field] != new[field]:
            yield field, "the letter gives other evidence when it is read again"
    for field in ("source", "layout", "notes"):
        if getattr(record, field) != getattr(again, field):
            yield field, "is not what the letter gives when it is read again"
    if [issue.number for issue in record.issues] != [issue.number for issue in again.issues]:
        yield "issues", "are not numbered 1, 2, 3 ... as the letter has them"
