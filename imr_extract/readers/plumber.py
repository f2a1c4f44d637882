"""The second PDF reader: pdfplumber, 20 times slower, with another idea of what a line is."""

import io
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import careful, recognition
from imr_extract.readers.layers import PlacedLine, Rectangle, build
from imr_extract.readers.opening import opened
from imr_extract.readers.placing import PlacedCharacters
from imr_extract.scans import NO_OCR, Scans
from imr_extract.text.document import Document, Remark

# pdfminer warns of what it mends in damaged files, with their words; it has an audience only where
# somebody asks for it.
logging.getLogger("pdfminer").addHandler(logging.NullHandler())


def read(data: bytes, limits: Limits, scans: Scans = NO_OCR) -> Document:
    """The document of a PDF, read by pdfplumber. Raises as `pdf.read` does."""
    data, remarks = _prepared(data, limits)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            count = len(pdf.pages)
            pages = [] if count > limits.pages else [_page_lines(page) for page in pdf.pages]
    # pdfminer raises whatever a damaged file makes it trip over, and wraps most of it.
    except Exception as error:  # noqa: BLE001
        if isinstance(error, PdfminerException) and isinstance(error.args[0], PDFPasswordIncorrect):
            raise errors.PasswordRequired from None
        raise errors.DamagedPdf from None
    if count > limits.pages:
        raise errors.TooLarge(limits.pages, "pages")
    read = recognition.fill(data, pages, scans, limits)
    return build(read.pages, "pdfplumber", limits, (*remarks, *read.remarks), read.recognized)


def characters(data: bytes, limits: Limits) -> Iterator[list[PlacedCharacters]]:
    """The lines of each page that `read` gives, with the place of every character."""
    with pdfplumber.open(io.BytesIO(_prepared(data, limits)[0])) as pdf:
        for page in pdf.pages:
            yield [
                PlacedCharacters(line["text"], _places(line))
                for line in page.extract_text_lines()
                if any(not char["text"].isspace() for char in line["chars"])
            ]
            page.close()


def _prepared(data: bytes, limits: Limits) -> tuple[bytes, Sequence[Remark]]:
    """The file as pdfplumber is to read it, which knows nothing of what can be seen.

    Raises as `opened` does, and where PDFium cannot read the file.
    """
    data, remarks, *_ = opened(data, limits)
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            if len(pdf) > limits.pages:
                raise errors.TooLarge(limits.pages, "pages")
            cleaned, left_out = careful.cleaned(pdf, limits)
    except pypdfium2.PdfiumError:
        raise errors.DamagedPdf from None
    return cleaned or data, (*remarks, *left_out)


def _places(line: dict[str, Any]) -> list[Rectangle | None]:
    """The place of each character of a line; pdfplumber has none for the blanks, which it adds."""
    chars = iter(line["chars"])
    return [None if letter == " " else _place(next(chars)) for letter in line["text"]]


def _place(char: dict[str, Any]) -> Rectangle:
    return Rectangle(*(float(char[side]) for side in ("x0", "top", "x1", "bottom")))


def _page_lines(page: Page) -> list[PlacedLine]:
    placed = []
    for line in page.extract_text_lines():
        first = next((char for char in line["chars"] if not char["text"].isspace()), None)
        if first is None:
            continue
        left, up = first["matrix"][4:]
        bold = "bold" in first["fontname"].lower()
        placed.append(PlacedLine(line["text"], left, float(page.height) - up, bold))
    page.close()  # pdfplumber keeps every character of every page otherwise
    return placed
