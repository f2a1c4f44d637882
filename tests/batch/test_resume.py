"""Output files: whole or not there, and a broken run goes on where it was."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Spawn
from processes import FOR_EVER, kill_when, left_unfinished
from typer.main import get_command

from imr_extract.batch.orchestration import Options, key_of
from imr_extract.batch.resumable_output import VERSION, ResumableOutput
from imr_extract.cli.app import application
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers.ocr import rapid, tesseract
from imr_extract.readers.ocr.tesseract import Tesseract
from imr_extract.scans import Scans
from imr_extract.writers import read_back

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TEXTS = sorted((FIXTURES / "text").glob("*.txt"))
LETTERS = sorted((FIXTURES / "pdf").glob("*.pdf"))
COMMAND = [sys.executable, "-m", "imr_extract", "extract", "-j", "1"]  # the last -j counts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of letters, some of them twice, with a bad one in the middle."""
    letters = tmp_path / "letters"
    letters.mkdir()
    for number in range(30):
        shutil.copy(LETTERS[number % len(LETTERS)], letters / f"{number:03d}.pdf")
    (letters / "015-bad.pdf").write_bytes(b"%PDF-1.7 cut off")
    return letters


def extract(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=FOR_EVER)


def test_a_file_appears_when_it_is_whole_and_nothing_is_left_beside_it(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    done = extract(folder, "-o", output)
    assert 1 == done.returncode
    assert 30 == len(output.read_text().splitlines())
    assert ["letters", "out.jsonl"] == sorted(each.name for each in tmp_path.iterdir())


@pytest.mark.slow
def test_the_file_holds_what_the_pipe_would(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    extract(folder, "-o", output, "-j", "2")
    assert extract(folder, "-j", "1").stdout == output.read_text()


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_the_bytes_are_the_same(
    folder: Path, tmp_path: Path
) -> None:
    unbroken = tmp_path / "unbroken.jsonl"
    extract(folder, "-o", unbroken)
    whole = unbroken.stat().st_size
    output = tmp_path / "broken.jsonl"
    partial = tmp_path / "broken.jsonl.partial" / "letters.jsonl"
    exceptions = random.Random(4)  # noqa: S311 - not a secret
    for _ in range(10):
        command = [*COMMAND, str(folder), "-o", str(output), "-j", "2", "--resume"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        kill_when(process, partial, exceptions.randrange(1, whole))
        if output.exists():
            break
    if not output.exists():
        assert 1 == extract(folder, "-o", output, "--resume").returncode
    assert unbroken.read_bytes() == output.read_bytes()
    assert not partial.parent.exists()


@pytest.mark.slow
def test_a_line_cut_off_at_any_byte_is_made_again(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    extract(folder, "-o", output)
    whole = output.read_bytes()
    key = _key_of_a_run(folder, tmp_path)
    for cut in (100, len(whole) - 1):
        output.unlink(missing_ok=True)
        partial = tmp_path / "out.jsonl.partial"
        made_partial(output)
        (partial / "key.json").write_bytes(key)
        (partial / "letters.jsonl").write_bytes(whole[:cut])
        done = extract(folder, "-o", output, "--resume")
        assert whole == output.read_bytes()
        taken_over = whole[:cut].count(b"\n")
        assert (f"{taken_over} taken over" in done.stderr) == (taken_over > 0)


def made_partial(output: Path) -> None:
    """The folder of an unfinished run, with nothing in it yet."""
    partial = ResumableOutput(output)
    assert partial.claim()
    os.close(partial._lock)


def _key_of_a_run(folder: Path, tmp_path: Path) -> bytes:
    """The key that a run with these options writes."""
    output = tmp_path / "key.jsonl"
    left_unfinished(1, folder, "-o", output)
    partial = tmp_path / "key.jsonl.partial"
    key = (partial / "key.json").read_bytes()
    shutil.rmtree(partial)
    return key


def test_a_letter_that_changed_is_read_again_and_new_ones_are_added(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    extract(folder, "-o", output)
    done = output.read_bytes()
    key = _key_of_a_run(folder, tmp_path)
    output.unlink()
    partial = tmp_path / "out.jsonl.partial"
    made_partial(output)
    (partial / "key.json").write_bytes(key)
    (partial / "letters.jsonl").write_bytes(done)
    shutil.copy(LETTERS[7], folder / "003.pdf")
    shutil.copy(LETTERS[9], folder / "000-new.pdf")
    (folder / "010.pdf").unlink()
    resumed = extract(folder, "-o", output, "--resume")
    assert "28 taken over" in resumed.stderr
    assert extract(folder).stdout == output.read_text()


def unfinished(target: Path, *lines: bytes, **key: str) -> ResumableOutput:
    """What a run that was killed has left beside `target`."""
    partial = ResumableOutput(target)
    assert partial.claim()
    with partial.begin(key) as file:
        file.writelines(lines)
    os.close(partial._lock)
    return partial


def test_another_option_is_told_by_its_name_and_costs_nothing(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    left_unfinished(20, folder, "-o", output)
    lines = tmp_path / "out.jsonl.partial" / "letters.jsonl"
    done = lines.read_bytes()
    refused = extract(folder, "-o", output, "--resume", "--reader", "pdfplumber", "--evidence")
    assert 4 == refused.returncode
    assert "another --reader and another --evidence; go on with the same" in refused.stderr
    assert done == lines.read_bytes()
    other = ["--reader", "pdfplumber", "--limit", "3"]
    forced = extract(folder, "-o", output, "--resume", "--force", *other)
    assert "taken over" not in forced.stderr
    readers = {json.loads(line)["source"]["reader"] for line in output.read_text().splitlines()}
    assert {"pdfplumber"} == readers


def test_what_must_be_the_same_is_told_by_the_names_of_options() -> None:
    key = set(key_of(Options()))
    parameters = get_command(application()).commands["extract"].params  # type: ignore[attr-defined]
    assert VERSION in key
    options = {name for name in key if name.startswith("--")}
    assert {VERSION} == {
        name for name in key - options if "version of " not in name or name == VERSION
    }
    assert options <= {option for each in parameters for option in each.opts}


@pytest.mark.parametrize("content", [b"", b'{"prog', b'{"program": 1, "settings": {}}'])
def test_a_key_that_cannot_be_read_costs_nothing(content: bytes, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    partial = unfinished(output, b"precious\n")
    (partial.folder / "key.json").write_bytes(content)
    refused = extract(LETTERS[0], "-o", output, "--resume")
    assert 4 == refused.returncode
    assert "another version of imr-extract" in refused.stderr
    assert b"precious\n" == partial.lines.read_bytes()


@pytest.mark.slow
def test_what_is_there_is_not_written_over_without_being_told(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("precious")
    refused = extract(folder, "-o", output)
    assert 4 == refused.returncode
    assert "--force" in refused.stderr
    assert "precious" == output.read_text()
    assert 1 == extract(folder, "-o", output, "--force").returncode
    assert 30 == len(output.read_text().splitlines())


def test_an_unfinished_run_is_not_thrown_away_without_being_told(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    partial = unfinished(output, b"precious\n")
    refused = extract(folder, "-o", output)
    assert 4 == refused.returncode
    assert "--resume" in refused.stderr
    assert b"precious\n" == partial.lines.read_bytes()


def test_two_runs_do_not_write_the_same_file(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    first = ResumableOutput(output)
    assert first.claim()
    with first.begin({}) as lines:
        lines.write(b"precious\n")
    for option in ("--resume", "--force", "--quiet"):
        second = extract(folder, "-o", output, option)
        assert 4 == second.returncode
        assert "is being written by another run" in second.stderr
        assert 1 == len(second.stderr.splitlines())
    assert b"precious\n" == first.lines.read_bytes()
    first.clear()
    first.release()
    assert not first.folder.exists()


@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "parquet", "sqlite", "duckdb"])
def test_a_finished_run_that_is_resumed_tries_failed_letters_again(
    command: Spawn, tmp_path: Path, suffix: str
) -> None:
    """And leaves the file as it is, to the byte, while they go on failing."""
    letters = tmp_path / "letters"
    letters.mkdir()
    for number in range(3):
        shutil.copy(TEXTS[number], letters / f"{number}.txt")
    (letters / "1-bad.txt").write_bytes(b"not yet")
    output = tmp_path / f"out.{suffix}"
    options = ("--columns", "all") if suffix == "csv" else ()
    assert 1 == command("extract", letters, "-o", output, *options).returncode
    before = output.read_bytes()
    again = command("extract", letters, "-o", output, "--resume", *options)
    assert (1, before) == (again.returncode, output.read_bytes())
    assert b"is complete and stays as it is" in again.stderr
    shutil.copy(TEXTS[3], letters / "1-bad.txt")
    mended = command("extract", letters, "-o", output, "--resume", *options)
    assert (0, True) == (mended.returncode, b"3 taken over" in mended.stderr)
    assert b"imr-extract sync" in mended.stderr
    command("extract", letters, "-o", tmp_path / f"anew.{suffix}", *options)
    names = [
        sorted(each.source.name for each in read_back(path))
        for path in (output, tmp_path / f"anew.{suffix}")
    ]
    assert names[0] == names[1]
    there = {each.name for each in tmp_path.iterdir()}
    assert {output.name, f"anew.{suffix}", "letters"} == there


def test_letters_that_are_gone_are_not_dropped_by_resuming(command: Spawn, tmp_path: Path) -> None:
    letters, output = tmp_path / "letters", tmp_path / "out.jsonl"
    letters.mkdir()
    for number in range(2):
        shutil.copy(TEXTS[number], letters / f"{number}.txt")
    command("extract", letters, "-o", output)
    before = output.read_bytes()
    (letters / "0.txt").unlink()
    shutil.copy(TEXTS[3], letters / "3.txt")
    refused = command("extract", letters, "-o", output, "--resume")
    assert (4, before) == (refused.returncode, output.read_bytes())
    assert b"holds 1 letters that are not among the inputs" in refused.stderr
    assert b"imr-extract sync" in refused.stderr


def test_what_a_record_depends_on_is_in_the_key() -> None:
    key = set(key_of(Options()))
    libraries = ("pypdfium2", "pdfplumber", "pikepdf", "regex")
    assert {f"version of {name}" for name in libraries} < key
    assert "version of the OCR engine" not in key


def test_the_engine_that_reads_pages_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(reading=ReadingOptions(scans=Scans("auto")))
    versions = []
    for version in ("5.3.0", "5.4.1"):
        found = Tesseract("/bin/false", version)
        monkeypatch.setattr(tesseract, "find", lambda found=found: found)
        versions.append(key_of(options)["version of the OCR engine"])
    assert ['"tesseract 5.3.0"', '"tesseract 5.4.1"'] == versions
    monkeypatch.setattr(tesseract, "find", lambda: None)
    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    assert "null" == key_of(options)["version of the OCR engine"]


def test_a_complete_file_is_nothing_to_resume(folder: Path, tmp_path: Path) -> None:
    """So that a script may go on until the exit code is 0."""
    output = tmp_path / "out.jsonl"
    output.write_text("whole")
    done = extract(folder, "-o", output, "--resume")
    assert (0, "whole") == (done.returncode, output.read_text())
    assert "is complete" in done.stderr
    assert ["letters", "out.jsonl"] == sorted(each.name for each in tmp_path.iterdir())


@pytest.mark.slow
def test_a_run_that_replaces_a_file_can_be_resumed(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("old")
    left_unfinished(20, folder, "-o", output, "--force")
    assert "old" == output.read_text()
    resumed = extract(folder, "-o", output, "--resume")
    assert "taken over" in resumed.stderr
    assert 30 == len(output.read_text().splitlines())


def test_a_folder_that_is_not_there_is_told_in_one_line(folder: Path, tmp_path: Path) -> None:
    done = extract(folder, "-o", tmp_path / "nowhere" / "out.jsonl")
    assert 4 == done.returncode
    assert 1 == len(done.stderr.splitlines())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is full")
def test_a_full_disk_ends_with_a_clear_line(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, str(folder)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=FOR_EVER,
        )
    assert 4 == done.returncode
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_errors_are_tried_again_under_other_limits(folder: Path, tmp_path: Path) -> None:
    """A limit that was too low does not cost what is done, and its errors do not stay."""
    command: list[str | Path] = [folder, "--errors", "inline", "-o", tmp_path / "out.jsonl"]
    left_unfinished(30, *command, "--max-pages", "2")
    partial = tmp_path / "out.jsonl.partial" / "letters.jsonl"
    left = partial.read_bytes()
    assert b'"too_large"' in left
    whole = sum(b'"error"' not in line for line in left.split(b"\n")[:-1])
    resumed = extract(*command, "--resume")
    assert f"{whole} taken over" in resumed.stderr
    output = (tmp_path / "out.jsonl").read_bytes()
    assert b'"too_large"' not in output
    assert extract(folder, "--errors", "inline").stdout.encode() == output
