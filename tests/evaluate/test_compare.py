"""Comparison: which records are joined, and what counts as gained, lost and changed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from corpus import NAMES, golden

from imr_extract.cli.exits import Exit
from imr_extract.evaluate import Facts, decode
from imr_extract.evaluate.compare import Difference, NotARecord, compare, join, shifts
from imr_extract.evaluate.compare.differences import differences

Tree = dict[str, Any]


def file(*records: Tree) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in records))


def record(sha: str | None, number: str | None = None, **more: Any) -> Tree:
    return {"source": {"name": f"{sha}.pdf", "sha256": sha}, "case": {"case_number": number}} | more


def joined(old: list[Tree], new: list[Tree]) -> list[tuple[str | None, str | None]]:
    def mark(line: bytes | None) -> str | None:
        return None if line is None else json.loads(line)["mark"]

    return [(mark(pair.old), mark(pair.new)) for pair in join(file(*old), file(*new))]


def test_records_are_joined_by_content_in_any_order() -> None:
    old = [record("a", mark="1"), record("b", mark="2"), record("c", mark="3")]
    new = [record("c", mark="4"), record("d", mark="5"), record("a", mark="6")]
    assert [("3", "4"), (None, "5"), ("1", "6"), ("2", None)] == joined(old, new)


def test_records_of_other_content_are_joined_by_case_number() -> None:
    """The same content goes before the same case, whichever comes first in the file."""
    old = [record("a", "CM17-0900001", mark="1"), record("b", "CM17-0900002", mark="2")]
    new = [
        record("x", "CM17-0900001", mark="3"),
        record("y", "CM17-0900002", mark="4"),
        record("a", "CM17-0900001", mark="5"),
    ]
    assert [(None, "3"), ("2", "4"), ("1", "5")] == joined(old, new)


def test_records_without_number_or_content_are_not_joined() -> None:
    assert [(None, "2"), ("1", None)] == joined([record(None, mark="1")], [record(None, mark="2")])


def test_copies_are_joined_one_to_one() -> None:
    old = [record("a", mark="1"), record("a", mark="2"), record("a", mark="3")]
    new = [record("a", mark="4"), record("a", mark="5")]
    assert [("1", "4"), ("2", "5"), ("3", None)] == joined(old, new)


def test_errors_and_blank_lines_are_no_records() -> None:
    old = io.BytesIO(b"\n" + json.dumps(record("a", mark="1")).encode() + b"\n\n")
    new = file({"error": {"code": "empty"}, "source": {"sha256": "a"}}, record("a", mark="2"))
    (pair,) = join(old, new)
    assert (True, True) == (pair.old is not None, pair.new is not None)


def test_a_line_that_is_no_record_is_named() -> None:
    with pytest.raises(NotARecord, match="NEW, line 2"):
        list(join(file(), io.BytesIO(b"{}\n[1]\n")))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 1}}, []),
        ({"a": {"b": None}}, {"a": {"b": 1}}, [("a.b", "a.b", "gain", None, 1)]),
        ({"a": {"b": 1}}, {"a": {"b": None}}, [("a.b", "a.b", "loss", 1, None)]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", "a.b", "change", 1, 2)]),
        ({"a": {}}, {"a": {"b": 1}}, [("a.b", "a.b", "gain", None, 1)]),
        ({"a": None}, {"a": []}, []),
        ({"a": ["x", "y"]}, {"a": ["y"]}, [("a", "a", "loss", "x", None)]),
        ({"a": ["x"]}, {"a": ["x", "z"]}, [("a", "a", "gain", None, "z")]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, [("a", "a", "change", ["x", "y"], ["y", "x"])]),
        ({"source": {"name": "a"}}, {"source": {"name": "b"}}, []),
        ({"evidence": {"x": [1]}}, {}, []),
    ],
)  # fmt: skip
def test_values_are_gained_lost_or_changed(old: Tree, new: Tree, expected: list[Any]) -> None:
    assert [Difference(*each) for each in expected] == list(differences(old, new))


def test_items_are_compared_with_those_of_their_wording() -> None:
    """An item more at the front changes nothing in the others."""
    old = {
        "treatments": [{"text": "ice", "status": "prior"}, {"text": "a cane", "status": "prior"}]
    }
    new = {
        "treatments": [
            {"text": "heat", "status": "prior"},
            {"text": "cane", "status": "current"},
            {"text": "ice", "status": "prior"},
        ]
    }
    assert [
        ("treatments", "treatments[0]", "gain", None, "heat"),
        ("treatments.text", "treatments[1].text", "change", "a cane", "cane"),
        ("treatments.status", "treatments[1].status", "change", "prior", "current"),
    ] == list(differences(old, new))


def test_an_item_that_is_gone_is_told_at_its_old_place() -> None:
    old = {"diagnoses": [{"text": "gout"}, {"text": "left knee sprain"}]}
    new = {"diagnoses": [{"text": "sprain of the left knee and calf"}]}
    assert [
        ("diagnoses.text", "change", "diagnoses[0].text"),
        ("diagnoses", "loss", "diagnoses[0]"),
    ] == [(each.field, each.kind, each.where) for each in differences(old, new)]


def test_issues_are_compared_by_their_place() -> None:
    old = {"issues": [{"number": 1, "outcome": "upheld", "disputed_service": "a cane"}]}
    new = {
        "issues": [
            {"number": 1, "outcome": "overturned", "disputed_service": "a cane"},
            {"number": 2, "outcome": "upheld", "disputed_service": "a cane"},
        ]
    }
    assert [
        ("issues.outcome", "issues[0].outcome", "change"),
        ("issues", "issues[1]", "gain"),
    ] == [each[:3] for each in differences(old, new)]


@pytest.mark.parametrize("name", NAMES)
def test_a_record_does_not_differ_from_itself(name: str) -> None:
    (found,) = compare(file(json.loads(golden(name))), file(json.loads(golden(name))))
    assert [] == found[1]


def facts(**said: Any) -> Facts:
    return decode(json.dumps({"id": "x", **said}).encode(), "here")


def test_beside_labels_gains_are_what_became_right() -> None:
    label = facts(patient={"age": 40, "gender": "male"}, diagnoses=[{"text": "gout"}])
    old = facts(patient={"age": 41, "gender": "male"}, diagnoses=[{"text": "asthma"}])
    new = facts(patient={"age": 40, "gender": None}, diagnoses=[{"text": "gout"}, {"text": "flu"}])
    found = {(each.field, each.kind, each.fault.kind) for each in shifts([label], [old], [new])}
    assert {
        ("patient.age", "gain", "wrong"),
        ("patient.gender", "loss", "wrong"),
        ("diagnoses", "gain", "lost"),
        ("diagnoses", "gain", "extra"),
        ("diagnoses", "loss", "extra"),
    } == found


def test_what_stays_wrong_is_neither() -> None:
    label = facts(patient={"age": 40})
    old, new = facts(patient={"age": 41}), facts(patient={"age": 42})
    assert [] == list(shifts([label], [old], [new]))


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Records of the fixtures, and the same with an outcome changed and a letter left out."""
    trees = [json.loads(golden(name)) for name in NAMES[:4]]
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_bytes(file(*trees).getvalue())
    trees[0]["patient"]["gender"] = None
    new.write_bytes(file(*trees[:0:-1], trees[0]).getvalue())
    return old, new


