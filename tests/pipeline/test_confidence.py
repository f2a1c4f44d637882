"""Grades of rules: every rule has one, lower ones can be left out, and a table measures them."""

import json
import re

import grades as script
import msgspec
import pytest
from commands import Run
from corpus import FIXTURES, NAMES, ROOT, SHARED, pdf
from msgspec import inspect
from thinning import quick_every

from imr_extract import Record, extract_bytes
from imr_extract.pipeline import confidence
from imr_extract.pipeline.confidence import GRADES, filter_by_grade, grade_of
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import Evidence, Grade
from imr_extract.rules.catalogue import rule
from imr_extract.rules.table import load
from imr_extract.text.document import Found, Span

TABLE = load("grades.toml", dict[Grade, tuple[str, ...]])
NAMED = [(grade, name) for grade, names in TABLE.items() for name in names]
LABELLED = sorted((SHARED / "letters").glob("*/*.txt"))


def has_grade(rule_id: str) -> bool:
    family = rule_id.partition(".")[0] + "."
    return any(name in (rule_id, family) for _, name in NAMED)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_that_finds_a_value_has_a_grade(name: str) -> None:
    letter = read_letter(pdf(name), ReadingOptions(evidence=True))
    assert isinstance(letter.record.evidence, dict)
    rules = {each.rule for each in letter.found}
    rules |= {each.rule for spans in letter.record.evidence.values() for each in spans}
    assert rules
    assert [] == sorted(each for each in rules if not has_grade(each))


@pytest.mark.slow
@pytest.mark.skipif(not LABELLED, reason="the labelled letters are not beside the project")
def test_every_rule_that_the_labelled_letters_use_has_a_grade() -> None:
    rules = {each.rule for path in LABELLED for each in read_letter(path.read_bytes()).found}
    assert [] == sorted(each for each in rules if not has_grade(each))


def test_the_table_names_each_rule_once_and_only_those_there_are() -> None:
    names = [name for _, name in NAMED]
    assert sorted(set(names)) == sorted(names)
    assert set(GRADES) == set(TABLE)
    single = [name for name in names if not name.endswith(".")]
    known = {name: rule(name, "dwc-issues") for name in single}
    assert [] == [
        name for name, stated in known.items() if stated.row is None and stated.says is None
    ]


def test_a_rule_goes_before_its_family_and_an_unknown_one_is_low() -> None:
    assert ("high", "low") == (grade_of("verdict.necessary"), grade_of("verdict.none"))
    assert "low" == grade_of("nobody.knows")
    misread = ("issues.misread_label", "issues.misread_outcome")
    assert {"low"} == {grade for grade, name in NAMED if name in misread}
    rest = [name for _, name in NAMED if name not in misread]
    assert {"high"} == {
        grade for grade, name in NAMED if name in rest and name.startswith("issues.")
    }


def test_an_item_needs_what_the_model_does_not_let_be_null() -> None:
    needed = set()
    for field in msgspec.structs.fields(Record):
        kind = inspect.type_info(field.type)
        if isinstance(kind, inspect.ListType) and field.name != "notes":
            needed |= _needed(kind.item_type)
    assert needed == confidence._NEEDED


def _needed(part: inspect.Type) -> set[str]:
    assert isinstance(part, inspect.StructType)
    needed = set()
    for field in part.fields:
        if isinstance(field.type, inspect.ListType):
            inner = field.type.item_type
            needed |= _needed(inner) if isinstance(inner, inspect.StructType) else set()
        elif not isinstance(field.type, inspect.UnionType) and field.name != "number":
            needed.add(field.name)
    return needed


HIGH, MEDIUM, LOW = "diagnoses.diagnosed", "diagnoses.is_adjective", "diagnoses.worker_has"


def found(field: str, rule_id: str, value: str = "x") -> Found:
    return Found(field, value, (Span(0, 1),), rule_id)


def test_a_lower_value_goes_and_a_note_says_so() -> None:
    kept, (note,) = filter_by_grade(
        [found("patient.age", HIGH), found("patient.gender", LOW)], "medium"
    )
    assert ["patient.age"] == [each.field for each in kept]
    assert ("patient.gender", "rejected") == (note.field, note.code)
    assert "a value of grade low left out" == note.message


