"""Geometry: which way is up on a page, and in which order its lines are read.

A page may be turned by its `/Rotate`, its content may be drawn sideways, a scan may stand askew,
and the operators of its stream may come in any order. All that is settled here, so that everything
behind it sees a page that stands upright, measured from the top left corner of what is shown.
"""

import ctypes
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract.readers.layers import Rectangle
from imr_extract.readers.printed import TextPage

# Two characters stand on one line where their baselines differ by less than this share of the type
# size: raised marks do, the next line does not, whose distance is at least the type size.
_SAME_LINE = 0.45
_SAMPLE = 200  # characters that are asked for their direction
# A gap wider than this share of the type size is a blank; the blank of Times has a quarter.
_BLANK = 0.17
# Reading order goes down the page. A table's cells and raised marks go up by a line or two; a
# stream that jumps up by more, or goes up all the time, was not written in reading order.
_JUMP_LINES = 3.0
_STEP_LINES = 0.5
_MOST_STEPS = 0.25  # share of the lines that a table may have one line up
_FEWEST_STEPS = 3


class Frame:
    """From a page's own axes to points from the top left corner of what is shown of it.

    Attributes:
        matrix: a, b, c, d, e, f of x' = ax + cy + e and y' = bx + dy + f.
    """

    # PDFium gives whole device units; a hundred a point are finer than any print.
    _UNITS = 100

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.width, self.height = page.get_size()
        width, height = (round(size * self._UNITS) for size in (self.width, self.height))
        x, y = ctypes.c_int(), ctypes.c_int()

        def device(at_x: float, at_y: float) -> tuple[float, float]:
            pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, at_x, at_y, x, y)
            return x.value / self._UNITS, y.value / self._UNITS

        e, f = device(0, 0)
        (right_x, right_y), (up_x, up_y) = device(1000, 0), device(0, 1000)
        self.matrix = (
            (right_x - e) / 1000,
            (right_y - f) / 1000,
            (up_x - e) / 1000,
            (up_y - f) / 1000,
            e,
            f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page's own axes, as seen."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    def around(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """A rectangle of the page's own axes, as seen."""
        (x1, y1), (x2, y2) = self.point(left, bottom), self.point(right, top)
        return Rectangle(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))

    def rectangle(self, textpage: TextPage, index: int) -> Rectangle | None:
        """The place of one character; None where it has none, as blanks that PDFium adds."""
        box = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(textpage, index, box):
            return None
        return self.around(box.left, box.bottom, box.right, box.top)


class Character(NamedTuple):
    """A printed character, by its place in PDFium's text page."""

    at: int
    letter: str
    x: float  # of its origin, on the upright page
    baseline: float
    right: float
    size: float


def quarter(textpage: pypdfium2.PdfTextPage) -> int:
    """The quarter turns, clockwise, that set most of the letters upright; 0 without letters."""
    weights = [0, 0, 0, 0]
    count = textpage.count_chars()
    for at in range(0, count, max(count // _SAMPLE, 1)):
        angle = pdfium.FPDFText_GetCharAngle(textpage.raw, at)
        if angle >= 0 and pdfium.FPDFText_IsGenerated(textpage.raw, at) == 0:
            weights[-round(angle / (math.pi / 2)) % 4] += 1  # PDFium counts clockwise
    return max(range(4), key=lambda quarters: (weights[quarters], -quarters))


def is_out_of_order(baselines: Sequence[float], line: float) -> bool:
    """Whether lines at these baselines, as read, jump up the page; `line` is their distance."""
    ups = [above - below for above, below in zip(baselines, baselines[1:], strict=False)]
    if not ups or max(ups) <= line * _STEP_LINES:
        return False
    jumps = sum(up > line * _JUMP_LINES for up in ups)
    if jumps:
        return jumps > 1 or _is_turned(baselines)
    steps = sum(up > line * _STEP_LINES for up in ups)
    return steps > max(_FEWEST_STEPS, len(ups) * _MOST_STEPS)


def _is_turned(baselines: Sequence[float]) -> bool:
    """Whether what comes behind the one jump stands among what came before it, not below it."""
    jump = max(range(len(baselines) - 1), key=lambda at: baselines[at] - baselines[at + 1])
    return min(baselines[jump + 1 :]) < max(baselines[: jump + 1])


def in_reading_order(characters: Iterable[Character], slope: float) -> list[list[Character]]:
    """The lines of a page, from top to bottom, each from left to right.

    `slope` is how far a line sinks for each point to the right, on a page that stands askew.
    """
    level: Callable[[Character], float] = lambda character: character.baseline - slope * character.x  # noqa: E731
    rows: list[list[Character]] = []
    for character in sorted(characters, key=lambda character: (level(character), character.x)):
        if rows and level(character) - level(rows[-1][0]) < _SAME_LINE * max(character.size, 1.0):
            rows[-1].append(character)
        else:
            rows.append([character])
    return [sorted(row, key=lambda character: character.x) for row in rows]


def with_blanks(row: Sequence[Character]) -> tuple[str, list[int]]:
    """A line's text and the index of each of its letters; blanks stand where the gap is wide.

    A blank that is not printed has the index of the letter before it.
    """
    letters: list[str] = []
    indexes: list[int] = []
    before: Character | None = None
    for character in row:
        if before is not None and letters and letters[-1] != " " and character.letter != " ":
            gap = character.x - before.right
            if gap > _BLANK * max(before.size, character.size):
                letters.append(" ")
                indexes.append(before.at)
        if character.letter != " " or (letters and letters[-1] != " "):
            letters.append(character.letter)
            indexes.append(character.at)
        before = character
    return "".join(letters), indexes


def slope_of(angles: Iterable[tuple[float, int]]) -> float:
    """How far lines sink for each point to the right, of the directions that are nearly level."""
    level = [angle for angle, letters in angles if abs(angle) < 5 for _ in range(letters)]
    return -math.tan(math.radians(statistics.median(level))) if level else 0.0
