"""Printed lines: PDFium's text of a page as lines, each letter with its index in the text page."""

import ctypes
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

#: PDFium joins the two halves of a word around a line-end hyphen with this character.
LINE_END_HYPHEN = "\ufffe"
#: Times New Roman is 400 and its bold 700 (680 by other makers of PDF).
BOLD_FROM = 600


TextPage = Any  # PDFium's handle


class Printed(NamedTuple):
    """A printed line, and the index of each of its letters in PDFium's text page."""

    text: str
    indexes: Sequence[int]


def printed_lines(textpage: TextPage) -> Iterator[Printed]:
    """The page's lines that are not blank.

    Lines that PDFium joined at a hyphen are separated again; the first gets back the hyphen, which
    has the index of PDFium's mark.
    """
    index = 0
    for line in _characters(textpage).split("\r\n"):
        halves = line.split(LINE_END_HYPHEN)
        for number, half in enumerate(halves):
            if half.strip():
                text = half + "-" if number < len(halves) - 1 else half
                yield Printed(text, range(index, index + len(text)))
            index += len(half) + 1
        index += 1


def _characters(textpage: TextPage) -> str:
    """The page's text, one UTF-16 unit for each of PDFium's characters, so that indexes agree."""
    count = pdfium.FPDFText_CountChars(textpage)
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = pdfium.FPDFText_GetText(textpage, 0, count, units) - 1
    text = buffer.raw[: 2 * max(written, 0)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # PDFium leaves out characters without a code, and pairs take two units: go one by one.
    codes = (pdfium.FPDFText_GetUnicode(textpage, at) for at in range(count))
    return "".join(chr(code) if _is_character(code) else "\ufffd" for code in codes)


def _is_character(code: int) -> bool:
    return 0 < code < 0xD800 or 0xE000 <= code <= sys.maxunicode