def test_an_item_goes_as_a_whole_and_the_others_move_up() -> None:
    values = [
        found("diagnoses[0].text", LOW),
        found("diagnoses[0].code", HIGH),
        found("diagnoses[1].text", HIGH, "gout"),
        found("diagnoses[1].code", MEDIUM),
        found("diagnoses[2].text", LOW),
        found("diagnoses[3].text", MEDIUM, "flu"),
    ]
    kept, notes = filter_by_grade(values, "medium")
    assert [
        ("diagnoses[0].text", "gout"),
        ("diagnoses[0].code", "x"),
        ("diagnoses[1].text", "flu"),
    ] == [(each.field, each.value) for each in kept]
    assert [("diagnoses", "2 values of grade low left out")] == [
        (note.field, note.message) for note in notes
    ]
    kept, notes = filter_by_grade(values, "high")
    assert ["diagnoses[0].text"] == [each.field for each in kept]
    assert [
        ("diagnoses", "2 values of grade low left out"),
        ("diagnoses", "a value of grade medium left out"),
        ("diagnoses[0].code", "a value of grade medium left out"),
    ] == [(note.field, note.message) for note in notes]


def test_items_of_items_move_within_theirs() -> None:
    values = [
        found("issues[0].disputed_service", HIGH),
        found("issues[0].imr_guidelines[0].body", LOW),
        found("issues[0].imr_guidelines[1].body", HIGH),
        found("issues[1].disputed_service", HIGH),
        found("issues[1].imr_guidelines[0].body", HIGH),
    ]
    kept, (note,) = filter_by_grade(values, "medium")
    assert [
        "issues[0].disputed_service",
        "issues[0].imr_guidelines[0].body",
        "issues[1].disputed_service",
        "issues[1].imr_guidelines[0].body",
    ] == [each.field for each in kept]
    assert "issues[0].imr_guidelines" == note.field


@pytest.mark.parametrize("least", GRADES)
@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_a_record_has_only_values_of_the_grade_asked_for(name: str, least: Grade) -> None:
    whole = extract_bytes(pdf(name), evidence=True)
    record = extract_bytes(pdf(name), evidence=True, min_grade=least)
    allowed = GRADES[: GRADES.index(least) + 1]
    assert {grade for grade in shown(record) if grade not in allowed} == set()
    left_out = [note for note in record.notes if "left out" in note.message]
    assert bool(left_out) == bool(set(shown(whole)) - set(allowed))
    if least == "low":
        assert whole == record
    assert [each.disputed_service for each in whole.issues] == [
        each.disputed_service for each in record.issues
    ]


def shown(record: Record) -> list[Grade]:
    assert isinstance(record.evidence, dict)
    every: list[Evidence] = [each for spans in record.evidence.values() for each in spans]
    assert all(each.grade == grade_of(each.rule) for each in every)
    return [each.grade for each in every]


def test_the_fixtures_have_values_of_every_grade() -> None:
    letters = [read_letter(pdf(name)) for name in NAMES]
    assert set(GRADES) == {grade_of(each.rule) for letter in letters for each in letter.found}


def test_the_command_leaves_out_lower_grades(run: Run) -> None:
    folder = FIXTURES / "pdf"
    printed = run("extract", folder, "--min-grade", "high", "--jobs", "2").stdout
    expected = [
        extract_bytes((folder / f"{name}.pdf").read_bytes(), name=f"{name}.pdf", min_grade="high")
        for name in NAMES
    ]
    assert [msgspec.to_builtins(each) for each in expected] == [
        json.loads(line) for line in printed.splitlines()
    ]
    assert run("extract", folder, "--min-grade", "best").exit_code == 2


def rows() -> list[list[str]]:
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    written = page.split(script.MARKS[0])[1].split(script.MARKS[1])[0]
    lines = [line for line in written.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_has_the_measured_table() -> None:
    grades = [f"`{grade}`" for grade in GRADES]
    assert len(rows()) % len(grades) == 0
    assert len(rows()) // len(grades) * grades == [row[2] for row in rows()]
    for row in rows():
        assert re.fullmatch(r"\d+, (errors read|unseen)", row[1])
        assert int(row[3]) > 0
        assert int(row[4].replace(",", "")) > 0
        assert re.fullmatch(r"[01]\.\d{3}", row[5])
        low, high = map(float, row[6].split("-"))
        assert 0 <= low <= float(row[5]) <= high <= 1


def test_the_table_is_written_between_its_marks() -> None:
    before = f"a\n{script.MARKS[0]}old\n{script.MARKS[1]}b\n"
    assert f"a\n{script.MARKS[0]}new\n{script.MARKS[1]}b\n" == script.with_table(before, "new\n")
