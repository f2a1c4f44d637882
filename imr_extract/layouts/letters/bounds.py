"""Where the letters of a file stand: which of its lines belong to each, and which to none.

A letter reaches from its first heading or label to the last paragraph of its last part. Another
document ends it, or a page that begins something else once the reasons have come to a verdict.
"""

from collections import Counter
from collections.abc import Container, Iterable
from typing import NamedTuple

from imr_extract.layouts import letter_form, remarks
from imr_extract.layouts.letters import prefaces
from imr_extract.layouts.letters import starts as letter_starts
from imr_extract.layouts.letters.other_documents import ALL_KINDS, heads, is_in_a_mail
from imr_extract.layouts.letters.starts import Start
from imr_extract.layouts.remarks import Remark
from imr_extract.layouts.spec import Layout
from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import cues
from imr_extract.text.document import NormalizedText

_DIGITS = compile_pattern(r"\d+")
# A line that fills less than this share of the usual line is no line of a paragraph but its last.
_SHORT_LINE = 0.7
# Behind the last label; a verdict that stands farther back is not the last word on it.
_VERDICT_WITHIN = 600


class Lines(NamedTuple):
    """A run of lines of the file, by index; `end` is not included."""

    start: int
    end: int


# A letter's start, and the layout of which most is printed behind it.
_Begun = tuple[Start, Layout]


class Bounds(NamedTuple):
    """The lines of a letter, and those around it that belong to no letter."""

    letter: Lines
    before: Lines  # from the end of the letter before
    behind: Lines  # empty where another letter follows: then it is before that one
    at: int | None = None  # where on its first line the letter begins; None at the line's start


def find(normalized: NormalizedText, layouts: Iterable[Layout]) -> tuple[Bounds, ...]:
    """The bounds of all letters in the file, in order; none where none is found."""
    starts = _starts(normalized, layouts)
    found: list[Bounds] = []
    at = 0
    for index, (start, layout) in enumerate(starts):
        stop = starts[index + 1][0].line if index + 1 < len(starts) else len(normalized.lines)
        alone = len(starts) == 1
        if start.at is None:
            first = _first_line(normalized, layout, Lines(at, start.line), alone=alone)
        else:
            first = start.line
        end = _end(normalized, layout, Lines(start.last, stop), alone=alone)
        is_last = index + 1 == len(starts)
        behind = Lines(end, stop if is_last else end)
        found.append(Bounds(Lines(first, end), Lines(at, first), behind, start.at))
        at = end
    return tuple(found)


def _starts(normalized: NormalizedText, layouts: Iterable[Layout]) -> list[_Begun]:
    """Each start once, in order."""
    known = tuple(layouts)
    found = [
        (start, layout)
        for layout in known
        if not layout.detect.begins
        for start in letter_starts.by_headings(normalized, layout)
    ]
    others = sorted(start.line for start, _ in found)
    found += [
        (start, layout)
        for layout in known
        if layout.detect.begins
        for start in letter_starts.by_forms(normalized, layout, others)
    ]
    kept: list[_Begun] = []
    for letter in sorted(found, key=lambda found_letter: found_letter[0].line):
        kept[-1:] = _joined(kept[-1], letter) if kept else [letter]
    return kept


def _joined(one: _Begun, other: _Begun) -> list[_Begun]:
    """Two starts as one where both are of the same letter: layouts share headings and labels."""
    (before, layout), (start, another) = one, other
    near = start.line - before.line <= letter_starts.TABLE_WITHIN
    if not near or layout is another or layout.detect.begins or another.detect.begins:
        return [one, other]
    goes_on = another if start.last > before.last else layout
    return [(Start(before.line, max(start.last, before.last)), goes_on)]


