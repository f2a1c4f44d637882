"""Published figures of the programme, beside those of these letters.

`data/published.csv` holds two series that count different things: the Division's treatment requests
("overturned") and CWCI's primary service decisions ("upheld"). They never share a table, and a
figure stands beside the folder's own only where year and measure are the same.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from imr_extract.report.store import ReportStore
from imr_extract.report.tables import (
    Cell,
    ReportColumn,
    ReportSection,
    ReportTable,
    percent,
    rate_cells,
)

Series = Literal["dwc", "cwci"]

_CAVEAT = (
    "A folder of letters is no random sample of the programme: who kept the letters, and why, "
    "moves every share. The interval beside a share shows only what chance does."
)
_TITLES: dict[Series, str] = {
    "dwc": "Beside the Division's figures (treatment requests, share overturned)",
    "cwci": "Beside CWCI's figures (primary service decisions, share upheld)",
}
_MEASURES = {
    "letters": "letters",
    "decisions": "primary service decisions",
    "overturned": "share overturned",
    "upheld": "share upheld",
    "share_of_requests": "share of all requests",
    "share_of_drugs": "share of drug requests",
    "overturned_of": "share overturned",
    "upheld_of": "share upheld",
}
_WHOLE = ("overturned", "upheld")
_CANNOT = (
    ("Eligibility, and applications refused or withdrawn", "only decided cases have a letter"),
    ("Days from complete medical records", "the letter does not print when records were complete"),
    ("Region and county", "redacted before publication"),
    ("Representation by an attorney, and who filed", "redacted, or not in the letter"),
    ("Requesting physician, employer, claims administrator", "redacted before publication"),
)


class Published(NamedTuple):
    """A published figure: a count, or a share in percent."""

    year: str
    series: Series
    measure: str
    of: str  # a category or drug class of the record; "" for all
    value: float
    about: bool
    note: str
    address: str


@cache
def figures() -> tuple[Published, ...]:
    """The shipped figures."""
    return tuple(
        Published(
            row["year"],
            "dwc" if row["series"] == "dwc" else "cwci",
            row["measure"],
            row["class"],
            float(row["value"]),
            bool(row["about"]),
            row["note"],
            row["address"],
        )
        for row in _csv("published.csv")
    )


def _csv(name: str) -> Iterator[dict[str, str]]:
    text = files("imr_extract.report").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def beside(store: ReportStore, *, filtered: bool) -> ReportSection:
    """The two series beside the letters' own figures, names, and what letters cannot show."""
    tables: list[ReportTable] = []
    text = _CAVEAT
    if filtered:
        text += (
            " With --filter nothing is set beside the published figures, which are of all letters."
        )
    elif store.one("SELECT count(*) FROM letters WHERE programme = 'health'"):
        text += " The published figures are of workers' compensation, not of health-plan letters."
    else:
        tables = [_series(store, "dwc"), _series(store, "cwci")]
    return ReportSection(
        "published", "Beside the published figures", (*tables, _names(), _cannot()), text
    )


