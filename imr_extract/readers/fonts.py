"""Fonts: does a font tell programs the letters that it prints?

A font of a named encoding says what each code prints. A table beside it (`/ToUnicode`) says what
the code is to be copied as; where the two name different letters, the page does not say what a
program reads.
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


def tells_other_letters(font: Object, meaning: bytes) -> bool:
    """Whether a font's table gives letters or digits another meaning than its encoding does.

    Only encodings by a well-known name are compared; of others nobody knows what they print.
    """
    codec, own = _encoding(font)
    if codec is None:
        return False
    return any(
        printed.isalnum() and told.isalnum() and printed.casefold() != told.casefold()
        for code, told in _told(meaning)
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
    for each in differences if isinstance(differences, Array) else ():
        if isinstance(each, int):
            code = each
        else:
            yield code
            code += 1


def _told(meaning: bytes) -> Iterator[tuple[int, str]]:
    """The codes of one byte that a table lists, with their letters."""
    for kind, block in _BLOCK.findall(meaning):
        if kind == b"char":
            for code, letter in _CHAR.findall(block):
                yield int(code, 16), chr(int(letter, 16))
        else:
            for first, last, letter in _RANGE.findall(block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    yield code, chr(int(letter, 16) + code - int(first, 16))
