"""Pictures of pages: drawn at the resolution that engines read best, and set straight."""

import math
from array import array
from itertools import pairwise
from typing import NamedTuple

import pypdfium2
from PIL import Image, ImageOps

from imr_extract.readers.ocr.engine import DPI

_POINTS = 72  # an inch
# Programs that make a point of every dot of a scan give pages of several feet: a page is never
# drawn larger than letter paper of the same shape, at most this much longer than it is wide.
_PAPER_WIDTH = 8.5 * _POINTS
_LARGEST_PAPER = 11.7 * _POINTS  # the short side of A3, which scanners take
_LONGEST = 4
# Darker than paper; what a blank page shows beside dust and the edge of the glass.
_INK = 160
_LEAST_INK = 0.0005

_SHRINK = 4  # lines are found at 50 dpi
_STEEPEST = 3.0  # degrees; a page that a feeder pulled askew
_COARSE, _FINE = 0.5, 0.1
_WORTH_TURNING = 0.2  # degrees; engines read lines that lean less as well as straight ones


def draw(page: pypdfium2.PdfPage) -> tuple[Image.Image, float]:
    """The page in grey, as it is shown, and how many of its dots make a point."""
    width, height = page.get_size()
    short, long = min(width, height), max(width, height)
    scale = DPI / _POINTS
    if short > _LARGEST_PAPER:
        scale *= _PAPER_WIDTH / short
    scale = min(scale, _LONGEST * _PAPER_WIDTH * (DPI / _POINTS) / long)
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    picture = bitmap.to_pil()
    copy = picture.convert("L")
    copy.load()
    bitmap.close()
    return copy, scale


def is_blank(picture: Image.Image) -> bool:
    """Whether there is less on the page than a line of print."""
    dots = picture.reduce(_SHRINK).histogram()
    return sum(dots[:_INK]) < _LEAST_INK * sum(dots)


class Level(NamedTuple):
    """A page turned so that its lines are level.

    Attributes:
        picture: the turned page.
        shown: width and height of the page as it is shown.
        quarters: quarter turns counterclockwise, from the page as it is shown.
        angle: further degrees counterclockwise.
    """

    picture: Image.Image
    shown: tuple[int, int]
    quarters: int
    angle: float

    def on_its_feet(self) -> "Level":
        """The page turned by a half."""
        turned = self.picture.transpose(Image.Transpose.ROTATE_180)
        return self._replace(picture=turned, quarters=self.quarters + 2)

    def shown_at(self, x: float, y: float) -> tuple[float, float]:
        """The place on the page as it is shown of a place on the turned one, in dots."""
        turn = math.radians(90 * self.quarters + self.angle)
        x -= self.picture.width / 2
        y -= self.picture.height / 2
        back_x = x * math.cos(turn) - y * math.sin(turn)
        back_y = x * math.sin(turn) + y * math.cos(turn)
        return back_x + self.shown[0] / 2, back_y + self.shown[1] / 2


def straight(picture: Image.Image) -> Level:
    """The page with its lines level: it may lie on a side, and lean a little.

    It may still be upside down, which the picture of its lines does not show.
    """
    shown, quarters = picture.size, 0
    angle, contrast = _level(picture)
    on_side = picture.transpose(Image.Transpose.ROTATE_90)
    angle_on_side, contrast_on_side = _level(on_side)
    if contrast_on_side > contrast:
        picture, angle, quarters = on_side, angle_on_side, 1
    if abs(angle) < _WORTH_TURNING:
        return Level(picture, shown, quarters, 0.0)
    turned = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    return Level(turned, shown, quarters, angle)


def _level(picture: Image.Image) -> tuple[float, float]:
    """By how many degrees to turn the page, counterclockwise, so that the rows of dots differ most.

    They do where lines are level: rows of print and rows of paper take turns. The second figure is
    how much they then differ.
    """
    small = ImageOps.invert(picture).reduce(_SHRINK).convert("F")

    def contrast(angle: float) -> float:
        turned = small.rotate(angle, Image.Resampling.BILINEAR)
        rows = array("f", turned.resize((1, turned.height), Image.Resampling.BOX).tobytes())
        return sum((below - above) ** 2 for above, below in pairwise(rows))

    steps = round(_STEEPEST / _COARSE)
    best = max((at * _COARSE for at in range(-steps, steps + 1)), key=contrast)
    near = round(_COARSE / _FINE) - 1
    best = max((best + at * _FINE for at in range(-near, near + 1)), key=contrast)
    return best, contrast(best)
