"""Intervals: whole days from one date of the letter to its decision.

Derived of values that were found before; an interval stands on the words of both of its dates.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from imr_extract.record.model import Note
from imr_extract.text.document import Found

_RULE = "case.days_between"
_DECISION = "case.decision_date"
# The interval's path and the date that it begins with.
_BEGINNINGS = {
    "case.days_from_denial": "case.ur_denial_date",
    "case.days_from_application": "case.application_received",
    "case.days_from_assignment": "case.date_assigned",
    "injury.days_to_decision": "injury.date",
}


def extract(found: Sequence[Found], wanted: Collection[str]) -> Iterator[Found | Note]:
    """The intervals; a note for each that cannot be computed, as where a day is missing.

    `wanted` are the extractors of the layout: where it has no case, there is no interval either.
    """
    dates = {fact.field: fact for fact in found}
    last = dates.get(_DECISION)
    for field, beginning in _BEGINNINGS.items():
        if field.partition(".")[0] not in wanted:
            continue
        first = dates.get(beginning)
        begun, decided = _day(first), _day(last)
        if first is None or last is None or begun is None or decided is None:
            missing = beginning if begun is None else _DECISION
            yield Note(
                field=field, code="not_in_letter", message=f"{missing} is missing or no whole day"
            )
        elif decided < begun:
            yield Note(field=field, code="conflict", message=f"{beginning} is after the decision")
        else:
            yield Found(field, (decided - begun).days, (*first.spans, *last.spans), _RULE)


def _day(date: Found | None) -> dt.date | None:
    """The day of a date; None where it gives only a month or a year."""
    if date is None:
        return None
    try:
        return dt.date.fromisoformat(str(date.value))
    except ValueError:
        return None
