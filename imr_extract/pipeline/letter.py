"""One letter: the only place that knows the order of the stages.

bytes -> Document -> Folded -> Layout -> Sections -> Found values -> Record
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from imr_extract import __version__, readers
from imr_extract.clinical.treatments.annotation import annotate
from imr_extract.errors import SlowLayout, UnknownLayout
from imr_extract.extract import (
    case,
    case_prose,
    consistency,
    diagnoses,
    diagnostics,
    enrollee,
    guidelines,
    injury,
    issues,
    mechanism,
    patient,
    review_type,
    reviewer,
    reviewer_prose,
    services,
    treatments,
)
from imr_extract.layouts import detection, sections
from imr_extract.layouts.loader import UserLayout, known
from imr_extract.layouts.modified_requests import service_interval
from imr_extract.layouts.spec import Layout
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.pipeline import assembly, recognition
from imr_extract.pipeline.confidence import filter_by_grade
from imr_extract.pipeline.evidence import collect
from imr_extract.readers import ReaderChoice
from imr_extract.record.model import Grade, Note, Record, Source
from imr_extract.rules.table import digest
from imr_extract.scans import NO_OCR, Scans
from imr_extract.text import normalization, quoted
from imr_extract.text.document import (
    Document,
    Found,
    NormalizedText,
    Rejected,
    Remark,
    Section,
    Sections,
)
from imr_extract.text.sentences import sentences


class Letter(NamedTuple):
    """A letter with all that was found in it, for commands that show more than the record."""

    record: Record
    document: Document
    normalized: NormalizedText
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
    min_grade: Grade | None = None,
    user_layouts: tuple[UserLayout, ...] = (),
    scans: Scans = NO_OCR,
) -> Record:
    """The record of one letter, given as the bytes of a PDF or text file.

    `name` becomes `source.name`. `reader` chooses how a PDF is read; "auto" uses PDFium, and
    pdfplumber where PDFium's text cannot be prose. Raises an `ImrError` where there is no record to
    be had; never returns an empty one. No side effects; the same bytes always give an equal record.

    With `evidence` the record shows the words behind each value, with `boxes` also where on the
    pages of a PDF they stand, which reads it a second time. With `min_grade` values of lower
    grades are left out, and notes say so. `user_layouts` are tried before the shipped ones. `scans`
    tells whether an OCR engine reads pages that are pictures.
    """
    letter = read_letter(
        data,
        name=name,
        reader=reader,
        limits=limits,
        evidence=evidence,
        boxes=boxes,
        min_grade=min_grade,
        user_layouts=user_layouts,
        scans=scans,
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
    min_grade: Grade | None = None,
    user_layouts: tuple[UserLayout, ...] = (),
    scans: Scans = NO_OCR,
) -> Letter:
    """As `extract_bytes`, with document, sections and found values beside the record."""
    document = quoted.unquoted(readers.read(data, reader, limits, scans))
    normalized = normalization.normalize(document)
    layout, slow = detection.detect(normalized, known(user_layouts))
    normalized, parts = sectioned(document, normalized, layout)
    found: list[Found] = []
    notes = [_of_reading(each) for each in document.remarks]
    notes += recognition.notes(document)
    notes += [_not_tried(each) for each in slow]
    rejected: list[Rejected] = []
    for each in _extract(normalized, layout, parts):
        if isinstance(each, Found):
            found.append(each)
        elif isinstance(each, Note):
            notes.append(each)
        else:
            rejected.append(each)
    if min_grade is not None:
        found, left_out = filter_by_grade(found, min_grade, document)
        notes.extend(left_out)
    notes.extend(consistency.check(normalized, parts.get("case_summary"), found))
    source = Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=document.media_type,
        bytes=len(data),
        pages=document.pages,
        letter=1,
        letters=1,
        pages_of_letter=[document.lines[0].page, document.lines[-1].page],
        reader=document.reader,
        ocr=recognition.source_of(document),
        program=__version__,
        rules=digest(tuple(each.text for each in user_layouts)),
    )
    record = assembly.assemble(source, layout.id, found, notes)
    if evidence or boxes:
        spans = {span for each in found for span in each.spans}
        places = readers.boxes(data, document, spans, limits) if boxes else None
        record = replace(record, evidence=collect(record, document, found, places))
    return Letter(record, document, normalized, layout, parts, tuple(found), tuple(rejected))


def sectioned(
    document: Document, normalized: NormalizedText, layout: Layout
) -> tuple[NormalizedText, Sections]:
    """The letter without its page furniture, and its sections.

    Raises `UnknownLayout` where a strict layout fits and no issue of it can be read: a text that
    prints the headings of a letter and nothing of one below them.
    """
    if layout.furniture:
        normalized = normalization.normalize(detection.without_furniture(document, layout))
    parts = sections.split(normalized, layout)
    stated = parts.outcome or any(issue.outcome or issue.rationale for issue in parts.issues)
    if layout.detect.strict and not stated:
        raise UnknownLayout(layout.id, "no issue can be read")
    return normalized, parts


def _of_reading(remark: Remark) -> Note:
    """The note on what a reader did; its field is the source, since no value is meant."""
    pages = ", ".join(str(page) for page in remark.pages)
    where = f"page{'s' if len(remark.pages) > 1 else ''} {pages}"
    words = f"{remark.pieces} pieces of {remark.what}" if remark.pieces else remark.what
    if remark.pieces == 1:
        words = f"1 piece of {remark.what}"
    return Note(field="source", code=remark.code, message=f"{words} ({where})")


def _not_tried(slow: SlowLayout) -> Note:
    return Note(
        field="layout",
        code="ambiguous",
        message=f"the layout {slow.layout} was not tried: its pattern {slow.row!r} took too long",
    )


def _extract(
    normalized: NormalizedText, layout: Layout, parts: Sections
) -> Iterator[Found | Note | Rejected]:
    """All that the layout's extractors find, in record order."""
    wanted = layout.extractors
    header = list(_case(normalized, layout, parts)) if "case" in wanted else []
    yield from header
    dates = {each.field: each for each in header if isinstance(each, Found)}
    decided = dates.get("case.decision_date") or dates.get("case.date_assigned")
    latest_year = int(str(decided.value)[:4]) if decided else None
    if "reviewer" in wanted:
        yield from _reviewer(normalized, layout, parts)
    summary = _narrative(layout, parts)
    narrative = sentences(normalized.text, summary.body, summary.end) if summary else []
    if "patient" in wanted:
        yield from patient.extract(normalized, summary)
    if "enrollee" in wanted:
        yield from enrollee.extract(normalized, narrative)
    if "injury" in wanted:
        yield from injury.extract(
            normalized, summary, dates.get("case.date_of_injury"), latest_year
        )
    if layout.mixed_narrative:
        narrative = enrollee.about(normalized.text, narrative)
    if "mechanism" in wanted:
        yield from mechanism.extract(normalized, narrative)
    if "diagnoses" in wanted:
        yield from diagnoses.extract(normalized, narrative)
    annotated = annotate(normalized.text, narrative) if summary else None
    if "treatments" in wanted:
        yield from treatments.extract(normalized, annotated)
    if "diagnostics" in wanted:
        yield from diagnostics.extract(normalized, annotated, latest_year)
    yield from _issues(normalized, layout, parts)


