"""The fast PDF reader: PDFium's text, with position and weight of each line's first character."""

import ctypes
import sys
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import streams
from imr_extract.readers.layers import PlacedLine, build, check_complete
from imr_extract.readers.placing import PlacedCharacters, Rectangle
from imr_extract.text.document import Document

# PDFium joins the two halves of a word around a line-end hyphen with this character.
_LINE_END_HYPHEN = "\ufffe"
# Times New Roman is 400 and its bold 700 (680 by other makers of PDF).
_BOLD_FROM = 600


def read(data: bytes, limits: Limits) -> Document:
    """The document of a PDF, read by PDFium.

    Raises `DamagedPdf`, `PasswordRequired`, `NoTextLayer` and `TooLarge`. Not thread-safe: PDFium
    keeps global state.
    """
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
        streams.check(data, limits)
        pages = list(_pages(pdf, limits))
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    finally:
        pdf.close()
    return build(pages, "pdfium", limits)


def characters(data: bytes) -> Iterator[list[PlacedCharacters]]:
    """The lines of each page that `read` gives, with the place of every character."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(pdf)):
            page = pdf[number]
            textpage = page.get_textpage()
            frame = _Frame(page)
            yield [
                PlacedCharacters(
                    text, [frame.rectangle(textpage, first + at) for at in range(len(text))]
                )
                for text, first in _printed_lines(textpage)
            ]
            textpage.close()
            page.close()
    finally:
        pdf.close()


def _pages(pdf: pypdfium2.PdfDocument, limits: Limits) -> Iterator[list[PlacedLine]]:
    """The lines of each page. Raises `TooLarge` before it takes in more characters than may be."""
    characters = 0
    for number in range(len(pdf)):
        page = pdf[number]
        textpage = page.get_textpage()
        characters += textpage.count_chars()
        if characters > limits.characters:
            raise errors.TooLarge(limits.characters, "characters")
        yield _page_lines(page, textpage)
        textpage.close()
        page.close()


def _page_lines(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> list[PlacedLine]:
    height = page.get_height()
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    x_out, y_out = ctypes.byref(x), ctypes.byref(y)
    placed = []
    for text, index in _printed_lines(textpage):
        first = index + len(text) - len(text.lstrip())
        pdfium.FPDFText_GetCharOrigin(raw, first, x_out, y_out)
        bold = pdfium.FPDFText_GetFontWeight(raw, first) >= _BOLD_FROM
        placed.append(PlacedLine(text, x.value, height - y.value, bold))
    return placed


def _printed_lines(textpage: pypdfium2.PdfTextPage) -> Iterator[tuple[str, int]]:
    """The page's lines that are not blank, and the index of each one's first character.

    One physical line each: PDFium's joined halves are told apart again, and the first gets back the
    hyphen, which has the index of PDFium's mark.
    """
    index = 0
    for line in _characters(textpage).split("\r\n"):
        halves = line.split(_LINE_END_HYPHEN)
        for number, half in enumerate(halves):
            if half.strip():
                yield half + "-" if number < len(halves) - 1 else half, index
            index += len(half) + 1
        index += 1


class _Frame:
    """From a page's own axes to points from the top left corner of what is shown of it.

    Attributes:
        matrix: a, b, c, d, e, f of x' = ax + cy + e and y' = bx + dy + f.
    """

    # PDFium gives whole device units; a hundred a point are finer than any print.
    _UNITS = 100

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        width, height = (round(size * self._UNITS) for size in page.get_size())
        x, y = ctypes.c_int(), ctypes.c_int()

        def device(at_x: float, at_y: float) -> tuple[float, float]:
            pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, at_x, at_y, x, y)
            return x.value / self._UNITS, y.value / self._UNITS

        e, f = device(0, 0)
        (right_x, right_y), (up_x, up_y) = device(1000, 0), device(0, 1000)
        self.matrix = (
            (right_x - e) / 1000,
            (right_y - f) / 1000,
            (up_x - e) / 1000,
            (up_y - f) / 1000,
            e,
            f,
        )

    def rectangle(self, textpage: pypdfium2.PdfTextPage, index: int) -> Rectangle | None:
        """The place of one character; None where it has none, as blanks that PDFium adds."""
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, box):
            return None
        a, b, c, d, e, f = self.matrix
        xs = [a * x + c * y + e for x, y in ((box.left, box.bottom), (box.right, box.top))]
        ys = [b * x + d * y + f for x, y in ((box.left, box.bottom), (box.right, box.top))]
        return Rectangle(min(xs), min(ys), max(xs), max(ys))


def _characters(textpage: pypdfium2.PdfTextPage) -> str:
    """The page's text, one UTF-16 unit for each of PDFium's characters, so that indexes agree."""
    count = textpage.count_chars()
    buffer = ctypes.create_string_buffer(2 * (count + 1))
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = pdfium.FPDFText_GetText(textpage.raw, 0, count, units) - 1
    text = buffer.raw[: 2 * max(written, 0)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    # PDFium leaves out characters without a code, and pairs take two units: go one by one.
    codes = (pdfium.FPDFText_GetUnicode(textpage.raw, at) for at in range(count))
    return "".join(chr(code) if _is_character(code) else "\ufffd" for code in codes)


def _is_character(code: int) -> bool:
    return 0 < code < 0xD800 or 0xE000 <= code <= sys.maxunicode
