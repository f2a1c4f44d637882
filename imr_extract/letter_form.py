"""The form of a letter as a whole: what may stand before its first heading and behind its end.

A text that quotes a whole letter prints all that a letter prints. It is told by what it says around
it: sentences before the header table, or paragraphs behind the last verdict.
"""

from collections.abc import Iterator
from functools import cache

from imr_extract.document import Folded
from imr_extract.layout_rules import Layout, timed
from imr_extract.patterns import compile_pattern

_SENTENCE = compile_pattern(r"[^.!?:]*(?:[.!?:](?![\s\"\u201d)]|$)[^.!?:]*)*[.!?:]?")
_STOPS = (".", "!", "?", ":")
_ENDS = compile_pattern(r"[.!?][\"\u201d)]*$")
# Addresses, names and cells of a table have few words in lower case ("of"), and seldom a stop.
_PLAIN_WORD = compile_pattern(r"(?<![\w/.@])\p{Ll}[\p{Ll}'\u2019-]*(?![\w/@])")
_LEAST_WORDS = 3  # different ones make a sentence
_LEAST_BEFORE_COLON = 6  # and what announces a letter; labels of a table are shorter


def read(folded: Folded, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """The text before the first heading of the layout, and what the text is, where no letter.

    All of the text where none of its headings begins a line. What it is are words that follow
    "reads as".
    """
    detect, text = layout.detect, folded.text
    against = []
    front = text
    if detect.bare_front:
        places = [each for each in _places(folded, layout) if each is not None]
        front = text[: min(places, default=len(text))]
        if places != sorted(places):
            against.append("a_text_with_the_headings_in_another_order")
        titles = [at_a_line(folded, words) for words in detect.front_ends]
        ends = [at for at in titles if at is not None]
        before = front if not titles else text[: min(ends, default=len(text))]
        if any(_sentences(before, layout)):
            against.append("a_text_with_a_letter_inside")
    if detect.closes and _goes_on(folded, detect.closes):
        against.append("a_text_that_goes_on_behind_a_letter")
    return front, tuple(against)


def _places(folded: Folded, layout: Layout) -> Iterator[int | None]:
    """Where each section's heading first begins a line, in the order of the layout.

    A heading that is a part of the body may be words that stand elsewhere, too.
    """
    for rule in layout.sections:
        if not (rule.glued or rule.keeps_heading):
            found = [at_a_line(folded, heading) for heading in rule.headings]
            yield min((at for at in found if at is not None), default=None)


@cache
def headings_of_lines(layout: Layout) -> frozenset[str]:
    """The headings that begin a line wherever they are one."""
    return frozenset(each for rule in layout.sections if not rule.glued for each in rule.headings)


def at_a_line(folded: Folded, heading: str) -> int | None:
    """Where the heading first begins a line; None where it does not."""
    at = folded.text.find(heading)
    while at >= 0:
        if folded.line_at(at) is not None:
            return at
        at = folded.text.find(heading, at + 1)
    return None


def _sentences(text: str, layout: Layout) -> Iterator[str]:
    """The sentences of a front that no row of the layout allows there."""
    rows = [timed(layout, row) for row in layout.detect.front]
    for match in _SENTENCE.finditer(text):
        words = match.group()
        if words[-1:] not in _STOPS:
            continue
        least = _LEAST_WORDS if _ENDS.search(words) else _LEAST_BEFORE_COLON
        if _has_words(words, least) and not any(row.search(words) for row in rows):
            yield words


def _has_words(text: str, least: int) -> bool:
    return text.count(" ") >= least - 1 and len(set(_PLAIN_WORD.findall(text))) >= least


def _goes_on(folded: Folded, closes: tuple[str, ...]) -> bool:
    """Whether a paragraph with a sentence follows that of the last of the words of `closes`."""
    last = max(folded.text.rfind(words) for words in closes)
    if last < 0:
        return False
    for index in range(folded.line_index(last) + 1, len(folded.lines)):
        if _begins_paragraph(folded, index):
            return _has_words(folded.text[folded.lines[index].start :], _LEAST_WORDS)
    return False


def _begins_paragraph(folded: Folded, index: int) -> bool:
    """Whether there is a gap above the line, or a blank line behind a sentence's end.

    In a text with a blank line behind every paragraph of one line, no gap is larger than usual.
    """
    line, above = folded.lines[index], folded.lines[index - 1]
    if line.gap is not False:
        return bool(line.gap)
    between = folded.document.text[above.line.end : line.line.start]
    return between.count("\n") > 1 and bool(_ENDS.search(folded.text[above.start : above.end]))
