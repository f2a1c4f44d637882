"""The accuracy gate that needs nothing beside the project: fixture letters against their labels.

`fixtures/labels` says what a right record of each letter holds, also where the program is wrong
today. A floor is raised when a rule makes more of them right, and never lowered.
"""

from functools import cache

import msgspec
import pytest
from corpus import FIXTURES, NAMES, text

from imr_extract import extract_bytes
from imr_extract.evaluate import FigureRow, join, judge, read_labels, rows

FLOORS = {
    "record": 1.0,
    "letter.structure_all_right": 1.0,
    "patient.age": 1.0,
    "patient.gender": 1.0,
    "injury.body_parts": 1.0,
    "injury.mechanism": 0.96,
    "diagnoses": 0.99,
    "treatments": 0.99,
    "treatments.kind": 1.0,
    "treatments.status": 1.0,
    "diagnostics": 1.0,
    "issues.outcome": 1.0,
    "issues.category": 0.97,
    "issues.subcategory": 0.96,
    "issues.drugs": 1.0,
    "issues.quantity": 1.0,
    "letter.all_right": 0.76,
}


@cache
def figures() -> dict[str, FigureRow]:
    labels = read_labels(FIXTURES / "labels")
    lines = [msgspec.json.encode(extract_bytes(text(name), name=f"{name}.txt")) for name in NAMES]
    found, count = join(labels, lines)
    assert (len(NAMES), len(NAMES)) == (count, len(labels))
    pairs = zip(labels, found, strict=True)
    return {row.field: row for row in rows([list(judge(label, record)) for label, record in pairs])}


@pytest.mark.parametrize("field", FLOORS)
def test_no_field_falls_below_its_floor(field: str) -> None:
    assert figures()[field].main().value >= FLOORS[field]
