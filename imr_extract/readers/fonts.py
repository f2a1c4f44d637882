"""Fonts: whether text is copied as the letters that the font prints, and where they stand.

The encoding of a font says what each code prints, and its table `/ToUnicode` what the code is
copied as. Where the two differ, a program reads other letters than the page shows. The widths of a
font say where its letters stand, and so where words end.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pikepdf import Array, Dictionary, Object

_ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_SIMPLE = frozenset(("/Type1", "/TrueType", "/MMType1"))
_USUAL_LETTERS = 32  # the flag of a font that holds those of the standard encodings
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
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR = re.compile(rb"<\s*([0-9A-Fa-f]{2})\s*>\s*<\s*([0-9A-Fa-f]{4})\s*>")
_RANGE = re.compile(
    rb"<\s*([0-9A-Fa-f]{2})\s*>\s*<\s*([0-9A-Fa-f]{2})\s*>\s*<\s*([0-9A-Fa-f]{4})\s*>"
)


def copies_other_letters(font: Object, meaning: bytes) -> bool:
    """Whether a font's `/ToUnicode` table maps codes to other letters or digits than it prints.

    Only well-known encodings are compared; what others print is not known.
    """
    codec, own = _encoding(font)
    if codec is None:
        return False
    return any(
        printed.isalnum() and copied.isalnum() and printed.casefold() != copied.casefold()
        for code, copied in _copied_letters(meaning)
        if code not in own and (printed := bytes([code]).decode(codec, "replace"))
    )


def lacks_encoding(font: Object) -> bool:
    """Whether a TrueType font of usual letters does not say by which encoding it prints them."""
    descriptor = font.get("/FontDescriptor")
    flags = descriptor.get("/Flags") if isinstance(descriptor, Dictionary) else None
    if str(font.get("/Subtype")) != "/TrueType" or not isinstance(flags, int):
        return False
    encoding = font.get("/Encoding")
    known = isinstance(encoding, Dictionary) or str(encoding) in _ENCODINGS
    return bool(flags & _USUAL_LETTERS) and not known


def has_wrong_widths(font: Object) -> bool:
    """Whether the widths of a simple font are incomplete, or not those of the font that it names.

    Fonts that are named and not embedded are nearly always one of a few, whose widths are known.
    """
    if str(font.get("/Subtype")) not in _SIMPLE:
        return False
    first, last, widths = (font.get(key) for key in ("/FirstChar", "/LastChar", "/Widths"))
    if first is None and last is None and widths is None:
        # The standard fonts need none; any other has a descriptor, and needs them.
        return isinstance(font.get("/FontDescriptor"), Dictionary)
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(widths, Array)):
        return True
    if len(widths) != last - first + 1:
        return True
    try:
        numbers = [float(width) for width in widths]
    except (TypeError, ValueError):
        return True
    if not all(0 <= number <= _WIDEST for number in numbers):
        return True
    codec, own = _encoding(font)
    metrics = _metrics(str(font.get("/BaseFont", "")))
    if codec is None or metrics is None:
        return False
    return any(
        number and code not in own and abs(number - usual) > _ROUNDING
        for code, number in enumerate(numbers, start=first)
        if code in _COMMON and (usual := metrics.get(bytes([code]).decode(codec, "replace")))
    )


def _metrics(name: str) -> Mapping[str, float] | None:
    """The widths of a well-known font by letter, in thousandths of its size; None of others."""
    parts = _FAMILY.fullmatch(name)
    if not parts:
        return None
    family = next(known for known in _STANDARD if parts["family"].startswith(known))
    style = parts["style"].lower()
    bold, slanted = "bold" in style, "ital" in style or "obl" in style
    return _standard_widths()[_STANDARD[family][2 * bold + slanted]]


@cache
def _standard_widths() -> dict[str, dict[str, float]]:
    """The widths of the standard fonts by letter: Adobe's, as the second reader has them.

    A file of its own, because that reader's takes as long to load as a letter takes to read.
    """
    tables = json.loads(Path(__file__).with_name("font_widths.json").read_bytes())
    return {name: dict(zip(map(chr, _COMMON), row, strict=True)) for name, row in tables.items()}


def _encoding(font: Object) -> tuple[str | None, frozenset[int]]:
    """The codec of a font's encoding, and the codes to which it gives glyphs of its own."""
    encoding = font.get("/Encoding")
    if isinstance(encoding, Dictionary):
        differences = encoding.get("/Differences")
        return _ENCODINGS.get(str(encoding.get("/BaseEncoding"))), frozenset(_codes(differences))
    return _ENCODINGS.get(str(encoding)), frozenset()


def _codes(differences: Object | None) -> Iterator[int]:
    code = 0
    for entry in differences if isinstance(differences, Array) else ():
        if isinstance(entry, int):
            code = entry
        else:
            yield code
            code += 1


def _copied_letters(meaning: bytes) -> Iterator[tuple[int, str]]:
    """The codes of one byte that a table lists, with their letters."""
    for kind, block in _BLOCK.findall(meaning):
        if kind == b"char":
            for code, letter in _CHAR.findall(block):
                yield int(code, 16), chr(int(letter, 16))
        else:
            for first, last, letter in _RANGE.findall(block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    yield code, chr(int(letter, 16) + code - int(first, 16))
