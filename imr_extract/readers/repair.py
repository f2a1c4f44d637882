"""Repair of text in fonts that tell no letters: `7KH ILOH` for `The file`.

Where a font lacks its table of letters, readers of PDFs give the numbers of its glyphs instead. In
most fonts these are the letters' own numbers less 29, so that a blank is a control character, which
no text holds: a run with such blanks is shifted back if that gives words.
"""

import re
from collections.abc import Sequence

from imr_extract.readers.layers import PlacedLine

_SHIFT = 29  # TrueType fonts begin with three glyphs that are no letters; the blank follows
_BLANK = chr(ord(" ") - _SHIFT)
_RUN = re.compile(rf"[^ ]*{_BLANK}[^ ]*")
_WORD = re.compile(r"[A-Za-z]{2,}")
_MOSTLY = 0.6  # share of the characters of a run that must be letters of words


def repaired(pages: Sequence[Sequence[PlacedLine]]) -> list[list[PlacedLine]]:
    """The lines, with shifted runs put right; those of them say so."""
    return [[_repaired(line) for line in page] for page in pages]


def _repaired(line: PlacedLine) -> PlacedLine:
    if _BLANK not in line.text:
        return line
    text = _RUN.sub(lambda match: _shifted(match.group()), line.text)
    return line._replace(text=text, is_repaired=True) if text != line.text else line


def _shifted(run: str) -> str:
    """The run shifted back; the run itself where that gives no words."""
    text = "".join(chr(ord(letter) + _SHIFT) for letter in run)
    letters = sum(len(word) for word in _WORD.findall(text))
    return text if text.isprintable() and letters >= _MOSTLY * len(text.strip()) > 0 else run
