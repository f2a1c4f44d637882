"""Recognition: which pages of a PDF are pictures, and what an OCR engine reads there."""

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract.limits import Limits
from imr_extract.readers.layers import PlacedLine, visible
from imr_extract.scans import Scans, announce_page
from imr_extract.text.document import Recognized, Remark

if TYPE_CHECKING:
    from imr_extract.readers import ocr

Pages = Sequence[Sequence[PlacedLine]]

# A page number, a production number or the line of a fax machine on a scan: this much text and no
# more, over a picture of that share of the page.
_FEW_CHARACTERS = 200
_MOST_OF_PAGE = 0.5
_DEEP = 8  # how far pictures may be nested in forms


class Filled(NamedTuple):
    """Pages with those that OCR read in their place; `recognized` is None where it read none."""

    pages: Pages
    recognized: Recognized | None = None
    remarks: tuple[Remark, ...] = ()


def fill(data: bytes, pages: Pages, scans: Scans, limits: Limits) -> Filled:
    """The pages of a PDF, with what OCR reads on those that are for it.

    `pages` are the lines that the PDF has as text. Raises `NoOcrEngine`, `OcrFailed` and
    `TimedOut`.
    """
    if scans.ocr == "off":
        return Filled(pages)
    few = [at for at, page in enumerate(pages) if _count(page) <= _FEW_CHARACTERS]
    wanted = range(len(pages)) if scans.ocr == "force" else few
    if not wanted:
        return Filled(pages)
    from imr_extract.readers import ocr

    filled = list(pages)
    read: dict[int, ocr.Page] = {}
    with pypdfium2.PdfDocument(data) as pdf:
        for at in wanted:
            page = pdf[at]
            if scans.ocr == "force" or not _count(pages[at]) or _is_picture(page):
                announce_page()
                found = ocr.read(page, scans.engine, limits.seconds)
                if found is not None:
                    read[at + 1] = found
                    filled[at] = _lines(found)
            page.close()
    if not read:
        return Filled(pages)
    engine = ocr.engine(scans.engine)
    recognized = Recognized(
        engine=engine.name,
        version=engine.version,
        dpi=ocr.DPI,
        pages={number: page.lines for number, page in read.items()},
    )
    logos = {number: page.logo for number, page in read.items() if page.logo}
    remark = Remark("left_out", "the logo at the head of a page", tuple(logos), sum(logos.values()))
    return Filled(filled, recognized, (remark,) if logos else ())


def _count(page: Sequence[PlacedLine]) -> int:
    return sum(len(visible(line.text)) for line in page)


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether pictures cover most of the page."""
    width, height = page.get_size()
    images = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=_DEEP)
    covered = sum(_area(image) for image in images)
    return covered >= _MOST_OF_PAGE * float(width) * float(height)


def _area(image: pypdfium2.PdfObject) -> float:
    """In square points, of what is seen of it or not."""
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(image.raw, *sides)
    left, bottom, right, top = (side.value for side in sides)
    return abs((right - left) * (top - bottom))


def _lines(page: "ocr.Page") -> list[PlacedLine]:
    return [
        PlacedLine(line.text, left, baseline, bold=None)
        for line, (left, baseline) in zip(page.lines, page.origins, strict=True)
    ]
