"""A quick test of text from a PDF reader: whether it can be prose at all."""

from imr_extract.readers.text import is_plain
from imr_extract.rules.patterns import compile_pattern

# What a PDF gives for glyphs whose character it does not know: replacement, private use, controls.
_UNKNOWN = compile_pattern(r"[\uFFFD\uE000-\uF8FF\x00-\x08\x0E-\x1F]|\(cid:\d+\)")

_MOST_UNKNOWN = 0.02  # share of characters; one odd bullet a page is below it
_FEWEST_BLANKS = 0.05  # share of characters; English prose has one in six, words run together none


def looks_wrong(text: str) -> bool:
    """Whether too many glyphs are unmapped, or words run together, for the text to be prose.

    False for fewer than 100 characters, which are too few to judge by.
    """
    if len(text) < 100:
        return False
    suspect = "\ufffd" in text or "(cid:" in text or not is_plain(text)
    unknown = sum(len(match.group()) for match in _UNKNOWN.finditer(text)) if suspect else 0
    blanks = text.count(" ") + text.count("\n")
    return unknown > _MOST_UNKNOWN * len(text) or blanks < _FEWEST_BLANKS * len(text)
