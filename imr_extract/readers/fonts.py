"""Fonts: whether text is copied as the letters that the font prints.

The encoding of a font says what each code prints, and its table `/ToUnicode` what the code is
copied as. Where the two differ, a program reads other letters than the page shows.
"""

import re
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Object

_ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
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
