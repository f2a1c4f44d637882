"""Manners of `extract`: what it prints where, how it ends, and how its outputs go on being used."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from commands import COMMAND, Spawn
from corpus import FIXTURES, make_letter, pdf, text
from processes import FOR_EVER

LETTERS = sorted((FIXTURES / "text").glob("*.txt"))
BAD = FIXTURES / "bad"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight letters, of which two are the same, and three bad files, in two folders."""
    top = tmp_path / "letters"
    for part in ("a", "b"):
        (top / part).mkdir(parents=True)
    for number, path in enumerate(LETTERS[:7]):
        (top / "ab"[number % 2] / f"{number}.txt").write_bytes(path.read_bytes())
    (top / "b" / "0.txt").write_bytes(LETTERS[0].read_bytes())
    (top / "a" / "bad.pdf").write_bytes((BAD / "junk.pdf").read_bytes())
    (top / "b" / "bad.pdf").write_bytes((BAD / "password.pdf").read_bytes())
    (top / "b" / "worse.txt").write_bytes(b"")
    return top


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def names(data: bytes) -> list[str]:
    return [line["source"]["name"] for line in lines(data)]


def test_numbers_of_the_summary_add_up(command: Spawn, folder: Path, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    done = command("extract", "-v", "-j", "1", folder, "--stats", stats)
    stated = json.loads(stats.read_text())
    assert (1, 8) == (done.returncode, len(lines(done.stdout)))
    assert stated["read"] == stated["records"] + stated["failed"] == 11
    assert stated["failed"] == sum(stated["failed_by_code"].values()) == 3
    assert sum(len(line["notes"]) for line in lines(done.stdout)) == stated["notes"]
    assert 1 == stated["duplicates"]
    assert b"11 read: 8 records" in done.stderr
    assert b"1 the same as one before" in done.stderr
    assert f"imr-extract: {folder}/b/0.txt: the same letter came before" in done.stderr.decode()
    assert 2 == names(done.stdout).count("0.txt")


def test_errors_to_is_what_files_from_reads(command: Spawn, folder: Path, tmp_path: Path) -> None:
    """The retry reads those that failed and no others; mended ones come out."""
    failed = tmp_path / "failed.jsonl"
    done = command("extract", "-j", "1", folder, "--errors-to", failed)
    assert b"bad.pdf" not in done.stderr
    assert b"came before" not in done.stderr  # that takes -v
    expected = [str(folder / name) for name in ("a/bad.pdf", "b/bad.pdf", "b/worse.txt")]
    assert expected == [line["path"] for line in lines(failed.read_bytes())]
    again = command("extract", "--files-from", failed, "--dry-run")
    assert expected == again.stdout.decode().splitlines()
    (folder / "b" / "worse.txt").write_text(make_letter())
    retried = command("extract", "-j", "1", "--files-from", failed, "--errors", "inline")
    assert ["bad.pdf", "bad.pdf", "worse.txt"] == names(retried.stdout)
    assert [True, True, False] == ["error" in line for line in lines(retried.stdout)]


def test_a_dry_run_prints_paths_and_reads_nothing(command: Spawn, folder: Path) -> None:
    done = command("extract", "--dry-run", "--glob", "*.pdf", folder)
    paths = [str(folder / "a" / "bad.pdf"), str(folder / "b" / "bad.pdf")]
    assert (0, paths, b"") == (done.returncode, done.stdout.decode().splitlines(), done.stderr)
    nuls = command("extract", "--dry-run", "-0", "--glob", "*.pdf", folder).stdout
    assert paths == nuls.decode().rstrip("\0").split("\0")


def test_limit_and_sample_choose(command: Spawn, folder: Path) -> None:
    def chosen(*options: str) -> list[str]:
        return command("extract", "--dry-run", *options, folder).stdout.decode().splitlines()

    everything = chosen()
    assert everything[:3] == chosen("--limit", "3")
    assert chosen("--sample", "4") == chosen("--sample", "4")
    assert chosen("--sample", "4", "--seed", "1") != chosen("--sample", "4", "--seed", "2")
    assert chosen("--sample", "4")[:2] == chosen("--sample", "4", "--limit", "2")
    assert set(chosen("--sample", "4")) < set(everything)


def test_without_order_the_same_records_come(command: Spawn) -> None:
    ordered = command("extract", "-j", "1", *LETTERS).stdout.splitlines()
    unordered = command("extract", "-j", "2", "--unordered", *LETTERS).stdout.splitlines()
    assert Counter(ordered) == Counter(unordered)


def test_log_lines_are_json_where_asked(command: Spawn, folder: Path) -> None:
    done = command("extract", "-v", "-j", "1", "--log-format", "json", folder)
    stated = lines(done.stderr)
    assert {"debug", "error", "info"} == {line["level"] for line in stated}
    codes = [line["code"] for line in stated if line["level"] == "error"]
    assert ["unsupported_type", "password_required", "empty"] == codes
    assert all(Path(line["path"]).exists() for line in stated if "path" in line)
    assert (11, 8, 3) == tuple(stated[-1][name] for name in ("read", "records", "failed"))


def test_names_that_are_no_utf_8_go_all_the_way(command: Spawn, tmp_path: Path) -> None:
    """From a list to a record, to an error's path, and back through --files-from."""
    good, bad = (os.fsencode(tmp_path) + name for name in (b"/good\xff.txt", b"/bad\xfe.txt"))
    try:
        Path(os.fsdecode(good)).write_bytes(text("one-issue-upheld"))
        Path(os.fsdecode(bad)).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    failed = tmp_path / "failed.jsonl"
    listed = good + b"\0" + bad + b"\0"
    done = command("extract", "--files-from", "-", "-0", "--errors-to", failed, stdin=listed)
    assert ["good\\xff.txt"] == names(done.stdout)
    assert bad + b"\n" == command("extract", "--files-from", failed, "--dry-run").stdout
    assert b"bad\\xfe.txt: is empty" in command("extract", "--files-from", failed).stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_head_ends_the_run_quietly(jobs: str, tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number:03d}.pdf").symlink_to(FIXTURES / "pdf" / "one-issue-upheld.pdf")
    line = f"{COMMAND} extract --follow -j {jobs} {tmp_path} | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False, timeout=FOR_EVER)
    record, status = done.stdout.splitlines()
    assert "000.pdf" == json.loads(record)["source"]["name"]
    assert (b"0", b"") == (status, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["extract", "{good}"], 0),
        (["extract", "-j", "1", "{good}", "{bad}"], 1),
        (["extract", "-j", "1", "{missing}", "x" * 5000], 1),
        (["extract", "--no-such-option", "{good}"], 2),
        (["extract", "--jobs", "none", "{good}"], 2),
        (["extract", "--jobs", "\u00b2", "{good}"], 2),
        (["extract", "--jobs", "9" * 400, "{good}"], 2),
        (["extract", "--timeout", "inf", "{good}"], 2),
        (["extract", "--timeout", "nan", "{good}"], 2),
        (["extract", "--timeout", "1e12", "{good}"], 2),
        (["extract", "--max-memory", "12 apples", "{good}"], 2),
        (["extract", "--max-memory", "99999999T", "{good}"], 2),
        (["extract", "--max-bytes", "9" * 400, "{good}"], 2),
        (["extract", "--max-bytes", "1000000T", "{good}"], 0),
        (["extract", "--limit", "9" * 30, "{good}"], 0),
        (["extract", "--sample", "9" * 30, "{good}"], 0),
        (["extract", "--fields", "outcom", "{good}"], 2),
        (["extract", "--files-from", "{missing}"], 2),
        (["extract", "{empty}"], 3),
        (["extract", "-o", "{missing}/out.jsonl", "{good}"], 4),
        (["extract", "--errors-to", "{missing}/errors.jsonl", "{good}"], 4),
        (["extract", "--stats", "{missing}/stats.json", "{good}"], 4),
    ],
)
def test_exit_codes(command: Spawn, tmp_path: Path, arguments: list[str], expected: int) -> None:
    (tmp_path / "empty").mkdir()
    places = {
        "good": LETTERS[0],
        "bad": BAD / "junk.pdf",
        "missing": tmp_path / "missing",
        "empty": tmp_path / "empty",
    }
    done = command(*(argument.format(**places) for argument in arguments))
    assert expected == done.returncode, done.stderr
    assert b"Traceback" not in done.stderr
    assert ["empty"] == [path.name for path in tmp_path.iterdir()]


