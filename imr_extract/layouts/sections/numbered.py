"""Issues with numbers: "1) Regarding the request for ...", and lists of decisions before them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from imr_extract.layouts.sections import verdicts
from imr_extract.layouts.sections.boundaries import ends_sentence
from imr_extract.layouts.spec import Layout, Part, timed
from imr_extract.rules.patterns import alternatives, compile_pattern
from imr_extract.text.document import IssueSections, NormalizedText, Section

# How soon a request is told behind its number: "MAXIMUS Federal Services, Inc. has determined".
_REQUEST_WITHIN = 60


class _NumberedItem(NamedTuple):
    """A numbered stretch: its number is behind `start`, its words begin at `body`."""

    number: int
    start: int
    body: int
    end: int


class _ListedDecision(NamedTuple):
    """The content of an item in a list of decisions."""

    service: Section | None
    outcome: Section | None


def issues(
    normalized: NormalizedText, layout: Layout, sections: Mapping[str, Section]
) -> Iterator[IssueSections]:
    """The issues in order; those of the list of decisions where nothing more is printed."""
    listed = dict(_decisions(normalized, layout, sections))
    section = sections.get("issues")
    items = _items(normalized, layout, section.body, section.end) if section else []
    for item in items:
        yield _issue(normalized, layout, item, listed.pop(item.number, _ListedDecision(None, None)))
    for decision in listed.values():
        if decision.service is not None:
            service = decision.service
            heading = Section("heading", service.start, service.start, service.end)
            yield IssueSections(heading, decision.outcome, None, None, None, service)


def _items(normalized: NormalizedText, layout: Layout, start: int, end: int) -> list[_NumberedItem]:
    """The items of `text[start:end]`: numbers at a line's start that count up from 1.

    Where line ends were lost, a number behind a sentence's end begins an item if a request does.
    """
    assert layout.issues.number is not None
    found: list[_NumberedItem] = []
    for match in timed(layout, layout.issues.number).finditer(normalized.text, start, end):
        wanted = found[-1].number + 1 if found else 1
        if int(match["number"]) != wanted:
            continue
        if normalized.line_at(match.start()) is None and not (
            ends_sentence(normalized.text, match.start())
            and _is_request(normalized, layout, match.end())
        ):
            continue
        if found:
            found[-1] = found[-1]._replace(end=match.start())
        found.append(_NumberedItem(wanted, match.start(), match.end(), end))
    return found


def _is_request(normalized: NormalizedText, layout: Layout, at: int) -> bool:
    """Whether what stands at `at` soon says that it is a request."""
    matches = (timed(layout, row).search(normalized.text, at) for row in layout.issues.requests)
    return any(match.start() - at <= _REQUEST_WITHIN for match in matches if match)


def _decisions(
    normalized: NormalizedText, layout: Layout, sections: Mapping[str, Section]
) -> Iterator[tuple[int, _ListedDecision]]:
    """The decisions of the lists by number; the last list is the authority."""
    for name in layout.issues.lists:
        section = sections.get(name)
        if section is None:
            continue
        for item in _items(normalized, layout, section.start, section.end):
            outcome = verdicts.find(normalized, layout, item.body, item.end)
            if outcome is not None:
                yield item.number, _ListedDecision(_service(normalized, layout, item), outcome)


def _issue(
    normalized: NormalizedText, layout: Layout, item: _NumberedItem, listed: _ListedDecision
) -> IssueSections:
    labels = list(_labels(normalized, layout, item))
    bounds = [start for _, start, _ in labels[1:]] + [item.end]
    parts: dict[Part, Section] = {
        part: Section(part, start, body, bound)
        for (part, start, body), bound in zip(labels, bounds, strict=False)
    }  # without a label there is one bound too many
    heading = Section("heading", item.start, item.start, labels[0][1] if labels else item.end)
    parts.update(_parted(normalized, layout, parts))
    rationale = parts.get("rationale")
    outcome = verdicts.find(normalized, layout, item.body, heading.end) or listed.outcome
    if outcome is None and rationale is not None:
        outcome = verdicts.find(normalized, layout, rationale.body, rationale.end)
    head = item._replace(end=heading.end)
    service = _service(normalized, layout, head) or listed.service
    if service is None:
        words = normalized.text[item.body : heading.end].rstrip(" :.")
        service = Section("service", item.body, item.body, item.body + max(len(words), 1))
    return IssueSections(
        heading,
        outcome,
        parts.get("claims_administrator_guideline"),
        parts.get("imr_guideline"),
        rationale,
        service,
    )


def _parted(
    normalized: NormalizedText, layout: Layout, parts: Mapping[Part, Section]
) -> Iterator[tuple[Part, Section]]:
    """The administrator's guideline, where it stands in the reviewer's, and the rest of that."""
    row, imr = layout.issues.administrator_says, parts.get("imr_guideline")
    if row is None or imr is None or "claims_administrator_guideline" in parts:
        return
    match = timed(layout, row).search(normalized.text, imr.body, imr.end)
    if match is None:
        return
    end = match.end() + (normalized.text[match.end() : match.end() + 1] == " ")
    name: Part = "claims_administrator_guideline"
    yield name, Section(name, imr.start, imr.body, end)
    yield "imr_guideline", imr._replace(start=end, body=end)


def _service(normalized: NormalizedText, layout: Layout, item: _NumberedItem) -> Section | None:
    for row in layout.issues.requests:
        match = timed(layout, row).search(normalized.text, item.body, item.end)
        if match:
            start, end = match.span("disputed_service")
            return Section("service", start, start, end)
    return None


def _labels(
    normalized: NormalizedText, layout: Layout, item: _NumberedItem
) -> Iterator[tuple[Part, int, int]]:
    """Part, start and body of each label at a line's start, each part once in printed order."""
    order = list(layout.issues.labels)
    last = -1
    colon = " ?: ?" if layout.issues.colon else " ?:? ?"
    rows = {
        part: compile_pattern(rf"(?:{alternatives(printed)}){colon}")
        for part, printed in layout.issues.labels.items()
    }
    found = sorted(
        (match.start(), match.end(), part)
        for part, pattern in rows.items()
        for match in pattern.finditer(normalized.text, item.body, item.end)
    )
    for start, end, part in found:
        at_its_place = normalized.line_at(start) is not None or ends_sentence(
            normalized.text, start
        )
        if order.index(part) > last and at_its_place:
            last = order.index(part)
            yield part, start, end
