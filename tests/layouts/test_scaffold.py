"""`imr-extract layouts new`: the starter that a letter's own headings write, of any habit."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from commands import Run
from corpus import FIXTURES
from thinning import quick_every

LETTERS = sorted((FIXTURES / "layouts").glob("*/*.txt"))
WITHOUT_HEADINGS = ("y2001-entities", "y2002-short", "y2005-panel-passive")


@pytest.mark.parametrize("path", quick_every(6, LETTERS), ids=lambda path: path.stem)
def test_a_starter_of_any_letter_has_no_fault(path: Path, run: Run, tmp_path: Path) -> None:
    """But where the letter has no headings, and lint asks for words to tell it by."""
    assert 0 == run("layouts", "new", path, "-o", tmp_path / "new.toml").exit_code
    result = run("layouts", "lint", tmp_path / "new.toml")
    stated = [line for line in result.stdout.splitlines() if "holds the place of words" not in line]
    assert [] == stated
    assert (path.stem in WITHOUT_HEADINGS) == bool(result.stdout)


class Habit(NamedTuple):
    """A letter that prints its headings in one habit, and what its layout must find."""

    file: str
    outcome: str
    service: str
    reasons: str  # their first words
    case: tuple[str | None, str | None]  # number, date of the decision
    specialty: str | None
    row: str = ""  # the pattern of a verdict of one's own, as `docs/layouts.md` says


HABITS = [
    Habit(
        "run-in.txt",
        "overturned",
        "Ten sessions of speech therapy",
        "Early therapy",
        ("PG/2020/17", "2020-04-09"),
        "pediatrics",
    ),
    Habit(
        "numbered.txt",
        "overturned",
        "Ten sessions of speech therapy",
        "Early therapy",
        (None, "2020-04-09"),
        None,
    ),
    Habit(
        "title-lines.txt",
        "upheld",
        "Power wheelchair with a tilting seat",
        "A chair that tilts",
        ("HC-88-204", "2019-06-03"),
        "neurology",
    ),
    Habit(
        "glued.txt",
        "overturned",
        "Genetic panel for a heart muscle disease",
        "A known gene",
        ("QL-5512", None),
        "cardiology",
    ),
    Habit(
        "table.txt",
        "upheld",
        "Lumbar brace, custom made",
        "A brace off the shelf",
        ("LS-2022-031", "2022-05-04"),
        "orthopedic surgery",
    ),
    Habit(
        "columns.txt",
        "overturned",
        "Home traction unit",
        "Traction in the clinic",
        ("LS-2022-032", "2022-05-11"),
        "physical medicine and rehabilitation",
    ),
    Habit(
        "underlined.txt",
        "upheld",
        "Insulin pump with a sensor",
        "She wakes at night",
        ("77-B", "2018-02-07"),
        "endocrinology",
        row="refusal stands",
    ),
    Habit(
        "capitals-and-text.txt",
        "overturned",
        "Shoulder arthroscopy, right",
        "Three months of exercises",
        (None, None),
        "orthopedic surgery",
    ),
    Habit(
        "row-and-capitals.txt",
        "upheld",
        "Cervical traction device",
        "The device was tried",
        ("12-778", "2004-04-04"),
        None,
    ),
    Habit(
        "bold.pdf",
        "overturned",
        "Knee scooter for eight weeks",
        "Crutches do on dry land",
        ("RP-310", "2016-08-21"),
        "podiatric surgery",
    ),
    Habit(
        "bold-lines.pdf",
        "upheld",
        "Night brace for the left knee",
        "No study of such braces",
        ("RP-311", "2016-08-22"),
        None,
    ),
]


@pytest.mark.parametrize("habit", quick_every(4, HABITS), ids=lambda habit: habit.file)
def test_a_starter_finds_headings_of_any_habit(habit: Habit, run: Run, tmp_path: Path) -> None:
    path, letter = tmp_path / "mine.toml", FIXTURES / "habits" / habit.file
    assert 0 == run("layouts", "new", letter, "-o", path).exit_code
    added = f'outcome = "{habit.outcome}"\n'
    if habit.row:
        added += f"""
[[issues.verdicts]]
id = "mine"
outcome = "{habit.outcome}"
pattern = '{habit.row}'
examples = ["{habit.row}"]
"""
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    for command in ("lint", "test"):
        result = run("layouts", command, path)
        assert (0, "") == (result.exit_code, result.stdout)
    record = json.loads(run("extract", letter, "--layouts", path).stdout)
    (issue,) = record["issues"]
    assert ("mine", habit.outcome) == (record["layout"], record["outcome"])
    assert habit.service == issue["disputed_service"]
    assert issue["rationale"].startswith(habit.reasons)
    assert habit.case == (record["case"]["case_number"], record["case"]["decision_date"])
    assert [habit.specialty] * bool(habit.specialty) == record["reviewer"]["specialties"]


def test_a_starters_layout_takes_no_text_that_quotes_its_headings(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    letter = FIXTURES / "habits" / "title-lines.txt"
    run("layouts", "new", letter, "-o", path)
    quoting = f"Our readers ask what letters mean. One says: {' '.join(letter.read_text().split())}"
    (tmp_path / "news.txt").write_text(quoting, encoding="utf-8")
    result = run("extract", tmp_path / "news.txt", "--layouts", path)
    assert 1 == result.exit_code
    assert "prints nothing of any" in result.stderr


def test_a_starter_does_not_refuse_its_own_letter(run: Run, tmp_path: Path) -> None:
    letter = (FIXTURES / "habits" / "title-lines.txt").read_text(encoding="utf-8")
    (tmp_path / "letter.txt").write_text(f"Dear Mr. Undine:\n\n{letter}", encoding="utf-8")
    run("layouts", "new", tmp_path / "letter.txt", "-o", tmp_path / "mine.toml")
    assert 'allow = ["a_letter_to_somebody"]' in (tmp_path / "mine.toml").read_text()
    assert 0 == run("layouts", "test", tmp_path / "mine.toml").exit_code
