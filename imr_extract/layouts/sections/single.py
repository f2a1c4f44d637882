"""A letter that is one issue: what was asked for, and the sections that are its parts."""

from collections.abc import Iterator, Mapping

from imr_extract.layouts.sections import per_item, verdicts
from imr_extract.layouts.spec import Layout, timed
from imr_extract.text.document import IssueSections, NormalizedText, Section

PARTIAL = "partially_overturned"
# Sentences with a verdict stand at the end of what they conclude.
_MOST_SPLITS = 20


def issues(
    normalized: NormalizedText, layout: Layout, sections: Mapping[str, Section]
) -> tuple[list[IssueSections], Section | None]:
    """The issue, or of a mixed outcome one an outcome; with the outcome, where it is mixed.

    No issue where nothing states what was asked for; then the outcome is the letter's alone.
    """
    outcome = _outcome(normalized, layout, sections)
    service = _service(normalized, layout, sections)
    if service is None:
        return [], outcome
    heading = Section("heading", service.start, service.start, service.end)
    parts: dict[str, Section] = {}
    for part, name in layout.issues.parts.items():
        if name in sections:
            parts[part] = sections[name]._replace(name=part)
    mixed = outcome is not None and outcome.name == PARTIAL
    rationale = parts.get("rationale")
    if mixed and rationale is not None:
        split = list(_split(normalized, layout, rationale))
        if len({each.outcome.name for each in split if each.outcome}) > 1:
            return split, outcome
    whole = IssueSections(
        heading,
        None if mixed else outcome,
        parts.get("claims_administrator_guideline"),
        parts.get("imr_guideline"),
        rationale,
        service,
    )
    # Where no other section is the authority, the last verdict may be on one thing of several.
    alone = outcome and rationale and rationale.start <= outcome.start < rationale.end
    if alone and (parted := per_item.issues(normalized, layout, whole)):
        return parted, None
    return [whole], outcome if mixed else None


def _outcome(
    normalized: NormalizedText, layout: Layout, sections: Mapping[str, Section]
) -> Section | None:
    for name in layout.issues.verdict_sections:
        section = sections.get(name)
        # The heading can state it, too ("WHY THE TREATMENT IS NOT ..."); the last words decide.
        if section and (found := verdicts.find(normalized, layout, section.start, section.end)):
            return found
    return None


def _service(
    normalized: NormalizedText, layout: Layout, sections: Mapping[str, Section]
) -> Section | None:
    for row in layout.issues.requests:
        match = timed(layout, row).search(normalized.text)
        if match:
            start, end = match.span("disputed_service")
            return _trimmed(normalized.text, start, end)
    section = sections.get(layout.issues.service or "")
    return _trimmed(normalized.text, section.body, section.end) if section else None


def _trimmed(text: str, start: int, end: int) -> Section | None:
    while start < end and text[end - 1] in " .,;:":
        end -= 1
    while start < end and text[start] in " .,;:":
        start += 1
    return Section("service", start, start, end) if start < end else None


def _split(
    normalized: NormalizedText, layout: Layout, rationale: Section
) -> Iterator[IssueSections]:
    """An issue a concluding sentence, each with the reasoning that ends with it."""
    matches = [
        match
        for row in layout.issues.per_item_verdicts
        for match in timed(layout, row).finditer(normalized.text, rationale.body, rationale.end)
    ]
    matches.sort(key=lambda match: match.start())
    at = rationale.body
    for index, match in enumerate(matches[:_MOST_SPLITS], start=1):
        service = _trimmed(normalized.text, *match.span("disputed_service"))
        outcome = verdicts.find(normalized, layout, match.start(), match.end())
        end = rationale.end if index == len(matches) else match.end()
        # "A portion of the services is necessary" concludes about no one of them.
        if service is None or (outcome and outcome.name == PARTIAL):
            continue
        heading = Section("heading", service.start, service.start, service.end)
        reasons = Section("rationale", at, at, end)
        yield IssueSections(heading, outcome, None, None, reasons, service)
        at = end + (normalized.text[end : end + 1] == " ")
