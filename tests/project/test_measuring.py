"""The scripts that measure on labelled letters: what they say, also where these are missing."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import compare_revisions
import labelled
import pytest
from corpus import FIXTURES, ROOT, golden


@pytest.mark.parametrize("script", ["score_letters.py", "compare_revisions.py", "grades.py"])
def test_missing_letters_are_named(script: str, tmp_path: Path) -> None:
    """A checkout without the labelled letters beside it."""
    shutil.copytree(ROOT / "scripts", tmp_path / "project" / "scripts")
    done = subprocess.run(
        [sys.executable, tmp_path / "project" / "scripts" / script, "HEAD"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (1, "") == (done.returncode, done.stdout)
    assert "the labelled letters are not beside the project" in done.stderr
    assert str(tmp_path / "shared" / "gold" / "dev") in done.stderr


def test_records_are_made_with_the_code_asked_for(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    shutil.copy(FIXTURES / "text" / "one-issue-upheld.txt", letters)
    records = tmp_path / "records.jsonl"
    labelled.extract(letters, records)
    record = json.loads(records.read_text())
    assert json.loads(golden("one-issue-upheld"))["case"] == record["case"]
    other = tmp_path / "base" / "imr_extract"
    other.mkdir(parents=True)
    (other / "__init__.py").touch()
    (other / "__main__.py").write_text("print('from the base')\n")
    labelled.extract(letters, records, tmp_path / "base")
    assert "from the base\n" == records.read_text()


def test_code_that_gives_no_records_ends_the_comparison(tmp_path: Path) -> None:
    other = tmp_path / "imr_extract"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "__main__.py").write_text("raise SystemExit('broken')\n")
    with pytest.raises(SystemExit, match="gives no records: broken"):
        labelled.extract(tmp_path, tmp_path / "records.jsonl", tmp_path)


def test_a_revision_that_git_does_not_know_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no-such-revision"):
        compare_revisions.unpack("no-such-revision", tmp_path)


def test_the_table_counts_gains_and_losses() -> None:
    rows = [{"field": "diagnoses", "gain": 3, "loss": 2, "letters": 4}]
    printed, losses = compare_revisions.table(json.dumps({"letters": 9, "fields": rows}))
    assert 2 == losses
    assert ["diagnoses", "3", "2", "4"] == printed.splitlines()[-1].split()
    printed, losses = compare_revisions.table(json.dumps({"letters": 9, "fields": []}))
    assert (0, ["9 letters", "nothing became right or wrong"]) == (losses, printed.splitlines())


def test_gains_and_losses_are_told_a_line() -> None:
    row = {"letter": "x", "where": "patient.age", "field": "patient.age", "old": 40, "new": None}
    lines = compare_revisions.each(
        json.dumps({**row, "kind": "gain"}) + "\n" + json.dumps({**row, "kind": "loss"})
    )
    assert [
        "+ x  patient.age: want 40, got None",
        "- x  patient.age: want 40, got None",
    ] == lines
