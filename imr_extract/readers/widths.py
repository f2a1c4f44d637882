"""The widths of well-known fonts, which say whether those that a file gives are damaged.

Fonts of letters are nearly always one of a few. Where a width is wrong, letters stand in the wrong
places, and words are run together or torn apart.
"""

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

#: Encodings of PDF with their Python names.
ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}

_WIDEST = 3000.0  # thousandths of the size of type
_ROUNDING = 2.0
_COMMON = range(32, 127)  # codes; fonts differ in the widths of rarer signs
# Names of the fonts that programs for offices use, and of the standard fonts with their widths.
_FAMILY = re.compile(
    r"/(?:[A-Z]{6}\+)?(?P<family>Times|TimesNewRoman(?:PS)?|Arial|Helvetica|Courier(?:New(?:PS)?)?)"
    r"(?P<style>[-,]?(?:Roman|Bold|Italic|Oblique|BoldItalic|BoldOblique)?(?:MT)?)"
)
_STANDARD = {
    "Times": ("Times-Roman", "Times-Italic", "Times-Bold", "Times-BoldItalic"),
    "Arial": ("Helvetica", "Helvetica-Oblique", "Helvetica-Bold", "Helvetica-BoldOblique"),
    "Helvetica": ("Helvetica", "Helvetica-Oblique", "Helvetica-Bold", "Helvetica-BoldOblique"),
    "Courier": ("Courier", "Courier", "Courier", "Courier"),  # all of one width
}


def are_wrong(
    name: str,
    codec: str | None,
    widths: Sequence[float],
    first: int,
    own: Container[int] = frozenset(),
) -> bool:
    """Whether widths are none, or not those of the font that is named.

    `widths` are those of the codes from `first` on, whose letters `codec` gives, but for the codes
    `own`. Of fonts that are not well known only the size of the numbers is looked at.
    """
    if widths and not (min(widths) >= 0 and max(widths) <= _WIDEST):
        return True
    metrics = _metrics(name)
    if codec is None or metrics is None:
        return False
    usual = _by_code(metrics, codec)
    other = [
        code
        for code, width in enumerate(widths, start=first)
        if width and code in usual and abs(width - usual[code]) > _ROUNDING
    ]
    return any(code not in own for code in other)


def are_of_other_letters(name: str, widths: Iterable[tuple[str | None, float]]) -> bool:
    """As `are_wrong`, of widths whose letters are known, or not (None)."""
    metrics = _metrics(name)
    usual = _standard_widths()[metrics] if metrics else {}
    return any(
        not _is_possible(width)
        or (width and letter and abs(width - usual.get(letter, width)) > _ROUNDING)
        for letter, width in widths
    )


def _is_possible(width: float) -> bool:
    return 0 <= width <= _WIDEST


def _metrics(name: str) -> str | None:
    """The standard font with the widths of a well-known one; None of others."""
    parts = _FAMILY.fullmatch(name.replace("#20", "").replace(" ", ""))
    if not parts:
        return None
    family = next(known for known in _STANDARD if parts["family"].startswith(known))
    style = parts["style"].lower()
    bold, slanted = "bold" in style, "ital" in style or "obl" in style
    return _STANDARD[family][2 * bold + slanted]


@cache
def _by_code(metrics: str, codec: str) -> Mapping[int, float]:
    """The widths of a standard font in thousandths of its size, by the codes of an encoding."""
    widths = _standard_widths()[metrics]
    letters = ((code, bytes([code]).decode(codec, "replace")) for code in _COMMON)
    return {code: widths[letter] for code, letter in letters if letter in widths}


@cache
def _standard_widths() -> dict[str, dict[str, float]]:
    """The widths of the standard fonts by letter: Adobe's, as the second reader has them.

    A file of its own, because that reader's takes as long to load as a letter takes to read.
    """
    tables = json.loads(Path(__file__).with_name("font_widths.json").read_bytes())
    return {name: dict(zip(map(chr, _COMMON), row, strict=True)) for name, row in tables.items()}
