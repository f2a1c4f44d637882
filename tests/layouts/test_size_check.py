"""Layouts from strangers: what would take gigabytes or never end is refused in a sentence."""

import os
from pathlib import Path

import pytest
from commands import Run

from imr_extract.layouts.loader import LAYOUT_IDS, BadLayout, UserLayout, parse, shipped_text
from imr_extract.layouts.size_check import costly, oversize

SHIPPED = [shipped_text(layout) for layout in LAYOUT_IDS]


@pytest.mark.parametrize("text", SHIPPED, ids=LAYOUT_IDS)
def test_shipped_layouts_are_within_all_limits(text: str) -> None:
    assert parse(UserLayout("x.toml", text)).id in LAYOUT_IDS


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("x{2000000000}", "repeats something more than 5,000 times"),
        ("x{1,99999999999999999999999}", "repeats something more than 5,000 times"),
        ("x{" + "9" * 10_000 + "}", "has more than 4,000 characters"),
        ("x{,5001}", "repeats something more than 5,000 times"),
        (
            "(?:(?:a{1,999}b){1,999}c){1,999}",
            "has 1,00",
        ),
        ("(?:x{5000}){10}" * 100, "has 5,00"),
        ("x{5000}" * 41, "has 205,000 parts"),
        ("(?:{date}){5000}", "has 2,"),
        ("|".join(f"word{number}" for number in range(60_000)), "has more than 4,000 characters"),
    ],
)
def test_a_pattern_that_may_take_gigabytes_is_not_compiled(pattern: str, why: str) -> None:
    decoded = {"issues": {"verdicts": [{"id": "x", "pattern": pattern}]}}
    ((key, told),) = costly(decoded)
    assert "issues.verdicts[0].pattern" == key
    assert told.startswith(why)


@pytest.mark.parametrize(
    "pattern",
    [r"\d{1,2}/\d{1,2}/\d{4}", r"\{2000}", "x{1000}", "a{3,}", "(a{1,90}b){9}(c{1,90}d){9}[({]{9}"],
)
def test_patterns_of_usual_size_are_compiled(pattern: str) -> None:
    assert [] == list(costly({"pattern": pattern}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (".".join(["a"] * 100_000) + " = 1", "has a key of more than 20 parts"),
        ("[" + ".".join(f"a{number}" for number in range(1500)) + "]", "has a key of more than"),
        ('"a".' * 30 + "b = 1", "has a key of more than 20 parts"),
        ('title = "' + "x" * 10_000_000 + '"', "is larger than 256 kB"),
    ],
)
def test_a_file_that_may_take_gigabytes_is_not_parsed(text: str, why: str) -> None:
    with pytest.raises(BadLayout, match=why):
        parse(UserLayout("x.toml", text))


def test_all_patterns_of_a_file_have_one_limit() -> None:
    decoded = [{"pattern": "(x{100}){99}"}] * 51
    assert [] == list(costly(decoded[:50]))
    ((key, told),) = costly(decoded)
    assert ("", True) == (key, told.startswith("has patterns of 509,949"))


def test_a_name_of_many_letters_is_no_long_search() -> None:
    """Looked for from each of its letters on, it would take minutes."""
    assert oversize("a" * 256_000) is None


def test_dots_in_words_are_no_key() -> None:
    dots = ".".join(["a"] * 50)
    assert oversize(f"title = \"{dots}\" # {dots}\nother = '{dots}'") is None


def test_a_pipe_is_no_layout_and_no_letter(run: Run, tmp_path: Path) -> None:
    """Each would be waited for without an end."""
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    refused = run("layouts", "lint", pipe)
    assert (2, True) == (refused.exit_code, "is no file" in refused.stderr)
    pipe.unlink()
    text = shipped_text(LAYOUT_IDS[0]).replace('id = "', 'id = "my-', 1)
    os.mkfifo(tmp_path / "letter")
    (tmp_path / "mine.toml").write_text(f'{text}\n[[letters]]\nfile = "letter"\n')
    tried = run("layouts", "test", tmp_path / "mine.toml")
    assert (1, True) == (tried.exit_code, "letter: is not a file" in tried.stdout)
