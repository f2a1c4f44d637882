"""Where letters begin in a file: by their own headings and labels, whatever stands around them.

The headings of a letter stand in it once each and in their order. So a heading that was there
already, or that stands before one that was, begins another letter; the labels of the header table
right above it belong to that. Decisions without headings begin and end as their layout says.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imr_extract.layouts import landmarks, remarks
from imr_extract.layouts.landmarks import Landmark
from imr_extract.layouts.letters import prefaces
from imr_extract.layouts.spec import Layout, timed
from imr_extract.text.document import NormalizedText

# Lines that may stand between a header table and the heading below it, or between two labels.
TABLE_WITHIN = 15
# Different labels of a header table that begin a letter without a heading below them.
_LEAST_LABELS = 4
# Headings, and the header as one, without which a letter that has no issue is none.
_LEAST_PARTS = 3
# The longest decision without headings, in characters, and how many ends are tried for one.
_LONGEST = 20_000
_MOST_ENDS = 4


class Start(NamedTuple):
    """The line at which a letter begins, and what is printed from there to the next start."""

    line: int  # its index
    last: int  # the line of the last landmark
    at: int | None = None  # where on its line it begins, behind a preface; None at the line's start


def by_headings(normalized: NormalizedText, layout: Layout) -> list[Start]:
    """The starts of letters of a layout with headings, in order.

    A heading alone begins no letter: it is quoted in the letter that it stands in.
    """
    parted = _parted(normalized, layout)
    if not any(_names(marks, "section") for marks in parted):
        return []
    kept: list[list[Landmark]] = []
    for marks in parted:
        if _is_likely(marks):
            kept.append(marks)
        elif kept:
            kept[-1] += marks
    lines = normalized.line_index
    return [Start(lines(marks[0].start), lines(marks[-1].start)) for marks in kept]


def _is_likely(marks: list[Landmark]) -> bool:
    kinds = {mark.kind for mark in marks}
    parts = {mark.name for mark in marks if mark.kind == "section"}
    if not parts:
        return len({mark.name for mark in marks}) >= _LEAST_LABELS
    return "label" in kinds or len(parts) + ("header" in kinds) >= _LEAST_PARTS


def _parted(normalized: NormalizedText, layout: Layout) -> list[list[Landmark]]:
    """The landmarks of the file, letter by letter."""
    order = {"": -1, **{rule.name: rank for rank, rule in enumerate(layout.sections)}}
    letters: list[list[Landmark]] = []
    table: list[Landmark] = []
    for mark in _marks(normalized, layout):
        if table and _lines_between(normalized, table[-1], mark) > TABLE_WITHIN:
            letters += _alone(table, letters)
            table = []
        if mark.kind == "header":
            table.append(mark)
            continue
        if mark.kind == "section":
            if not letters or _begins_another(mark, letters[-1], order):
                letters.append([])
            elif _is_repeated(table, letters[-1]):
                letters[-1] = []  # a cover page has some of the labels, too
            letters[-1] += table
        else:
            letters += _alone(table, letters)
        table = []
        if letters:
            letters[-1].append(mark)
    return [*letters, *_alone(table, letters)]


def _marks(normalized: NormalizedText, layout: Layout) -> list[Landmark]:
    """The landmarks, and the titles with which letters of the layout begin, in order."""
    found = list(landmarks.find(normalized, layout))
    if words := layout.detect.text_before_ends_with:
        found += [
            Landmark("section", "", line.start, line.end, wrong=0, exact=True, evidence=1)
            for line in normalized.lines
            if normalized.text.startswith(words, line.start, line.end)
        ]
        found.sort(key=lambda each: each.start)
    return found


def _lines_between(normalized: NormalizedText, one: Landmark, other: Landmark) -> int:
    return normalized.line_index(other.start) - normalized.line_index(one.start)


def _names(marks: list[Landmark], kind: str) -> set[str]:
    return {mark.name for mark in marks if mark.kind == kind}


def _begins_another(mark: Landmark, letter: list[Landmark], order: dict[str, int]) -> bool:
    """Whether the heading is one that the letter had, or that stands before one that it had."""
    sections = _names(letter, "section")
    if any(order[mark.name] < order[name] for name in sections):
        return True
    return mark.name in sections and not mark.wrong  # a number may be all that differs


def _is_repeated(table: list[Landmark], letter: list[Landmark]) -> bool:
    """Whether the letter is but a table so far, and this one has labels of that again."""
    again = _names(table, "header") & _names(letter, "header")
    return bool(again) and not _names(letter, "section")


def _alone(table: list[Landmark], letters: list[list[Landmark]]) -> Iterator[list[Landmark]]:
    """The labels of a header table without a heading below it, where they begin a letter.

    A running head may print some of them on every page.
    """
    goes_on = bool(letters) and not _names(letters[-1], "label")
    if len(_names(table, "header")) >= _LEAST_LABELS and not goes_on:
        yield table


def by_forms(normalized: NormalizedText, layout: Layout, others: Sequence[int]) -> list[Start]:
    """The starts of decisions that have no headings: each is of a form of the layout as a whole.

    `others` are lines at which letters of other layouts begin.
    """
    places = {
        index: begun
        for index in range(len(normalized.lines))
        if (begun := _begun(normalized, layout, index))
    }
    stops = sorted({*places, *others, len(normalized.lines)})
    found: list[Start] = []
    for line, begun in places.items():
        if found and line <= found[-1].last:
            continue
        behind = [
            end
            for stop in [stop for stop in stops if stop > line][:_MOST_ENDS]
            for end in _ends(normalized, layout, line, stop)
        ]
        whole = ((at, stop) for at in begun for stop in behind)
        at, stop = next((one for one in whole if _is_whole(normalized, layout, *one)), (0, None))
        if stop is not None:
            behind_a_preface = at > normalized.lines[line].start
            found.append(Start(line, stop - 1, at if behind_a_preface else None))
    return found


def _begun(normalized: NormalizedText, layout: Layout, index: int) -> list[int]:
    """Where on the line a decision may begin: with it, or behind a preface on it."""
    text, start = normalized.text, normalized.lines[index].start
    begins = [timed(layout, row) for row in layout.detect.begins]
    return [
        at
        for at in (start, *prefaces.ends(normalized, layout, index))
        if any(row.match(text, at, len(text)) for row in begins)
        and (at != start or _is_free(normalized, layout, index))
    ]


def _is_free(normalized: NormalizedText, layout: Layout, index: int) -> bool:
    """Whether nothing stands above the line that a decision on it would be a part of."""
    return (
        _may_begin(normalized, index)
        or prefaces.is_line(normalized, layout, index - 1)
        or remarks.is_above(normalized, index)
    )


def _ends(normalized: NormalizedText, layout: Layout, line: int, stop: int) -> list[int]:
    """Where a decision on `line` that goes on to `stop` may end: above remarks there, if any."""
    written = remarks.below(normalized, layout, line + 1, stop)
    return [written[-1].start, stop] if written else [stop]


def _may_begin(normalized: NormalizedText, index: int) -> bool:
    """Whether the line is the first of a page, or has a blank line above it."""
    if index == 0 or normalized.lines[index].gap is not False:
        return True
    above, line = normalized.lines[index - 1].line, normalized.lines[index].line
    return normalized.document.text.count("\n", above.end, line.start) > 1


def _is_whole(normalized: NormalizedText, layout: Layout, at: int, end: int) -> bool:
    """Whether the text from `at` to the line `end` is a decision of one of the layout's forms."""
    words = normalized.text[at : normalized.lines[end - 1].end]
    if len(words) > _LONGEST:
        return False
    forms = (timed(layout, form) for form in layout.detect.document_forms)
    return any(form.match(words, 0, len(words)) for form in forms)
