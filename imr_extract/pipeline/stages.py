"""The stages of one letter in order, and what they find: sections first, then fields."""

from collections.abc import Iterator

from imr_extract.clinical.treatments.annotation import annotate
from imr_extract.errors import UnknownLayout
from imr_extract.extract import (
    case,
    case_prose,
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
from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.text import normalization
from imr_extract.text.document import Document, Found, NormalizedText, Rejected, Section, Sections
from imr_extract.text.sentences import sentences


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


def extracted(
    normalized: NormalizedText, layout: Layout, parts: Sections
) -> Iterator[Found | Note | Rejected]:
    """All that the layout's extractors find, in record order."""
    wanted = layout.extractors
    header = list(_case(normalized, layout, parts)) if "case" in wanted else []
    yield from header
    dates = {value.field: value for value in header if isinstance(value, Found)}
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
        yield from diagnoses.extract(normalized, narrative, enrollee=layout.mixed_narrative)
    annotated = annotate(normalized.text, narrative) if summary else None
    if "treatments" in wanted:
        yield from treatments.extract(normalized, annotated)
    if "diagnostics" in wanted:
        yield from diagnostics.extract(normalized, annotated, latest_year)
    yield from _issues(normalized, layout, parts)


def _case(normalized: NormalizedText, layout: Layout, parts: Sections) -> Iterator[Found | Note]:
    """The values of the header, and from sentences those that it does not have."""
    table = list(case.extract(normalized, parts.get("header"), layout))
    in_table = {value.field for value in table if isinstance(value, Found)}
    prose = list(case_prose.extract(normalized, layout, in_table))
    in_prose = {value.field for value in prose if isinstance(value, Found)}
    named_by_table = {value.field for value in table}
    yield from (value for value in table if value.field not in in_prose)
    yield from (
        value for value in prose if isinstance(value, Found) or value.field not in named_by_table
    )


def _reviewer(
    normalized: NormalizedText, layout: Layout, parts: Sections
) -> Iterator[Found | Note]:
    section = parts.get("reviewer_credentials")
    printed = [name for names in layout.credentials.values() for name in names]
    labelled = section and any(
        normalized.text.find(label, section.start, section.end) >= 0 for label in printed
    )
    if layout.reviewers == "labels" or labelled:
        yield from reviewer.extract(normalized, section, layout)
    else:
        panels = "review_type" in layout.extractors
        yield from reviewer_prose.extract(normalized, section, counted=panels, states=not panels)


def _narrative(layout: Layout, parts: Sections) -> Section | None:
    """The sections about the patient as one section; they follow one another."""
    narrative = [section for name in layout.narrative if (section := parts.get(name))]
    return narrative[0]._replace(end=narrative[-1].end) if narrative else None


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
