"""Readers: bytes in, a `Document` out. The bytes decide the reader, never the file's name."""

import threading
from collections.abc import Iterable
from typing import Literal

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.record.model import Box
from imr_extract.scans import NO_OCR, OcrEngine, Scans
from imr_extract.text.document import Document, Span

# PDFium keeps global state: two threads in it at once end the process.
_ONE_AT_A_TIME = threading.RLock()

ReaderChoice = Literal["auto", "pdfium", "pdfplumber"]

# Where a PDF may begin: Acrobat accepts the mark anywhere in the first 1,024 bytes.
_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024

_ZIP_MARK = b"PK\x03\x04"
# First bytes of files that people mistake for a letter, and their name in the message.
_OTHER_TYPES = (
    (_ZIP_MARK, "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%!PS", "a PostScript document"),
)
_HTML_MARKS = (b"<!doctype html", b"<html", b"<?xml")


def media_type(data: bytes) -> Literal["application/pdf", "text/plain"]:
    """What the bytes are. Raises `Empty` without bytes and `UnsupportedType` for known others."""
    head = data[:_PDF_MARK_WITHIN]
    if not head.strip():
        if not data.strip():
            raise errors.Empty
        return "text/plain"
    if data.startswith(_ZIP_MARK) and b"word/document.xml" in data:
        raise errors.UnsupportedType('a Word document (.docx: there, "Save as" makes a PDF)')
    for mark, what in _OTHER_TYPES:
        if head.startswith(mark):
            raise errors.UnsupportedType(what)
    if _PDF_MARK in head:
        return "application/pdf"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_MARKS):
        raise errors.UnsupportedType("a web page or XML")
    return "text/plain"


def read(data: bytes, choice: ReaderChoice, limits: Limits, scans: Scans = NO_OCR) -> Document:
    """The document that `data` holds.

    `choice` concerns PDFs: "auto" reads with PDFium, and with pdfplumber where PDFium's text
    fails `quality.looks_wrong`. `scans` says which pages OCR reads. Threads may call it; they read
    PDFs one after the other. Raises an `ImrError` that says what is wrong with the bytes.
    """
    if len(data) > limits.bytes:
        raise errors.TooLarge(limits.bytes, "bytes")
    # Imported where needed: reading a text file loads no PDF library, and the other way round.
    if media_type(data) == "text/plain":
        from imr_extract.readers import text

        return text.read(data, limits)
    with _ONE_AT_A_TIME:
        return _read_pdf(data, choice, limits, scans)


def _read_pdf(data: bytes, choice: ReaderChoice, limits: Limits, scans: Scans) -> Document:
    if choice == "pdfplumber":
        from imr_extract.readers import plumber

        return plumber.read(data, limits, scans)
    from imr_extract.readers import pdf, quality

    document = pdf.read(data, limits, scans)
    if choice == "auto" and document.reader != "ocr" and quality.looks_wrong(document.text):
        from imr_extract.readers import plumber

        second = plumber.read(data, limits, scans)
        return document if quality.looks_wrong(second.text) else second
    return document


def check_engine(choice: OcrEngine) -> None:
    """Raise `NoOcrEngine` where the OCR engine, or any, is not installed."""
    from imr_extract.readers import ocr

    ocr.check(choice)


def boxes(
    data: bytes, document: Document, spans: Iterable[Span], limits: Limits
) -> dict[Span, list[Box]]:
    """The rectangles of each span on the pages, one per printed line that it touches.

    `document` is what `read` made of `data`. Reads the PDF a second time, for the place of every
    character; a text has no pages to draw on, and gives no rectangle.
    """
    if document.reader == "text":
        return {}
    from imr_extract.readers import placing

    if document.reader == "pdfplumber":
        from imr_extract.readers import plumber

        return placing.boxes(document, plumber.characters(data, limits), spans)
    from imr_extract.readers import pdf

    with _ONE_AT_A_TIME:
        return placing.boxes(document, pdf.characters(data, limits), spans)
