"""How letters are read."""

import msgspec

from imr_extract.layouts.loader import UserLayout
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.readers import ReaderChoice
from imr_extract.record.model import Grade
from imr_extract.scans import NO_OCR, Scans


class ReadingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The choices that hold for every letter of a run.

    Attributes:
        reader: how a PDF is read; "auto" uses PDFium, and pdfplumber where PDFium's text cannot be
            prose.
        limits: the sizes up to which a file is read, and what a worker may use for it.
        evidence: whether the record shows the words behind each value.
        boxes: whether it also shows where on the pages of a PDF they stand, for which the file is
            read a second time.
        min_grade: values of a lower grade are left out, and notes say so; None keeps all.
        user_layouts: layouts that are tried before the shipped ones.
        scans: whether an OCR engine reads pages that are pictures.
    """

    reader: ReaderChoice = "auto"
    limits: Limits = DEFAULT_LIMITS
    evidence: bool = False
    boxes: bool = False
    min_grade: Grade | None = None
    user_layouts: tuple[UserLayout, ...] = ()
    scans: Scans = NO_OCR


DEFAULT_OPTIONS = ReadingOptions()
