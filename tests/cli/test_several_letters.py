"""Commands on files of several letters: each letter is told by its number."""

import json
import sqlite3
from pathlib import Path

import pytest
from commands import Run
from corpus import make_letter, text

from bundles import PROOF, as_text
from imr_extract.batch.completed_letters import CompletedLetters
from imr_extract.batch.work import Outcome, Task, work
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.options import ReadingOptions

ONE, TWO = text("one-issue-upheld").decode(), text("mixed-outcomes").decode()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.txt"
    path.write_bytes(as_text([ONE, PROOF, TWO]))
    return path


def test_extract_tells_files_and_letters(run: Run, bundle: Path, tmp_path: Path) -> None:
    result = run("extract", bundle, "--stats", tmp_path / "stats.json")
    numbers = [json.loads(line)["source"]["letter"] for line in result.stdout.splitlines()]
    assert [1, 2] == numbers
    assert "1 read (1 with several letters): 2 records" in result.stderr
    stats = json.loads((tmp_path / "stats.json").read_text())
    assert (1, 2) == (stats["read"], stats["records"])


def test_a_database_knows_a_letter_by_file_and_number(
    run: Run, bundle: Path, tmp_path: Path
) -> None:
    target = tmp_path / "letters.sqlite"
    for _ in range(2):
        assert 0 == run("extract", bundle, "-o", target).exit_code
        with sqlite3.connect(target) as file:
            rows = file.execute("SELECT id, source_letter FROM letters ORDER BY id").fetchall()
        assert [(1, 1), (2, 2)] == rows


def test_records_of_a_bundle_hold(run: Run, bundle: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    assert 0 == run("extract", bundle, "--evidence", "-o", records).exit_code
    assert 0 == run("verify", records, "--source", bundle.parent).exit_code


def test_one_letter_is_chosen(run: Run, bundle: Path) -> None:
    lines = run("sections", bundle).stdout.splitlines()
    assert [1, 2] == [json.loads(line)["source"]["letter"] for line in lines]
    refused = run("explain", bundle, "outcome")
    assert 25 == refused.exit_code
    assert "holds 2 letters; choose one with --letter" in refused.stderr
    explained = json.loads(run("explain", bundle, "outcome", "--letter", "2").stdout)
    assert 2 == explained["source"]["letter"]
    assert 25 == run("view", bundle).exit_code
    assert "letter 2 of 2" in run("view", bundle, "--letter", "2").stdout
    assert TWO.strip() == run("text", bundle, "--letter", "2").stdout.strip()
    assert 25 == run("text", bundle, "--letter", "3").exit_code


def test_a_file_is_done_when_all_its_letters_are(bundle: Path, tmp_path: Path) -> None:
    task = Task(0, bytes(bundle))
    lines = [each.line + b"\n" for each in work(task, ReadingOptions()).of_letters]
    done = tmp_path / "done.jsonl"
    for count, expected in ((1, Task), (2, Outcome)):
        done.write_bytes(b"".join(lines[:count]))
        with CompletedLetters() as completed:
            completed.add(done)
            (found,) = completed.in_place(iter([task]), DEFAULT_LIMITS)
        assert isinstance(found, expected)


def test_a_letter_that_cannot_be_read_is_told_by_its_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bundle.txt"
    broken = make_letter(issues="What stood here cannot be read.\n")
    path.write_bytes(as_text([ONE, broken]))
    result = run("extract", path)
    assert 1 == len(result.stdout.splitlines())
    assert "letter 2 of 2 is no determination letter" in result.stderr
