"""The page: a report as one HTML file that asks for nothing else."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from imr_extract.report.build import Report
from imr_extract.report.plots import Axis, Chart, Dot, distribution, dot, share_axis, stacked
from imr_extract.report.store import PackageMissing
from imr_extract.report.tables import ABSENT, FEW, Cell, Column, Table, percent, plain, wilson

if TYPE_CHECKING:
    from jinja2 import Environment

_HEAT_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5)  # where a darker class of a heat map begins
_HEAT_COLUMNS = 12
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_IN_SIGHT = 12  # rows of a chart's table that are shown without being asked for
# Columns that are plots, with those that hold the ends of their intervals.
_PLOTTED = {
    "rate": ("low", "high"),
    "share": ("low", "high"),
}
_OTHER = ("other_rate", "other_low", "other_high")


class Shown(NamedTuple):
    """A cell as the page shows it."""

    kind: str  # "text", "number", "bar", "dot", "span" for a bar with its interval
    text: str
    order: str  # what it is sorted by
    bar: str = ""  # width of a bar
    dot: Dot | None = None
    interval: str = ""
    mark: str = ""  # place of the published share
    beside: Dot | None = None  # the share of what is compared with


class Heading(NamedTuple):
    """The head of a column; with an axis where its cells are plots."""

    label: str
    kind: str
    axis: Axis | None
    plot: str  # kind of the cells that are plots


class Line(NamedTuple):
    """A row; `few` where its rate rests on too few decisions."""

    cells: list[Shown]
    few: bool


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


class Figure(NamedTuple):
    """A table as the page shows it."""

    table: Table
    headings: list[Heading]
    lines: list[Line]
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


def number(value: Cell) -> str:
    """A number for reading: thousands apart, at most one digit behind the point."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"
    return ABSENT if value is None else f"{value:,}" if isinstance(value, int) else value


def date(value: str) -> str:
    """A date of the record for reading: "June 3, 2015", "June 2015" or "2015"."""
    year, *rest = value.split("-")
    if not rest or not 1 <= int(rest[0]) <= len(_MONTHS):
        return value
    month = _MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if len(rest) > 1 else f"{month} {year}"


def figure(table: Table) -> Figure:
    """A table made ready for the template."""
    keys = [column.key for column in table.columns]
    rows = table.rows[: table.shown]
    plotted = [key for key in _PLOTTED if key in keys and table.form != "plain"]
    axes = {key: axis for key in plotted if (axis := _axis(table, rows, key)) is not None}
    shown = [(at, column) for at, column in enumerate(table.columns) if not column.hidden]
    lines = []
    if table.form != "heat":
        known = keys.index("with_outcome") if "with_outcome" in keys else None
        for row in rows:
            cells = [_shown(table, row, at, column, axes) for at, column in shown]
            n = row[known] if known is not None else None
            lines.append(Line(cells, known is not None and (not isinstance(n, int) or n < FEW)))
    headings = [_heading(column, axes, lines, at) for at, (_, column) in enumerate(shown)]
    chart, kinds = _chart(table, keys)
    return Figure(
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


def _heading(column: Column, axes: dict[str, Axis], lines: list[Line], at: int) -> Heading:
    plots = [line.cells[at].kind for line in lines if line.cells[at].kind not in {"text", "number"}]
    return Heading(column.label, column.kind, axes.get(column.key), plots[0] if plots else "")


def _axis(table: Table, rows: tuple[tuple[Cell, ...], ...], key: str) -> Axis | None:
    """An axis for the shares of a column: it holds the intervals of rows that have enough."""
    keys = [column.key for column in table.columns]
    # Beside a rate, the interval is the rate's and not the share's.
    ends = () if key == "share" and "rate" in keys else (*_PLOTTED[key], *_OTHER)
    named = (key, *ends, *(("published_share",) if key == "share" else ()))
    places = [keys.index(name) for name in named if name in keys]
    known = keys.index("with_outcome") if key != "share" and "with_outcome" in keys else None
    values = []
    for row in rows:
        n = FEW if known is None else row[known]
        if isinstance(n, int) and n >= FEW:
            values += [cell for at in places if isinstance(cell := row[at], float)]
    return share_axis(max(values)) if values else None


def _shown(
    table: Table, row: tuple[Cell, ...], at: int, column: Column, axes: dict[str, Axis]
) -> Shown:
    value = row[at]
    if column.kind == "text":
        text = str(value) if value is not None else ""
        return Shown("text", text, text)
    if not isinstance(value, int | float):
        return Shown("number", ABSENT, "")
    order = f"{value:.9g}"
    if column.kind != "share":
        return Shown("number", number(value), order)
    if column.key == "difference":
        return Shown("number", f"{100 * value:+.1f} points", order)
    axis = axes.get(column.key)
    keys = [each.key for each in table.columns]
    if column.key == "other_rate":
        low, high = (row[keys.index(key)] for key in _OTHER[1:])
        return Shown("number", f"{percent(value)} ({_interval(low, high)})", order)
    if axis is None:
        return Shown("number", percent(value), order)
    ends = [row[keys.index(key)] for key in _PLOTTED[column.key] if key in keys]
    # Beside a rate, the interval is the rate's and not the share's.
    own = len(ends) == 2 and not (column.key == "share" and "rate" in keys)
    low, high = ends if own else (None, None)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return Shown("bar", percent(value), order, bar=axis.at(value))
    interval = _interval(low, high)
    placed = dot(axis, value, low, high)
    if table.form in {"shares", "times"}:
        return Shown("span", percent(value), order, axis.at(value), placed, interval)
    published = row[keys.index("published_share")] if "published_share" in keys else None
    mark = axis.at(published) if isinstance(published, float) else ""
    there = (
        [row[keys.index(key)] for key in _OTHER]
        if column.key == "rate" and _OTHER[0] in keys
        else []
    )
    numbers = [each for each in there if isinstance(each, float)]
    beside = dot(axis, *numbers) if len(numbers) == len(_OTHER) else None
    return Shown("dot", percent(value), order, "", placed, interval, mark, beside)


def _interval(low: Cell, high: Cell) -> str:
    """Both ends for reading: "7.7-14.3%", with a dash."""
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ABSENT
    return f"{100 * low:.1f}{ABSENT}{100 * high:.1f}%"


def _chart(table: Table, keys: list[str]) -> tuple[Chart | None, list[tuple[str, str]]]:
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


def _heat(table: Table) -> Heat:
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
