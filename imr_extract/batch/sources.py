"""Sources: the files that records were made from, found again by name and content."""

import hashlib
from collections import defaultdict
from pathlib import Path

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input, Walk
from imr_extract.limits import Limits
from imr_extract.readers import ReaderChoice
from imr_extract.record.model import Source
from imr_extract.scans import NO_OCR, OcrEngine, Scans

_READERS: dict[str | None, ReaderChoice] = {
    "pdfium": "pdfium",
    "pdfplumber": "pdfplumber",
    "text": "auto",
    "ocr": "auto",
}
_ENGINES: dict[str, OcrEngine] = {"tesseract": "tesseract", "rapidocr": "rapidocr"}


class Sources:
    """The files of a folder and of those below it."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._by_name: defaultdict[str, list[Input]] = defaultdict(list)
        for each in Walk().expand([folder]):
            self._by_name[each.name].append(each)

    def find(self, source: Source) -> bytes:
        """The bytes of the file that has this name and, of several, this content.

        Raises `Unreadable` where there is no file of the name, and `Changed` where none of that
        name has the content.
        """
        inputs = self._by_name.get(source.name)
        if not inputs:
            raise errors.Unreadable("no file of this name below the source folder")
        for each in inputs:
            data = load(each, self._limits)
            if hashlib.sha256(data).hexdigest() == source.sha256:
                return data
        raise Changed


class Changed(Exception):
    """A file has the name that a record gives, and another content than it was made from."""


def reading_of(source: Source) -> tuple[ReaderChoice, Scans] | None:
    """How the file of a record was read; None where no reader or engine of this program did."""
    reader = _READERS.get(source.reader)
    if reader is None or source.ocr is None:
        return None if reader is None else (reader, NO_OCR)
    engine = _ENGINES.get(source.ocr.engine)
    if engine is None:
        return None
    return reader, Scans("force" if source.reader == "ocr" else "auto", engine)
