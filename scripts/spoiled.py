"""What a record of a spoiled letter says of the damage, beside the record of the good letter."""

from collections import Counter
from typing import Any, Literal

import msgspec

from imr_extract.batch import Outcome

#: error: no record; same: the good letter's record; noted: another, with a note that the good one
#: does not have; silent: another without one; lost: silent, and an issue is gone or an outcome
#: changed.
Said = Literal["error", "same", "noted", "silent", "lost"]

# Where the record came from differs with the file.
_APART = frozenset(("source", "notes"))


def said_of(outcome: Outcome, good: bytes) -> Said:
    """What came of a spoiled letter; `good` is the line of the good one's record."""
    if outcome.error is not None:
        return "error"
    # Of a file that has become several letters, the first one.
    found, expected = msgspec.json.decode(outcome.line), msgspec.json.decode(good)
    if not outcome.others and _content(found) == _content(expected):
        return "same"
    if _notes(found) - _notes(expected):
        return "noted"
    return "silent" if _outcomes(found) == _outcomes(expected) else "lost"


def has_other_outcomes(outcome: Outcome, good: bytes) -> bool:
    """Whether a record has other issues than the good one, or other outcomes of them."""
    return _outcomes(msgspec.json.decode(outcome.line)) != _outcomes(msgspec.json.decode(good))


def changed(outcome: Outcome, good: bytes) -> list[str]:
    """The keys of a record that differ from the good one's."""
    found, expected = msgspec.json.decode(outcome.line), msgspec.json.decode(good)
    return [key for key in expected if key not in _APART and found.get(key) != expected[key]]


def _content(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in _APART}


def _outcomes(record: dict[str, Any]) -> list[str | None]:
    return [issue["outcome"] for issue in record["issues"]]


def _notes(record: dict[str, Any]) -> Counter[str]:
    return Counter(f"{note['field']} {note['code']}" for note in record["notes"])
