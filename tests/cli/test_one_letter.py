"""The commands on one letter: `text`, `sections`, `schema`."""

import json
import subprocess
import sys
from pathlib import Path

import hostile
import jsonschema
import msgspec
import pytest
from commands import Run, Spawn
from corpus import FIXTURES, NAMES, golden, pdf, without_source
from processes import FOR_EVER
from thinning import quick_every

from imr_extract import errors, extract_bytes
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.letter import read_letter
from imr_extract.readers import read

ONE = FIXTURES / "pdf" / "one-issue-upheld.pdf"


@pytest.mark.parametrize("name", quick_every(8, NAMES))
def test_the_text_read_again_gives_the_same_record(name: str, run: Run) -> None:
    """`imr-extract text X.pdf | imr-extract extract -`."""
    result = run("text", FIXTURES / "pdf" / f"{name}.pdf")
    assert (0, b"") == (result.exit_code, result.stderr_bytes)
    assert read(pdf(name), "auto", DEFAULT_LIMITS).text.encode() == result.stdout_bytes
    expected = msgspec.json.decode(golden(name))
    del expected["source"]
    assert expected == without_source(extract_bytes(result.stdout_bytes))


def test_text_in_a_pipe(spawn: Spawn) -> None:
    printed = spawn("text", ONE)
    (line,) = spawn("extract", "-", stdin=printed.stdout).stdout.splitlines()
    record, expected = json.loads(line), json.loads(golden("one-issue-upheld"))
    assert {**expected, "source": None} == {**record, "source": None}


@pytest.mark.parametrize("command", ["text", "sections"])
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("truncated.pdf", errors.DamagedPdf),
        ("password.pdf", errors.PasswordRequired),
        ("image-only.pdf", errors.NoTextLayer),
        ("empty.pdf", errors.Empty),
        ("zip.pdf", errors.UnsupportedType),
        ("missing.pdf", errors.Unreadable),
    ],
)
def test_a_bad_file_ends_with_its_own_exit_code(
    command: str, name: str, error: type[errors.ImrError], run: Run
) -> None:
    result = run(command, FIXTURES / "bad" / name)
    assert (error.exit_code, b"") == (result.exit_code, result.stdout_bytes)
    assert 1 == len(result.stderr.splitlines())
    assert result.stderr.endswith(f"[{error.code}]\n")


def test_sections_of_no_letter_end_with_unknown_layout(run: Run) -> None:
    result = run("sections", FIXTURES / "bad" / "news-article.txt")
    assert errors.UnknownLayout.exit_code == result.exit_code


@pytest.mark.parametrize("name", quick_every(8, NAMES))
def test_sections_in_a_pipe_are_json_that_tiles_the_text(name: str, run: Run) -> None:
    tree = json.loads(run("sections", FIXTURES / "pdf" / f"{name}.pdf").stdout)
    assert "dwc-issues" == tree["layout"]
    assert f"{name}.pdf" == tree["source"]["name"]
    whole = [row for row in tree["sections"] if row["issue"] is None]
    text = read(pdf(name), "auto", DEFAULT_LIMITS).text
    assert [0, *(row["end"] for row in whole)] == [*(row["start"] for row in whole), len(text)]
    numbers = {row["issue"] for row in tree["sections"]} - {None}
    assert set(range(1, len(read_letter(pdf(name)).record.issues) + 1)) == numbers


def test_sections_on_a_terminal_are_a_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: True)
    result = run("sections", ONE)
    assert 0 == result.exit_code
    for word in ("case_summary", "rationale", "page", "one-issue-upheld.pdf: dwc-issues"):
        assert word in result.stdout


def test_a_fault_of_the_program_tells_no_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> None:
        raise ValueError("words of the letter")

    monkeypatch.setattr("imr_extract.pipeline.letter.read_letters", fault)
    result = run("sections", ONE)
    assert errors.Internal.exit_code == result.exit_code
    assert "ValueError" in result.stderr
    assert "words" not in result.stderr


def test_text_and_sections_read_standard_input(run: Run) -> None:
    data = pdf("one-issue-upheld")
    assert run("text", ONE).stdout_bytes == run("text", "-", stdin=data).stdout_bytes
    assert "-" == json.loads(run("sections", "-", stdin=data).stdout)["source"]["name"]


def test_schema_is_the_schema_of_the_records(run: Run) -> None:
    result = run("schema")
    assert 0 == result.exit_code
    schema = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(golden("one-issue-upheld")), schema)


@pytest.mark.parametrize("command", ["extract", "text", "sections", "schema"])
def test_every_command_has_help(command: str, run: Run) -> None:
    result = run(command, "--help")
    assert 0 == result.exit_code
    assert "Usage: " in result.stdout


def test_a_missing_argument_is_a_usage_error(run: Run) -> None:
    result = run("text")
    assert 2 == result.exit_code
    assert "FILE" in result.stderr


def test_a_folder_is_no_letter(run: Run, tmp_path: Path) -> None:
    result = run("text", tmp_path)
    assert errors.Unreadable.exit_code == result.exit_code


@pytest.mark.parametrize(
    ("limit", "error"),
    [("seconds=0.5", errors.TimedOut), ("memory=30_000_000", errors.OutOfMemory)],
)
@pytest.mark.parametrize("command", ["text", "sections", "view"])
def test_a_letter_over_a_limit_ends_the_command(
    command: str, limit: str, error: type[errors.ImrError], tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(hostile.billion_forms())
    code = (
        "import sys\n"
        "from imr_extract.cli import main, one_letter\n"
        "from imr_extract.limits import Limits\n"
        f"one_letter.DEFAULT_LIMITS = Limits({limit})\n"
        f"sys.argv = ['imr-extract', '{command}', sys.argv[1]]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, check=False, timeout=FOR_EVER
    )
    (line,) = done.stderr.decode().splitlines()
    assert (error.exit_code, b"") == (done.returncode, done.stdout)
    assert line.startswith(f"imr-extract: {path}: t")
    assert line.endswith(f"[{error.code}]")


def test_every_letter_of_many_has_its_own_time() -> None:
    code = (
        "import sys, time\n"
        "from imr_extract.cli.watch import Watch\n"
        "from imr_extract.limits import Limits\n"
        "with Watch('all', Limits(seconds=0.5)) as watch:\n"
        "    for number in watch.each([0.3, 0.3, 0.3, 9], str):\n"
        "        until = time.process_time() + number\n"
        "        while time.process_time() < until: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert errors.TimedOut.exit_code == done.returncode
    assert done.stderr.startswith(b"imr-extract: 9: took longer")


@pytest.mark.parametrize("arguments", [("sections",), ("explain", "outcome")])
@pytest.mark.parametrize("on_terminal", [True, False])
def test_text_or_json_may_be_chosen(
    arguments: tuple[str, ...], on_terminal: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, *rest = arguments
    monkeypatch.setattr("imr_extract.cli.console.is_terminal", lambda: on_terminal)
    call = [command, FIXTURES / "text" / "one-issue-upheld.txt", *rest]
    printed = {form: run(*call, "--format", form).stdout for form in ("text", "json")}
    assert printed["text"] != printed["json"]
    assert "dwc-issues" == json.loads(printed["json"])["layout"]
    assert printed["text" if on_terminal else "json"] == run(*call).stdout