def test_a_nul_in_a_line_of_a_list_is_no_possible_name(command: Spawn) -> None:
    done = command("extract", "-j", "1", "--files-from", "-", stdin=b"a\0b.pdf\n")
    assert 1 == done.returncode
    assert b"no possible file name" in done.stderr


def test_nothing_to_read_leaves_no_file_behind(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = command("extract", tmp_path / "empty", "-o", tmp_path / "out.jsonl")
    assert 3 == done.returncode
    assert ["empty"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("option", "unit"),
    [
        ("--max-bytes=1K", "bytes"),
        ("--max-pages=1", "pages"),
        ("--max-characters=99", "characters"),
    ],
)
def test_an_error_at_a_limit_names_its_option(
    command: Spawn, tmp_path: Path, option: str, unit: str
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf("twenty-issues"))
    done = command("extract", option, path)
    assert 1 == done.returncode
    assert f"or raise --max-{unit} [too_large]" in done.stderr.decode()


def test_a_shell_can_complete_commands_and_options(command: Spawn) -> None:
    script = command(**os.environ, _IMR_EXTRACT_COMPLETE="source_bash")
    assert b"complete" in script.stdout
    offered = command(
        **os.environ,
        _IMR_EXTRACT_COMPLETE="complete_bash",
        COMP_WORDS="imr-extract extract --max-",
        COMP_CWORD="2",
    )
    assert {"--max-bytes", "--max-memory"} < set(offered.stdout.decode().split())


def test_the_version_names_package_schema_and_rules(command: Spawn) -> None:
    from importlib.metadata import version

    from imr_extract.clinical.vocabulary import icd10cm
    from imr_extract.record.model import SCHEMA_VERSION
    from imr_extract.rules.table import digest

    table = icd10cm.edition()
    expected = (
        f"imr-extract {version('imr-extract')} (schema {SCHEMA_VERSION}, rules {digest()}, "
        f"{table.name} of {table.release})\n"
    )
    assert expected == command("--version").stdout.decode()


def test_a_file_called_as_standard_input_is_named_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "-").write_bytes(LETTERS[0].read_bytes())
    (tmp_path / "list").write_text("./-\n")
    for named in (["extract", "-j", "1", "./-"], ["extract", "-j", "1", "--files-from", "list"]):
        done = subprocess.run(
            [COMMAND, *named],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=FOR_EVER,
        )
        assert ["-"] == names(done.stdout)
