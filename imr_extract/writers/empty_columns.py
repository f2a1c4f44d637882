"""Which of the columns for people stay empty, because no letter of the run is of a kind to fill it.

A health plan's decision prints no date of injury: a table of such decisions alone needs no column
for it. A column that a layout of the run can fill stays, also where it happens to be empty, so that
tables of the same kinds of letter have the same columns.
"""

from collections.abc import Iterable, Mapping

import msgspec

from imr_extract.layouts.loader import known
from imr_extract.layouts.spec import Extractor
from imr_extract.record.model import Record
from imr_extract.writers.main_columns import MAIN_COLUMNS, rows

# Columns that not every letter can fill, with what of a layout fills them.
_FILLED_BY: Mapping[str, frozenset[Extractor]] = {
    "case_number": frozenset({"case"}),
    "decision_date": frozenset({"case"}),
    "category": frozenset({"services"}),
    "subcategory": frozenset({"services"}),
    "drugs": frozenset({"services"}),
    "quantity": frozenset({"services"}),
    "unit": frozenset({"services"}),
    "body_parts": frozenset({"services"}),
    "age": frozenset({"patient", "enrollee"}),
    "gender": frozenset({"patient", "enrollee"}),
    "injury_date": frozenset({"case", "injury"}),
    "diagnoses": frozenset({"diagnoses"}),
    "specialties": frozenset({"reviewer"}),
    "claims_administrator_guidelines": frozenset({"guidelines"}),
    "imr_guidelines": frozenset({"guidelines"}),
    "days_from_denial": frozenset({"case"}),
}


class _LayoutOf(msgspec.Struct):
    layout: str | None = None  # None of an error object


_kind = msgspec.json.Decoder(_LayoutOf)
_record = msgspec.json.Decoder(Record)


def empty_columns(lines: Iterable[bytes]) -> frozenset[str]:
    """The names of those columns, for records as JSON, one a line.

    A layout of the user's own may fill any. A column with a value stays in any case: a cover page
    may print what its letter does not.
    """
    extractors = {layout.id: frozenset(layout.extractors) for layout in known(())}
    seen: set[str] = set()
    left = frozenset(_FILLED_BY)
    for line in lines:
        if not left:
            break
        layout = _kind.decode(line).layout
        if layout is None:
            continue
        if layout not in seen:
            seen.add(layout)
            fills = extractors.get(layout)
            left = frozenset(
                name for name in left if fills is not None and not _FILLED_BY[name] & fills
            )
        left -= _filled(line, left) if left else left
    return left if seen else frozenset()


def _filled(line: bytes, names: frozenset[str]) -> set[str]:
    asked = tuple(column for column in MAIN_COLUMNS if column.name in names)
    tree = msgspec.to_builtins(_record.decode(line))
    return {
        column.name
        for row in rows(tree, asked, by_issue=True)
        for column, value in zip(asked, row, strict=True)
        if value is not None
    }
