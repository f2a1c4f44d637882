"""Comparison: the same tables of two sets of letters, side by side."""

from dataclasses import replace

from imr_extract.report.tables import Cell, ReportColumn, ReportSection, ReportTable, newcombe

_COLUMNS = (
    ReportColumn("other_n", "n there", "count"),
    ReportColumn("other_rate", "Rate there", "share"),
    ReportColumn("other_low", "95% interval from", "share", hidden=True),
    ReportColumn("other_high", "to", "share", hidden=True),
    ReportColumn("difference", "Difference", "share"),
    ReportColumn("difference_low", "95% interval from", "share", hidden=True),
    ReportColumn("difference_high", "to", "share", hidden=True),
    ReportColumn("clear", "Clear?", "text"),
)
_COMPARED = ("rates", "stacked")
_MADE_ROOM = ("share", "upheld", "overturned", "claims_administrator")
NOTE = (
    "There, and hollow: the letters of --compare. A difference is clear where its 95% interval "
    "(Newcombe) does not hold 0; of many rows, some are clear by chance."
)


def compared(
    own: tuple[ReportSection, ...], other: tuple[ReportSection, ...]
) -> tuple[ReportSection, ...]:
    """The sections with what `other` has in the same rows; rows that only `other` has come last."""
    there = {table.name: table for section in other for table in section.tables}
    return tuple(
        replace(section, tables=tuple(_beside(table, there) for table in section.tables))
        for section in own
    )


def _beside(table: ReportTable, there: dict[str, ReportTable]) -> ReportTable:
    keys = [column.key for column in table.columns]
    other = there.get(table.name)
    if other is None or table.form not in _COMPARED or "rate" not in keys:
        return table
    labels = [at for at, column in enumerate(table.columns) if column.kind == "text"]
    theirs = {tuple(row[at] for at in labels): row for row in other.rows}
    hits, known = keys.index("overturned"), keys.index("with_outcome")
    rows = []
    for row in table.rows:
        match = theirs.pop(tuple(row[at] for at in labels), None)
        rows.append((*row, *_cells(row, match, hits, known, keys)))
    for row in theirs.values():
        empty: list[Cell] = [None] * len(keys)
        for at in labels:
            empty[at] = row[at]
        rows.append((*empty, *_cells(None, row, hits, known, keys)))
    # On the page there is room for either set's n and rate; the data have all.
    own = tuple(
        replace(each, hidden=each.hidden or each.key in _MADE_ROOM) for each in table.columns
    )
    return replace(table, columns=(*own, *_COLUMNS), rows=tuple(rows), note=f"{table.note} {NOTE}")


def _cells(
    own: tuple[Cell, ...] | None,
    other: tuple[Cell, ...] | None,
    hits: int,
    known: int,
    keys: list[str],
) -> tuple[Cell, ...]:
    """The cells of `_COLUMNS` for two rows, of which one may be missing."""
    if other is None:
        return (None,) * len(_COLUMNS)
    ends = [other[keys.index(key)] for key in ("rate", "low", "high")]
    there = (other[known], *ends)
    if own is None:
        return (*there, None, None, None, "")
    numbers = [row[at] for row in (own, other) for at in (hits, known)]
    one, one_n, two, two_n = (number if isinstance(number, int) else 0 for number in numbers)
    interval = newcombe(one, one_n, two, two_n)
    if interval is None:
        return (*there, None, None, None, "")
    clear = "yes" if interval[0] > 0 or interval[1] < 0 else "no"
    return (*there, one / one_n - two / two_n, *interval, clear)