def _series(store: ReportStore, series: Series) -> ReportTable:
    years = {row[0] for row in store.rows("SELECT DISTINCT year FROM letters")}
    chosen = [each for each in figures() if each.series == series and each.year in years]
    rows: list[tuple[Cell, ...]] = []
    for each in chosen:
        hits, n = _own(store, each)
        is_count = each.measure in {"letters", "decisions"}
        value = each.value if is_count else each.value / 100
        own = (n, None, None, None) if is_count else (n, *rate_cells(hits, n))
        rows.append(
            (
                _MEASURES[each.measure] + (f": {each.of}" if each.of else ""), each.year,
                each.measure, each.of, _said(each),
                value if is_count else None, None if is_count else value, *own,
                each.note, each.address,
            )
        )  # fmt: skip
    months = store.rows(
        "SELECT year, count(DISTINCT decided[:7]) FROM letters WHERE year IS NOT NULL "
        "GROUP BY ALL ORDER BY year"
    )
    covered = ", ".join(f"{year}: {count} of 12 months" for year, count in months)
    note = f"These letters cover, by month of decision, {covered}." if covered else ""
    note += " Upright line: published; dot and line: these letters with their 95% interval."
    seen = "No published figure is of a year that these letters are of."
    rated = [(row, each) for row, each in zip(rows, chosen, strict=True) if each.measure in _WHOLE]
    if rated:
        row, figure = max(rated, key=lambda pair: _size(pair[0]))
        seen = (
            f"{figure.year}: {_said(figure)} {figure.measure} as published, {percent(row[8])} here "
            f"({percent(row[9])} to {percent(row[10])})."
        )
    elif rows:
        seen = f"{len(rows)} published figures are of a year and measure that these letters have."
    columns = (
        ReportColumn("figure", "Figure", "text"),
        ReportColumn("year", "Year", "text"),
        ReportColumn("measure", "Measure", "text", hidden=True),
        ReportColumn("class", "Class", "text", hidden=True),
        ReportColumn("published", "Published", "text"),
        ReportColumn("published_count", "Published", "count", hidden=True),
        ReportColumn("published_share", "Published", "share", hidden=True),
        ReportColumn("n", "n here", "count"),
        ReportColumn("share", "Here", "share"),
        ReportColumn("low", "95% interval from", "share", hidden=True),
        ReportColumn("high", "to", "share", hidden=True),
        ReportColumn("note", "Note", "text", hidden=not any(each.note for each in chosen)),
        ReportColumn("address", "Read at", "text"),
    )
    return ReportTable(
        f"published_{series}", _TITLES[series], seen, "decisions",
        store.one("SELECT count(*) FROM decisions"), columns, tuple(rows), "published", note, 80,
    )  # fmt: skip


def _size(row: tuple[Cell, ...]) -> int:
    return row[7] if isinstance(row[7], int) else 0


def _said(figure: Published) -> str:
    """The figure as it was published."""
    whole = figure.measure in {"letters", "decisions"}
    value = f"{figure.value:,.0f}" if whole else f"{figure.value:g}%"
    return f"about {value}" if figure.about else value


def _own(store: ReportStore, figure: Published) -> tuple[int, int]:
    """The letters' own figure: hits and n of a share; 0 and the number for a count."""
    if figure.measure == "letters":
        return 0, store.rows("SELECT count(*) FROM letters WHERE year = ?", [figure.year])[0][0]
    hit = {
        "decisions": "false",
        "overturned": "overturned",
        "upheld": "NOT overturned",
        "share_of_requests": "category = $of",
        "share_of_drugs": "subcategory = $of",
        "overturned_of": "overturned",
        "upheld_of": "NOT overturned",
    }[figure.measure]
    among = {
        "overturned": "overturned IS NOT NULL",
        "upheld": "overturned IS NOT NULL",
        "share_of_drugs": "category = 'Pharmaceuticals'",
        "overturned_of": "category = $of AND overturned IS NOT NULL",
        "upheld_of": "category = $of AND overturned IS NOT NULL",
    }.get(figure.measure, "true")
    row = store.named(
        f"SELECT count(*) FILTER ({hit}), count(*) FROM decisions JOIN letters "
        f"ON letter = id WHERE year = $year AND ({among}) AND $of IS NOT NULL",
        {"year": figure.year, "of": figure.of},
    )[0]
    return row[0], row[1]


def _names() -> ReportTable:
    columns = (
        ReportColumn("record", "In this report and the record", "text"),
        ReportColumn("division_prose", "The Division's reports", "text"),
        ReportColumn("division_search_tool", "The Division's search tool", "text"),
        ReportColumn("cwci", "CWCI", "text"),
    )
    rows = tuple(tuple(row[column.key] for column in columns) for row in _csv("names.csv"))
    return ReportTable(
        "names", "One class, three names", "What the publishers call the same classes.",
        "decisions", len(rows), columns, rows, note="Empty where no name was found.",
    )  # fmt: skip


def _cannot() -> ReportTable:
    columns = (
        ReportColumn("figure", "Published figure", "text"),
        ReportColumn("why", "Why not here", "text"),
    )
    return ReportTable(
        "not_in_letters", "What letters cannot show", "Reports have figures that no letter gives.",
        "letters", len(_CANNOT), columns, _CANNOT,
    )  # fmt: skip
