"""Answers: how many decisions or letters there are under any fields, and a rate of one's own."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from imr_extract.record.shape import Tree
from imr_extract.report.filters import ISSUES, Comparison, Field, Filter
from imr_extract.report.letters import decode
from imr_extract.report.store import opened
from imr_extract.report.tables import Cell, ReportColumn, ReportTable, Unit, percent, rate_cells

_ABSENT = "(none)"


def answer(
    lines: Iterable[tuple[str, bytes]],
    fields: Sequence[Field],
    rate: Comparison | None,
    chosen: Filter | None,
) -> ReportTable:
    """Decisions, or letters where no field is a decision's, by the values of the fields.

    One with several values in a field counts under each. With `rate`, how many of them fit the
    condition, of those that have a value to compare. Raises `NotRecords` and `PackageMissing`.
    """
    of_decision = any(each.of_decision for each in (*fields, *([rate.field] if rate else [])))
    unit: Unit = "decisions" if of_decision else "letters"
    with opened() as store:
        store.create("answers", {"keys": "VARCHAR[]", "hit": "BOOLEAN", "unit": "BIGINT"})
        store.insert("answers", _rows(_trees(lines, chosen), fields, rate, of_decision=of_decision))
        n = store.one("SELECT count(DISTINCT unit) FROM answers")
        found = store.rows(
            "SELECT keys, count(*), count(hit), count(*) FILTER (hit) FROM answers "
            "GROUP BY keys ORDER BY count(*) DESC, keys"
        )
    return _table(found, fields, rate, unit, n)


def _trees(lines: Iterable[tuple[str, bytes]], chosen: Filter | None) -> Iterator[Tree]:
    """The records that count, decoded whole, with the issues that fit."""
    seen: set[bytes] = set()
    for where, line in lines:
        letter = decode(line, where)
        if letter.error is not None:
            continue
        source = letter.source
        if source.sha256 is not None:
            key = f"{source.sha256}:{source.letter or 1}".encode()
            if key in seen:
                continue
            seen.add(key)
        tree: Tree = msgspec.json.decode(line)
        if chosen is not None:
            kept = chosen.decisions(tree)
            if kept is None:
                continue
            tree[ISSUES] = kept
        yield tree


def _rows(
    trees: Iterable[Tree], fields: Sequence[Field], rate: Comparison | None, *, of_decision: bool
) -> Iterator[dict[str, object]]:
    unit = 0
    for tree in trees:
        for issue in tree[ISSUES] if of_decision else [None]:
            unit += 1
            hit = None
            if rate is not None and rate.field.values(tree, issue):
                hit = rate.holds(tree, issue)
            for keys in _combined([field.values(tree, issue) for field in fields]):
                yield {"keys": keys, "hit": hit, "unit": unit}


def _combined(values: Sequence[Sequence[object]]) -> list[list[str]]:
    """Every choice of one value a field; what is absent has a name of its own."""
    made: list[list[str]] = [[]]
    for each in values:
        names = list(dict.fromkeys(_name(value) for value in each)) or [_ABSENT]
        made = [[*keys, name] for keys in made for name in names]
    return made


def _name(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _table(
    found: Sequence[tuple[list[str], int, int, int]],
    fields: Sequence[Field],
    rate: Comparison | None,
    unit: Unit,
    n: int,
) -> ReportTable:
    columns = [
        *(ReportColumn(field.name, field.name, "text") for field in fields),
        ReportColumn(unit, unit.capitalize(), "count"),
        ReportColumn("share", f"Share of {unit}", "share"),
    ]
    if rate is not None:
        columns += [
            ReportColumn("with_value", "With a value", "count"),
            ReportColumn("hits", rate.said, "count"),
            ReportColumn("rate", "Rate", "share"),
            ReportColumn("low", "95% interval from", "share"),
            ReportColumn("high", "to", "share"),
        ]
    rows = []
    for keys, many, known, hits in found:
        row: list[Cell] = [*keys, many, many / n if n else None]
        if rate is not None:
            row += [known, hits, *rate_cells(hits, known)]
        rows.append(tuple(row))
    title = " by ".join([unit.capitalize(), ", ".join(field.name for field in fields)])
    seen = f"{' / '.join(found[0][0])}: {percent(found[0][1] / n)} of {unit}." if found else "None."
    return ReportTable("answer", title, seen, unit, n, tuple(columns), tuple(rows), "plain")
