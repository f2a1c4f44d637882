"""Assemble: found values and notes become the record.

A value's path says where it goes; `msgspec.convert` then checks the whole against the model, so
that no value of a wrong type leaves the package.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from imr_extract.record.model import SCHEMA_VERSION, LetterOutcome, Note, Record, Source
from imr_extract.record.paths import steps
from imr_extract.record.shape import ListOf, Parts, Shape, record_shape
from imr_extract.text.document import Found, Value


def assemble(source: Source, layout: str, found: Iterable[Found], notes: Iterable[Note]) -> Record:
    """The record of these values. Paths must exist in the model; list items come in order."""
    tree = _empty(record_shape())
    for value in found:
        _place(tree, value.field, value.value)
    for number, issue in enumerate(tree["issues"], start=1):
        issue["number"] = number
    outcomes = [issue["outcome"] for issue in tree["issues"]]
    printed: LetterOutcome | None = tree["outcome"]
    outcome_note = None if printed else _outcome_note(outcomes)
    return msgspec.convert(
        {
            **tree,
            "schema_version": SCHEMA_VERSION,
            "source": source,
            "layout": layout,
            "outcome": printed or letter_outcome(outcomes),
            "notes": [*notes, *([outcome_note] if outcome_note else [])],
        },
        Record,
    )


def _empty(shape: Parts) -> dict[str, Any]:
    """A part of the record in which nothing was found, without what may be left out."""
    return {name: _nothing(of) for name, of in shape.fields.items() if of.absent != "unset"}


def _nothing(shape: Shape) -> Any:
    if isinstance(shape, Parts) and shape.absent == "never":
        return _empty(shape)
    return [] if isinstance(shape, ListOf) and shape.absent == "never" else None


def _place(tree: dict[str, Any], field: str, value: Value) -> None:
    """Put `value` at the path `field`, making the list items on the way."""
    *way, last = steps(field)
    at: Any = tree
    shape: Shape = record_shape()
    for step in way:
        if isinstance(step, int):
            assert isinstance(shape, ListOf), field
            shape = shape.item
            assert isinstance(shape, Parts), field
            if step == len(at):
                at.append(_empty(shape))
        else:
            assert isinstance(shape, Parts), field
            shape = shape.fields[step]
        at = at[step]
    assert isinstance(shape, Parts), field
    assert last in shape.fields, field
    at[last] = value


def letter_outcome(outcomes: Sequence[str | None]) -> LetterOutcome | None:
    """The outcome of a letter with issues of these; None where one has none, or there is none."""
    known = set(outcomes)
    if not known or None in known:
        return None
    if known == {"upheld"}:
        return "upheld"
    return "overturned" if known == {"overturned"} else "partially_overturned"


def _outcome_note(outcomes: Sequence[str | None]) -> Note | None:
    if not outcomes:
        return Note(field="outcome", code="not_in_letter", message="no issue was found")
    if None in outcomes:
        return Note(field="outcome", code="ambiguous", message="an issue's outcome is not printed")
    return None
