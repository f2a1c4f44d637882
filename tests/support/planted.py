"""Faults to plant in a record, each with the field and the words that `verify` must tell."""

from collections.abc import Callable, Iterator
from typing import Any

Tree = dict[str, Any]
Plant = Callable[[Tree], None]


def part(path: str) -> Iterator[str | int]:
    for step in path.replace("]", "").split("."):
        name, _, index = step.partition("[")
        yield name
        if index:
            yield int(index)


def at(tree: Tree, path: str) -> tuple[Any, Any]:
    """What holds the value at `path`, and its key there."""
    *way, last = part(path)
    for step in way:
        tree = tree[step]  # type: ignore[index]
    return tree, last


def put(path: str, value: object) -> Plant:
    """Another value, under the evidence of the old one."""

    def plant(tree: Tree) -> None:
        holder, key = at(tree, path)
        assert holder[key] != value
        holder[key] = value

    return plant


def shift(path: str, start: int = 0, end: int = 0, item: int = 0) -> Plant:
    def plant(tree: Tree) -> None:
        each = tree["evidence"][path][item]
        each["start"] += start
        each["end"] += end

    return plant


def span(path: str, start: int, end: int) -> Plant:
    def plant(tree: Tree) -> None:
        tree["evidence"][path][0].update(start=start, end=end)

    return plant


def page(path: str, number: int) -> Plant:
    def plant(tree: Tree) -> None:
        each = tree["evidence"][path][0]
        assert each["page"] != number
        each["page"] = number

    return plant


def lend(path: str, other: str) -> Plant:
    """The evidence of another value."""

    def plant(tree: Tree) -> None:
        assert tree["evidence"][path] != tree["evidence"][other]
        tree["evidence"][path] = tree["evidence"][other]

    return plant


def drop(path: str) -> Plant:
    """No evidence."""

    def plant(tree: Tree) -> None:
        del tree["evidence"][path]

    return plant


def empty(path: str) -> Plant:
    def plant(tree: Tree) -> None:
        tree["evidence"][path] = []

    return plant


def lose_item(path: str) -> Plant:
    def plant(tree: Tree) -> None:
        assert len(tree["evidence"][path]) > 1
        tree["evidence"][path].pop()

    return plant


def swap(path: str) -> Plant:
    def plant(tree: Tree) -> None:
        spans = tree["evidence"][path]
        assert spans != spans[::-1]
        spans.reverse()

    return plant


def forget(path: str) -> Plant:
    """Neither value nor evidence."""

    def plant(tree: Tree) -> None:
        holder, key = at(tree, path)
        holder[key] = [] if isinstance(holder[key], list) else None
        del tree["evidence"][path]

    return plant


def invent(path: str, other: str) -> Plant:
    """Evidence for a value that is absent."""

    def plant(tree: Tree) -> None:
        holder, key = at(tree, path)
        assert holder[key] in (None, [])
        tree["evidence"][path] = tree["evidence"][other]

    return plant


def rule(path: str, name: str) -> Plant:
    def plant(tree: Tree) -> None:
        tree["evidence"][path][0]["rule"] = name

    return plant


def without_evidence(tree: Tree) -> None:
    del tree["evidence"]


def without_notes(tree: Tree) -> None:
    assert tree["notes"]
    tree["notes"] = []


def without_last_issue(tree: Tree) -> None:
    last = f"issues[{len(tree['issues']) - 1}]"
    tree["issues"].pop()
    tree["evidence"] = {
        path: spans for path, spans in tree["evidence"].items() if not path.startswith(last)
    }


