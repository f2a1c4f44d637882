"""Assemble: found values and notes become the record.

A value's path says where it goes; `msgspec.convert` then checks the whole against the model, so
that no value of a wrong type leaves the package.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from imr_extract.record.model import SCHEMA_VERSION, LetterOutcome, Note, Record, Source
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import Found, Value

_STEP = compile_pattern(r"(\w+)(?:\[(\d+)\])?")

_GUIDELINE: dict[str, Any] = {
    "body": None,
    "title": None,
    "year": None,
    "sections": [],
    "edition": None,
    "page": None,
    "url": None,
}
# What the parts of a list hold where nothing was found.
_ITEMS: dict[str, dict[str, Any]] = {
    "diagnoses": {
        "text": None,
        "code": None,
        "icd10cm": None,
        "body_parts": [],
        "laterality": None,
    },
    "treatments": {"text": None, "kind": None, "status": None, "drugs": []},
    "diagnostics": {"text": None, "date": None},
    "issues": {
        "number": None,
        "disputed_service": None,
        "original_request": None,
        "authorized": None,
        "outcome": None,
        "category": None,
        "subcategory": None,
        "drugs": [],
        "quantity": None,
        "unit": None,
        "body_parts": [],
        "claims_administrator_guideline_text": None,
        "claims_administrator_guidelines": [],
        "imr_guideline_text": None,
        "imr_guidelines": [],
        "rationale": None,
        "stated_verdict": None,
    },
    "claims_administrator_guidelines": _GUIDELINE,
    "imr_guidelines": _GUIDELINE,
}


# Keys that only some layouts have.
_OPTIONAL = frozenset({"review_type", "reviewer.count"})


def assemble(source: Source, layout: str, found: Iterable[Found], notes: Iterable[Note]) -> Record:
    """The record of these values. Paths must exist in the model; list items come in order."""
    tree: dict[str, Any] = {
        "case": dict.fromkeys(
            (
                "case_number",
                "date_assigned",
                "date_of_injury",
                "decision_date",
                "ur_denial_date",
                "priority",
                "application_received",
                "days_from_denial",
                "days_from_application",
                "days_from_assignment",
            )
        ),
        "reviewer": {"licensure_states": [], "specialties": []},
        "patient": {"age": None, "gender": None},
        "injury": {
            "date": None,
            "date_in_summary": None,
            "days_to_decision": None,
            "mechanism": None,
            "body_parts": [],
        },
        "diagnoses": [],
        "treatments": [],
        "diagnostics": [],
        "issues": [],
        "outcome": None,
    }
    for value in found:
        _place(tree, value.field, value.value)
    for number, issue in enumerate(tree["issues"], start=1):
        issue["number"] = number
    outcomes = [issue["outcome"] for issue in tree["issues"]]
    printed: LetterOutcome | None = tree.pop("outcome")
    outcome_note = None if printed else _outcome_note(outcomes)
    all_notes = [*notes, *([outcome_note] if outcome_note else [])]
    return msgspec.convert(
        {
            "schema_version": SCHEMA_VERSION,
            "source": source,
            "layout": layout,
            **tree,
            "outcome": printed or letter_outcome(outcomes),
            "notes": all_notes,
        },
        Record,
    )


def _place(tree: dict[str, Any], field: str, value: Value) -> None:
    """Put `value` at the path `field`, making the list items on the way."""
    at: dict[str, Any] = tree
    way, last = _steps(field)
    for name, index in way:
        if index is None:
            at = at[name]
            continue
        items: list[dict[str, Any]] = at[name]
        if index == len(items):
            empty = _ITEMS[name]
            items.append({key: [] if item == [] else item for key, item in empty.items()})
        at = items[index]
    assert last in at or field in _OPTIONAL, field
    at[last] = value


@lru_cache(maxsize=4096)
def _steps(field: str) -> tuple[tuple[tuple[str, int | None], ...], str]:
    """The steps of a path, each with its index in a list or None, and its last name."""
    *way, last = field.split(".")
    steps: list[tuple[str, int | None]] = []
    for step in way:
        match = _STEP.fullmatch(step)
        assert match is not None, field
        name, index = match.groups()
        steps.append((name, None if index is None else int(index)))
    return tuple(steps), last


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
