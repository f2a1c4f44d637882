"""The stages of one letter in order, and what they find: sections first, then fields."""

from collections.abc import Callable, Iterator, Mapping

from imr_extract.errors import UnknownLayout
from imr_extract.extract import (
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
from imr_extract.layouts.modified_requests import service_interval
from imr_extract.layouts.spec import Extractor, Layout
from imr_extract.pipeline.letter_context import LetterContext
from imr_extract.record.model import Note
from imr_extract.text import normalization
from imr_extract.text.document import Document, Found, IssueSections, NormalizedText, Rejected

Results = Iterator[Found | Note | Rejected]
Registry = Mapping[Extractor, Callable[[LetterContext], Results]]


def sectioned(document: Document, normalized: NormalizedText, layout: Layout) -> LetterContext:
    """The letter without its page furniture, and its sections.

    Raises `UnknownLayout` where a strict layout fits and no issue of it can be read: a text that
    prints the headings of a letter and nothing of one below them.
    """
    body = detection.without_furniture(document, layout)
    if body is not document:
        normalized = normalization.normalize(body)
    parts = sections.split(normalized, layout)
    stated = parts.outcome or any(issue.outcome or issue.rationale for issue in parts.issues)
    if layout.detect.strict and not stated:
        raise UnknownLayout(layout.id, "no issue can be read")
    return LetterContext(normalized, layout, parts)


def extracted(letter: LetterContext) -> Results:
    """All that the layout's extractors find, in record order."""
    yield from _of(EXTRACTORS, letter)
    yield from _issues(letter)
    yield from _of(LAST_EXTRACTORS, letter)


def _of(registry: Registry, letter: LetterContext) -> Results:
    for name, extract in registry.items():
        if name in letter.layout.extractors:
            yield from extract(letter)


def _reviewer(letter: LetterContext) -> Results:
    normalized, layout = letter.normalized, letter.layout
    section = letter.sections.get("reviewer_credentials")
    printed = [name for names in layout.credentials.values() for name in names]
    labelled = section and any(
        normalized.text.find(label, section.start, section.end) >= 0 for label in printed
    )
    if layout.reviewers == "labels" or labelled:
        yield from reviewer.extract(normalized, section, layout)
    else:
        yield from reviewer_prose.extract(normalized, section, panel=layout.reviewers == "panel")


def _issues(letter: LetterContext) -> Results:
    normalized, layout, parts = letter.normalized, letter.layout, letter.sections
    for index, issue in enumerate(parts.issues):
        field = f"issues[{index}]"
        yield from issues.extract(normalized, issue, layout, field)
        for name, extract in ISSUE_EXTRACTORS.items():
            if name in layout.extractors:
                yield from extract(letter, issue, field)
    if parts.outcome is not None:
        yield issues.letter_outcome(normalized, parts.outcome)
        if not parts.issues:
            yield Note(
                field="issues",
                code="not_in_letter",
                message="no sentence states what was asked for",
            )


def _services(letter: LetterContext, issue: IssueSections, field: str) -> Results:
    interval = service_interval(letter.normalized, issue, letter.layout)
    return services.extract(letter.normalized, *interval, field)


def _guidelines(letter: LetterContext, issue: IssueSections, field: str) -> Results:
    for part, section in (
        ("claims_administrator_guidelines", issue.claims_administrator_guideline),
        ("imr_guidelines", issue.imr_guideline),
    ):
        if section is not None:
            yield from guidelines.extract(letter.normalized, section, f"{field}.{part}")


def _review_type(letter: LetterContext) -> Results:
    places = [letter.sections.get(name) for name in letter.layout.issues.verdict_sections]
    return review_type.extract(letter.normalized, places)


# What a layout may ask for, in record order: about the letter before its issues, about each issue,
# and about the letter behind them.
EXTRACTORS: Registry = {
    "case": lambda letter: iter(letter.header),
    "reviewer": _reviewer,
    "patient": lambda letter: patient.extract(letter.normalized, letter.narrative),
    "enrollee": lambda letter: enrollee.extract(letter.normalized, letter.narrative_sentences),
    "injury": lambda letter: injury.extract(
        letter.normalized,
        letter.narrative,
        letter.header_values.get("case.date_of_injury"),
        letter.decision_year,
    ),
    "mechanism": lambda letter: mechanism.extract(letter.normalized, letter.patient_sentences),
    "diagnoses": lambda letter: diagnoses.extract(
        letter.normalized, letter.patient_sentences, enrollee=letter.layout.mixed_narrative
    ),
    "treatments": lambda letter: treatments.extract(letter.normalized, letter.annotated),
    "diagnostics": lambda letter: diagnostics.extract(
        letter.normalized, letter.annotated, letter.decision_year
    ),
}
ISSUE_EXTRACTORS: Mapping[Extractor, Callable[[LetterContext, IssueSections, str], Results]] = {
    "services": _services,
    "guidelines": _guidelines,
}
LAST_EXTRACTORS: Registry = {"review_type": _review_type}