# What is planted, and the field and words of the fault that must be told.
PLANTED: dict[str, tuple[Plant, str, str]] = {
    "case number changed": (put("case.case_number", "CM17-0900998"), "case.case_number", "words"),
    "date changed": (put("case.decision_date", "2016-01-02"), "case.decision_date", "words"),
    "day of a date changed": (put("injury.date", "2015-01"), "injury.date", "words"),
    "summary date changed": (
        put("injury.date_in_summary", "2011"),
        "injury.date_in_summary",
        "words",
    ),
    "priority changed": (put("case.priority", "expedited"), "case.priority", "another value"),
    "age changed": (put("patient.age", 21), "patient.age", "words"),
    "gender changed": (put("patient.gender", "male"), "patient.gender", "words"),
    "mechanism invented": (put("injury.mechanism", "a fall"), "injury.mechanism", "no evidence"),
    "state changed": (
        put("reviewer.licensure_states[0]", "Atlantis"),
        "reviewer.licensure_states",
        "words",
    ),
    "specialty changed": (
        put("reviewer.specialties[0]", "Alchemy"),
        "reviewer.specialties",
        "words",
    ),
    "treatment changed": (put("treatments[0].text", "leeches"), "treatments[0].text", "words"),
    "kind changed": (put("treatments[0].kind", "surgery"), "treatments[0].kind", "another value"),
    "drug of an issue changed": (put("issues[2].drugs", ["aspirin"]), "issues[2].drugs", "another"),
    "service changed": (
        put("issues[0].disputed_service", "Ambien"),
        "issues[0].disputed_service",
        "words",
    ),
    "issue outcome turned": (put("issues[0].outcome", "overturned"), "issues[0].outcome", "words"),
    "letter outcome turned": (put("outcome", "upheld"), "outcome", "words"),
    "category changed": (put("issues[0].category", "Surgery"), "issues[0].category", "another"),
    "quantity changed": (put("issues[0].quantity", 31), "issues[0].quantity", "words"),
    "unit changed": (put("issues[0].unit", "barrels"), "issues[0].unit", "another value"),
    "rationale cut": (put("issues[1].rationale", "No."), "issues[1].rationale", "words"),
    "verdict turned": (
        put("issues[0].stated_verdict", "necessary"),
        "issues[0].stated_verdict",
        "words",
    ),
    "guideline title changed": (
        put("issues[0].imr_guidelines[0].title", "Leeches"),
        "issues[0].imr_guidelines[0].title",
        "words",
    ),
    "guideline year changed": (
        put("issues[0].imr_guidelines[0].year", 1904),
        "issues[0].imr_guidelines[0].year",
        "words",
    ),
    "issue renumbered": (put("issues[1].number", 7), "issues", "numbered"),
    "start one to the right": (shift("case.case_number", start=1), "case.case_number", "words"),
    "start one to the left": (shift("patient.age", start=-1), "patient.age", "between words"),
    "end one to the left": (shift("case.priority", end=-1), "case.priority", "other evidence"),
    "end one to the right": (shift("injury.date", end=1), "injury.date", "between words"),
    "both to the right": (shift("issues[0].outcome", 1, 1), "issues[0].outcome", "words"),
    "rationale begins late": (
        shift("issues[2].rationale", start=5),
        "issues[2].rationale",
        "words",
    ),
    "rationale ends late": (shift("issues[1].rationale", end=30), "issues[1].rationale", "words"),
    "second item shifted": (
        shift("reviewer.licensure_states", 2, 2, item=1),
        "reviewer.licensure_states",
        "words",
    ),
    "span without words": (span("patient.age", 40, 40), "patient.age", "not inside"),
    "span turned round": (span("patient.gender", 60, 50), "patient.gender", "not inside"),
    "span before the letter": (span("patient.gender", -5, 3), "patient.gender", "not inside"),
    "span behind the letter": (
        span("case.date_assigned", 999_990, 999_999),
        "case.date_assigned",
        "not inside",
    ),
    "span of the whole letter": (span("issues[0].unit", 0, 400), "issues[0].unit", "other"),
    "words of another value": (
        lend("case.date_assigned", "case.decision_date"),
        "case.date_assigned",
        "words",
    ),
    "words of another issue": (
        lend("issues[0].rationale", "issues[1].rationale"),
        "issues[0].rationale",
        "words",
    ),
    "items in another order": (swap("reviewer.licensure_states"), "reviewer.licensure_states", ""),
    "page too high": (page("case.case_number", 2), "case.case_number", "not on page 2"),
    "page of the letter's end": (page("issues[2].rationale", 1), "issues[2].rationale", "page 1"),
    "page nought": (page("patient.age", 0), "patient.age", "not on page 0"),
    "no evidence for a value": (drop("patient.age"), "patient.age", "no evidence"),
    "no evidence for a list": (drop("reviewer.specialties"), "reviewer.specialties", "no evidence"),
    "empty evidence": (empty("issues[1].outcome"), "issues[1].outcome", "no evidence"),
    "an item without a span": (
        lose_item("reviewer.licensure_states"),
        "reviewer.licensure_states",
        "words",
    ),
    "evidence for an absent value": (
        invent("issues[0].original_request", "issues[0].disputed_service"),
        "issues[0].original_request",
        "no value",
    ),
    "evidence for no field at all": (
        lambda tree: tree["evidence"].update(
            {"patient.shoe_size": [tree["evidence"]["outcome"][0]]}
        ),
        "patient.shoe_size",
        "no value",
    ),
    "value kept back": (forget("patient.gender"), "patient.gender", "gives a value"),
    "list kept back": (forget("issues[2].drugs"), "issues[2].drugs", "gives a value"),
    "issue kept back": (without_last_issue, "issues", "numbered"),
    "another rule": (rule("patient.age", "patient.guess"), "patient.age", "other evidence"),
    "no evidence in the record": (without_evidence, "evidence", "--evidence"),
    "notes kept back": (without_notes, "notes", "read again"),
    "layout changed": (put("layout", "dwc-other"), "layout", "read again"),
    "schema version changed": (put("schema_version", "0.9"), "schema_version", "1.1"),
    "hash changed": (put("source.sha256", "0" * 64), "source.sha256", "different content"),
    "file renamed": (put("source.name", "lost.pdf"), "source.name", "no file of this name"),
    "pages changed": (put("source.pages", 9), "source", "read again"),
    "bytes changed": (put("source.bytes", 9), "source", "read again"),
    "unknown reader": (put("source.reader", "eyes"), "source.reader", "not a reader"),
}
