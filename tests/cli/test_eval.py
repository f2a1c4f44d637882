"""The command `eval`."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from corpus import golden

from imr_extract.cli.exits import Exit

NAMES = ("one-issue-upheld", "mixed-outcomes", "all-overturned")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Labels that are the fixtures' records."""
    folder = tmp_path / "gold"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.json").write_text(golden(name))
    return folder


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """The records, with one age wrong and one diagnosis lost."""
    found = [json.loads(golden(name)) for name in NAMES]
    found[0]["patient"]["age"] += 1
    found[1]["diagnoses"].pop()
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in found))
    return path


def fields(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["field"]: row for row in tree["fields"]}


def test_json_in_a_pipe(run: Run, gold: Path, records: Path) -> None:
    result = run("eval", gold, records)
    assert 0 == result.exit_code
    tree = json.loads(result.stdout)
    assert (3, 3) == (tree["letters"], tree["records"])
    age = fields(tree)["patient.age"]
    assert pytest.approx(2 / 3) == age["soft"]["accuracy"]["value"]
    assert age["soft"]["accuracy"]["low"] < age["soft"]["accuracy"]["high"]
    assert 1.0 == fields(tree)["diagnoses"]["strict"]["precision"]["value"]
    assert 1.0 > fields(tree)["diagnoses"]["strict"]["recall"]["value"]


def test_records_from_standard_input(run: Run, gold: Path, records: Path) -> None:
    piped = run("eval", gold, "-", stdin=records.read_bytes())
    assert run("eval", gold, records).stdout == piped.stdout


def test_a_table_on_a_terminal(
    run: Run, gold: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: True)
    printed = run("eval", gold, records).stdout
    (line,) = [line for line in printed.splitlines() if line.split()[:1] == ["patient.age"]]
    assert ["3", "0.667"] == line.split()[1:3]
    assert "3 letters" in printed
    assert json.loads(run("eval", gold, records, "--json").stdout)["letters"] == 3


def test_the_misses_of_a_field_as_lines(run: Run, gold: Path, records: Path) -> None:
    number = json.loads(golden(NAMES[0]))["case"]["case_number"]
    age = json.loads(golden(NAMES[0]))["patient"]["age"]
    (line,) = run("eval", gold, records, "--only", "patient.age").stdout.splitlines()
    assert {
        "letter": number,
        "where": "patient.age",
        "kind": "wrong",
        "wanted": age,
        "given": age + 1,
    } == json.loads(line)
    (line,) = run("eval", gold, records, "--only", "diagnoses").stdout.splitlines()
    lost = json.loads(golden(NAMES[1]))["diagnoses"][-1]["text"]
    assert ("lost", lost) == (json.loads(line)["kind"], json.loads(line)["wanted"])
    assert "" == run("eval", gold, records, "--only", "outcome").stdout


def test_the_misses_of_a_field_as_a_table(
    run: Run, gold: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: True)
    printed = run("eval", gold, records, "--only", "patient.age").stdout
    for word in ("letter", "wanted", "given", "patient.age"):
        assert word in printed


def test_misses_of_the_strict_match(run: Run, gold: Path, tmp_path: Path) -> None:
    record = json.loads(golden(NAMES[0]))
    service = record["issues"][0]["disputed_service"]
    record["issues"][0]["disputed_service"] = service.upper()
    path = tmp_path / "records.jsonl"
    path.write_text("".join([json.dumps(record) + "\n", *map(one_line, NAMES[1:])]))
    arguments = ("eval", gold, path, "--only", "issues.disputed_service")
    assert "" == run(*arguments).stdout
    assert service == json.loads(run(*arguments, "--strict").stdout)["wanted"]


def one_line(name: str) -> str:
    return json.dumps(json.loads(golden(name))) + "\n"


def test_by_layout(run: Run, gold: Path, tmp_path: Path) -> None:
    """A layout of letters has its own figures, and so have letters without a record."""
    found = [json.loads(golden(name)) for name in NAMES[:2]]
    found[1]["layout"] = "another"
    found[1]["outcome"] = None
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in found))
    tables = json.loads(run("eval", gold, path, "--by", "layout").stdout)["layouts"]
    outcomes = {
        table["layout"]: fields(table)["outcome"]["soft"]["accuracy"]["value"] for table in tables
    }
    assert {"(no record)": 0.0, "another": 0.0, "dwc-issues": 1.0} == outcomes
    assert [1, 1, 1] == [table["letters"] for table in tables]


def test_an_unknown_field_is_a_mistake_of_the_command_line(
    run: Run, gold: Path, records: Path
) -> None:
    result = run("eval", gold, records, "--only", "patient.height")
    assert Exit.USAGE == result.exit_code
    assert "patient.age" in result.stderr


def test_no_labels_are_nothing_to_read(run: Run, tmp_path: Path, records: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("eval", empty, records)
    assert (Exit.NOTHING_TO_READ, "") == (result.exit_code, result.stdout)
    assert "no labels" in result.stderr


def test_bad_records_are_told_by_line(run: Run, gold: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(one_line(NAMES[0]) + "{no json\n")
    result = run("eval", gold, path)
    assert Exit.NOTHING_TO_READ == result.exit_code
    assert "line 2" in result.stderr
    assert Exit.USAGE == run("eval", gold, tmp_path / "missing.jsonl").exit_code
