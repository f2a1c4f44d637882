"""The first PDF reader: PDFium's text, with position and weight of each line's first character.

Published letters are read in one pass. Whatever is made otherwise, or shows anything odd, is read
by `careful`, object by object.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import careful, recognition, streams
from imr_extract.readers.furniture import may_be_furniture
from imr_extract.readers.geometry import Frame, is_out_of_order
from imr_extract.readers.layers import PlacedLine, build, check_complete
from imr_extract.readers.placing import PlacedCharacters
from imr_extract.readers.printed import BOLD_FROM, printed_lines
from imr_extract.scans import NO_OCR, Scans
from imr_extract.text.document import Document, Remark

# The distance of lines in published letters, in points.
_LINE = 14.0


class _Odd(Exception):
    """A page that the fast way does not read as it should."""


class _Pages(NamedTuple):
    lines: list[list[PlacedLine]]
    remarks: Sequence[Remark]


def read(data: bytes, limits: Limits, scans: Scans = NO_OCR) -> Document:
    """The document of a PDF, read by PDFium.

    Raises `DamagedPdf`, `PasswordRequired`, `NoTextLayer` and `TooLarge`. Not thread-safe: PDFium
    keeps global state.
    """
    pages = _read(data, limits, places=False)
    read = recognition.fill(data, pages.lines, scans, limits)
    return build(read.pages, "pdfium", limits, (*pages.remarks, *read.remarks), read.recognized)


def characters(data: bytes, limits: Limits) -> Iterator[list[PlacedCharacters]]:
    """The lines of each page that `read` gives, with the place of every character."""
    for page in _read(data, limits, places=True).lines:
        yield [PlacedCharacters(line.text, line.places or ()) for line in page]


def _read(data: bytes, limits: Limits, *, places: bool) -> _Pages:
    check_complete(data)
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise errors.PasswordRequired from None
        raise errors.DamagedPdf from None
    try:
        if len(pdf) > limits.pages:
            raise errors.TooLarge(limits.pages, "pages")
        plain = streams.check(data, limits)
        if plain:
            try:
                lines = list(_pages(pdf, limits, places=places))
                if not may_be_furniture(lines):
                    return _Pages(lines, ())
            except _Odd:
                pass
        return _Pages(*careful.read(pdf, limits, places=places))
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    finally:
        pdf.close()


def _pages(
    pdf: pypdfium2.PdfDocument, limits: Limits, *, places: bool
) -> Iterator[list[PlacedLine]]:
    """The lines of each page. Raises `TooLarge` before it takes in more characters than may be."""
    characters = 0
    for number in range(len(pdf)):
        page = pdf[number]
        if page.get_rotation() or page.get_cropbox() != page.get_mediabox():
            raise _Odd
        textpage = page.get_textpage()
        characters += textpage.count_chars()
        if characters > limits.characters:
            raise errors.TooLarge(limits.characters, "characters")
        yield _page_lines(page, textpage, places=places)
        textpage.close()
        page.close()


def _page_lines(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, *, places: bool
) -> list[PlacedLine]:
    height = page.get_height()
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    x_out, y_out = ctypes.byref(x), ctypes.byref(y)
    frame = Frame(page) if places else None
    placed = []
    for text, indexes in printed_lines(textpage):
        first = indexes[len(text) - len(text.lstrip())]
        if pdfium.FPDFText_GetCharAngle(raw, first):
            raise _Odd
        pdfium.FPDFText_GetCharOrigin(raw, first, x_out, y_out)
        bold = pdfium.FPDFText_GetFontWeight(raw, first) >= BOLD_FROM
        boxes = [frame.rectangle(textpage, index) for index in indexes] if frame else None
        placed.append(PlacedLine(text, x.value, height - y.value, bold, boxes))
    if is_out_of_order([each.baseline for each in placed], _LINE):
        raise _Odd
    return placed
