"""Remarks: lines that people write above a letter or below it, of its state and its handling.

"VOID - see letter of March 4", "This determination has been rescinded.", "Received March 4 by the
claims department", a note of a few sentences: a letter stays one with a few of them. A text that is
about letters says more.
"""

from functools import cache
from typing import NamedTuple

from imr_extract.layouts import cover_notes
from imr_extract.layouts.cover_notes import Place
from imr_extract.layouts.spec import Layout, timed
from imr_extract.rules.patterns import Match, compile_pattern
from imr_extract.rules.table import RuleTable, cues
from imr_extract.text.document import NormalizedText

# More of them than this are no remarks but a text of its own.
_MOST = 6
_LONGEST = 160  # characters of one remark
_LEAST_FILLED = 40  # characters of a line that a remark goes on behind
_MOST_LINES = 3  # on which one remark is printed
# The same of a note.
_LONGEST_NOTE = 600
_MOST_NOTE_LINES = 8
SENTENCE_ENDS = compile_pattern(r"[.!?][\"'\u201d\u2019)\]]*$")
_WORD = compile_pattern(r"\w")


class Remark(NamedTuple):
    """A remark on lines of its own, by index; `end` is not included."""

    start: int
    end: int
    is_void: bool  # whether it says that the letter does not hold, or not as it stands
    is_note: bool = False  # whether it is in sentences of those who pass the letter on


def above(
    normalized: NormalizedText, first: int, last: int, *, notes: bool = False
) -> list[Remark]:
    """The remarks among the lines from `first` to `last` (not included), in order.

    `notes` are looked for only where that is asked for, since few letters have any.
    """
    found: list[Remark] = []
    index = first
    while index < last and len(found) < _MOST:
        remark = _remark(normalized, index, last)
        if remark is None and notes:
            remark = _note(normalized, index, last)
        if remark is not None:
            found.append(remark)
        index = remark.end if remark else index + 1
    return found


def without(normalized: NormalizedText, end: int) -> str:
    """The text up to `end`, which a line begins at, without the remarks in it."""
    kept, at = [], 0
    for remark in above(normalized, 0, _lines_to(normalized, end)):
        kept.append(normalized.text[at : normalized.lines[remark.start].start])
        at = normalized.lines[remark.end].start if remark.end < len(normalized.lines) else end
    return "".join((*kept, normalized.text[min(at, end) : end]))


def below(normalized: NormalizedText, layout: Layout, first: int, end: int) -> list[Remark]:
    """The remarks at the end of the lines from `first` to `end` (not included), the last first.

    Numbers and running titles of pages may stand below and between them.
    """
    rows = [timed(layout, row) for row in layout.furniture]
    found: list[Remark] = []
    while end > first and len(found) < _MOST:
        line = normalized.lines[end - 1]
        if any(row.fullmatch(normalized.text[line.start : line.end]) for row in rows):
            end -= 1
            continue
        remark = _ending(normalized, first, end) or _note_ending(normalized, first, end)
        if remark is None:
            break
        found.append(remark)
        end = remark.start
    return found


def is_above(normalized: NormalizedText, index: int) -> bool:
    """Whether a remark or a note ends right above the line."""
    return _remark_above(normalized, index) or any(
        (note := _note(normalized, start, index)) is not None and note.end == index
        for start in _starts(index, 0, _MOST_NOTE_LINES)
    )


def _remark_above(normalized: NormalizedText, index: int) -> bool:
    starts = _starts(index, 0, _MOST_LINES)
    if not starts or not _calls(normalized, starts[-1], index):
        return False
    ending = (_remark(normalized, start, index) for start in starts)
    return any(remark is not None and remark.end == index for remark in ending)


def _starts(end: int, first: int, most: int) -> range:
    """The lines on which a remark may begin that ends above the line `end`, the last first."""
    return range(end - 1, max(end - 1 - most, first - 1), -1)


def _ending(normalized: NormalizedText, first: int, end: int) -> Remark | None:
    """The remark that ends above the line `end`."""
    starts = _starts(end, first, _MOST_LINES)
    if not _calls(normalized, starts[-1], end):
        return None
    ending = (_remark(normalized, start, end) for start in starts if _free(normalized, start))
    return next((each for each in ending if each and each.end == end), None)


