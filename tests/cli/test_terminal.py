"""Manners on a terminal: progress for people, nothing of it in data."""

import json
import re
from pathlib import Path

import pytest
from corpus import FIXTURES, make_letter
from terminal import on_terminal

ESCAPE = b"\x1b["
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m")
LETTERS = sorted((FIXTURES / "text").glob("*.txt"))[:8]


def records(data: bytes) -> list[str]:
    return [json.loads(line)["source"]["name"] for line in data.splitlines()]


def test_a_bar_on_a_terminal_leaves_the_data_pure() -> None:
    shown = on_terminal("extract", "-j", "1", *LETTERS)
    assert 0 == shown.exit_code
    assert [path.name for path in LETTERS] == records(shown.data)
    assert ESCAPE in shown.terminal
    assert b"/8" in shown.terminal  # so many of eight
    assert COLOUR.search(shown.terminal)
    assert b"8 read: 8 records" in shown.terminal


@pytest.mark.slow
def test_a_counter_where_the_total_is_unknown(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(make_letter())
    shown = on_terminal("extract", "-j", "1", tmp_path)
    assert ESCAPE in shown.terminal
    assert b"letters" in shown.terminal
    assert b"/3" not in shown.terminal


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "environment"),
    [(["--no-progress"], {}), (["-q"], {}), ([], {"TERM": "dumb"})],
    ids=["--no-progress", "-q", "TERM=dumb"],
)
def test_no_bar_where_it_is_not_wanted(options: list[str], environment: dict[str, str]) -> None:
    shown = on_terminal("extract", "-j", "1", *options, *LETTERS[:2], env=environment)
    assert 2 == len(records(shown.data))
    assert ESCAPE not in shown.terminal
    assert (b"2 read" in shown.terminal) == ("-q" not in options)


@pytest.mark.slow
def test_a_bar_without_colours(tmp_path: Path) -> None:
    shown = on_terminal(
        "extract", "-j", "1", "-o", tmp_path / "out.jsonl", *LETTERS, env={"NO_COLOR": "1"}
    )
    assert ESCAPE in shown.terminal
    assert not COLOUR.search(shown.terminal)


def test_records_on_the_terminal_are_not_run_through_by_a_bar() -> None:
    shown = on_terminal("extract", "-j", "1", LETTERS[0], stdout=True)
    assert ESCAPE not in shown.terminal
    assert shown.terminal.startswith(b'{"schema_version"')


def test_errors_stand_in_lines_of_their_own_beside_the_bar() -> None:
    bad = FIXTURES / "bad" / "junk.pdf"
    shown = on_terminal("extract", "-j", "1", *LETTERS, bad)
    assert 1 == shown.exit_code
    line = re.sub(rb"\s+", b" ", re.sub(rb"\x1b\[[\d;?]*[A-Za-z]", b"", shown.terminal))
    assert b"[unsupported_type]" in line


def test_in_pipes_there_is_nothing_but_the_summary(tmp_path: Path) -> None:
    shown = on_terminal("extract", "-j", "1", "-o", tmp_path / "out.jsonl", LETTERS[0])
    assert 1 == shown.terminal.count(b" read: ")
    assert b"" == shown.data
