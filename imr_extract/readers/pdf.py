"""The first PDF reader: PDFium's text, with position and weight of each line's first character.

Published letters are read in one pass. Other files, and pages with anything unusual, are read by
`careful`, object by object.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import careful, recognition, repair
from imr_extract.readers.furniture import may_be_furniture
from imr_extract.readers.geometry import Frame, is_out_of_order
from imr_extract.readers.layers import PlacedLine, build
from imr_extract.readers.opening import opened
from imr_extract.readers.placing import PlacedCharacters
from imr_extract.readers.printed import BOLD_FROM, TextPage, lines_with_starts
from imr_extract.scans import NO_OCR, Scans
from imr_extract.text.document import Document, Remark

# The distance of lines in published letters, in points.
_LINE = 14.0


class _Odd(Exception):
    """A page that the quick reading does not get right."""


class _Page(NamedTuple):
    height: float
    lines: list[PlacedLine]


class _Pages(NamedTuple):
    lines: list[list[PlacedLine]]
    remarks: Sequence[Remark]


def read(data: bytes, limits: Limits, scans: Scans = NO_OCR) -> Document:
    """The document of a PDF, read by PDFium.

    Raises `DamagedPdf`, `PasswordRequired`, `NoTextLayer` and `TooLarge`. Not thread-safe: PDFium
    keeps global state.
    """
    pages = _read(data, limits, places=False)
    lines = repair.repaired(pages.lines)
    read = recognition.fill(data, lines, scans, limits)
    return build(read.pages, "pdfium", limits, (*pages.remarks, *read.remarks), read.recognized)


def characters(data: bytes, limits: Limits) -> Iterator[list[PlacedCharacters]]:
    """The lines of each page that `read` gives, with the place of every character."""
    for page in _read(data, limits, places=True).lines:
        yield [PlacedCharacters(line.text, line.places or ()) for line in page]


def _read(data: bytes, limits: Limits, *, places: bool) -> _Pages:
    data, remarks, plain, has_forms = opened(data, limits)
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    try:
        if len(pdf) > limits.pages:
            raise errors.TooLarge(limits.pages, "pages")
        if plain:
            try:
                quick = list(_pages(pdf, limits, places=places, has_forms=has_forms))
                lines = [page.lines for page in quick]
                if not may_be_furniture(lines, [page.height for page in quick]):
                    return _Pages(lines, ())
            except _Odd:
                pass
        lines, left_out = careful.read(pdf, limits, places=places)
        return _Pages(lines, (*remarks, *left_out))
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    finally:
        pdf.close()


def _pages(
    pdf: pypdfium2.PdfDocument, limits: Limits, *, places: bool, has_forms: bool
) -> Iterator[_Page]:
    """Each page with its lines. Raises `TooLarge` before it reads more characters than the limit.

    PDFium's own handles are used here: the library's objects around them take a while to make.
    """
    characters = 0
    boxes = _Boxes()
    for number in range(len(pdf)):
        page = pdfium.FPDF_LoadPage(pdf.raw, number)
        if not page:
            raise errors.DamagedPdf
        textpage = pdfium.FPDFText_LoadPage(page)
        try:
            if not textpage:
                raise errors.DamagedPdf
            if pdfium.FPDFPage_GetRotation(page) or boxes.cut(page):
                raise _Odd
            if has_forms and _is_text_under_forms(page, textpage):
                raise _Odd
            count = pdfium.FPDFText_CountChars(textpage)
            characters += count
            if characters > limits.characters:
                raise errors.TooLarge(limits.characters, "characters")
            frame = Frame(pdf[number]) if places else None
            height = pdfium.FPDF_GetPageHeightF(page)
            yield _Page(height, _page_lines(height, textpage, count, frame))
        finally:
            pdfium.FPDFText_ClosePage(textpage)
            pdfium.FPDF_ClosePage(page)


def _is_text_under_forms(page: pdfium.FPDF_PAGE, textpage: TextPage) -> bool:
    """Whether text stands where a form of the page is drawn."""
    sides = [ctypes.c_float() for _ in range(4)]
    for at in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, at)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            continue
        pdfium.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        bounds = (left, top, right, bottom)
        count = pdfium.FPDFText_GetBoundedText(textpage, *bounds, None, 0)
        units = (ctypes.c_ushort * count)()
        pdfium.FPDFText_GetBoundedText(textpage, *bounds, units, count)
        if bytes(units).decode("utf-16-le", "replace").strip("\0 \r\n"):
            return True
    return False


class _Boxes:
    """The boxes of pages, asked for in places that are made once for a file."""

    def __init__(self) -> None:
        self._media, self._crop = (ctypes.c_float * 4)(), (ctypes.c_float * 4)()
        self._media_sides, self._crop_sides = tuple(_sides(self._media)), tuple(_sides(self._crop))

    def cut(self, page: pdfium.FPDF_PAGE) -> bool:
        """Whether less is shown than the page's medium, or it does not begin at the corner."""
        media, crop = self._media, self._crop
        pdfium.FPDFPage_GetMediaBox(page, *self._media_sides)
        has_crop = pdfium.FPDFPage_GetCropBox(page, *self._crop_sides)
        return bool(media[0] or media[1] or (has_crop and media[:] != crop[:]))


def _sides(box: ctypes.Array[ctypes.c_float]) -> Iterator[Any]:
    size = ctypes.sizeof(ctypes.c_float)
    return (ctypes.byref(ctypes.c_float.from_buffer(box, side * size)) for side in range(4))


def _page_lines(
    height: float, textpage: TextPage, count: int, frame: Frame | None
) -> list[PlacedLine]:
    """The lines of a page of this height with so many characters."""
    x, y = ctypes.c_double(), ctypes.c_double()
    x_out, y_out = ctypes.byref(x), ctypes.byref(y)
    angle, origin = pdfium.FPDFText_GetCharAngle, pdfium.FPDFText_GetCharOrigin
    weight = pdfium.FPDFText_GetFontWeight
    placed = []
    for text, start in lines_with_starts(textpage, count):
        first = start + len(text) - len(text.lstrip())
        if angle(textpage, first):
            raise _Odd
        origin(textpage, first, x_out, y_out)
        bold = weight(textpage, first) >= BOLD_FROM
        boxes = None
        if frame:
            boxes = [frame.rectangle(textpage, start + at) for at in range(len(text))]
        placed.append(PlacedLine(text, x.value, height - y.value, bold, boxes))
    if is_out_of_order([line.baseline for line in placed], _LINE):
        raise _Odd
    return placed
