"""`verify`: a record that is right passes, and every fault that is planted in one is told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import Run
from corpus import FIXTURES, NAMES, pdf, text

from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline import extract_bytes
from imr_extract.readers import ReaderChoice
from imr_extract.sources import Sources
from imr_extract.verify import Fault, Tally, verify

Tree = dict[str, Any]
Plant = Callable[[Tree], None]

NAME = "mixed-outcomes"  # three pages, three issues, three states, drugs, amounts
FILE = f"{NAME}.pdf"


def line_of(name: str, reader: ReaderChoice = "auto", *, boxes: bool = False) -> bytes:
    record = extract_bytes(pdf(name), name=f"{name}.pdf", reader=reader, evidence=True, boxes=boxes)
    return msgspec.json.encode(record)


def faults(*lines: bytes, folder: Path = FIXTURES / "pdf") -> list[Fault]:
    return list(verify(lines, Sources(folder, DEFAULT_LIMITS), DEFAULT_LIMITS, Tally()))


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("boxes", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_records_of_pdfs_hold(name: str, reader: ReaderChoice, boxes: bool) -> None:
    assert faults(line_of(name, reader, boxes=boxes)) == []


@pytest.mark.parametrize("name", NAMES)
def test_records_of_texts_hold(name: str) -> None:
    record = extract_bytes(text(name), name=f"{name}.txt", evidence=True)
    assert faults(msgspec.json.encode(record), folder=FIXTURES / "text") == []


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
    "schema version changed": (put("schema_version", "0.9"), "schema_version", "1.0"),
    "hash changed": (put("source.sha256", "0" * 64), "source.sha256", "another content"),
    "file renamed": (put("source.name", "lost.pdf"), "source.name", "no file of this name"),
    "pages changed": (put("source.pages", 9), "source", "read again"),
    "bytes changed": (put("source.bytes", 9), "source", "read again"),
    "unknown reader": (put("source.reader", "eyes"), "source.reader", "no reader"),
}


def test_fifty_faults_are_planted() -> None:
    assert len(PLANTED) >= 50


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_told(planted: str) -> None:
    plant, field, words = PLANTED[planted]
    tree = msgspec.json.decode(line_of(NAME))
    plant(tree)
    told = faults(msgspec.json.encode(tree))
    assert [fault for fault in told if fault.field == field and words in fault.what], told
    assert {fault.file for fault in told} == {tree["source"]["name"]}


def test_a_box_that_was_moved_is_told() -> None:
    tree = msgspec.json.decode(line_of(NAME, boxes=True))
    tree["evidence"]["patient.age"][0]["boxes"][0][1] += 3
    assert [fault.field for fault in faults(msgspec.json.encode(tree))] == ["patient.age"]


def test_a_record_of_another_reader_is_read_with_that_reader() -> None:
    tree = msgspec.json.decode(line_of(NAME, "pdfplumber"))
    tree["source"]["reader"] = "pdfium"
    assert faults(msgspec.json.encode(tree))


def test_a_source_that_cannot_be_read_any_more_is_told(tmp_path: Path) -> None:
    data = pdf(NAME)[:-2000]
    (tmp_path / FILE).write_bytes(data)
    tree = msgspec.json.decode(line_of(NAME))
    assert faults(msgspec.json.encode(tree), folder=tmp_path) == [
        Fault(FILE, "source.sha256", "the file of this name has another content")
    ]


def test_of_files_with_one_name_that_with_the_content_is_taken(tmp_path: Path) -> None:
    for folder, name in (("a", "mixed-outcomes"), ("b", NAME), ("c", "no-gender")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / FILE).write_bytes(pdf(name))
    assert faults(line_of(NAME), folder=tmp_path) == []


def test_lines_that_are_no_record_are_told_by_number_and_error_objects_passed_over() -> None:
    error = b'{"schema_version":"1.0","source":{"name":"a","sha256":null,"media_type":null,'
    error += b'"bytes":null,"pages":null,"reader":null},"error":{"code":"empty","message":"is"}}'
    lines = [line_of(NAME), b"\n", error, b"{}", b"not JSON"]
    told = faults(*lines)
    assert [(fault.file, fault.field) for fault in told] == [("line 4", ""), ("line 5", "")]


def test_the_command_is_quiet_on_records_that_hold(run: Run, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"".join(line_of(name) + b"\n" for name in NAMES[:3]))
    result = run("verify", records, "--source", FIXTURES)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 records" in result.stderr
    assert "0 faults" in result.stderr


def test_the_command_prints_a_line_a_fault_and_ends_with_1(run: Run) -> None:
    tree = msgspec.json.decode(line_of(NAME))
    put("patient.age", 21)(tree)
    drop("outcome")(tree)
    result = run("verify", "-", "--source", FIXTURES / "pdf", stdin=msgspec.json.encode(tree))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{FILE}\tpatient.age\tthe words at its spans do not give the value",
        f"{FILE}\toutcome\thas no evidence",
    ]
    assert "2 faults" in result.stderr


def test_a_name_of_many_lines_takes_one_line(run: Run) -> None:
    tree = msgspec.json.decode(line_of(NAME))
    tree["source"]["name"] = "a\n\x1b[31mb\tc.pdf"
    result = run("verify", "-", "--source", FIXTURES / "pdf", stdin=msgspec.json.encode(tree))
    assert result.stdout.count("\n") == 1
    assert result.stdout.count("\t") == 2
    assert "\x1b" not in result.stdout


def test_no_record_at_all_is_no_success(run: Run) -> None:
    result = run("verify", "-", "--source", FIXTURES, stdin=b"\n")
    assert result.exit_code == 3
    assert "nothing to verify" in result.stderr


def test_records_that_are_not_there_are_a_wrong_command_line(run: Run, tmp_path: Path) -> None:
    result = run("verify", tmp_path / "none.jsonl", "--source", FIXTURES)
    assert result.exit_code == 2
