"""The fixed words of layouts, and whether a text prints them letter for letter.

Those of the shipped layouts are found with the prefilter words of the rules, in the one pass over
the text that looks for all of them.
"""

import re
from collections.abc import Iterator
from functools import cache

from imr_extract.layouts.spec import Layout
from imr_extract.rules.prefilters import bits_of, called_in


def of_layout(layout: Layout) -> Iterator[str]:
    """The headings of the layout's letters, their titles, and the words that they are known by."""
    for rule in layout.sections:
        yield from rule.headings
    yield from layout.detect.text_before_ends_with
    yield from (phrase.text for phrase in layout.detect.phrases)


def pattern_of(words: str) -> str:
    """The pattern under whose digest the words' prefilter words are kept."""
    return re.escape(words)


def any_printed(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands in the text."""
    there = called_in(text, 0, len(text))
    return any(each in text for bits, each in _waiting(words) if bits & there == bits)


@cache
def _waiting(words: tuple[str, ...]) -> list[tuple[int, str]]:
    """The words, each with the bits that must be there for it; 0 for those of other layouts."""
    return [(sum(bits_of(pattern_of(each))), each) for each in words]
