"""OCR: pages that are pictures, read by an engine that the machine has."""

from imr_extract.readers.ocr.engine import DPI, PageRecognizer, check, engine
from imr_extract.readers.ocr.page import Page, read

__all__ = ["DPI", "Page", "PageRecognizer", "check", "engine", "read"]