def _note_ending(normalized: NormalizedText, first: int, end: int) -> Remark | None:
    """The note that ends above the line `end`: behind a sentence's end, or below a gap."""
    last, behind = normalized.lines[end - 1].start, normalized.lines[end - 1].end
    if cover_notes.reasons(normalized.text, last, behind):  # as nearly every letter ends
        return None
    for start in _starts(end, first, _MOST_NOTE_LINES):
        line = normalized.lines[start]
        if behind - line.start > _LONGEST_NOTE:
            break
        if not (line.gap or ends_sentence(normalized, start - 1)):
            continue
        place: Place = "apart" if begins_paragraph(normalized, start) else "below"
        if cover_notes.is_note(normalized.text, line.start, behind, place):
            return Remark(start, end, is_void=False, is_note=True)
    return None


def _lines_to(normalized: NormalizedText, end: int) -> int:
    """The number of lines that end before the place."""
    index = normalized.line_index(end)
    return index + (normalized.lines[index].end <= end)


def begins_paragraph(normalized: NormalizedText, index: int) -> bool:
    """Whether there is a gap above the line, or a blank line behind a sentence's end.

    In a text with a blank line behind every paragraph of one line, no gap is larger than usual.
    """
    line, above_it = normalized.lines[index], normalized.lines[index - 1]
    if line.gap is not False:
        return bool(line.gap)
    between = normalized.document.text[above_it.line.end : line.line.start]
    return between.count("\n") > 1 and ends_sentence(normalized, index - 1)


def _free(normalized: NormalizedText, index: int) -> bool:
    """Whether a remark may begin on the line: behind a gap, or a sentence or remark above it."""
    if index == 0 or normalized.lines[index].gap is not False:
        return True
    return ends_sentence(normalized, index - 1) or _remark_above(normalized, index)


def _note(normalized: NormalizedText, index: int, last: int) -> Remark | None:
    """The note that begins on the line: its sentences to the last that ends with a line."""
    line = normalized.lines[index]
    last = min(last, index + _MOST_NOTE_LINES)
    behind = min(normalized.lines[last - 1].end, line.start + _LONGEST_NOTE)
    note_ends = set(cover_notes.ends(normalized.text, line.start, behind))
    found = [end for end in range(index, last) if normalized.lines[end].end in note_ends]
    if found:
        return Remark(index, found[-1] + 1, is_void=False, is_note=True)
    if cover_notes.is_note(normalized.text, line.start, line.end):  # without a stop at its end
        return Remark(index, index + 1, is_void=False, is_note=True)
    return None


def _remark(normalized: NormalizedText, index: int, last: int) -> Remark | None:
    """The remark that begins on the line: all of it, or a sentence that ends on one of the next."""
    start, first = normalized.lines[index].start, normalized.lines[index].end
    last = min(last, index + _MOST_LINES)
    goes_on = first - start >= _LEAST_FILLED and not ends_sentence(normalized, index)
    last = last if goes_on else index + 1
    if not _calls(normalized, index, last):
        return None
    for end in range(last, index, -1):
        lines = normalized.lines[index:end]
        if any(line.gap is not False for line in lines[1:]):
            continue
        behind = lines[-1].end
        if behind - start > _LONGEST or (len(lines) > 1 and not ends_sentence(normalized, end - 1)):
            continue
        is_void = _is_remark(normalized.text, start, behind)
        if is_void is not None:
            return Remark(index, end, is_void)
    return None


def ends_sentence(normalized: NormalizedText, index: int) -> bool:
    """Whether the line ends as a sentence does."""
    line = normalized.lines[index]
    return SENTENCE_ENDS.search(normalized.text[line.start : line.end]) is not None


def _calls(normalized: NormalizedText, first: int, last: int) -> bool:
    """Whether a remark may stand in the lines from `first` to `last` (not included)."""
    start, end = normalized.lines[first].start, normalized.lines[last - 1].end
    return bool(_rows().called(normalized.text, start, end))


@cache
def _rows() -> RuleTable:
    """The rows of all remarks as one table."""
    return RuleTable([*cues("checks", "standing"), *cues("other_documents", "remarks")])


def _is_remark(text: str, start: int, end: int) -> bool | None:
    """Whether `text[start:end]`, which is a remark, says that the letter does not hold.

    None where it is no remark. It stays in its text, in which words are found once for all lines.
    """
    for row, match in cues("checks", "standing").matches(text, start, end):
        if _begins(text, start, match) and (row.value == "sentence" or _is_end(text, match, end)):
            return True
    for row, match in cues("other_documents", "remarks").matches(text, start, end):
        if _begins(text, start, match) and _is_end(text, match, end):
            return row.value == "void"
    return None


def _begins(text: str, start: int, match: Match) -> bool:
    return not _WORD.search(text, start, match.start())


def _is_end(text: str, match: Match, end: int) -> bool:
    return not _WORD.search(text, match.end(), end)
