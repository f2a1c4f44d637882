"""What an OCR engine is to the readers, and which one there is."""

from functools import cache
from typing import NamedTuple, Protocol

from PIL.Image import Image

from imr_extract import errors
from imr_extract.scans import OcrEngine

# Both engines read best at this resolution: finer pictures cost time, and RapidOCR misreads more.
DPI = 200


class RecognizedWord(NamedTuple):
    """A word as an engine reads it; its box is in pixels from the picture's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float  # from 0 to 1


class PageRecognizer(Protocol):
    """Reads pictures of pages. Same picture, same words."""

    @property
    def name(self) -> str:
        """How the engine is called in a record: "tesseract"."""
        ...

    @property
    def version(self) -> str:
        """The version, as the engine reports it: "5.3.0"."""
        ...

    def fragments(self, picture: Image, seconds: float) -> list[list[RecognizedWord]]:
        """The lines of a page, or the parts of lines in cells of a table, in reading order.

        Raises `TimedOut` after that much time of the processor, and `OcrFailed`.
        """
        ...


def check(choice: OcrEngine) -> None:
    """Raise `NoOcrEngine` where `engine` will."""
    from imr_extract.readers.ocr import rapid, tesseract

    if choice != "rapidocr" and tesseract.find() is not None:
        return
    if choice == "tesseract" or not rapid.is_installed():
        raise errors.NoOcrEngine(None if choice == "auto" else choice)


def edition(choice: OcrEngine) -> str:
    """Name and version of the engine that `engine` gives, without loading it: "tesseract 5.3.0".

    Raises `NoOcrEngine` as `engine` does.
    """
    from imr_extract.readers.ocr import rapid, tesseract

    check(choice)
    found = None if choice == "rapidocr" else tesseract.find()
    return f"rapidocr {rapid.edition()}" if found is None else f"{found.name} {found.version}"


@cache
def engine(choice: OcrEngine) -> PageRecognizer:
    """The engine that is asked for; of "auto", Tesseract before RapidOCR.

    Raises `NoOcrEngine` where it, or any, is not installed.
    """
    from imr_extract.readers.ocr import rapid, tesseract

    check(choice)
    found = None if choice == "rapidocr" else tesseract.find()
    return found if found is not None else rapid.load()
