"""Tables: the figures of a report as data, and the statistics of shares.

A share comes with the interval of Wilson (1927), a difference of two shares with that of Newcombe
(1998, method 10), both at 95 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal, NamedTuple

Z = 1.959963984540054  # the 97.5 % point of the normal distribution
ABSENT = "\u2013"  # stands on the page where there is no figure
FEW = 10  # below this many a rate is shown in grey

Cell = str | int | float | None
Unit = Literal["letters", "decisions", "diagnoses", "notes", "values"]
Kind = Literal["text", "count", "share", "days"]
Form = Literal["plain", "rates", "shares", "stacked", "heat", "times", "published"]


@dataclass(frozen=True)
class ReportColumn:
    """A column: `key` in CSV and JSON, `label` on the page; hidden ones are in the data only."""

    key: str
    label: str
    kind: Kind
    hidden: bool = False


@dataclass(frozen=True)
class ReportTable:
    """A figure: its rows, and what the page says about them.

    `seen` says in a sentence what the rows show; `n` is how many of `unit` they rest on; `form` is
    how they are drawn. The page shows the first `shown` rows, CSV and JSON all.
    """

    name: str
    title: str
    seen: str
    unit: Unit
    n: int
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    form: Form = "plain"
    note: str = ""
    shown: int = 25
    marks: tuple[tuple[str, float], ...] = ()  # of a distribution: median and quartiles, in bins

    def dicts(self) -> list[dict[str, Cell]]:
        """The rows by the keys of their columns."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class ReportSection:
    """A part of the page under one heading."""

    name: str
    title: str
    tables: tuple[ReportTable, ...]
    text: str = ""


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """The interval of the share `hits / n`; None where n is 0."""
    if n == 0:
        return None
    share = hits / n
    centre = share + Z * Z / (2 * n)
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low, high = (centre - spread) / scale, (centre + spread) / scale
    # What rounding leaves beside 0 and 1 is none of the method.
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


def newcombe(hits: int, n: int, other_hits: int, other_n: int) -> tuple[float, float] | None:
    """The interval of `hits / n - other_hits / other_n`; None where one n is 0."""
    own, other = wilson(hits, n), wilson(other_hits, other_n)
    if own is None or other is None:
        return None
    share, beside = hits / n, other_hits / other_n
    low = share - beside - sqrt((share - own[0]) ** 2 + (other[1] - beside) ** 2)
    high = share - beside + sqrt((own[1] - share) ** 2 + (beside - other[0]) ** 2)
    return low, high


def rate_cells(hits: int, n: int) -> tuple[Cell, Cell, Cell]:
    """A share with the ends of its interval; three None where n is 0."""
    interval = wilson(hits, n)
    return (None, None, None) if interval is None else (hits / n, *interval)


RATE_COLUMNS = (
    ReportColumn("overturned", "Overturned", "count"),
    ReportColumn("with_outcome", "With an outcome", "count", hidden=True),
    ReportColumn("rate", "Overturn rate", "share"),
    ReportColumn("low", "95% interval from", "share", hidden=True),
    ReportColumn("high", "to", "share", hidden=True),
)


def shares(
    name: str,
    title: str,
    keys: Mapping[str, str],
    found: Sequence[tuple[Any, ...]],
    n: int,
    seen: str = "",
) -> ReportTable:
    """A table of shares of letters, of which there are `n` in all.

    `keys` are the label columns with their names. A row of `found` is its labels, then how many
    letters. Without `seen` the first row is what is seen.
    """
    columns = (
        *(ReportColumn(key, label, "text") for key, label in keys.items()),
        ReportColumn("letters", "Letters", "count"),
        ReportColumn("share", "Share of letters", "share"),
        ReportColumn("low", "95% interval from", "share", hidden=True),
        ReportColumn("high", "to", "share", hidden=True),
    )
    rows = tuple((*labels, many, *rate_cells(many, n)) for *labels, many in found)
    if not seen:
        seen = f"{found[0][0]}: {percent(found[0][-1] / n)} of letters." if found else "None."
    return ReportTable(name, title, seen, "letters", n, columns, rows, "shares")


class Counted(NamedTuple):
    """Decisions under one or more labels: how many, with an outcome, and overturned."""

    labels: tuple[str, ...]
    many: int
    known: int
    overturned: int

    @property
    def rate(self) -> float:
        """The overturn rate; 0 where no outcome is known."""
        return self.overturned / self.known if self.known else 0.0

    @property
    def name(self) -> str:
        """The labels for a sentence."""
        return " / ".join(label for label in self.labels if label)


def rates(
    name: str,
    title: str,
    keys: Mapping[str, str],
    found: Sequence[tuple[Any, ...]],
    n: int,
    note: str = "",
) -> ReportTable:
    """A table of rates of decisions, of which there are `n` in all.

    `keys` are the label columns with their names. A row of `found` is its labels, then how many
    decisions, how many of them with an outcome, and how many overturned.
    """
    columns = (
        *(ReportColumn(key, label, "text") for key, label in keys.items()),
        ReportColumn("decisions", "Decisions", "count"),
        ReportColumn("share", "Share of decisions", "share"),
        *RATE_COLUMNS,
    )
    counted = [
        Counted(tuple(each or "" for each in labels), many, known, overturned)
        for *labels, many, known, overturned in found
    ]
    rows = tuple(
        (
            *each.labels,
            each.many,
            each.many / n if n else None,
            each.overturned,
            each.known,
            *rate_cells(each.overturned, each.known),
        )
        for each in counted
    )
    return ReportTable(name, title, _seen(counted, n), "decisions", n, columns, rows, "rates", note)


def _seen(counted: Sequence[Counted], n: int) -> str:
    """What a table of rates shows: the row with most, and the one overturned most often."""
    if not counted or not n:
        return "No decisions to count."
    most = max(counted, key=lambda each: each.many)
    said = f"{most.name[:1].upper()}{most.name[1:]}: {percent(most.many / n)} of decisions."
    enough = [each for each in counted if each.known >= FEW and each.overturned]
    if not enough or len(counted) == 1:
        return said
    highest = max(enough, key=lambda each: each.rate)
    return (
        f"{said} Overturned most often: {highest.name}, {percent(highest.rate)} "
        f"({highest.overturned:,} of {highest.known:,})."
    )


def percent(share: Cell) -> str:
    """A share for reading: "8.6%"."""
    return ABSENT if not isinstance(share, int | float) else f"{100 * share:.1f}%"


def plain(text: str) -> str:
    """The text without what steers a terminal or turns the direction of writing."""
    return "".join(each if each.isprintable() else " " for each in text)
