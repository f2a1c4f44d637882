"""The files of a run: what is there is never spoiled, and what cannot work is told at once."""

import errno
import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from commands import COMMAND, Run, Spawn
from corpus import FIXTURES
from processes import FOR_EVER
from terminal import on_terminal

from imr_extract.batch import Outcome
from imr_extract.batch.resumable_output import ResumableOutput
from imr_extract.batch.sinks import FileSink
from imr_extract.writers import read_back

LETTER, OTHER = sorted((FIXTURES / "text").glob("*.txt"))[:2]
BAD = FIXTURES / "bad" / "junk.pdf"


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("content", "is_foreign"), [("precious", True), ("", False)])
def test_a_lock_alone_is_a_runs_only_if_it_says_so_or_is_empty(
    command: Spawn, tmp_path: Path, content: str, is_foreign: bool
) -> None:
    """A run that was killed as it made the folder may have left an empty one."""
    lock = tmp_path / "out.jsonl.partial" / "lock"
    lock.parent.mkdir()
    lock.write_text(content)
    done = command("extract", LETTER, "-o", tmp_path / "out.jsonl")
    assert (4 if is_foreign else 0) == done.returncode
    assert ["out.jsonl.partial" if is_foreign else "out.jsonl"] == there(tmp_path)
    assert not is_foreign or content == lock.read_text()


def test_a_lock_without_its_mark_gets_it(tmp_path: Path) -> None:
    """Or what the run leaves when it is killed would be somebody else's."""
    lock = tmp_path / "out.jsonl.partial" / "lock"
    lock.parent.mkdir()
    lock.touch()
    for _ in range(2):
        partial = ResumableOutput(tmp_path / "out.jsonl")
        assert partial.claim()
        partial.begin({}).close()
        os.close(partial._lock)


def test_a_folder_of_somebody_else_keeps_its_files(command: Spawn, tmp_path: Path) -> None:
    own = tmp_path / "out.jsonl.partial" / "notes.txt"
    own.parent.mkdir()
    own.write_text("precious")
    (own.parent / "finished").write_text(str(own))
    for option in ("--resume", "--force"):
        done = command("extract", LETTER, "-o", tmp_path / "out.jsonl", option)
        assert 4 == done.returncode
        assert b"is not of a run of imr-extract; move it away" in done.stderr
    assert "precious" == own.read_text()
    assert ["finished", "notes.txt"] == there(own.parent)
    assert ["out.jsonl.partial"] == there(tmp_path)


@pytest.mark.parametrize("name", ["letters.jsonl", "key.json", "done-000001.jsonl", "finished"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_in_such_a_folder_is_not_waited_for_or_followed(
    run: Run, tmp_path: Path, name: str, kind: str
) -> None:
    (tmp_path / "precious.txt").write_text("precious")
    partial = ResumableOutput(tmp_path / "out.jsonl")
    assert partial.claim()
    partial.begin({}).close()
    os.close(partial._lock)
    planted = partial.folder / name
    planted.unlink(missing_ok=True)
    match kind:
        case "link":
            planted.symlink_to(tmp_path / "precious.txt")
        case "pipe":
            os.mkfifo(planted)
        case _:
            planted.mkdir()
    for option in ("--resume", "--force"):
        done = run("extract", LETTER, "-o", partial.target, option)
        assert 4 == done.exit_code
        assert "is not of a run of imr-extract; move it away" in done.stderr
    assert "precious" == (tmp_path / "precious.txt").read_text()


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "lock", ""])
def test_a_planted_name_moves_nothing(tmp_path: Path, name: str) -> None:
    """Only a run's own files are ever put in the output's place."""
    (tmp_path / "secret.txt").write_text("secret")
    output = tmp_path / "out.jsonl"
    partial = ResumableOutput(output)
    assert partial.claim()
    (partial.folder / "finished").write_text(name)
    os.close(partial._lock)
    again = ResumableOutput(output)
    assert again.claim()
    again.release()
    assert not output.exists()
    assert "secret" == (tmp_path / "secret.txt").read_text()


