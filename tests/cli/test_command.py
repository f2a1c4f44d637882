"""The command as a whole: faults nobody foresaw, words of strangers, homes and signals."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import COMMAND, Run, Spawn
from corpus import FIXTURES, make_letter
from processes import FOR_EVER
from terminal import on_terminal

from imr_extract.batch.inputs import Walk

LETTER = min((FIXTURES / "text").glob("*.txt"))
# A title for the terminal's window, a C1 control and an override of the writing direction.
STEERING = "\x1b]0;owned\x07\x9b31m\u202e"
FAULT = (
    "import sys\n"
    "from imr_extract.batch import inputs\n"
    "def broken(*_, **__): raise KeyError('words of a letter')\n"
    "inputs.choose = broken\n"
    "from imr_extract.cli import main\n"
    "main()\n"
)


def with_fault(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", FAULT, *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=FOR_EVER)


def test_a_fault_of_the_program_is_one_line_with_its_own_code() -> None:
    done = with_fault("extract", LETTER)
    assert 70 == done.returncode
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("imr-extract: internal error (KeyError at ")
    assert "--debug" in line
    assert "words of a letter" not in line


def test_debug_shows_the_rest_of_a_fault() -> None:
    done = with_fault("extract", LETTER, "--debug")
    assert b"Traceback" in done.stderr
    assert 0 != done.returncode


def test_without_a_fault_debug_changes_nothing(run: Run) -> None:
    assert 0 == run("--debug", "schema").exit_code


@pytest.mark.parametrize(
    "arguments",
    [
        ("extract", "missing{}.txt"),
        ("extract", str(LETTER), "--format", "{}"),
        ("extract", str(LETTER), "-o", "x.{}"),
        ("extract", str(LETTER), "--files-from", "{}"),
        ("extract", str(LETTER), "--layouts", "{}"),
        ("extract", str(LETTER), "--fields", "{}"),
        ("extract", "--{}"),
        ("{}",),
        ("text", "{}.txt"),
        ("layouts", "show", "{}"),
        ("verify", "{}"),
    ],
)
def test_what_was_typed_never_steers_the_terminal(spawn: Spawn, arguments: tuple[str, ...]) -> None:
    done = spawn(*(each.format(STEERING) for each in arguments))
    assert 0 != done.returncode
    shown = (done.stdout + done.stderr).decode()
    assert not set("\x1b\x07\x9b\u202e") & set(shown), shown


def test_names_and_words_of_strangers_never_steer_the_terminal(tmp_path: Path) -> None:
    letter = tmp_path / f"letter{STEERING}.txt"
    letter.write_text(make_letter(summary=f"She is 36. {STEERING} It hurts."))
    for command in ("sections", "text", "extract"):
        shown = on_terminal(command, letter, stdout=True)
        assert b"\x1b]0;" not in shown.terminal
        assert STEERING[-1].encode() not in shown.terminal
    shown = on_terminal("extract", "--dry-run", letter, stdout=True)
    assert b"\x1b" not in shown.terminal


def test_a_record_is_one_line_for_whoever_goes_by_unicode(spawn: Spawn) -> None:
    letter = make_letter(summary="She is 36.\u2028It hurts.\u202e").encode()
    done = spawn("extract", "-", stdin=letter)
    assert 0 == done.returncode
    assert 1 == len(done.stdout.decode().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("home", [None, "/nowhere", "/proc/1/root/x"])
def test_a_home_that_is_not_there_is_no_matter(home: str | None) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG")}
    environment.pop("HOME", None)
    if home is not None:
        environment["HOME"] = home
    done = subprocess.run(
        [COMMAND, "sections", LETTER],
        capture_output=True,
        check=False,
        env=environment,
        timeout=FOR_EVER,
    )
    assert 0 == done.returncode, done.stderr


def test_a_request_to_end_ends_the_run_as_ctrl_c_does(tmp_path: Path) -> None:
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    process = subprocess.Popen([COMMAND, "extract", endless], stderr=subprocess.PIPE)
    with endless.open("wb"):  # goes on when the run has opened it, too
        process.send_signal(signal.SIGTERM)
        _, talk = process.communicate(timeout=FOR_EVER)
    assert 143 == process.returncode
    (line,) = talk.decode().splitlines()
    assert line.startswith("imr-extract: stopped after 0 letters")


def test_a_log_line_of_json_tells_when_and_what(spawn: Spawn, tmp_path: Path) -> None:
    done = spawn("extract", tmp_path / "missing.pdf", LETTER, "--log-format", "json")
    failed, summary = map(json.loads, done.stderr.splitlines())
    assert ("failed", "unreadable") == (failed["event"], failed["code"])
    assert failed["path"].endswith("missing.pdf")
    assert "summary" == summary["event"]
    assert failed["time"].endswith("Z")


def test_a_page_shows_what_would_turn_its_words_as_a_mark(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "letter\u202e.txt"
    letter.write_bytes(LETTER.read_bytes())
    page = run("view", letter).stdout
    assert "\u202e" not in page
    assert "letter⟨U+202E⟩.txt" in page


def test_no_page_takes_the_place_of_a_letter(run: Run, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    letter = letters / "letter.html"
    letter.write_bytes(LETTER.read_bytes())
    for given, output, cure in (
        (letter, letter, "name another file"),
        (letters, letters, "choose another folder"),
        (letters, letters / "site", "choose another folder"),
    ):
        refused = run("view", given, "-o", output)
        assert 2 == refused.exit_code
        assert cure in refused.stderr
    assert LETTER.read_bytes() == letter.read_bytes()
    assert [letter] == list(letters.iterdir())


def test_a_letter_below_a_thousand_folders_comes_out(tmp_path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        for _ in range(1200):
            os.mkdir("a")  # noqa: PTH102 - the path as a whole would be too long
            os.chdir("a")
        Path("x.txt").write_text("deep")
    finally:
        os.fchdir(here)
        os.close(here)
    (tmp_path / "z.txt").write_text("high")
    assert ["x.txt", "z.txt"] == [each.path.name for each in Walk().expand([tmp_path])]
    subprocess.run(["rm", "-r", tmp_path / "a"], check=True)  # pytest gives up on such a depth


@pytest.mark.parametrize(
    "line",
    [
        b'{"path": "\\ud800"}',
        b'{"path": ""}',
        b'{"path": 9}',
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 10_000 + b"}",
        b"[" * 100_000,
        b'{"path": "a\\u0000b"}',
    ],
    ids=["surrogate", "empty", "number", "nested", "digits", "brackets", "NUL"],
)
def test_an_odd_line_of_a_list_costs_itself_alone(command: Spawn, line: bytes) -> None:
    good = os.fsencode(LETTER)
    done = command("extract", "--files-from", "-", stdin=good + b"\n" + line + b"\n" + good)
    assert (1, 2) == (done.returncode, len(done.stdout.splitlines()))
    assert b"[unreadable]" in done.stderr
    assert len(done.stderr) < 3000


def test_a_list_may_begin_with_a_byte_order_mark(command: Spawn) -> None:
    done = command("extract", "--files-from", "-", stdin=b"\xef\xbb\xbf" + os.fsencode(LETTER))
    assert 0 == done.returncode
