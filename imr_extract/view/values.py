"""Values: what the side list of a page shows, in record order: names, values, rules and notes."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from msgspec import UNSET

from imr_extract.record import paths
from imr_extract.record.model import Evidence, Note, Record
from imr_extract.rules.patterns import compile_pattern

_STEP = compile_pattern(r"(\w+)(?:\[(\d+)\])?")
# Notes that say that there is nothing to read; all others ask for a look.
_ABSENT = frozenset({"not_in_letter", "section_missing", "left_out"})
# Groups of the list by the first name of the path; a group is a colour.
_GROUPS = {
    "outcome": "Outcome of the letter",
    "case": "Case",
    "reviewer": "Reviewer",
    "patient": "Patient",
    "injury": "Injury",
    "diagnoses": "Diagnoses",
    "treatments": "Treatments",
    "diagnostics": "Diagnostics",
    "issues": "Issues",
}
_ITEMS = {
    "diagnoses": "Diagnosis",
    "treatments": "Treatment",
    "diagnostics": "Study",
    "issues": "Issue",
    "claims_administrator_guidelines": "claims administrator guideline",
    "imr_guidelines": "IMR guideline",
}
# Values that are a whole part of the letter.
_PASSAGES = ("rationale", "guideline_text")
_ABBREVIATIONS = {"ur": "UR", "imr": "IMR"}
# Guideline texts and what is cited in them have a colour of their own inside an issue.
_GUIDELINE = compile_pattern(r"guideline")


class ShownValue(NamedTuple):
    """A value, or the notes on an absent one."""

    number: int
    path: str
    group: str  # names the colour
    section: str  # heading of the group
    item: str  # heading inside the group: "Issue 2"; "" where the group has no items
    name: str
    words: tuple[str, ...]  # the value; of a list, one an item; () where it is absent
    evidence: tuple[Evidence, ...]
    notes: tuple[Note, ...]

    @property
    def is_passage(self) -> bool:
        """Whether the value is a whole part of the letter, in which others are found."""
        return self.path.endswith(_PASSAGES)

    @property
    def warns(self) -> bool:
        """Whether a note says more than that the letter does not give the value."""
        return any(note.code not in _ABSENT for note in self.notes)


def shown(record: Record) -> list[ShownValue]:
    """The values of the record and the notes on it, group after group, the outcome first."""
    evidence = {} if record.evidence is UNSET else record.evidence
    notes: defaultdict[str, list[Note]] = defaultdict(list)
    for note in record.notes:
        notes[note.field].append(note)
    rows: list[tuple[str, tuple[str, ...]]] = []
    for path, value in paths.places(record):
        if value is not None or path in notes:
            rows.append((path, _words(value)))
    placed = {path for path, _ in rows}
    rows.extend((path, ()) for path in notes if path not in placed)
    rows.sort(key=lambda row: _order(row[0]))
    return [
        ShownValue(
            number,
            path,
            *_headings(path),
            words,
            tuple(evidence.get(path, ())),
            tuple(notes.get(path, ())),
        )
        for number, (path, words) in enumerate(rows)
    ]


def by_heading(rows: list[ShownValue]) -> Iterator[tuple[str, list[tuple[str, list[ShownValue]]]]]:
    """The rows as the list shows them: groups with their items."""
    for section, inside in groupby(rows, key=lambda row: row.section):
        yield section, [(item, list(some)) for item, some in groupby(inside, key=lambda r: r.item)]


def _words(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _order(path: str) -> tuple[int, int]:
    """The place of the path's group, and inside it that of the item; the rest keeps its order."""
    name, index = _step(path.split(".", maxsplit=1)[0])
    known = list(_GROUPS)
    return known.index(name) if name in known else len(known), int(index or 0)


def _headings(path: str) -> tuple[str, str, str, str]:
    """Group, heading of the group, heading of the item, and name of a path."""
    top, *rest = path.split(".")
    name, index = _step(top)
    item = f"{_ITEMS[name]} {int(index) + 1}" if index is not None and name in _ITEMS else ""
    labels = []
    for step in rest or [name]:
        word, number = _step(step)
        label = _ITEMS.get(word, word) if number is not None else word
        spoken = " ".join(_ABBREVIATIONS.get(each, each) for each in label.split("_"))
        labels.append(spoken + (f" {int(number) + 1}" if number else ""))
    group = "guidelines" if any(_GUIDELINE.search(step) for step in rest) else name
    return group, _GROUPS.get(name, name), item, ", ".join(labels)


def _step(step: str) -> tuple[str, str | None]:
    match = _STEP.fullmatch(step)
    return (match[1], match[2]) if match else (step, None)
