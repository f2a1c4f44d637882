"""The form of a letter as a whole: what may stand before its first heading and behind its end.

A text that quotes a whole letter prints all that a letter prints. It is recognized by what it says
around it: sentences before the header table, or paragraphs behind the last verdict.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from imr_extract.layouts import landmarks, remarks
from imr_extract.layouts.spec import Layout, timed
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import NormalizedText

_SENTENCE = compile_pattern(r"[^.!?:]*(?:[.!?:](?![\s\"\u201d)]|$)[^.!?:]*)*[.!?:]?")
_STOPS = (".", "!", "?", ":")
# Addresses, names and cells of a table have few words in lower case ("of"), and seldom a stop.
_PLAIN_WORD = compile_pattern(r"(?<![\w/.@])\p{Ll}[\p{Ll}'\u2019-]*(?![\w/@])")
_LEAST_WORDS = 3  # different ones make a sentence
_NOTHING = 3  # characters: a blank, a stop, a number
_LEAST_BEFORE_COLON = 6  # and what announces a letter; labels of a table are shorter


def read(normalized: NormalizedText, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """The text before the first heading of the layout, and what the text is, where no letter.

    All of the text where none of its headings begins a line. What it is are words that follow
    "reads as".
    """
    detect, text = layout.detect, normalized.text
    against = []
    text_before_headings = text
    if detect.no_text_before_headings:
        places = list(_places(normalized, layout))
        text_before_headings = text[: min(places, default=len(text))]
        if places != sorted(places):
            against.append("a_text_with_the_headings_in_another_order")
        titles = [at_a_line(normalized, words) for words in detect.text_before_ends_with]
        ends = [at for at in titles if at is not None]
        end = len(text_before_headings) if not titles else min(ends, default=len(text))
        has_words = _has_words(text[:end], _LEAST_WORDS)  # a header table has hardly any
        if has_words and any(sentences(remarks.without(normalized, end), layout)):
            against.append("a_text_with_a_letter_inside")
        if layout.issues.shape == "headed" and _lists_headings(normalized, layout):
            against.append("a_list_of_headings")
    if detect.ends_with and _goes_on(normalized, detect.ends_with):
        against.append("a_text_that_goes_on_behind_a_letter")
    return text_before_headings, tuple(against)


def _places(normalized: NormalizedText, layout: Layout) -> Iterator[int]:
    """Where each section's heading first begins a line, in the order of the layout.

    Of one that begins none, where a copy prints it otherwise. A heading that is a part of the body
    may be words that stand elsewhere, too.
    """
    for rule in layout.sections:
        if rule.glued or rule.keeps_heading:
            continue
        found = [at_a_line(normalized, heading) for heading in rule.headings]
        places = [at for at in found if at is not None]
        if rule.headings and not places:
            near = landmarks.find(normalized, layout)
            places = [
                each.start for each in near if (each.kind, each.name) == ("section", rule.name)
            ]
        if places:
            yield min(places)


def _lists_headings(normalized: NormalizedText, layout: Layout) -> bool:
    """Whether three headings of sections follow one another with nothing below them."""
    marks = landmarks.find(normalized, layout)
    empty = [
        one.kind == other.kind == "section" and other.start - one.end <= _NOTHING
        for one, other in pairwise(marks)
    ]
    return any(one and other for one, other in pairwise(empty))


@cache
def headings_of_lines(layout: Layout) -> frozenset[str]:
    """The headings that begin a line wherever they are one."""
    return frozenset(
        heading for rule in layout.sections if not rule.glued for heading in rule.headings
    )


def at_a_line(normalized: NormalizedText, heading: str) -> int | None:
    """Where the heading first begins a line; None where it does not."""
    at = normalized.text.find(heading)
    while at >= 0:
        if normalized.line_at(at) is not None:
            return at
        at = normalized.text.find(heading, at + 1)
    return None


def sentences(text: str, layout: Layout) -> Iterator[str]:
    """The sentences of a front that no row of the layout allows there."""
    rows = [timed(layout, row) for row in layout.detect.text_before_headings]
    for match in _SENTENCE.finditer(text):
        words = match.group()
        if words[-1:] not in _STOPS:
            continue
        least = _LEAST_WORDS if remarks.SENTENCE_ENDS.search(words) else _LEAST_BEFORE_COLON
        if _has_words(words, least) and not any(row.search(words) for row in rows):
            yield words


def _has_words(text: str, least: int) -> bool:
    return text.count(" ") >= least - 1 and len(set(_PLAIN_WORD.findall(text))) >= least


def _goes_on(normalized: NormalizedText, ends_with: tuple[str, ...]) -> bool:
    """Whether a paragraph with a sentence follows that of the last of the words of `closes`."""
    last = max(normalized.text.rfind(words) for words in ends_with)
    if last < 0:
        return False
    for index in range(normalized.line_index(last) + 1, len(normalized.lines)):
        if remarks.begins_paragraph(normalized, index):
            return _has_words(normalized.text[normalized.lines[index].start :], _LEAST_WORDS)
    return False
