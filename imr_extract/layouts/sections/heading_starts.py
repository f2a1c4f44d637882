"""Where the heading of an issue begins: known is where it ends.

Bold type decides where it means anything, else words and shape; in a line that holds a paragraph,
the sentences.
"""

from collections.abc import Iterable
from functools import cache

from imr_extract.layouts.modified_requests import modified_request
from imr_extract.layouts.spec import Layout
from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.text.document import NormalizedText

_SENTENCE_END = compile_pattern(r"[.!?][\"\u201d)]*$")
_STARTS_SENTENCE = compile_pattern(r"[\p{Lu}\d\"\u201c(#]")
# A line that fills less than this share of the usual line ends a paragraph.
_SHORT_LINE = 0.7
# A line longer than this holds a paragraph.
_PARAGRAPH = 200
# The end of a sentence inside a line; "vs.", "No." and initials end none.
_BOUNDARY = compile_pattern(
    r"(?<!\b(?:vs|no|nos|qty|approx|dr|st|tab|tabs|cap|caps|inj|incl|e\.g|i\.e|\p{L})\.)"
    r"(?<=[.!?][\"\u201d)]*) (?=[\"\u201c(#]?[\p{Lu}\d])",
    ignore_case=False,
)


def heading_start(
    normalized: NormalizedText, layout: Layout, region: int, end: int, *, weights: bool
) -> int:
    """Where the heading that ends at `end` begins, not before `region`.

    `weights` says whether bold type distinguishes headings from prose in this letter.
    """
    first, last = normalized.line_index(region), normalized.line_index(end - 1)
    lines = normalized.lines
    if lines[first].start < region:  # the label's own line, its text is the part before
        first += 1
    if first > last:
        return _in_paragraph(normalized, layout, region, end)
    if weights and lines[last].line.bold:
        start = last
        while start > first and lines[start - 1].line.bold and not lines[start].gap:
            start -= 1
        return lines[start].start
    found = lines[_line_by_shape(normalized, layout, first, last, end)]
    if found.end - found.start > _PARAGRAPH:
        return _in_paragraph(normalized, layout, region, end)
    return found.start


def _line_by_shape(
    normalized: NormalizedText, layout: Layout, first: int, last: int, end: int
) -> int:
    """The index of the heading's first line in text without bold type.

    Going up from the heading's end, the first line that can begin one: behind a gap, or behind a
    line that ends a sentence or a paragraph. A heading of several sentences goes on until whole.
    """
    lines = normalized.lines
    starts = (
        lines[index].start
        for index in range(last, first, -1)
        if _can_begin(normalized, layout, index)
    )
    start = _latest(normalized.text, layout, starts, lines[first].start, end)
    return first if start is None else normalized.line_index(start)


def _latest(text: str, layout: Layout, starts: Iterable[int], region: int, end: int) -> int | None:
    """The last of these places, which come last first, from which on a heading is whole.

    The last sentence of a heading of several looks like a heading of its own.
    """
    if any(form.mark in text[region:end] for form in layout.issues.modified_requests):
        starts = list(starts)
        for start in starts:
            if _is_of_several(layout, text[start:end]):
                return start
    return next((start for start in starts if _is_whole(layout, text[start:end])), None)


def _is_of_several(layout: Layout, words: str) -> bool:
    """Whether the words are a heading of several sentences, with no end of a rationale in it."""
    ends = any(verdict in words for verdict in layout.detect.ends_with)
    return not ends and modified_request(layout, words.rstrip(" :")) is not None


def _is_whole(layout: Layout, words: str) -> bool:
    """Whether a heading of several sentences is there from its beginning; others always are."""
    words = words.rstrip(" :")
    marks = any(form.mark in words for form in layout.issues.modified_requests)
    return not marks or modified_request(layout, words) is not None


def _can_begin(normalized: NormalizedText, layout: Layout, index: int) -> bool:
    line, above = normalized.lines[index], normalized.lines[index - 1]
    before = normalized.text[above.start : above.end]
    if _SENTENCE_END.search(before) or before.endswith(layout.detect.ends_with):
        return True
    if line.gap:  # in the middle of a sentence it is the end of a page
        return not normalized.text[line.start].islower()
    short = above.end - above.start < _SHORT_LINE * normalized.line_length
    return short and bool(_STARTS_SENTENCE.match(normalized.text, line.start))


@cache
def _last_words(layout: Layout) -> Pattern:
    """What ends a rationale, with or without its full stop, before the next heading."""
    words = alternatives(layout.detect.ends_with or ("\ue000",))
    return compile_pattern(rf"(?:{words})(?= [\p{{Lu}}\d])")


def _in_paragraph(normalized: NormalizedText, layout: Layout, region: int, end: int) -> int:
    """The heading's start where it stands inside a line: behind the last sentence that is whole."""
    text = normalized.text
    starts = [match.end() for match in _BOUNDARY.finditer(text, region, end)]
    starts += [match.end() + 1 for match in _last_words(layout).finditer(text, region, end)]
    start = _latest(text, layout, sorted(starts, reverse=True), region, end)
    return region if start is None else start
