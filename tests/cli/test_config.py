"""Defaults of options from files and variables: which wins, and what is never taken from one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from commands import Spawn
from corpus import FIXTURES, text
from typer.main import get_command

from imr_extract.cli.app import application, asked_for

LETTER = FIXTURES / "text" / "one-issue-upheld.txt"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a home of its own."""
    desk = tmp_path / "desk"
    desk.mkdir()
    monkeypatch.chdir(desk)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return desk


def folder(desk: Path, words: str) -> None:
    (desk / "imr-extract.toml").write_text(words)


def home(desk: Path, words: str) -> None:
    path = desk.parent / "home" / "imr-extract" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)


def shown(command: Spawn) -> dict[tuple[str, str], tuple[Any, str]]:
    tree = json.loads(command("--show-config").stdout)
    return {
        (each["command"], each["option"]): (each["value"], Path(each["origin"]).name)
        for each in tree["settings"]
    }


def test_the_nearer_wins(command: Spawn, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line, then variables, then the folder, then the home."""
    grades = []

    def grade() -> Any:
        ((value, origin),) = {
            each for (_, option), each in shown(command).items() if option == "--min-grade"
        }
        grades.append(value)
        return origin

    def notes(*options: str) -> int:
        record = json.loads(command("extract", LETTER, *options).stdout)
        return sum("min-grade" in note["message"] for note in record["notes"])

    home(desk, 'min-grade = "low"')
    assert "config.toml" == grade()
    folder(desk, '[extract]\nmin-grade = "medium"\n[sync]\nmin-grade = "medium"')
    assert "imr-extract.toml" == grade()
    monkeypatch.setenv("IMR_EXTRACT_MIN_GRADE", "high")
    assert "IMR_EXTRACT_MIN_GRADE" == grade()
    assert ["low", "medium", "high"] == grades
    letters = [
        json.loads(command("extract", LETTER, *options).stdout)["notes"]
        for options in ((), ("--min-grade", "high"), ("--min-grade", "low"))
    ]
    assert letters[0] == letters[1] != letters[2]
    monkeypatch.delenv("IMR_EXTRACT_MIN_GRADE")
    assert notes("--min-grade", "low") <= notes()


def test_what_a_file_says_for_all_commands_and_for_one(command: Spawn, desk: Path) -> None:
    folder(desk, 'reader = "pdfium"\nglob = ["*.pdf"]\n[extract]\nreader = "pdfplumber"\n')
    found = shown(command)
    assert "pdfplumber" == found["extract", "--reader"][0]
    assert "pdfium" == found["sync", "--reader"][0]
    assert ["*.pdf"] == found["extract", "--glob"][0]
    letters = desk / "letters"
    letters.mkdir()
    (letters / "a.txt").write_bytes(text("one-issue-upheld"))
    done = command("extract", letters)
    assert (3, True) == (done.returncode, b"--glob" in done.stderr)
    assert 0 == command("extract", letters, "--glob", "*.txt").returncode


def test_a_flag_can_be_switched_off_again(
    command: Spawn, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(desk, "evidence = true")
    assert "evidence" in json.loads(command("extract", LETTER).stdout)
    monkeypatch.setenv("IMR_EXTRACT_EVIDENCE", "false")
    assert "evidence" not in json.loads(command("extract", LETTER).stdout)


def test_columns_are_a_default_of_tables_only(command: Spawn, desk: Path) -> None:
    folder(desk, 'columns = "all"\nrows = "letters"')
    assert b'{"schema_version"' == command("extract", LETTER).stdout[:17]
    table = command("extract", LETTER, "--format", "csv").stdout
    assert b"schema_version,source.name" in table
    assert (
        b"outcome\r\n"
        in command("extract", LETTER, "--format", "csv", "--fields", "outcome").stdout
    )
    assert 2 == command("extract", LETTER, "--columns", "all").returncode


@pytest.mark.parametrize("options", [(), ("--ocr", "off")])
def test_an_engine_of_ocr_is_a_default_where_ocr_is_on(
    command: Spawn, desk: Path, options: tuple[str, ...]
) -> None:
    plain = command("extract", LETTER).stdout
    folder(desk, 'ocr-engine = "rapidocr"')
    done = command("extract", LETTER, *options)
    assert (0, plain) == (done.returncode, done.stdout)
    typed = command("extract", LETTER, *options, "--ocr-engine", "rapidocr")
    assert (2, True) == (typed.returncode, b"requires --ocr" in typed.stderr)


def test_ocr_of_a_default_is_switched_off_again(spawn: Spawn, desk: Path) -> None:
    """In processes of their own: one that has found an engine remembers it."""
    bare = {"PATH": "", "HOME": str(desk)}  # no Tesseract
    folder(desk, 'ocr = "auto"\nocr-engine = "tesseract"')
    assert b"no_ocr_engine" in spawn("extract", LETTER, **bare).stderr
    for name in ("extract", "sections", "stats"):
        assert 0 == spawn(name, LETTER, "--ocr", "off", **bare).returncode


def test_the_size_of_blocks_is_a_default_of_engines_only(command: Spawn, desk: Path) -> None:
    plain = command("extract", LETTER).stdout
    home(desk, "block = 500")
    done = command("extract", LETTER)
    assert (0, plain) == (done.returncode, done.stdout)
    assert b"goes with --engine" in command("extract", LETTER, "--block", "500").stderr


def test_periods_are_a_default_of_the_usual_figures_only(command: Spawn, desk: Path) -> None:
    plain = command("stats", LETTER, "--group-by", "outcome")
    folder(desk, '[stats]\nby = "year"')
    done = command("stats", LETTER, "--group-by", "outcome")
    assert (0, plain.stdout) == (done.returncode, done.stdout)
    typed = command("stats", LETTER, "--group-by", "outcome", "--by", "year")
    assert (2, True) == (typed.returncode, b"cannot be combined" in typed.stderr)


@pytest.mark.usefixtures("desk")
def test_lists_in_variables(command: Spawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_EXTRACT_GLOB", os.pathsep.join(("*.pdf", "*.txt")))
    assert (["*.pdf", "*.txt"], "IMR_EXTRACT_GLOB") == shown(command)["extract", "--glob"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("quite = true", "quite: is no option; similar: quiet"),
        ("[extract]\nprune = 1", "[extract] prune: what a run reads and writes has no default"),
        ("[extrac]\na = 1", "[extrac] is no command; similar: extract"),
        ("[sync]\nunordered = true", "[sync] unordered: is no option of sync"),
        ('quiet = "yes"', "quiet: must be true or false"),
        ('glob = "*.pdf"', "glob: must be a list of texts"),
        ("reader = []", "reader: must be a text or a number"),
        ('reader = "fast"', "reader: 'fast' is not one of"),
        ("reader = = 1", "is no TOML (Invalid value (at line 1, column 10))"),
        ("a" * 300_000, "is larger than 262,144 bytes"),
    ],
)
@pytest.mark.parametrize("write", [folder, home])
def test_what_cannot_be_used_is_one_clear_line(
    command: Spawn, desk: Path, words: str, why: str, write: Any
) -> None:
    write(desk, words)
    done = command("extract", LETTER)
    assert (2, b"", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert why in done.stderr.decode()
    assert ("imr-extract.toml" if write is folder else "config.toml") in done.stderr.decode()
    assert 0 == command("extract", "--help").returncode


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("IMR_EXTRACT_JOBZ", "2", "is no option; similar: jobs"),
        ("IMR_EXTRACT_FORCE", "1", "give --force on the command line"),
        ("IMR_EXTRACT_TIMEOUT", "soon", "not a valid"),
        ("IMR_EXTRACT_MAX_MEMORY", "1K", "at least 256M"),
        ("IMR_EXTRACT_QUIET", "perhaps", "neither true nor false"),
    ],
)
def test_variables_that_cannot_be_used(
    command: Spawn,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    why: str,
) -> None:
    monkeypatch.setenv(variable, value)
    done = command("extract", LETTER)
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"{variable}: " in done.stderr.decode()
    assert why in done.stderr.decode()


@pytest.mark.parametrize(
    "option",
    ["output", "force", "replace", "resume", "errors-to", "stats", "prune", "tables", "format"],
)
def test_no_default_makes_a_run_write_or_remove(command: Spawn, desk: Path, option: str) -> None:
    """The folder may come from a stranger, and a file in it may have a name worth having."""
    precious = desk / "precious"
    precious.write_text("words")
    for value in ('"precious"', "true"):
        for table in ("", "[extract]\n", "[sync]\n", "[report]\n"):
            folder(desk, f"{table}{option} = {value}")
            assert 2 == command("extract", LETTER).returncode
    assert "words" == precious.read_text()
    assert ["imr-extract.toml", "precious"] == sorted(each.name for each in desk.iterdir())


@pytest.mark.parametrize(
    "option", ["jobs", "timeout", "max-memory", "max-bytes", "max-pages", "layouts"]
)
def test_a_folder_does_not_say_what_the_machine_gives(
    command: Spawn, desk: Path, option: str
) -> None:
    value = '["."]' if option == "layouts" else "600000000"
    folder(desk, f"{option} = {value}")
    done = command("extract", LETTER)
    assert (2, True) == (done.returncode, b"not taken from the current folder" in done.stderr)


def test_the_home_may_say_it(command: Spawn, desk: Path) -> None:
    home(desk, 'jobs = 3\nmax-memory = "3G"\n[sync]\ntimeout = 5.5')
    found = shown(command)
    assert "3" == found["extract", "--jobs"][0]
    assert "3G" == found["sync", "--max-memory"][0]
    assert "5.5" == found["sync", "--timeout"][0]
    assert ("extract", "--timeout") not in found
    assert 0 == command("extract", LETTER).returncode


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(command: Spawn, desk: Path) -> None:
    os.mkfifo(desk / "imr-extract.toml")
    done = command("extract", LETTER)
    assert (2, True) == (done.returncode, b"is no regular file" in done.stderr)


def test_the_table_on_a_terminal(
    command: Spawn, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    folder(desk, "[extract]\nquiet = true")
    rows = [
        " ".join(line.split()) for line in command("--show-config").stdout.decode().splitlines()
    ]
    assert "extract --quiet True imr-extract.toml" in rows
    assert any("config.toml (is not there)" in row for row in rows)


def test_a_command_alone_is_loaded_unless_defaults_may_be_set(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its options are the same as beside the others, whose defaults are checked, too."""
    for name in [name for name in os.environ if name.startswith("IMR_EXTRACT_")]:
        monkeypatch.delenv(name)
    for name, command in get_command(application()).commands.items():  # type: ignore[attr-defined]
        names = asked_for([name, "letters"])
        if name == "layouts":  # a group of commands
            assert names is None
            continue
        (alone,) = get_command(application(names)).commands.items()  # type: ignore[attr-defined]
        assert (name, [each.opts for each in command.params]) == (
            alone[0],
            [each.opts for each in alone[1].params],
        )
    assert asked_for(["--help"]) is asked_for(["extrat"]) is asked_for([]) is None
    folder(desk, '[stats]\ncolor = "red"')
    assert asked_for(["extract"]) is None
    (desk / "imr-extract.toml").unlink()
    monkeypatch.setenv("IMR_EXTRACT_MIN_GRADE", "low")
    assert asked_for(["extract"]) is None