def _case(normalized: NormalizedText, layout: Layout, parts: Sections) -> Iterator[Found | Note]:
    """What the header tells; where it does not, what sentences do."""
    table = list(case.extract(normalized, parts.get("header"), layout))
    having = {each.field for each in table if isinstance(each, Found)}
    prose = list(case_prose.extract(normalized, layout, having))
    stated = {each.field for each in prose if isinstance(each, Found)}
    annotated = {each.field for each in table}
    yield from (each for each in table if each.field not in stated)
    yield from (each for each in prose if isinstance(each, Found) or each.field not in annotated)


def _reviewer(
    normalized: NormalizedText, layout: Layout, parts: Sections
) -> Iterator[Found | Note]:
    section = parts.get("reviewer_credentials")
    printed = [each for names in layout.credentials.values() for each in names]
    labelled = section and any(
        normalized.text.find(each, section.start, section.end) >= 0 for each in printed
    )
    if layout.reviewers == "labels" or labelled:
        yield from reviewer.extract(normalized, section, layout)
    else:
        panels = "review_type" in layout.extractors
        yield from reviewer_prose.extract(normalized, section, counted=panels, states=not panels)


def _narrative(layout: Layout, parts: Sections) -> Section | None:
    """The sections that tell of the patient, as one; they stand behind one another."""
    stated = [section for name in layout.narrative if (section := parts.get(name))]
    return stated[0]._replace(end=stated[-1].end) if stated else None


def _issues(normalized: NormalizedText, layout: Layout, parts: Sections) -> Iterator[Found | Note]:
    for index, issue in enumerate(parts.issues):
        field = f"issues[{index}]"
        yield from issues.extract(normalized, issue, layout, field)
        if "services" in layout.extractors:
            yield from services.extract(
                normalized, *service_interval(normalized, issue, layout), field
            )
        if "guidelines" not in layout.extractors:
            continue
        for part, section in (
            ("claims_administrator_guidelines", issue.claims_administrator_guideline),
            ("imr_guidelines", issue.imr_guideline),
        ):
            if section is not None:
                yield from guidelines.extract(normalized, section, f"{field}.{part}")
    if parts.outcome is not None:
        yield issues.letter_outcome(normalized, parts.outcome)
        if not parts.issues:
            yield Note(
                field="issues",
                code="not_in_letter",
                message="no sentence tells what was asked for",
            )
    if "review_type" in layout.extractors:
        places = [parts.get(name) for name in layout.issues.verdict_sections]
        yield from review_type.extract(normalized, places)
