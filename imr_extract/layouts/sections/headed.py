"""Issues that begin with a heading: it ends with an outcome word, and labelled parts follow.

Headings are told by their words at a line's start; a larger gap and bold type decide where there
are any, words and shape where there are none.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from imr_extract.layouts.modified_requests import modified_request
from imr_extract.layouts.spec import Layout, Part
from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.text.document import IssueSections, NormalizedText, Section

_SENTENCE_END = compile_pattern(r"[.!?][\"\u201d)]*$")
_STARTS_SENTENCE = compile_pattern(r"[\p{Lu}\d\"\u201c(#]")
# A line that fills less than this share of the usual line ends a paragraph.
_SHORT_LINE = 0.7


class _Label(NamedTuple):
    part: Part
    start: int
    end: int


@cache
def _label_pattern(layout: Layout) -> Pattern:
    parts = (f"(?P<{part}>{alternatives(labels)})" for part, labels in layout.issues.labels.items())
    return compile_pattern(rf"(?:{'|'.join(parts)}) ?: ?")


@cache
def _outcome_pattern(layout: Layout) -> Pattern:
    words = (
        f"(?P<{value}>{alternatives(printed)})" for value, printed in layout.issues.outcomes.items()
    )
    return compile_pattern(rf" ?: ?(?:{'|'.join(words)})\.? ?$")


def issues(normalized: NormalizedText, layout: Layout, section: Section) -> Iterator[IssueSections]:
    """The issues of a section of this shape, in order."""
    groups = _label_groups(normalized, layout, section)
    headings: list[tuple[int, Section | None]] = []
    region = section.body
    for labels in groups:
        outcome = _outcome_before(normalized, layout, region, labels[0].start)
        end = outcome.start if outcome else labels[0].start
        # Between the section's fixed sentence and the first label there is nothing but a heading.
        start = _heading_start(normalized, layout, region, end) if headings else region
        headings.append((start, outcome))
        region = labels[-1].end
    for index, (labels, (start, outcome)) in enumerate(zip(groups, headings, strict=True)):
        end = headings[index + 1][0] if index + 1 < len(headings) else section.end
        bounds = [label.start for label in labels[1:]] + [end]
        parts = {
            label.part: Section(label.part, label.start, label.end, bound)
            for label, bound in zip(labels, bounds, strict=True)
        }
        yield IssueSections(
            Section("heading", start, start, labels[0].start),
            outcome,
            parts.get("claims_administrator_guideline"),
            parts.get("imr_guideline"),
            parts.get("rationale"),
        )


def _label_groups(
    normalized: NormalizedText, layout: Layout, section: Section
) -> list[list[_Label]]:
    """The labels of each issue. The first of a group stands behind an outcome word.

    A label is taken once an issue and in the printed order only, so that a rationale that quotes
    one keeps it.
    """
    order = list(layout.issues.labels)
    groups: list[list[_Label]] = []
    for match in _label_pattern(layout).finditer(normalized.text, section.body, section.end):
        line = normalized.line_at(match.start())
        if line is None or line.line.bold is False:
            continue
        part = next(each for each in order if each == match.lastgroup)
        label = _Label(part, match.start(), match.end())
        region = groups[-1][-1].end if groups else section.body
        if _outcome_before(normalized, layout, region, label.start) is not None:
            groups.append([label])
        elif groups and order.index(label.part) > order.index(groups[-1][-1].part):
            groups[-1].append(label)
        elif order.index(label.part) == 0 and line.line.bold:
            groups.append([label])  # an issue whose outcome word is not there
    return groups


def _outcome_before(
    normalized: NormalizedText, layout: Layout, region: int, at: int
) -> Section | None:
    """The outcome word that ends right before `at`, as a section named after its value."""
    match = _outcome_pattern(layout).search(normalized.text, max(region, at - 40), at)
    if match is None:
        return None
    name = str(match.lastgroup)
    return Section(name, match.start(), match.start(name), match.end(name))


def _heading_start(normalized: NormalizedText, layout: Layout, region: int, end: int) -> int:
    """Where the heading that ends at `end` begins, not before `region`."""
    first, last = normalized.line_index(region), normalized.line_index(end - 1)
    lines = normalized.lines
    if lines[first].start < region:  # the label's own line, its text is the part before
        first += 1
    if first > last:
        return region
    if lines[last].line.bold is not None:
        start = last
        while start > first and lines[start - 1].line.bold and not lines[start].gap:
            start -= 1
        return lines[start].start
    return lines[_heading_line_by_shape(normalized, layout, first, last, end)].start


def _heading_line_by_shape(
    normalized: NormalizedText, layout: Layout, first: int, last: int, end: int
) -> int:
    """The index of the heading's first line in text without bold type.

    Going up from the heading's end, the first line that can begin one: behind a gap, or behind a
    line that ends a sentence or a paragraph. A heading of several sentences goes on until whole.
    """
    for index in range(last, first, -1):
        if not _can_begin(normalized, index):
            continue
        words = normalized.text[normalized.lines[index].start : end].rstrip(" :")
        marks = [
            modified.mark for modified in layout.issues.modified_requests if modified.mark in words
        ]
        if not marks or modified_request(layout, words):
            return index
    return first


def _can_begin(normalized: NormalizedText, index: int) -> bool:
    line, above = normalized.lines[index], normalized.lines[index - 1]
    if line.gap:
        return True
    before = normalized.text[above.start : above.end]
    if _SENTENCE_END.search(before):
        return True
    short = above.end - above.start < _SHORT_LINE * normalized.line_length
    return short and bool(_STARTS_SENTENCE.match(normalized.text, line.start))
