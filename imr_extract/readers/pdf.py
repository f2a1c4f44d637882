"""The fast PDF reader: PDFium's text, with position and weight of each line's first character."""

import ctypes
import sys

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.document import Document
from imr_extract.limits import Limits
from imr_extract.readers.layers import PlacedLine, build, check_complete

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
        pages = [_page_lines(pdf[number]) for number in range(len(pdf))]
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    finally:
        pdf.close()
    return build(pages, "pdfium", limits)


def _page_lines(page: pypdfium2.PdfPage) -> list[PlacedLine]:
    textpage = page.get_textpage()
    height = page.get_height()
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    x_out, y_out = ctypes.byref(x), ctypes.byref(y)
    placed = []
    index = 0
    for line in _characters(textpage).split("\r\n"):
        # One physical line each; PDFium's joined halves are told apart again.
        halves = line.split(_LINE_END_HYPHEN)
        for number, half in enumerate(halves):
            first = index + len(half) - len(half.lstrip())
            if half.strip():
                pdfium.FPDFText_GetCharOrigin(raw, first, x_out, y_out)
                bold = pdfium.FPDFText_GetFontWeight(raw, first) >= _BOLD_FROM
                text = half + "-" if number < len(halves) - 1 else half
                placed.append(PlacedLine(text, x.value, height - y.value, bold))
            index += len(half) + 1
        index += 1
    textpage.close()
    page.close()
    return placed


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
