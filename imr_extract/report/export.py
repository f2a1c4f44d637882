"""Export: the figures of a report as CSV files and as JSON."""

import csv
import io
from pathlib import Path
from typing import Any

import msgspec

from imr_extract.report.build import Report, ReportHead
from imr_extract.report.tables import Cell, ReportTable, plain

_DIGITS = 6  # of a share, behind the point; the page shows three
# What a spreadsheet would take for a formula (OWASP, "CSV injection"), also in full-width forms.
_RISKY = tuple("=+-@＝＋－＠'")  # noqa: RUF001


def as_json(report: Report) -> bytes:
    """All figures as one JSON object, with a line end."""
    tree: dict[str, Any] = {
        "summary": _summary(report.head),
        "compared_with": None if report.other is None else _summary(report.other),
        "tables": {
            table.name: {
                "section": section.name,
                "title": table.title,
                "seen": table.seen,
                "unit": table.unit,
                "n": table.n,
                "note": table.note,
                "rows": [
                    {key: _rounded(cell) for key, cell in row.items()} for row in table.dicts()
                ],
            }
            for section in report.sections
            for table in section.tables
        },
    }
    return msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n"


def _summary(head: ReportHead) -> dict[str, Any]:
    tree: dict[str, Any] = msgspec.to_builtins(head)
    return tree


def _rounded(cell: Cell) -> Cell:
    return round(cell, _DIGITS) if isinstance(cell, float) else cell


def write_tables(folder: Path, report: Report) -> int:
    """Write each table into `folder` as NAME.csv; how many. Raises `OSError` where it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in report.tables:
        (folder / f"{table.name}.csv").write_bytes(as_csv(table))
    return len(report.tables)


def as_csv(table: ReportTable) -> bytes:
    """The table with a head of column keys as UTF-8; what is absent is an empty cell.

    Text that a spreadsheet would take for a formula has an apostrophe in front; what cannot be
    printed, as line ends, is a blank.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.key for column in table.columns)
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        text = plain(cell)
        return f"'{text}" if text.startswith(_RISKY) else text
    return "" if cell is None else _rounded(cell)
