"""Repair of text in fonts without a `/ToUnicode` table: `7KH ILOH` for `The file`.

For such fonts PDF readers return glyph numbers. In most fonts these are the character codes less
29, so that a blank becomes a control character, which text never holds: a run with such characters
is shifted back if that gives words.
"""

import re
from collections.abc import Sequence

from imr_extract.readers.layers import PlacedLine

_SHIFT = 29  # TrueType fonts begin with three glyphs that are no letters; the blank follows
# What blanks, figures and marks become, which is nothing that text holds.
_CONTROLS = frozenset(map(chr, range(3, 32)))
_RUN = re.compile(r"[^ ]*[\x03-\x1f][^ ]*")
_HEAD = re.compile(r"[^\x03-\x1f]*")
_WORD = re.compile(r"[A-Za-z]{2,}")
_MOSTLY = 0.5  # share of the characters of a run that must be letters of words


def repaired(pages: Sequence[Sequence[PlacedLine]]) -> list[Sequence[PlacedLine]]:
    """The lines with shifted runs repaired and marked as such."""
    return [
        page
        if "".join([line.text for line in page]).isprintable()
        else [_repaired(line) for line in page]
        for page in pages
    ]


def _repaired(line: PlacedLine) -> PlacedLine:
    if _CONTROLS.isdisjoint(line.text):
        return line
    text = _RUN.sub(lambda match: _right(match.group()), line.text)
    return line._replace(text=text, is_repaired=True) if text != line.text else line


def _right(run: str) -> str:
    """The run shifted back, or what follows a word in a good font; the run itself if neither."""
    head = _HEAD.match(run)
    start = head.end() if head else 0
    return _shifted(run) or (run[:start] + (_shifted(run[start:]) or run[start:]))


def _shifted(run: str) -> str | None:
    """The run shifted back; None where that gives no words."""
    text = "".join(chr(ord(letter) + _SHIFT) for letter in run)
    letters = sum(len(word) for word in _WORD.findall(text))
    return text if text.isprintable() and letters >= _MOSTLY * len(text.strip()) > 0 else None