def test_the_command_counts_by_field(run: Run, two: tuple[Path, Path]) -> None:
    result = run("diff", *two)
    assert Exit.SOME_FAILED == result.exit_code
    tree = json.loads(result.stdout)
    assert (4, 0, 0) == (tree["letters"], tree["only_old"], tree["only_new"])
    assert [{"field": "patient.gender", "gain": 0, "loss": 1, "change": 0, "letters": 1}] == tree[
        "fields"
    ]


def test_the_command_tells_each_difference(run: Run, two: tuple[Path, Path]) -> None:
    old, new = two
    new.write_bytes(b"".join(new.read_bytes().splitlines(keepends=True)[1:]))
    rows = [json.loads(line) for line in run("diff", old, new, "--each").stdout.splitlines()]
    assert [("patient.gender", "loss"), ("record", "loss")] == [
        (row["field"], row["kind"]) for row in rows
    ]
    only = run("diff", old, new, "--only", "record")
    assert (Exit.SOME_FAILED, 1) == (only.exit_code, len(only.stdout.splitlines()))
    none = run("diff", old, new, "--only", "patient.age")
    assert (Exit.OK, "") == (none.exit_code, none.stdout)


def test_files_that_agree_end_with_0(run: Run, two: tuple[Path, Path]) -> None:
    old, _ = two
    result = run("diff", old, old)
    assert (Exit.OK, []) == (result.exit_code, json.loads(result.stdout)["fields"])
    piped = run("diff", old, "-", stdin=old.read_bytes())
    assert (Exit.OK, result.stdout) == (piped.exit_code, piped.stdout)


def test_on_a_terminal_a_table_and_plain_lines(
    run: Run, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: True)
    printed = run("diff", *two).stdout
    (line,) = [line for line in printed.splitlines() if "patient.gender" in line]
    assert ["patient.gender", "0", "1", "0", "1"] == line.split()
    assert "4 letters in both" in printed
    (line,) = run("diff", *two, "--each").stdout.splitlines()
    assert line.startswith("- ")
    assert line.endswith("patient.gender: female -> ")


def test_by_layout(run: Run, two: tuple[Path, Path]) -> None:
    (row,) = json.loads(run("diff", *two, "--by", "layout").stdout)["fields"]
    assert "dwc-issues" == row["layout"]


def test_with_labels(run: Run, two: tuple[Path, Path], tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "label.json").write_text(golden(NAMES[0]))
    old, new = two
    worse, better = run("diff", old, new, "--gold", gold), run("diff", new, old, "--gold", gold)
    by_field = {row["field"]: row for row in json.loads(worse.stdout)["fields"]}
    assert (0, 1) == (by_field["patient.gender"]["gain"], by_field["patient.gender"]["loss"])
    assert "change" not in by_field["patient.gender"]
    by_field = {row["field"]: row for row in json.loads(better.stdout)["fields"]}
    assert (1, 0) == (by_field["patient.gender"]["gain"], by_field["patient.gender"]["loss"])
    row = json.loads(run("diff", old, new, "--gold", gold, "--only", "patient.gender").stdout)
    assert ("female", None) == (row["old"], row["new"])


def test_bad_files_are_told(run: Run, two: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n{no json\n")
    result = run("diff", two[0], bad)
    assert (Exit.NOTHING_TO_READ, True) == (result.exit_code, "NEW, line 2" in result.stderr)
    assert Exit.USAGE == run("diff", two[0], tmp_path / "missing.jsonl").exit_code
