"""Placing: from spans of the document to rectangles on its pages."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from imr_extract.readers.layers import Rectangle, visible
from imr_extract.readers.text import INVISIBLE
from imr_extract.record.model import Box
from imr_extract.text.document import Document, Line, RecognizedLine, Span


class PlacedCharacters(NamedTuple):
    """A line as a PDF reader gives it, with the place of each of its characters."""

    text: str
    places: Sequence[Rectangle | None]  # None for a blank that stands nowhere


def boxes(
    document: Document, pages: Iterable[list[PlacedCharacters]], spans: Iterable[Span]
) -> dict[Span, list[Box]]:
    """The rectangles of each span, one per line that it touches, in reading order.

    `pages` are the pages that `document` was built from, but for those that OCR read.
    """
    read = {} if document.recognized is None else document.recognized.pages
    places = [
        _visible(line)
        for number, page in enumerate(pages, start=1)
        for line in (_recognized(read[number]) if number in read else page)
        if visible(line.text)
    ]
    starts = [line.start for line in document.lines]
    lines = list(zip(document.lines, places, strict=True))
    return {
        span: [
            box
            for line, placed in lines[bisect_right(starts, span.start) - 1 :]
            if line.start < span.end
            for box in _box(line, placed, span)
        ]
        for span in spans
    }


def _recognized(lines: Iterable[RecognizedLine]) -> list[PlacedCharacters]:
    return [
        PlacedCharacters(
            line.text, [None if place is None else Rectangle(*place) for place in line.places]
        )
        for line in lines
    ]


def _visible(line: PlacedCharacters) -> list[Rectangle | None]:
    """The places of the characters that `layers.visible` leaves of the line."""
    kept = [
        (letter, place)
        for at, (letter, place) in enumerate(zip(line.text, line.places, strict=True))
        if not INVISIBLE.match(line.text, at)
    ]
    first = next(at for at, (letter, _) in enumerate(kept) if not letter.isspace())
    last = next(at for at in reversed(range(len(kept))) if not kept[at][0].isspace())
    return [place for _, place in kept[first : last + 1]]


def _box(line: Line, placed: list[Rectangle | None], span: Span) -> Iterator[Box]:
    """The rectangle around what the span holds of this line; none where that is nothing."""
    within = placed[max(span.start - line.start, 0) : max(span.end - line.start, 0)]
    there = [place for place in within if place is not None]
    if there:
        yield Box(
            line.page,
            round(min(place.left for place in there), 2),
            round(min(place.top for place in there), 2),
            round(max(place.right for place in there), 2),
            round(max(place.bottom for place in there), 2),
        )
