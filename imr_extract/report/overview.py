"""The first figures: what was read, what was left out, and what was decided when."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from imr_extract.report.store import ReportStore
from imr_extract.report.tables import (
    FEW,
    RATE_COLUMNS,
    Cell,
    ReportColumn,
    ReportSection,
    ReportTable,
    percent,
    rate_cells,
    shares,
)

Period = Literal["year", "quarter"]

_OUTCOMES = (
    ("upheld", "All upheld"),
    ("overturned", "All overturned"),
    ("partially_overturned", "Both: partially overturned"),
    (None, "Outcome not read"),
)
_MANY = 10  # decisions; letters with more are counted with these
_NO_DATE = "date not read"


def summary(store: ReportStore) -> ReportSection:
    """Letters, decisions, and the account of what was read."""
    return ReportSection("summary", "What these letters hold", (outcomes(store), per_letter(store)))


def account(store: ReportStore) -> ReportTable:
    """What was read and what was left out, so that the sum is what is counted."""
    read = store.account
    counted = store.one("SELECT count(*) FROM letters")
    rows: list[tuple[str, int]] = [("Read", read.read)]
    rows += [(f"Left out: error {code}", -count) for code, count in sorted(read.errors.items())]
    rows += [
        ("Left out: same letter again", -read.duplicates),
        ("Left out: health-plan letter, another programme", -read.other_programme),
        ("Left out: does not fit --filter", -read.filtered),
    ]
    rows = [rows[0], *(row for row in rows[1:] if row[1]), ("Counted in this report", counted)]
    assert sum(count for _, count in rows[:-1]) == counted
    lost = read.read - counted
    seen = f"{lost:,} of {read.read:,} inputs left out." if lost else "Every input is counted."
    columns = (ReportColumn("what", "Inputs", "text"), ReportColumn("letters", "Letters", "count"))
    note = "Error objects count as inputs where the records hold them (--errors inline)."
    if read.filtered_decisions:
        note += (
            f" Of the letters counted, --filter leaves out {read.filtered_decisions:,} decisions; "
            "a letter's own outcome stays that of all its decisions."
        )
    return ReportTable(
        "account", "What was left out, and why", seen, "letters", read.read, columns,
        tuple(rows), note=note,
    )  # fmt: skip


def outcomes(store: ReportStore) -> ReportTable:
    """Letters by their outcome: three outcomes, as the Division counts cases."""
    found = dict(store.rows("SELECT outcome, count(*) FROM letters GROUP BY ALL"))
    n = sum(found.values())
    rows = [
        (label, found.get(key, 0)) for key, label in _OUTCOMES if key is not None or key in found
    ]
    upheld = found.get("upheld", 0)
    seen = f"Of {n:,} letters, {percent(upheld / n if n else None)} uphold every denial."
    labels = {"outcome": "Outcome"}
    made = shares("letter_outcomes", "Outcome of whole letters", labels, rows, n, seen)
    return replace(made, note="A letter with decisions both ways is partially overturned.")


def per_letter(store: ReportStore) -> ReportTable:
    """How many decisions a letter holds."""
    found = store.rows(
        f"SELECT least(n, {_MANY}) AS many, count(*) FROM (SELECT id, count(d.letter) AS n "
        "FROM letters LEFT JOIN decisions d ON d.letter = id GROUP BY id) "
        "GROUP BY ALL ORDER BY many"
    )
    n = sum(count for _, count in found)
    rows = [(f"{many} or more" if many == _MANY else str(many), count) for many, count in found]
    several = sum(count for many, count in found if many > 1)
    seen = f"{percent(several / n if n else None)} of letters decide more than one request."
    labels = {"decisions": "Decisions"}
    return shares("decisions_per_letter", "Decisions in a letter", labels, rows, n, seen)


def determinations(store: ReportStore, period: Period) -> ReportSection:
    """Letters and decisions by period, apart from each other."""
    quarters: Period = "quarter" if period == "year" else "year"
    tables = [
        made
        for each in (period, quarters)
        for made in (decisions_by(store, each), letters_by(store, each))
    ]
    tables.append(categories_by(store, period))
    text = (
        "A letter has one of three outcomes, a decision one of two. The Division counts both, and "
        "they are kept apart here."
    )
    return ReportSection("determinations", "Determinations over time", tuple(tables), text)


def usual_period(store: ReportStore) -> Period:
    """Years where the letters are of more than three, else quarters."""
    return "year" if store.one("SELECT count(DISTINCT year) FROM letters") > 3 else "quarter"


def decisions_by(store: ReportStore, period: Period) -> ReportTable:
    """Decisions by the period of the letter: upheld and overturned."""
    found = store.rows(
        f"SELECT coalesce({period}, '{_NO_DATE}') AS period, count(*), "
        "count(*) FILTER (NOT overturned), count(*) FILTER (overturned) "
        "FROM decisions JOIN letters ON letter = id GROUP BY ALL ORDER BY period"
    )
    rows = []
    for name, many, upheld, overturned in found:
        known = upheld + overturned
        rows.append((name, many, upheld, overturned, known, *rate_cells(overturned, known)))
    n, overturned = sum(row[1] for row in found), sum(row[3] for row in found)
    known = sum(row[2] for row in found) + overturned
    seen = _range(rows, period) or (
        f"Of {known:,} decisions, {percent(overturned / known if known else None)} are overturned."
    )
    columns = (
        ReportColumn("period", period.capitalize(), "text"),
        ReportColumn("decisions", "Decisions", "count"),
        ReportColumn("upheld", "Upheld", "count"),
        *RATE_COLUMNS,
    )
    title = f"Decisions by {period}"
    return ReportTable(
        f"decisions_by_{period}", title, seen, "decisions", n, columns, tuple(rows), "stacked",
        f"By the {period} of the date on the letter.", shown=80,
    )  # fmt: skip


def _range(rows: Sequence[tuple[Cell, ...]], period: Period) -> str:
    """The lowest and the highest rate, where two periods have enough decisions; else ""."""
    enough = [(row[5], row[0]) for row in rows if isinstance(row[4], int) and row[4] >= FEW]
    rated = sorted((rate, name) for rate, name in enough if isinstance(rate, float))
    if len(rated) < 2:
        return ""
    (low, first), (high, last) = rated[0], rated[-1]
    return (
        f"By {period}, the overturn rate runs from {percent(low)} ({first}) to {percent(high)} "
        f"({last})."
    )


def letters_by(store: ReportStore, period: Period) -> ReportTable:
    """Letters by period: upheld, overturned, partially overturned."""
    found = store.rows(
        f"SELECT coalesce({period}, '{_NO_DATE}') AS period, count(*), "
        "count(*) FILTER (outcome = 'upheld'), count(*) FILTER (outcome = 'partially_overturned'), "
        "count(*) FILTER (outcome = 'overturned') FROM letters GROUP BY ALL ORDER BY period"
    )
    n = sum(row[1] for row in found)
    columns = (
        ReportColumn("period", period.capitalize(), "text"),
        ReportColumn("letters", "Letters", "count"),
        ReportColumn("upheld", "Upheld", "count"),
        ReportColumn("partially_overturned", "Partially overturned", "count"),
        ReportColumn("overturned", "Overturned", "count"),
    )
    mixed, whole = sum(row[3] for row in found), sum(row[4] for row in found)
    seen = (
        f"{percent((mixed + whole) / n if n else None)} of letters overturn something: "
        f"{whole:,} everything, {mixed:,} a part."
    )
    return ReportTable(
        f"letters_by_{period}", f"Letters by {period}", seen, "letters", n, columns,
        tuple(found), "stacked", shown=80,
    )  # fmt: skip


def categories_by(store: ReportStore, period: Period) -> ReportTable:
    """Overturn rate of each category in each period, for a heat map."""
    return heat(
        store,
        "category_by_period",
        f"Overturn rate by category and {period}",
        (
            "category",
            "Category",
            f"coalesce({period}, '{_NO_DATE}')",
            "period",
            period.capitalize(),
        ),
        "decisions JOIN letters ON letter = id",
    )


def heat(
    store: ReportStore, name: str, title: str, axes: tuple[str, str, str, str, str], source: str
) -> ReportTable:
    """Overturn rates of every pair of two keys.

    `axes` are the column, key and label of the rows, then expression, key and label of the columns.
    """
    first, label, expression, key, other_label = axes
    found = store.rows(
        f"SELECT {first} AS a, {expression} AS b, count(*), count(overturned), "
        f"count(*) FILTER (overturned) FROM {source} GROUP BY ALL ORDER BY a, b"
    )
    rows = [
        (one, other, many, overturned, known, *rate_cells(overturned, known))
        for one, other, many, known, overturned in found
    ]
    columns = (
        ReportColumn(first, label, "text"),
        ReportColumn(key, other_label, "text"),
        ReportColumn("decisions", "Decisions", "count"),
        *RATE_COLUMNS,
    )
    enough = [row for row in rows if row[4] >= FEW and row[3]]
    seen = "No pair has ten decisions and one overturned."
    if enough:
        best = max(enough, key=lambda row: (row[5] or 0, row[0], row[1]))
        seen = f"Overturned most often: {best[0]} / {best[1]}, {percent(best[5])}."
    n = sum(row[2] for row in rows)
    note = "Grey: fewer than ten decisions, too few for a rate."
    return ReportTable(
        name, title, seen, "decisions", n, columns, tuple(rows), "heat", note, len(rows)
    )
