"""What the tests of the report share: records, and reports made of them."""

from collections.abc import Iterable
from typing import Any

import msgspec
from records import fixture_records

from imr_extract.report import Question, Report, ReportTable, build, parse_filter

Tree = dict[str, Any]


def encoded(trees: Iterable[Tree]) -> list[tuple[str, bytes]]:
    return [(f"line {at}", msgspec.json.encode(tree)) for at, tree in enumerate(trees, start=1)]


def made_of(trees: Iterable[Tree], *filters: str, **options: Any) -> Report:
    chosen = parse_filter(filters)
    return build(Question(iter(encoded(trees)), ("test",), chosen, **options))


def table(report: Report, name: str) -> ReportTable:
    return next(each for each in report.tables if each.name == name)


def fixtures() -> list[Tree]:
    """The fixtures' records; health-plan letters, of another programme, apart."""
    found = [msgspec.to_builtins(each) for each in fixture_records()]
    return [each for each in found if not each["layout"].startswith("dmhc")]
