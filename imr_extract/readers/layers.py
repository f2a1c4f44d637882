"""From positioned lines to a document; used by both PDF readers and OCR."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers.text import INVISIBLE
from imr_extract.text.document import Document, Line, Reader, Recognized, Remark, Span

# A gap this much larger than the usual distance of lines begins a paragraph, in this type of letter
# by half a line at least.
_PARAGRAPH_GAP = 1.3


class Rectangle(NamedTuple):
    """In points from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float


class PlacedLine(NamedTuple):
    """A line as a PDF reader gives it; see `document.Line` for the units."""

    text: str
    left: float
    baseline: float
    bold: bool | None  # None where a reader does not know
    places: Sequence[Rectangle | None] | None = None  # of its letters, where asked for
    is_repaired: bool = False  # by `repair`


def visible(printed: str) -> str:
    """What of a line as read goes into the document; "" leaves the line out."""
    if printed.isprintable():  # nothing that is left out is printable
        return printed.strip()
    return INVISIBLE.sub("", printed).strip()


def build(
    pages: Sequence[Sequence[PlacedLine]],
    reader: Reader,
    limits: Limits,
    remarks: Sequence[Remark] = (),
    recognized: Recognized | None = None,
) -> Document:
    """The document of a PDF's pages: an empty line at each paragraph gap, a form feed after pages.

    Raises `NoTextLayer` where no page has a visible character, and `TooLarge`.
    """
    gap = usual_distance(pages) * _PARAGRAPH_GAP
    pieces: list[str] = []
    lines: list[Line] = []
    repaired: list[Span] = []
    at = 0
    for number, page in enumerate(pages, start=1):
        if number > 1:
            pieces.append("\f")
            at += 1
        above: float | None = None
        for printed, left, baseline, bold, _, is_repaired in page:
            text = visible(printed)
            if not text:
                continue
            if above is not None and baseline - above > gap:
                pieces.append("\n")
                at += 1
            above = baseline
            end = at + len(text)
            lines.append(Line(at, end, number, left, baseline, bold))
            if is_repaired:
                repaired.append(Span(at, end))
            pieces.append(text + "\n")
            at = end + 1
            if at > limits.characters:
                raise errors.TooLarge(limits.characters, "characters")
    if not lines:
        raise errors.NoTextLayer(tried_ocr=recognized is not None)
    if recognized is not None and {line.page for line in lines} <= set(recognized.pages):
        reader = "ocr"
    return Document(
        "".join(pieces),
        tuple(lines),
        len(pages),
        reader,
        "application/pdf",
        tuple(remarks),
        recognized,
        repaired=tuple(repaired),
    )


def usual_distance(pages: Sequence[Sequence[PlacedLine]]) -> float:
    """The commonest distance of neighbouring baselines, in points; infinite without any."""
    heights = [[line.baseline for line in page] for page in pages]
    distances = Counter(
        [
            round(below - above)
            for page in heights
            for above, below in zip(page, page[1:], strict=False)
            if below > above
        ]
    )
    return float(distances.most_common(1)[0][0]) if distances else float("inf")
