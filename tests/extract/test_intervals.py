"""Whole days from the dates of a letter to its decision."""

import pytest

from imr_extract.extract import intervals
from imr_extract.record.model import Note
from imr_extract.text.document import Found, Span

DATES = {
    "case.ur_denial_date": "2017-02-22",
    "case.application_received": "2017-03-03",
    "case.date_assigned": "2017-03-14",
    "case.decision_date": "2017-04-11",
    "injury.date": "2017-01-09",
}


def days(**changed: str | None) -> dict[str, object]:
    """The intervals by their last name: a number of days, or the code of the note."""
    dates = {**DATES, **{field.replace("__", "."): day for field, day in changed.items()}}
    spans = {field: Span(10 * at, 10 * at + 10) for at, field in enumerate(dates)}
    found = [Found(f, d, (spans[f],), "case.header") for f, d in dates.items() if d is not None]
    told: dict[str, object] = {}
    for each in intervals.extract(found, ("case", "injury")):
        told[each.field.partition(".")[2]] = each.code if isinstance(each, Note) else each.value
    return told


def test_whole_days_are_counted() -> None:
    assert days() == {
        "days_from_denial": 48,
        "days_from_application": 39,
        "days_from_assignment": 28,
        "days_to_decision": 92,
    }


@pytest.mark.parametrize("day", [None, "2017", "2017-01"])
def test_a_date_that_is_missing_or_no_whole_day_gives_a_note(day: str | None) -> None:
    assert days(injury__date=day)["days_to_decision"] == "not_in_letter"


def test_without_a_decision_nothing_is_told() -> None:
    assert set(days(case__decision_date=None).values()) == {"not_in_letter"}


def test_a_date_after_the_decision_is_a_conflict() -> None:
    assert days(case__ur_denial_date="2017-05-01")["days_from_denial"] == "conflict"


def test_an_interval_stands_on_both_of_its_dates() -> None:
    begun, decided = Span(0, 10), Span(20, 30)
    found = [
        Found("case.date_assigned", "2017-03-14", (begun,), "case.header"),
        Found("case.decision_date", "2017-04-11", (decided,), "case.header"),
    ]
    values = [each for each in intervals.extract(found, ("case",)) if isinstance(each, Found)]
    assert [(each.field, each.value, each.spans) for each in values] == [
        ("case.days_from_assignment", 28, (begun, decided))
    ]


def test_a_layout_without_a_case_has_no_intervals() -> None:
    assert list(intervals.extract([], ("reviewer",))) == []
