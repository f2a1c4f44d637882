"""Issues that begin with a heading: it ends with an outcome word, and labelled parts follow.

An issue begins at its first label, whatever its outcome looks like; or at a line that ends as a
heading does, where its labels cannot be read. Labels are taken in the printed order only, so that a
rationale that quotes one keeps it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imr_extract.layouts import landmarks
from imr_extract.layouts.landmarks import Landmark
from imr_extract.layouts.sections.heading_starts import heading_start
from imr_extract.layouts.spec import Layout, timed
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import IssueSections, NormalizedText, Section

# The evidence that it takes to begin an issue without an outcome before its first label.
_LEAST_ALONE = 4
# Characters at a line's end that an outcome and the colon before it take.
_TAIL = 14
_COLON_BEFORE = compile_pattern(r": ?$")
_STARTS_SENTENCE = compile_pattern(r"[\p{Lu}\d\"\u201c(#]")


class _IssueMarks(NamedTuple):
    """What belongs to one issue: the outcome that ends its heading, and its labels in order."""

    outcome: Landmark | None
    labels: tuple[Landmark, ...]

    @property
    def start(self) -> int:
        """Where the heading ends."""
        return self.outcome.start if self.outcome else self.labels[0].start

    @property
    def end(self) -> int:
        """Behind the last words that surely belong to it."""
        return self.labels[-1].end if self.labels else self.outcome.end if self.outcome else 0


def issues(
    normalized: NormalizedText, layout: Layout, section: Section, marks: Sequence[Landmark]
) -> Iterator[IssueSections]:
    """The issues of a section of this shape, in order."""
    inside = [mark for mark in marks if section.body <= mark.start < section.end]
    groups = _groups(normalized, layout, section, inside)
    weights = landmarks.bold_stands_out(normalized, inside)
    starts: list[int] = []
    region = section.body
    for group in groups:
        # Between the section's fixed sentence and the first label there is nothing but a heading.
        end = group.start
        at = heading_start(normalized, layout, region, end, weights=weights) if starts else region
        starts.append(at)
        region = group.end
    bodies = _behind_numbers(normalized, layout, section, starts)
    for index, (group, start, body) in enumerate(zip(groups, starts, bodies, strict=True)):
        end = starts[index + 1] if index + 1 < len(starts) else section.end
        yield _issue(normalized, group, (start, body), end)


def _behind_numbers(
    normalized: NormalizedText, layout: Layout, section: Section, starts: Sequence[int]
) -> Sequence[int]:
    """Where headings begin behind their numbers, if all of them are counted from 1.

    A number that stands before one heading only is an amount.
    """
    if layout.issues.number is None:
        return starts
    row = timed(layout, layout.issues.number)
    numbers = [row.match(normalized.text, start, section.end) for start in starts]
    counted = [match.end() for match in numbers if match]
    told = [int(match["number"]) for match in numbers if match]
    return counted if told == [*range(1, len(starts) + 1)] else starts


def _issue(
    normalized: NormalizedText, group: _IssueMarks, begin: tuple[int, int], end: int
) -> IssueSections:
    """`begin` is where the heading starts, and where its words do."""
    start, body = begin
    bounds = [*(label.start for label in group.labels[1:]), end]
    parts = {
        label.name: Section(label.name, label.start, label.end, bound)
        for label, bound in zip(group.labels, bounds, strict=False)
    }  # without a label there is one bound too many
    stop = group.labels[0].start if group.labels else end
    outcome, service = None, None
    if group.outcome is not None and group.outcome.name:
        name, at = group.outcome.name, group.outcome.start
        outcome = Section(name, _before_colon(normalized, start, at), at, group.outcome.end)
    elif group.outcome is not None:  # of no value that the record has
        words = normalized.text[start : group.outcome.start].rstrip(" :.-\u2013\u2014(")
        service = Section("service", start, start, start + max(len(words), 1))
    return IssueSections(
        Section("heading", start, body, stop),
        outcome,
        parts.get("claims_administrator_guideline"),
        parts.get("imr_guideline"),
        parts.get("rationale"),
        service,
    )


def _before_colon(normalized: NormalizedText, start: int, at: int) -> int:
    """Where the marks begin that part the outcome from what was asked for."""
    return start + len(normalized.text[start:at].rstrip(" :;-\u2013\u2014([*=_"))


def _groups(
    normalized: NormalizedText, layout: Layout, section: Section, marks: Sequence[Landmark]
) -> list[_IssueMarks]:
    """The outcome and the labels of each issue."""
    order: list[str] = list(layout.issues.labels)
    groups: list[_IssueMarks] = []
    lone = _lone_outcomes(normalized, layout, section)
    for each in sorted([*lone, *(mark for mark in marks if mark.kind == "label")], key=_place):
        region = groups[-1].end if groups else section.body
        if each.start < region:
            continue
        if each.kind == "outcome":
            groups.append(_IssueMarks(each, ()))
            continue
        last = groups[-1].labels[-1] if groups and groups[-1].labels else None
        rank = order.index(each.name)
        if groups and last is None and each.start - region <= 4:
            groups[-1] = groups[-1]._replace(labels=(each,))
            continue
        outcome = landmarks.outcome_before(normalized, layout, region, each.start)
        later = last is None or rank > order.index(last.name)
        if outcome is not None and (rank == 0 or (outcome.evidence > 1 and not outcome.wrong)):
            groups.append(_IssueMarks(outcome, (each,)))
        elif groups and later:
            groups[-1] = groups[-1]._replace(labels=(*groups[-1].labels, each))
        elif each.evidence >= _LEAST_ALONE and (
            rank == 0 or (not groups and each.start > section.body)
        ):
            groups.append(_IssueMarks(None, (each,)))  # an issue whose outcome cannot be read
    return groups


def _place(mark: Landmark) -> int:
    return mark.start


def _lone_outcomes(
    normalized: NormalizedText, layout: Layout, section: Section
) -> Iterator[Landmark]:
    """Outcomes at the end of a line, behind a colon: those of headings whose label is lost, too."""
    if not layout.issues.outcomes:
        return
    for index in _with_colons_at_the_end(normalized, section):
        line, below = normalized.lines[index : index + 2]
        found = landmarks.outcome_before(normalized, layout, line.start, line.end)
        if (
            found is not None
            and found.name
            and not found.wrong
            and _COLON_BEFORE.search(normalized.text, line.start, found.start)
            and _STARTS_SENTENCE.match(normalized.text, below.start)
        ):
            yield found


def _with_colons_at_the_end(normalized: NormalizedText, section: Section) -> Iterator[int]:
    """The lines of the section with a colon before their last word; not the letter's last line."""
    text, lines = normalized.text, normalized.lines
    at = text.find(":", section.body, section.end)
    while at >= 0:
        index = normalized.line_index(at)
        line = lines[index]
        behind = at + 1
        if at >= line.end - _TAIL:
            behind = line.end
            is_last = index + 1 == len(lines)
            if section.body <= line.start and line.end <= section.end and not is_last:
                yield index
        at = text.find(":", behind, section.end)
