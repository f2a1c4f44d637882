"""Fonts: whether text is copied as the letters that the font prints, and where they stand.

The encoding of a font says what each code prints, and its table `/ToUnicode` what the code is
copied as. Where the two differ, a program reads other letters than the page shows. The widths of a
font say where its letters stand, and so where words end.
"""

import re
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Object

from imr_extract.readers import widths
from imr_extract.readers.dictionaries import listed
from imr_extract.readers.widths import ENCODINGS

_SIMPLE = frozenset(("/Type1", "/TrueType", "/MMType1"))
KINDS = _SIMPLE | {"/Type0", "/Type3"}
_USUAL_LETTERS = 32  # the flag of a font that holds those of the standard encodings
_ONE_BYTE, _TWO_BYTES = 256, 65536
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CODE, _LETTER = rb"<\s*((?:[0-9A-Fa-f]{2}){1,2})\s*>", rb"<\s*([0-9A-Fa-f]{4})\s*>"
_CHAR = re.compile(rb"\s*".join((_CODE, _LETTER)))
_RANGE = re.compile(rb"\s*".join((_CODE, _CODE, _LETTER)))


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
        if code < _ONE_BYTE
        and code not in own
        and (printed := bytes([code]).decode(codec, "replace"))
    )


def lacks_encoding(font: Object) -> bool:
    """Whether a TrueType font of usual letters does not say by which encoding it prints them."""
    descriptor = font.get("/FontDescriptor")
    flags = descriptor.get("/Flags") if isinstance(descriptor, Dictionary) else None
    if str(font.get("/Subtype")) != "/TrueType" or not isinstance(flags, int):
        return False
    encoding = font.get("/Encoding")
    known = isinstance(encoding, Dictionary) or str(encoding) in ENCODINGS
    return bool(flags & _USUAL_LETTERS) and not known


def has_wrong_widths(font: Object, meaning: bytes = b"") -> bool:
    """Whether the widths of a font are incomplete, or not those of the font that it names.

    Fonts that are named and not embedded are nearly always one of a few, whose widths are known.
    `meaning` is what the `/ToUnicode` table holds, which tells the letters of composite fonts.
    """
    if str(font.get("/Subtype")) == "/Type0":
        return any(
            _has_other_widths(part, meaning)
            for part in listed(font.get("/DescendantFonts"))
            if isinstance(part, Dictionary)
        )
    if str(font.get("/Subtype")) not in _SIMPLE:
        return False
    first, last, given = (font.get(key) for key in ("/FirstChar", "/LastChar", "/Widths"))
    if first is None and last is None and given is None:
        # The standard fonts need none; any other has a descriptor, and needs them.
        return isinstance(font.get("/FontDescriptor"), Dictionary)
    if not (isinstance(first, int) and isinstance(last, int) and isinstance(given, Array)):
        return True
    if len(given) != last - first + 1:
        return True
    try:
        numbers = [float(width) for width in given]
    except (TypeError, ValueError):
        return True
    codec, own = _encoding(font)
    return widths.are_wrong(str(font.get("/BaseFont", "")), codec, numbers, first, own)


def _has_other_widths(font: Object, meaning: bytes) -> bool:
    """Whether the widths of a font inside a composite one are damaged, or of other letters."""
    given = font.get("/W")
    if given is None:
        return False
    letters = dict(_copied_letters(meaning))
    try:
        pairs = [(letters.get(code), width) for code, width in _listed_widths(given)]
    except (TypeError, ValueError):
        return True
    return widths.are_of_other_letters(str(font.get("/BaseFont", "")), pairs)


def _listed_widths(given: Any) -> Iterator[tuple[int, float]]:
    """The widths in `/W`: a first code and its widths, or two codes and the width from one to both.

    Raises `TypeError` and `ValueError` for anything else.
    """
    entries: Iterator[Any] = iter(given)
    for first in entries:
        follows = next(entries, None)
        if isinstance(follows, Array):
            for code, width in enumerate(follows, start=_code(first)):
                yield code, float(width)
        else:
            every = float(next(entries, ""))
            for code in range(_code(first), _code(follows) + 1):
                yield code, every


def _code(value: Any) -> int:
    if isinstance(value, int) and 0 <= value < _TWO_BYTES:
        return value
    raise TypeError


def _encoding(font: Object) -> tuple[str | None, frozenset[int]]:
    """The codec of a font's encoding, and the codes to which it gives glyphs of its own."""
    encoding = font.get("/Encoding")
    if isinstance(encoding, Dictionary):
        differences = encoding.get("/Differences")
        return ENCODINGS.get(str(encoding.get("/BaseEncoding"))), frozenset(_codes(differences))
    return ENCODINGS.get(str(encoding)), frozenset()


def _codes(differences: Object | None) -> Iterator[int]:
    code = 0
    for entry in differences if isinstance(differences, Array) else ():
        if isinstance(entry, int):
            code = entry
        else:
            yield code
            code += 1


def _copied_letters(meaning: bytes) -> Iterator[tuple[int, str]]:
    """The codes of one or two bytes that a table lists, with their letters."""
    for kind, block in _BLOCK.findall(meaning):
        if kind == b"char":
            for code, letter in _CHAR.findall(block):
                yield int(code, 16), chr(int(letter, 16))
        else:
            for first, last, letter in _RANGE.findall(block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    yield code, chr(int(letter, 16) + code - int(first, 16))
