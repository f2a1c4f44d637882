"""Times: whole days from injury, denial, application and assignment to the decision."""

from typing import NamedTuple

from imr_extract.report.store import ReportStore
from imr_extract.report.tables import Cell, ReportColumn, ReportSection, ReportTable, wilson

_BINS = 30  # at most; what takes longer stands in the last
# Units of a distribution, the finest first, with their days. The first that holds 95% of the
# letters in its bins is taken.
_UNITS = (("weeks", 7.0), ("months", 30.4375), ("years", 365.25))


class DayCount(NamedTuple):
    """A column of days in the store, and how it is called."""

    column: str
    name: str
    title: str
    note: str = ""


_SPANS = (
    DayCount("claim_days", "injury_to_decision", "Injury to decision (claim age)"),
    DayCount("denial_days", "denial_to_decision", "Denial to decision"),
    DayCount("application_days", "application_to_decision", "Application to decision"),
    DayCount(
        "assignment_days",
        "assignment_to_decision",
        "Assignment to decision",
        "The letter's date of assignment is the reviewer's. The Division counts from the "
        "mailing of its notice, and from complete records, which no letter states.",
    ),
)


def times(store: ReportStore) -> ReportSection:
    """Quartiles and distributions of the four spans."""
    table = quartiles(store)
    return ReportSection(
        "times", "How long it takes", (table, *(_spread(store, *p) for p in _pairs(table)))
    )


def _pairs(table: ReportTable) -> list[tuple[DayCount, dict[str, Cell]]]:
    return list(zip(_SPANS, table.dicts(), strict=True))


def quartiles(store: ReportStore) -> ReportTable:
    """Median, quartiles and extremes of each span, in days."""
    letters = store.one("SELECT count(*) FROM letters")
    rows = []
    for column, name, title, _ in _SPANS:
        found = store.rows(
            f"SELECT count(*), min(d), quantile_cont(d, 0.25), quantile_cont(d, 0.5), "
            f"quantile_cont(d, 0.75), max(d), avg(d) FROM (SELECT {column} AS d FROM letters "
            f"WHERE {column} >= 0)"
        )[0]
        negative = store.one(f"SELECT count(*) FROM letters WHERE {column} < 0")
        rows.append((title, name, *found, letters - found[0] - negative, negative))
    medians = [f"{row[0].lower()} {row[5]:,.0f} days" for row in rows if row[2]]
    columns = (
        ReportColumn("span", "DayCount", "text"),
        ReportColumn("name", "Name", "text", hidden=True),
        ReportColumn("letters", "Letters", "count"),
        ReportColumn("least", "Least", "days"),
        ReportColumn("lower_quartile", "Lower quartile", "days"),
        ReportColumn("median", "Median", "days"),
        ReportColumn("upper_quartile", "Upper quartile", "days"),
        ReportColumn("most", "Most", "days"),
        ReportColumn("mean", "Mean", "days"),
        ReportColumn("missing", "Date missing or not exact", "count"),
        ReportColumn("negative", "Dates out of order", "count"),
    )
    return ReportTable(
        name="times",
        title="Calendar days to the decision",
        seen=f"Median: {'; '.join(medians)}." if medians else "No dates to count.",
        unit="letters",
        n=letters,
        columns=columns,
        rows=tuple(rows),
        note="Between dates that the letter prints. Letters whose dates are missing, not exact or "
        "out of order are counted apart and in no quartile.",
    )


def _spread(store: ReportStore, span: DayCount, figures: dict[str, Cell]) -> ReportTable:
    """How many letters took how long, in weeks, months or years."""
    reach = store.one(
        f"SELECT quantile_cont({span.column}, 0.95) FROM letters WHERE {span.column} >= 0"
    )
    unit, width = next(
        ((unit, days) for unit, days in _UNITS if (reach or 0) < _BINS * days), _UNITS[-1]
    )
    found = dict(
        store.rows(
            f"SELECT least(CAST(floor({span.column} / {width}) AS BIGINT), {_BINS - 1}), "
            f"count(*) FROM letters WHERE {span.column} >= 0 GROUP BY ALL"
        )
    )
    n = sum(found.values())
    rows = []
    for each in range(max(found, default=-1) + 1):
        count = found.get(each, 0)
        low, high = wilson(count, n) or (None, None)
        label = f"{each} to {each + 1}" if each < _BINS - 1 else f"{each} and more"
        rows.append((label, count, count / n if n else None, low, high))
    columns = (
        ReportColumn("span", unit.capitalize(), "text"),
        ReportColumn("letters", "Letters", "count"),
        ReportColumn("share", "Share of letters", "share"),
        ReportColumn("low", "95% interval from", "share", hidden=True),
        ReportColumn("high", "to", "share", hidden=True),
    )
    quarters = [figures[key] for key in ("lower_quartile", "median", "upper_quartile")]
    marks = [quarter / width for quarter in quarters if isinstance(quarter, int | float)]
    seen = "No dates to count."
    if marks:
        early, middle, late = (quarter or 0 for quarter in quarters)
        seen = (
            f"Half of the letters took {early:,.0f} to {late:,.0f} days, the median {middle:,.0f}."
        )
    return ReportTable(
        name=span.name,
        title=f"{span.title}, in {unit}",
        seen=seen,
        unit="letters",
        n=n,
        columns=columns,
        rows=tuple(rows),
        form="times",
        note=span.note,
        shown=_BINS,
        marks=tuple(zip(("lower quartile", "median", "upper quartile"), marks, strict=False)),
    )