def _first_line(normalized: NormalizedText, layout: Layout, before: Lines, *, alone: bool) -> int:
    """The first line of a letter whose first heading or label stands at `before.end`.

    Lines above it on its page belong to it: names, addresses, a title. They do not where another
    document or letter stands there, or a cover letter with sentences of its own.
    """
    end, page = before.end, normalized.lines[before.end].line.page
    first = end
    while first > before.start and normalized.lines[first - 1].line.page == page:
        first -= 1
    if first == end:
        return end
    shared = first > 0 and normalized.lines[first - 1].line.page == page  # with the letter before
    if shared or heads(normalized, first, end, ("documents", "mail", "separators")):
        return end
    written = remarks.above(normalized, first, end, notes=bool(layout.detect.begins))
    said = _indexes(written)
    if layout.detect.begins and all(
        index in said or prefaces.is_line(normalized, layout, index) for index in range(first, end)
    ):
        return end
    front = _but(normalized, first, end, said)
    if not any(letter_form.sentences(f"{front}.", layout)):  # the last line may lack its stop
        return first
    written = remarks.above(normalized, first, end, notes=True)
    notes = [each for each in written if each.is_note]
    rest = _but(normalized, first, end, _indexes(written))
    if notes and not any(letter_form.sentences(f"{rest}.", layout)):
        return notes[-1].end
    if not any(letter_form.sentences(front, layout)):
        return first
    around = heads(normalized, first, end, ("cover", "closings"))
    in_a_mail = first == 0 and is_in_a_mail(normalized)
    names_it = any(row.pattern.search(front) for row in cues("cover", "outcome").called(front))
    return end if around or in_a_mail or names_it or not alone else first


def _indexes(written: Iterable[Remark]) -> set[int]:
    """The lines of the remarks."""
    return {index for each in written for index in range(each.start, each.end)}


def _but(normalized: NormalizedText, first: int, end: int, said: Container[int]) -> str:
    """The words of the lines from `first` to `end` (not included) without those of remarks."""
    lines = enumerate(normalized.lines[first:end], start=first)
    return " ".join(
        normalized.text[line.start : line.end] for index, line in lines if index not in said
    )


def _end(normalized: NormalizedText, layout: Layout, tail: Lines, *, alone: bool) -> int:
    """Behind the last line of a letter whose last landmark stands at `tail.start`."""
    begun = {head.line for head in heads(normalized, tail.start + 1, tail.end, ALL_KINDS)}
    for index in range(tail.start + 1, tail.end):
        line, above = normalized.lines[index], normalized.lines[index - 1]
        top = line.line.page != above.line.page
        if index in begun and (top or _may_end(normalized, index)):
            return _before_remarks(normalized, layout, tail.start, index)
        new_part = _has_title(normalized, index, tail.end) if top else line.gap and not alone
        if new_part and _is_closed(normalized, layout, tail.start, index):
            return _before_remarks(normalized, layout, tail.start, index)
    return _before_remarks(normalized, layout, tail.start, tail.end)


def _before_remarks(normalized: NormalizedText, layout: Layout, last: int, end: int) -> int:
    """Above the remarks that stand at `end`; not above the last landmark's line."""
    written = remarks.below(normalized, layout, last + 1, end)
    return written[-1].start if written else end


def _may_end(normalized: NormalizedText, index: int) -> bool:
    """Whether a paragraph may end above the line."""
    return bool(normalized.lines[index].gap) or remarks.ends_sentence(normalized, index - 1)


def _is_closed(normalized: NormalizedText, layout: Layout, first: int, index: int) -> bool:
    """Whether the letter has come to its end above the line: a sentence, and with it a verdict."""
    start, end = normalized.lines[first].start, normalized.lines[index - 1].end
    if remarks.SENTENCE_ENDS.search(normalized.text, max(start, end - 4), end) is None:
        return False
    last_words = normalized.text[max(start, end - _VERDICT_WITHIN) : end]
    return not layout.detect.ends_with or any(
        row.pattern.search(last_words) for row in cues("other_documents", "verdicts")
    )


def _has_title(normalized: NormalizedText, index: int, end: int) -> bool:
    """Whether the page begins with a title, a name or a date, and not with words of a sentence."""
    page = normalized.lines[index].line.page
    running = _running_lines(normalized)
    while index < end and normalized.lines[index].line.page == page:
        line = normalized.lines[index]
        words = normalized.text[line.start : line.end]
        if _masked(words) not in running:
            short = len(words) < _SHORT_LINE * normalized.line_length
            ends_sentence = remarks.ends_sentence(normalized, index)
            return short and not words[0].islower() and not ends_sentence
        index += 1
    return False


def _running_lines(normalized: NormalizedText) -> frozenset[str]:
    """The first lines of pages that return on half of the pages, numbers apart."""
    tops = [
        normalized.text[line.start : line.end]
        for above, line in zip((None, *normalized.lines), normalized.lines, strict=False)
        if above is None or above.line.page != line.line.page
    ]
    counts = Counter(_masked(words) for words in tops)
    return frozenset(words for words, count in counts.items() if 2 * count > len(tops) > 1)


def _masked(words: str) -> str:
    return _DIGITS.sub("0", words)
