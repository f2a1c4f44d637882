"""Assemble: found values and notes become the record.

A value's path says where it goes; `msgspec.convert` then checks the whole against the model, so
that no value of a wrong type leaves the package.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec

from imr_extract.record.model import SCHEMA_VERSION, LetterOutcome, Note, Record, Source
from imr_extract.record.paths import steps
from imr_extract.record.shape import ListOf, Parts, Path, Shape, record_shape
from imr_extract.text.document import Found, Value


def assemble(source: Source, layout: str, found: Iterable[Found], notes: Iterable[Note]) -> Record:
    """The record of these values. Paths must exist in the model; list items come in order."""
    tree = _empty(())
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


def _empty(part: Path) -> dict[str, Any]:
    """A part of the record in which nothing was found, without what may be left out."""
    fields, groups, lists = _fields(part)
    tree: dict[str, Any] = dict.fromkeys(fields)
    for name in groups:
        tree[name] = _empty((*part, name))
    for name in lists:
        tree[name] = []
    return tree


@cache
def _fields(part: Path) -> tuple[list[str], list[str], list[str]]:
    """What a part of the record always has: all fields, and which are groups and which lists."""
    shape: Shape = record_shape()
    for name in part:
        assert isinstance(shape, Parts), part
        shape = shape.fields[name]
        shape = shape.item if isinstance(shape, ListOf) else shape
    assert isinstance(shape, Parts), part
    there = {name: field for name, field in shape.fields.items() if field.absent != "unset"}
    filled = {name: field for name, field in there.items() if field.absent == "never"}
    groups = [name for name, field in filled.items() if isinstance(field, Parts)]
    lists = [name for name, field in filled.items() if isinstance(field, ListOf)]
    return list(there), groups, lists


def _place(tree: dict[str, Any], field: str, value: Value) -> None:
    """Put `value` at the path `field`, making the list items on the way.

    A path that the model does not have is refused when the whole is checked.
    """
    *way, last = steps(field)
    at: Any = tree
    for depth, step in enumerate(way):
        if isinstance(step, int) and step == len(at):
            at.append(_empty(tuple(name for name in way[:depth] if isinstance(name, str))))
        at = at[step]
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
