"""`imr-extract extract`: records on standard output, talk on standard error, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import COMMAND, Spawn
from corpus import FIXTURES, NAMES, golden, make_letter, pdf, text

from imr_extract import batch
from imr_extract.batch import Task
from imr_extract.batch import work as batch_work
from imr_extract.pipeline import letter
from imr_extract.pipeline.options import ReadingOptions

ONE = FIXTURES / "pdf" / "one-issue-upheld.pdf"

BAD = {
    "truncated.pdf": "damaged_pdf",
    "password.pdf": "password_required",
    "image-only.pdf": "no_text_layer",
    "empty.pdf": "empty",
    "junk.pdf": "unsupported_type",
    "html.pdf": "unsupported_type",
    "zip.pdf": "unsupported_type",
    "news-article.txt": "unknown_layout",
    "ur-denial.txt": "unknown_layout",
}


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert done.stdout == b"" or done.stdout.endswith(b"\n")
    return [json.loads(line) for line in done.stdout.splitlines()]


def names(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    return [record["source"]["name"] for record in records(done)]


def test_bad_files_are_told_and_the_others_still_come_out(command: Spawn, tmp_path: Path) -> None:
    """Every kind of bad input in one run, between two good letters."""
    (tmp_path / "blanks.txt").write_bytes(b" \n\f\n ")
    (tmp_path / "letter.pdf").write_bytes(text("mixed-outcomes"))
    (tmp_path / "letter.txt").write_bytes(pdf("mixed-outcomes"))
    (tmp_path / "huge.txt").touch()
    os.truncate(tmp_path / "huge.txt", 200 * 1024 * 1024)  # sparse: takes no room
    bad = {FIXTURES / "bad" / name: code for name, code in BAD.items()} | {
        tmp_path / "blanks.txt": "empty",
        tmp_path / "huge.txt": "too_large",
        tmp_path / "missing.pdf": "unreadable",
    }
    done = command("extract", "--quiet", tmp_path / "letter.pdf", *bad, tmp_path / "letter.txt")
    assert 1 == done.returncode
    first, second = records(done)
    assert ("letter.pdf", "text") == (first["source"]["name"], first["source"]["reader"])
    assert ("letter.txt", "pdfium") == (second["source"]["name"], second["source"]["reader"])
    assert first["issues"] == second["issues"]
    lines = done.stderr.decode().splitlines()
    assert len(bad) == len(lines)
    for (path, code), line in zip(bad.items(), lines, strict=True):
        assert line.startswith(f"imr-extract: {path}: ")
        assert line.endswith(f"[{code}]")


def test_the_bad_files_above_are_all_that_the_fixtures_have() -> None:
    assert set(BAD) == {path.name for path in (FIXTURES / "bad").iterdir()}


def test_a_folder_comes_in_the_order_of_its_names_without_hidden_files(
    command: Spawn, tmp_path: Path
) -> None:
    letter = make_letter().encode()
    for name in ("b.txt", "B.txt", "a/z.txt", "a/\u00e9.txt", ".hidden.txt", ".folder/x.txt", "10"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(letter)
    done = command("extract", tmp_path)
    assert 0 == done.returncode
    assert ["10", "B.txt", "z.txt", "\u00e9.txt", "b.txt"] == names(done)


def test_a_name_that_is_no_utf_8_is_read_and_told(command: Spawn, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/letter-\xff\n.txt"
    try:
        with open(odd, "wb") as file:  # noqa: PTH123 - the name is bytes
            file.write(make_letter().encode())
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = command("extract", odd)
    assert (0, ["letter-\\xff\n.txt"]) == (done.returncode, names(done))
    done = command("extract", "--quiet", odd[:-4] + b".nothing")
    assert (1, b"") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines())
    assert b"letter-\\xff\\n.nothing: cannot be read" in done.stderr


def test_a_folder_without_letters_is_nothing_to_read(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "empty" / "folder").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden").touch()
    done = command("extract", tmp_path / "empty")
    assert (3, b"") == (done.returncode, done.stdout)
    assert b"nothing to read" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_unreadable(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(make_letter())
    path.chmod(0)
    done = command("extract", "--quiet", path)
    assert (1, b"") == (done.returncode, done.stdout)
    assert done.stderr.endswith(b"[unreadable]\n")


def test_a_pipe_in_a_folder_does_not_hold_up_the_run(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(make_letter())
    os.mkfifo(tmp_path / "b.txt")
    done = command("extract", "-j", "1", tmp_path)
    assert (0, ["a.txt"]) == (done.returncode, names(done))
    assert b"1 skipped" in done.stderr


def test_an_output_in_the_folder_that_is_read_is_no_letter(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(make_letter())
    files = ("-o", tmp_path / "b.jsonl", "--errors-to", tmp_path / "c", "--stats", tmp_path / "d")
    for _ in range(2):
        done = command("extract", "-j", "1", "--force", *files, tmp_path)
        assert 0 == done.returncode, done.stderr
        assert b"1 read: 1 record (" in done.stderr


def test_without_any_path_the_usage_is_told(command: Spawn) -> None:
    done = command("extract")
    assert (2, b"") == (done.returncode, done.stdout)


def test_standard_input_is_a_letter(command: Spawn) -> None:
    done = command("extract", "-", stdin=pdf("one-issue-upheld"))
    (record,) = records(done)
    expected = json.loads(golden("one-issue-upheld"))
    assert expected["source"] | {"name": "-"} == record["source"]
    assert expected["case"] == record["case"]
    done = command("extract", "--quiet", "-")
    assert (1, b"") == (done.returncode, done.stdout)
    assert done.stderr.endswith(b"[empty]\n")


def test_the_reader_of_pdfs_can_be_chosen(command: Spawn) -> None:
    (record,) = records(command("extract", "--reader", "pdfplumber", ONE))
    assert "pdfplumber" == record["source"]["reader"]


def test_a_reader_that_goes_away_ends_the_run_quietly() -> None:
    folder = FIXTURES / "pdf"
    with subprocess.Popen(
        [COMMAND, "extract", "--quiet", folder, folder, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"schema_version"')
        process.stdout.close()
        talk = process.stderr.read()
    assert (0, b"") == (process.returncode, talk)


def test_the_same_bytes_come_out_every_time(spawn: Spawn) -> None:
    """Two runs, other hash seeds, other numbers of workers; the records are the goldens."""
    outputs = [
        spawn("extract", "--jobs", jobs, FIXTURES / "pdf", **os.environ, PYTHONHASHSEED=seed).stdout
        for jobs, seed in (("1", "0"), ("2", "1"))
    ]
    assert outputs[0] == outputs[1]
    found = [json.loads(line) for line in outputs[0].splitlines()]
    assert [json.loads(golden(name)) for name in NAMES] == found


def test_the_module_runs_as_the_command_does(command: Spawn) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "imr_extract", "--version"], capture_output=True, check=True
    )
    assert done.stdout == command("--version").stdout
    assert done.stdout.startswith(b"imr-extract ")


def test_an_unforeseen_fault_costs_one_letter_and_tells_no_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fault(*_: object, **__: object) -> None:
        raise KeyError("words of the letter")

    monkeypatch.setattr(letter, "read_letters", fault)
    outcome = batch_work.work(Task(0, os.fsencode(ONE), None), ReadingOptions())
    error = json.loads(outcome.line)["error"]
    assert "internal" == error["code"]
    assert "KeyError" in error["message"]
    assert "words" not in error["message"]
    assert isinstance(outcome, batch.Outcome)
