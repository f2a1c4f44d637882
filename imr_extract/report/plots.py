"""Plots: positions of marks, as percentages of the width, so that a plot fits any screen.

A plot's marks are SVG shapes that style sheets colour, in the page's own fonts; nothing is drawn
here but places, lengths and labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

HEIGHT = 200.0  # pixels of a column chart's area
_ROOMY = 4  # columns that are so wide that any label fits under the last
_LABELS = 8  # along the axis of a column chart, so that a phone has room for them


@dataclass(frozen=True)
class Axis:
    """A scale from 0 to `end`; `ticks` are values with their labels."""

    end: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> str:
        """The place of a value in percent of the axis; what is beyond its end stands at the end."""
        return f"{100 * min(max(value / self.end, 0), 1):.2f}%"


@dataclass(frozen=True)
class Dot:
    """A share with its interval, placed."""

    at: str
    low: str
    high: str
    outside: bool  # the share itself is beyond the axis, which rows of few decisions can be


@dataclass(frozen=True)
class BarPart:
    """A part of a column, from its top edge."""

    kind: str
    top: float
    height: float


@dataclass(frozen=True)
class ChartColumn:
    """A column of a chart, `left` and `width` in percent."""

    left: str
    width: str
    middle: str
    label: str  # "" where labels would touch
    hint: str
    blocks: tuple[BarPart, ...]
    last: bool = False  # its label ends at the edge of the chart


@dataclass(frozen=True)
class Chart:
    """A column chart: `levels` are places of grid lines in pixels from the top, with labels."""

    columns: tuple[ChartColumn, ...]
    levels: tuple[tuple[float, str], ...]
    marks: tuple[tuple[str, str], ...] = ()  # label and place of vertical lines
    band: tuple[str, str] | None = None  # left edge and width of the middle half


def step(end: float, parts: int = 4) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten): about `parts` of them make `end`."""
    raw = end / parts
    power = 10.0 ** floor(log10(raw))
    return next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= raw * 0.999)


def share_axis(most: float) -> Axis:
    """An axis of shares that holds `most`, at most all."""
    each = step(min(max(most, 0.04), 1.0))
    end = min(each * ceil(min(most, 1.0) / each - 1e-9) or each, 1.0)
    count = round(end / each)
    decimals = 0 if (each * 100).is_integer() or abs(each * 100 - round(each * 100)) < 1e-9 else 1
    ticks = tuple((each * at, f"{100 * each * at:.{decimals}f}%") for at in range(count + 1))
    return Axis(max(end, each * count), ticks)


def dot(axis: Axis, rate: float, low: float, high: float) -> Dot:
    """The marks of a share on an axis."""
    return Dot(axis.at(rate), axis.at(low), axis.at(high), rate > axis.end * 1.0001)


def stacked(labels: Sequence[str], kinds: Sequence[str], parts: Sequence[Sequence[int]]) -> Chart:
    """A chart with a column a label, whose `parts` stand on each other, the first at the bottom."""
    totals = [sum(part) for part in parts]
    levels, end = _levels(max(totals, default=0))
    every = max(ceil(len(labels) / _LABELS), 1)
    columns = []
    for at, (label, counts) in enumerate(zip(labels, parts, strict=True)):
        blocks, top = [], HEIGHT
        for kind, count in zip(kinds, counts, strict=True):
            height = HEIGHT * count / end
            top -= height
            if count:
                blocks.append(BarPart(kind, round(top, 2), round(height, 2)))
        said = ", ".join(
            f"{count:,} {kind.replace('_', ' ')}" for kind, count in zip(kinds, counts, strict=True)
        )
        shown = label if at % every == 0 else ""
        made = _column(at, len(labels), shown, f"{label}: {said}", tuple(blocks))
        at_edge = at == len(labels) - 1 and len(labels) > _ROOMY
        columns.append(replace(made, middle="100%", last=True) if at_edge else made)
    return Chart(tuple(columns), levels)


def distribution(
    labels: Sequence[str], counts: Sequence[int], marks: Sequence[tuple[str, float]]
) -> Chart:
    """A histogram of bins from 0 on; `marks` are places in bins: quartiles and median."""
    levels, end = _levels(max(counts, default=0))
    every = max(ceil(len(labels) / _LABELS), 1)
    columns = []
    for at, (label, count) in enumerate(zip(labels, counts, strict=True)):
        height = HEIGHT * count / end
        blocks = (BarPart("bin", round(HEIGHT - height, 2), round(height, 2)),) if count else ()
        shown = label.partition(" ")[0] if at % every == 0 else ""
        made = _column(at, len(labels), shown, f"{label}: {count:,}", blocks, gap=0.04)
        # A bin's first number belongs under its left edge.
        columns.append(replace(made, middle=f"{100 * at / len(labels):.3f}%"))
    bins = len(labels)
    places = {label: min(place / bins, 1) for label, place in marks} if bins else {}
    lines = tuple((label, f"{100 * at:.2f}%") for label, at in places.items() if label == "median")
    band = None
    if len(places) == len(("lower", "median", "upper")):
        low, _, high = places.values()
        band = (f"{100 * low:.2f}%", f"{100 * (high - low):.2f}%")
    return Chart(tuple(columns), levels, lines, band)


def _column(
    at: int, count: int, label: str, hint: str, blocks: tuple[BarPart, ...], gap: float = 0.22
) -> ChartColumn:
    width = 100 / count
    # Few columns would be as wide as the page.
    used = min(width * (1 - gap), 12.0) if gap > 0.1 else width * (1 - gap)
    middle = width * (at + 0.5)
    return ChartColumn(
        f"{middle - used / 2:.3f}%", f"{used:.3f}%", f"{middle:.3f}%", label, hint, blocks
    )


def _levels(most: int) -> tuple[tuple[tuple[float, str], ...], float]:
    """Grid lines of counts up to `most`, and the value at the top."""
    each = max(step(most), 1) if most else 1.0
    count = max(ceil(most / each - 1e-9), 1)
    end = each * count
    return tuple(
        (round(HEIGHT - HEIGHT * at / count, 2), f"{each * at:,.0f}") for at in range(count + 1)
    ), end
