"""Cells: the rows of a table as the page shows them, with the plots that stand in them."""

from collections.abc import Mapping
from typing import NamedTuple

from imr_extract.report.plots import Axis, Dot, dot, share_axis
from imr_extract.report.tables import ABSENT, FEW, Cell, ReportColumn, ReportTable, percent

Row = Mapping[str, Cell]  # by the keys of the columns

# Columns that are plots, with those that hold the ends of their intervals.
_PLOTTED = {"rate": ("low", "high"), "share": ("low", "high")}
_OTHER = ("other_rate", "other_low", "other_high")
_PLOTS = frozenset({"bar", "dot", "span"})


class ShownCell(NamedTuple):
    """A cell as the page shows it."""

    kind: str  # "text", "number", "bar", "dot", "span" for a bar with its interval
    text: str
    order: str  # what it is sorted by
    bar: str = ""  # width of a bar
    dot: Dot | None = None
    interval: str = ""
    mark: str = ""  # place of the published share
    beside: Dot | None = None  # the share of what is compared with


class ColumnHeading(NamedTuple):
    """The head of a column; with an axis where its cells are plots."""

    label: str
    kind: str
    axis: Axis | None
    plot: str  # kind of the cells that are plots


class ShownRow(NamedTuple):
    """A row; `few` where its rate rests on too few decisions."""

    cells: list[ShownCell]
    few: bool


def shown(table: ReportTable) -> tuple[list[ColumnHeading], list[ShownRow]]:
    """The heads of the columns that are shown, and the first rows."""
    rows = table.dicts()[: table.shown]
    keys = [column.key for column in table.columns]
    plotted = [key for key in _PLOTTED if key in keys and table.form != "plain"]
    axes = {key: axis for key in plotted if (axis := _axis(rows, key)) is not None}
    columns = [column for column in table.columns if not column.hidden]
    lines = [
        ShownRow([_cell(row, column, axes.get(column.key)) for column in columns], _has_few(row))
        for row in rows
    ]
    headings = []
    for at, column in enumerate(columns):
        kinds = [line.cells[at].kind for line in lines if line.cells[at].kind in _PLOTS]
        headings.append(
            ColumnHeading(
                column.label, column.kind, axes.get(column.key), kinds[0] if kinds else ""
            )
        )
    return headings, lines


def _has_few(row: Row) -> bool:
    """Whether the rate of a row rests on too few decisions to mean anything."""
    if "with_outcome" not in row:
        return False
    known = row["with_outcome"]
    return not isinstance(known, int) or known < FEW


def _axis(rows: list[dict[str, Cell]], key: str) -> Axis | None:
    """An axis for the shares of a column: it holds the intervals of rows that have enough."""
    values = []
    for row in rows:
        if key == "share" or not _has_few(row):
            named = (key, *_ends(row, key), *_OTHER, "published_share")
            beside = named if key == "rate" or "rate" not in row else (key,)
            values += [cell for name in beside if isinstance(cell := row.get(name), float)]
    return share_axis(max(values)) if values else None


def _ends(row: Row, key: str) -> tuple[str, ...]:
    """The columns with the ends of a share's interval; beside a rate they are the rate's."""
    return () if key == "share" and "rate" in row else _PLOTTED[key]


def _cell(row: Row, column: ReportColumn, axis: Axis | None) -> ShownCell:
    value = row[column.key]
    if column.kind == "text":
        text = "" if value is None else str(value)
        return ShownCell("text", text, text)
    if not isinstance(value, int | float):
        return ShownCell("number", ABSENT, "")
    order = f"{value:.9g}"
    if column.kind != "share":
        return ShownCell("number", number(value), order)
    if column.key == "difference":
        return ShownCell("number", f"{100 * value:+.1f} points", order)
    if column.key == "other_rate":
        interval = _interval(row["other_low"], row["other_high"])
        return ShownCell("number", f"{percent(value)} ({interval})", order)
    if axis is None:
        return ShownCell("number", percent(value), order)
    return _plot(row, column.key, axis, ShownCell("bar", percent(value), order, bar=axis.at(value)))


def _plot(row: Row, key: str, axis: Axis, bar: ShownCell) -> ShownCell:
    """The cell of a share: a bar, with its interval where there is one, or a dot for a rate."""
    placed = _dot(row, (key, *_ends(row, key)), axis)
    if placed is None:
        return bar
    interval = _interval(*(row[end] for end in _PLOTTED[key]))
    with_interval = bar._replace(kind="span", dot=placed, interval=interval)
    published = row.get("published_share")
    if key == "share" and "published_share" not in row:
        return with_interval
    return with_interval._replace(
        kind="dot",
        bar="",
        mark=axis.at(published) if isinstance(published, float) else "",
        beside=_dot(row, _OTHER, axis),
    )


def _dot(row: Row, keys: tuple[str, ...], axis: Axis) -> Dot | None:
    """The marks of a share and its interval; None where one of the three is not there."""
    found = [cell for key in keys if isinstance(cell := row.get(key), int | float)]
    return dot(axis, *found) if len(found) == len(_OTHER) else None


def _interval(low: Cell, high: Cell) -> str:
    """Both ends for reading: "7.7-14.3%", with a dash."""
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ABSENT
    return f"{100 * low:.1f}{ABSENT}{100 * high:.1f}%"


def number(value: Cell) -> str:
    """A number for reading: thousands apart, at most one digit behind the point."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"
    return ABSENT if value is None else f"{value:,}" if isinstance(value, int) else value