@pytest.mark.parametrize(
    ("options", "code", "stated"),
    [
        (["-o", "x.db", "--fields", "outcome"], 2, "--fields does not go with"),
        (["-o", "x.parquet", "--rows", "issues"], 2, "--rows issues goes with"),
        (["-o", "x.csv", "--errors", "inline"], 2, "--errors inline goes with"),
        (["-o", "junk.db"], 4, "junk.db: cannot be written"),
        (["-o", "folder"], 4, "folder is a folder; give a file in it"),
        (["-o", "folder", "--force"], 4, "folder is a folder; give a file in it"),
        (["-o", "x.docx"], 2, "names no format; use one of .jsonl"),
        (["-o", "x.jsonl.gz"], 2, "names no format"),
        (["-o", "x.jsonl", "--errors-to", "folder"], 4, "folder is a folder"),
        (["-o", "x.jsonl", "--errors-to", "x.jsonl"], 2, "-o and --errors-to name the same file"),
        (["-o", "link", "--stats", "junk.db"], 2, "-o and --stats name the same file"),
        (["-o", "junk.db", "--errors-to", "new.jsonl"], 4, "junk.db: cannot be written"),
        (["--errors-to", "-"], 2, "records go to standard output"),
        (["--stats", "-"], 2, "records go to standard output"),
        (["--resume"], 2, "goes with -o FILE"),
        (["-o", "-", "--resume"], 2, "goes with -o FILE"),
        (["-o", "/dev/null", "--resume"], 2, "goes with a regular file"),
        (["--force"], 2, "goes with -o FILE"),
        (["-o", "junk.db", "--force"], 2, "--replace makes it anew"),
        (["-0"], 2, "goes with --files-from or --dry-run"),
        (["--seed", "1"], 2, "goes with --sample"),
        (["--boxes"], 2, "goes with --evidence"),
        (["--dry-run", "--fields", "outcom"], 2, "did you mean"),
        (["--dry-run", "-j", "x"], 2, "--jobs"),
    ],
)
def test_what_cannot_work_is_told_before_any_work(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    code: int,
    stated: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
    (tmp_path / "link").symlink_to("junk.db")
    refused = run("extract", LETTER, *options)
    assert code == refused.exit_code, refused.stderr
    assert stated in " ".join(refused.stderr.replace("│", "").split())
    assert "" == refused.stdout
    assert ["folder", "junk.db", "link"] == there(tmp_path)
    assert b"junk" * 1000 == (tmp_path / "junk.db").read_bytes()


@pytest.mark.parametrize("option", ["--errors-to", "--stats", "-o"])
@pytest.mark.parametrize("listed", [False, True])
def test_no_letter_and_no_list_is_written_over(
    spawn: Spawn, tmp_path: Path, option: str, listed: bool
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_bytes(LETTER.read_bytes())
    paths = tmp_path / "paths"
    paths.write_text(f"{letter}\n")
    named = ["--files-from", paths] if listed else [letter]
    taken = [letter, paths] if listed else [letter]
    forced = ["--force", "--format", "jsonl"] if option == "-o" else []
    for file in taken:
        done = spawn("extract", *named, option, file, *forced)
        assert 2 == done.returncode
        assert b"name another" in done.stderr
        assert 1 == len(done.stderr.splitlines())
    assert LETTER.read_bytes() == letter.read_bytes()
    assert ["letter.txt", "paths"] == there(tmp_path)


def test_a_refused_output_leaves_the_other_files_alone(run: Run, tmp_path: Path) -> None:
    for name in ("out.jsonl", "errors.jsonl", "stats.json"):
        (tmp_path / name).write_text("precious")
    stated = {"--errors-to": "errors.jsonl", "--stats": "stats.json", "-o": "out.jsonl"}
    options = [each for option, name in stated.items() for each in (option, tmp_path / name)]
    assert 4 == run("extract", LETTER, *options).exit_code
    assert ["precious"] * 3 == [(tmp_path / name).read_text() for name in stated.values()]
    assert 3 == len(there(tmp_path))


def test_the_files_beside_the_output_are_there_also_where_the_reader_goes_away(
    tmp_path: Path,
) -> None:
    letters = " ".join([str(BAD), *[str(LETTER)] * 200])
    errors, stats = tmp_path / "errors.jsonl", tmp_path / "stats.json"
    line = f"{COMMAND} extract -j 1 {letters} --errors-to {errors} --stats {stats} | head -n 1"
    subprocess.run(["bash", "-c", line], capture_output=True, check=True, timeout=FOR_EVER)
    assert "unsupported_type" == json.loads(errors.read_text())["error"]["code"]
    assert 1 == json.loads(stats.read_text())["failed"]
    assert ["errors.jsonl", "stats.json"] == there(tmp_path)


def test_the_numbers_are_there_also_after_an_interrupt(tmp_path: Path) -> None:
    pipe, stats = tmp_path / "letter", tmp_path / "stats.json"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [COMMAND, "extract", BAD, pipe, "--stats", stats, "-o", tmp_path / "out.jsonl"],
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with pipe.open("wb"):  # goes on when the run has opened it, too
        process.send_signal(signal.SIGINT)
        _, talk = process.communicate(timeout=FOR_EVER)
    assert 130 == process.returncode
    assert b"stopped after" in talk
    stated = json.loads(stats.read_text())
    assert stated["read"] == stated["failed"]
    assert ["letter", "stats.json"] == there(tmp_path)  # nothing was done that --resume could use


def test_a_link_stays_and_its_file_is_written(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.jsonl", tmp_path / "link.jsonl"
    real.write_text("old")
    link.symlink_to(real)
    assert 4 == command("extract", LETTER, "-o", link).returncode
    assert 0 == command("extract", LETTER, "-o", link, "--force").returncode
    assert link.is_symlink()
    assert 1 == len(real.read_bytes().splitlines())
    assert ["real.jsonl"] == there(real.parent)


def test_pipes_and_devices_are_written_to(command: Spawn, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    came: list[bytes] = []
    reader = threading.Thread(target=lambda: came.append(pipe.read_bytes()))
    reader.start()
    done = command(
        "extract", LETTER, "-o", pipe, "--stats", "/dev/null", "--errors-to", "/dev/null"
    )
    reader.join(60)
    assert 0 == done.returncode, done.stderr
    assert came[0].startswith(b"case_number,")
    assert ["pipe.csv"] == there(tmp_path)
    assert pipe.is_fifo()
    assert Path("/dev/null").is_char_device()


def test_a_dash_is_standard_output(command: Spawn, tmp_path: Path) -> None:
    done = command("extract", LETTER, "-o", "-", "--format", "csv", "--errors-to", tmp_path / "e")
    assert done.stdout.startswith(b"case_number,")
    assert ["e"] == there(tmp_path)


def test_parquet_is_nothing_for_a_terminal() -> None:
    shown = on_terminal("extract", LETTER, "--format", "parquet", stdout=True)
    assert 2 == shown.exit_code
    assert b"PAR1" not in shown.terminal


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
def test_inline_errors_tell_their_paths(command: Spawn, tmp_path: Path, suffix: str) -> None:
    """Two folders may hold a bad file of the same name; the bytes of a name may be no text."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.pdf").write_bytes(BAD.read_bytes())
    odd = os.fsencode(tmp_path) + b"/b/\xff.pdf"
    Path(os.fsdecode(odd)).write_bytes(b"")
    output = tmp_path / f"out.{suffix}"
    letters = [tmp_path / "a", tmp_path / "b", LETTER]
    done = command("extract", "-j", "1", *letters, "--errors", "inline", "-o", output)
    assert 1 == done.returncode
    text = output.read_text()
    found = json.loads(text) if suffix == "json" else list(map(json.loads, text.splitlines()))
    paths = [str(tmp_path / name) for name in ("a/x.pdf", "b/x.pdf", r"b/\xff.pdf")]
    assert [*paths, None] == [each.get("path") for each in found]
    assert 1 == len(list(read_back(output)))


@pytest.mark.parametrize(
    "options", [["--limit", "0"], ["--glob", "*.none"], ["--limit", "0", "--dry-run"]]
)
def test_what_leaves_nothing_to_read_is_named(command: Spawn, options: list[str]) -> None:
    done = command("extract", LETTER.parent, *options)
    assert (3, b"") == (done.returncode, done.stdout)
    assert b"or --glob, --limit and --sample leave none" in done.stderr


@pytest.mark.parametrize("form", ["jsonl", "csv", "sqlite"])
@pytest.mark.parametrize("letters", [0, 2])
def test_a_full_disk_says_that_what_is_done_is_kept_if_anything_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letters: int, form: str
) -> None:
    done: list[Outcome] = []
    put = FileSink.put

    def put_until_full(sink: FileSink, outcome: Outcome) -> None:
        if len(done) == letters:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(outcome)
        put(sink, outcome)

    monkeypatch.setattr(FileSink, "put", put_until_full)
    output = tmp_path / f"out.{form}"
    sources = sorted((FIXTURES / "text").glob("*.txt"))[:3]
    full = run("extract", *sources, "-o", output, "--jobs", "1")
    assert 4 == full.exit_code
    last = full.stderr.splitlines()[-1]
    assert "No space left" in last
    assert (letters > 0) == ("what is done is kept: make room and use --resume" in last)
    assert (letters == 0) == ("; make room and run it again" in last)
    assert ([f"out.{form}.partial"] if letters else []) == there(tmp_path)
    monkeypatch.undo()
    again = ["--resume"] if letters else []
    whole = run("extract", *sources, "-o", output, "--jobs", "1", *again)
    assert 0 == whole.exit_code
    assert not letters or f"{letters} taken over" in whole.stderr
    assert [output.name] == there(tmp_path)
