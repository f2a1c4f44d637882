"""Settings for pages that are pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

OcrMode = Literal["off", "auto", "force"]
OcrEngine = Literal["auto", "tesseract", "rapidocr"]


class Scans(NamedTuple):
    """Which pages an OCR engine reads, and which engine.

    `ocr` "auto" has it read the pages that are pictures, "force" all pages, also those with text.
    `engine` "auto" is Tesseract where the system has it, else RapidOCR where that is installed.
    """

    ocr: OcrMode = "off"
    engine: OcrEngine = "auto"


NO_OCR = Scans()

# OCR takes seconds per page, so its progress is announced page by page. No record depends on the
# listener, which is therefore not passed through the functions in between.
_listener: ContextVar[Callable[[], None] | None] = ContextVar("on_each_page", default=None)


@contextmanager
def on_each_page(listener: Callable[[], None]) -> Iterator[None]:
    """Have `listener` called before each page that an OCR engine reads."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def announce_page() -> None:
    """Notify the listener that a page is about to be read by OCR."""
    listener = _listener.get()
    if listener is not None:
        listener()
