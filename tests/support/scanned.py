"""Letters as a scanner gives them: fixture letters as pictures, and an engine for tests."""

import io
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image

from imr_extract.readers.ocr import page as ocr_page
from imr_extract.readers.ocr import rapid, tesseract
from imr_extract.readers.ocr.engine import RecognizedWord

needs_tesseract = pytest.mark.skipif(
    tesseract.find() is None,
    reason="Tesseract with English data is not installed (apt-get install tesseract-ocr)",
)
needs_rapidocr = pytest.mark.skipif(
    not rapid.is_installed(), reason="RapidOCR is not installed (the extra `ocr`)"
)


def pictures(pdf: bytes, dpi: int = 200) -> list[Image.Image]:
    """The pages of a PDF as grey pictures."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document
        ]


def pdf_of(pages: list[Image.Image], dpi: int = 200) -> bytes:
    """A PDF of pictures only."""
    stream = io.BytesIO()
    first, *rest = pages
    first.save(stream, "PDF", resolution=dpi, save_all=True, append_images=rest)
    return stream.getvalue()


def scanned(
    pdf: bytes, change: Callable[[Image.Image], Image.Image] = lambda page: page, dpi: int = 200
) -> bytes:
    """The PDF as pictures of its pages, each after a change."""
    return pdf_of([change(page) for page in pictures(pdf, dpi)], dpi)


class Printer:
    """An engine that knows beforehand what is printed: it gives these lines for every page."""

    name = "tesseract"
    version = "0.0"

    def __init__(self, *lines: str, confidence: float = 0.95) -> None:
        self.pages = 0
        self.lines = lines
        self.confidence = confidence

    def fragments(self, picture: Image.Image, seconds: float) -> list[list[RecognizedWord]]:
        """The lines, one below the other."""
        del picture, seconds
        self.pages += 1
        return [
            words(line, top=100 + 38 * at, confidence=self.confidence)
            for at, line in enumerate(self.lines)
            if line.strip()
        ]

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the engine of this machine."""
        monkeypatch.setattr(ocr_page, "engine_of", lambda _: self)


def words(
    line: str, *, left: int = 200, top: int = 100, confidence: float = 0.95
) -> list[RecognizedWord]:
    """The words of a line in letters of 12 by 22 dots; blanks at its head move it to the right."""
    at = 0
    found = []
    for text in line.split():
        at = line.index(text, at)
        begin = left + 12 * at
        found.append(RecognizedWord(text, begin, top, begin + 12 * len(text), top + 22, confidence))
        at += len(text)
    return found
