"""The page: a report as one HTML file that asks for nothing else."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from imr_extract.report.build import Report
from imr_extract.report.cells import ColumnHeading, ShownRow, number, shown
from imr_extract.report.plots import Chart, distribution, stacked
from imr_extract.report.store import PackageMissing
from imr_extract.report.tables import ABSENT, FEW, Cell, ReportTable, percent, plain, wilson

if TYPE_CHECKING:
    from jinja2 import Environment

_HEAT_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5)  # where a darker class of a heat map begins
_HEAT_COLUMNS = 12
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_IN_SIGHT = 12  # rows of a chart's table that are shown without being asked for


class HeatCell(NamedTuple):
    """A cell of a heat map: `step` is its class of colour, -1 where there are too few."""

    text: str
    n: int
    step: int


class Heat(NamedTuple):
    """A heat map."""

    corner: str
    columns: list[str]
    rows: list[tuple[str, list[HeatCell | None]]]
    left_out: int  # columns that only CSV and JSON have


class PageFigure(NamedTuple):
    """A table as the page shows it."""

    table: ReportTable
    headings: list[ColumnHeading]
    lines: list[ShownRow]
    more: int  # rows that only CSV and JSON have
    chart: Chart | None
    unit: str  # along the axis of a distribution
    kinds: list[tuple[str, str]]  # of a stacked chart: class and name
    heat: Heat | None
    on_request: bool  # the table is shown on request, under its chart


def page(report: Report) -> bytes:
    """The page as UTF-8. Raises `PackageMissing` without Jinja2."""
    style, script = _file("style.css"), _file("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = report.head
    interval = _overall(report)
    html = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            head=head,
            title=_title(report),
            rate=percent(head.overturned / head.with_outcome) if head.with_outcome else ABSENT,
            interval=interval,
            sections=[
                (section, [figure(table) for table in section.tables])
                for section in report.sections
            ],
            policy=policy,
            style=style,
            script=script,
        )
    )
    # A surrogate, as the name of a file can hold one, has no UTF-8.
    return html.encode("utf-8", "replace")


def _title(report: Report) -> str:
    head = report.head
    programme = "Health-plan reviews" if head.health_plans else "Independent medical review"
    if not head.with_outcome:
        return f"{programme}: no decisions to count"
    return (
        f"{percent(head.overturned / head.with_outcome)} of the disputed decisions are overturned"
    )


def _overall(report: Report) -> tuple[str, str] | None:
    found = wilson(report.head.overturned, report.head.with_outcome)
    return None if found is None else (percent(found[0]), percent(found[1]))


@cache
def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        raise PackageMissing from None
    made = Environment(
        loader=PackageLoader("imr_extract.report"),
        autoescape=True,
        undefined=StrictUndefined,
        # All text of records, wherever it stands; what templates and macros make is markup.
        finalize=lambda value: (
            plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
        ),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    made.filters["date"] = date
    return made


@cache
def _file(name: str) -> str:
    return files("imr_extract.report").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()


def date(value: str) -> str:
    """A date of the record for reading: "June 3, 2015", "June 2015" or "2015"."""
    year, *rest = value.split("-")
    if not rest or not 1 <= int(rest[0]) <= len(_MONTHS):
        return value
    month = _MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if len(rest) > 1 else f"{month} {year}"


def figure(table: ReportTable) -> PageFigure:
    """A table made ready for the template."""
    keys = [column.key for column in table.columns]
    headings, lines = ([], []) if table.form == "heat" else shown(table)
    chart, kinds = _chart(table, keys)
    return PageFigure(
        table=table,
        headings=headings,
        lines=lines,
        more=len(table.rows) - len(lines) if table.form != "heat" else 0,
        chart=chart,
        unit=table.columns[0].label.lower(),
        kinds=kinds,
        heat=_heat(table) if table.form == "heat" else None,
        on_request=chart is not None and len(lines) > _IN_SIGHT,
    )


def _chart(table: ReportTable, keys: list[str]) -> tuple[Chart | None, list[tuple[str, str]]]:
    labels = [str(row[0]) for row in table.rows]
    if table.form == "times" and table.rows:
        counts = [_int(row[keys.index("letters")]) for row in table.rows]
        return distribution(labels, counts, table.marks), []
    if table.form != "stacked" or not table.rows:
        return None, []
    kinds: list[str] = [
        key for key in ("upheld", "partially_overturned", "overturned") if key in keys
    ]
    own = [row for row in table.rows if row[keys.index("upheld")] is not None]
    parts = [[_int(row[keys.index(kind)]) for kind in kinds] for row in own]
    named: list[tuple[str, str]] = [(kind, kind.replace("_", " ")) for kind in kinds]
    return stacked([str(row[0]) for row in own], kinds, parts), named


def _int(value: Cell) -> int:
    return value if isinstance(value, int) else 0


def _heat(table: ReportTable) -> Heat:
    """The map of a table of pairs: the rows and columns with most decisions, in use's order."""
    keys = [column.key for column in table.columns]
    many, rate, known = (keys.index(key) for key in ("decisions", "rate", "with_outcome"))
    across: dict[str, int] = {}
    down: dict[str, int] = {}
    cells: dict[tuple[str, str], HeatCell] = {}
    for row in table.rows:
        one, other = str(row[0]), str(row[1])
        down[one] = down.get(one, 0) + _int(row[many])
        across[other] = across.get(other, 0) + _int(row[many])
        n, value = _int(row[known]), row[rate]
        enough = n >= FEW and isinstance(value, float)
        text = f"{100 * value:.0f}%" if enough and isinstance(value, float) else ""
        step = (
            sum(value >= each for each in _HEAT_STEPS)
            if enough and isinstance(value, float)
            else -1
        )
        cells[one, other] = HeatCell(text, n, step)
    if keys[1] == "period":
        columns = sorted(across)[-_HEAT_COLUMNS:]
    else:
        columns = sorted(across, key=lambda each: (-across[each], each))[:_HEAT_COLUMNS]
    ordered = sorted(down, key=lambda each: (-down[each], each))
    rows = [(each, [cells.get((each, other)) for other in columns]) for each in ordered]
    return Heat(table.columns[0].label, columns, rows, len(across) - len(columns))
