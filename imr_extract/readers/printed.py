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
    """The page's lines that are not blank; see `lines_with_starts`."""
    for text, start in lines_with_starts(textpage, pdfium.FPDFText_CountChars(textpage)):
        yield Printed(text, range(start, start + len(text)))


def lines_with_starts(textpage: TextPage, count: int) -> list[tuple[str, int]]:
    """The lines that are not blank of a page with so many characters, with their first's index.

    The others' indexes follow. Lines that PDFium joined at a hyphen are separated again; the first
    gets back the hyphen, which has the index of PDFium's mark.
    """
    found = []
    index = 0
    for line in _characters(textpage, count).split("\r\n"):
        if LINE_END_HYPHEN not in line:
            if line and not line.isspace():
                found.append((line, index))
            index += len(line) + 2
            continue
        halves = line.split(LINE_END_HYPHEN)
        for number, half in enumerate(halves):
            if half.strip():
                text = half + "-" if number < len(halves) - 1 else half
                found.append((text, index))
            index += len(half) + 1
        index += 1
    return found


def _characters(textpage: TextPage, count: int) -> str:
    """The page's text, one UTF-16 unit for each of PDFium's characters, so that indexes agree."""
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
