"""One letter: the only place that knows the order of the stages.

bytes -> Document -> Folded -> Layout -> Sections -> Found values -> Record
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from imr_extract import assemble, checks, clean, layouts, readers, sections
from imr_extract.clinical.chart import chart
from imr_extract.clinical.prose import sentences
from imr_extract.document import Document, Folded, Found, Rejected, Sections
from imr_extract.evidence import collect
from imr_extract.extract import (
    case,
    diagnoses,
    diagnostics,
    guidelines,
    injury,
    issues,
    mechanism,
    patient,
    reviewer,
    services,
    treatments,
)
from imr_extract.headings import service_interval
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.model import Note, Record, Source
from imr_extract.readers import ReaderChoice
from imr_extract.rules import Layout


class Letter(NamedTuple):
    """A letter with all that was found in it, for commands that show more than the record."""

    record: Record
    document: Document
    folded: Folded
    layout: Layout
    sections: Sections
    found: tuple[Found, ...]
    rejected: tuple[Rejected, ...]


def extract_bytes(
    data: bytes,
    *,
    name: str = "-",
    reader: ReaderChoice = "auto",
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    boxes: bool = False,
) -> Record:
    """The record of one letter, given as the bytes of a PDF or text file.

    `name` becomes `source.name`. `reader` chooses how a PDF is read; "auto" uses PDFium, and
    pdfplumber where PDFium's text cannot be prose. Raises an `ImrError` where there is no record to
    be had; never returns an empty one. No side effects; the same bytes always give an equal record.

    With `evidence` the record shows the words behind each value, with `boxes` also where on the
    pages of a PDF they stand, which reads it a second time.
    """
    letter = read_letter(
        data, name=name, reader=reader, limits=limits, evidence=evidence, boxes=boxes
    )
    return letter.record


def extract_text(text: str, *, name: str = "-", limits: Limits = DEFAULT_LIMITS) -> Record:
    """The record of one letter, given as text; as `extract_bytes` of its UTF-8 form."""
    return extract_bytes(text.encode("utf-8", "replace"), name=name, limits=limits)


def read_letter(
    data: bytes,
    *,
    name: str = "-",
    reader: ReaderChoice = "auto",
    limits: Limits = DEFAULT_LIMITS,
    evidence: bool = False,
    boxes: bool = False,
) -> Letter:
    """As `extract_bytes`, with document, sections and found values beside the record."""
    document = readers.read(data, reader, limits)
    folded = clean.fold(document)
    layout = layouts.detect(folded)
    parts = sections.split(folded, layout)
    found: list[Found] = []
    notes: list[Note] = []
    rejected: list[Rejected] = []
    for each in _extract(folded, layout, parts):
        if isinstance(each, Found):
            found.append(each)
        elif isinstance(each, Note):
            notes.append(each)
        else:
            rejected.append(each)
    notes.extend(checks.check(folded, parts.get("case_summary"), found))
    source = Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=document.media_type,
        bytes=len(data),
        pages=document.pages,
        reader=document.reader,
    )
    record = assemble.assemble(source, layout.id, found, notes)
    if evidence or boxes:
        spans = {span for each in found for span in each.spans}
        places = readers.boxes(data, document, spans) if boxes else None
        record = replace(record, evidence=collect(record, document, found, places))
    return Letter(record, document, folded, layout, parts, tuple(found), tuple(rejected))


def _extract(folded: Folded, layout: Layout, parts: Sections) -> Iterator[Found | Note | Rejected]:
    summary = parts.get("case_summary")
    header = list(case.extract(folded, parts.get("header"), layout))
    yield from header
    dates = {each.field: each for each in header if isinstance(each, Found)}
    decided = dates.get("case.decision_date") or dates.get("case.date_assigned")
    latest_year = int(str(decided.value)[:4]) if decided else None
    yield from reviewer.extract(folded, parts.get("reviewer_credentials"), layout)
    yield from patient.extract(folded, summary)
    yield from injury.extract(folded, summary, dates.get("case.date_of_injury"), latest_year)
    story = sentences(folded.text, summary.body, summary.end) if summary else []
    for extractor in (mechanism, diagnoses):
        yield from extractor.extract(folded, story)
    noted = chart(folded.text, story) if summary else None
    yield from treatments.extract(folded, noted)
    yield from diagnostics.extract(folded, noted, latest_year)
    for index, issue in enumerate(parts.issues):
        field = f"issues[{index}]"
        yield from issues.extract(folded, issue, layout, field)
        yield from services.extract(folded, *service_interval(folded, issue, layout), field)
        for part, section in (
            ("claims_administrator_guidelines", issue.claims_administrator_guideline),
            ("imr_guidelines", issue.imr_guideline),
        ):
            if section is not None:
                yield from guidelines.extract(folded, section, f"{field}.{part}")
