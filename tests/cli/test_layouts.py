"""`imr-extract layouts ...`, `--layouts`, the config folder, and the tutorial's ten minutes."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import COMMAND, Run
from corpus import FIXTURES, ROOT
from terminal import on_terminal

from imr_extract.errors import UnknownLayout
from imr_extract.layouts.loader import LAYOUT_IDS, UserLayout, parse
from tests.layouts.test_validation import LETTER, PLAIN

TUTORIAL = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
CHAPTER = TUTORIAL.split("## Add a layout in ten minutes\n")[1].split("\n## ")[0]
ONE = FIXTURES / "pdf" / "one-issue-upheld.pdf"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with one layout and a letter of it."""
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "tide.toml").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    return tmp_path


def test_list_says_what_is_proven(run: Run) -> None:
    rows = json.loads(run("layouts", "list").stdout)
    assert list(LAYOUT_IDS) == [row["id"] for row in rows]
    assert {"dwc-issues", "dmhc-findings"} == {row["id"] for row in rows if row["proven"]}
    assert rows == json.loads(run("layouts").stdout)


def test_list_says_where_a_layout_is_from(run: Run, own: Path) -> None:
    rows = json.loads(run("layouts", "list", "--layouts", own / "layouts").stdout)
    assert ("tide", str(own / "layouts" / "tide.toml")) == (rows[0]["id"], rows[0]["source"])


def test_detect_says_what_was_chosen_and_why(run: Run) -> None:
    result = run("layouts", "--detect", ONE)
    (best, *others) = json.loads(result.stdout)
    assert 0 == result.exit_code
    assert ("dwc-issues", True) == (best["id"], best["fits"])
    assert "CLINICAL CASE SUMMARY" in best["found"]
    assert not any(each["fits"] for each in others)


def test_detect_names_the_nearest_of_what_is_none(run: Run) -> None:
    result = run("layouts", "--detect", FIXTURES / "negatives" / "court-decision-1.txt")
    (best, *_) = json.loads(result.stdout)
    assert UnknownLayout.exit_code == result.exit_code
    assert "a_court_decision" in best["against"]
    assert "nearest: dwc-issues; reads as a text with a letter inside" in result.stderr
    assert "a court decision" in result.stderr


def test_detect_ends_as_extract_does_where_no_issue_can_be_read(run: Run, own: Path) -> None:
    path = own / "headings.txt"
    path.write_text(
        "Case Number\nHOW THE IMR FINAL DETERMINATION WAS MADE\nCLINICAL CASE SUMMARY\n"
        "IMR ISSUES, DECISIONS AND RATIONALES\nDecision rationale:\n",
        encoding="utf-8",
    )
    detected, extracted = run("layouts", "--detect", path), run("extract", path)
    assert (UnknownLayout.exit_code, 1) == (detected.exit_code, extracted.exit_code)
    for result in (detected, extracted):
        assert "reads as a list of headings" in result.stderr


def test_what_layouts_print_is_not_cut_on_a_narrow_terminal() -> None:
    narrow = {"COLUMNS": "80"}
    detected = on_terminal("layouts", "--detect", ONE, stdout=True, env=narrow).terminal.decode()
    assert "dwc-issues: fits, score 10 of 6\r\n  found: HOW THE IMR FINAL" in detected
    listed = on_terminal("layouts", stdout=True, env=narrow).terminal.decode()
    for name in LAYOUT_IDS:
        assert f"{name}: " in detected
        assert f" {name} " in listed


def test_detect_says_where_no_layout_is_near(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bread.txt").write_text("A recipe for bread.\n", encoding="utf-8")
    result = run("layouts", "--detect", tmp_path / "bread.txt")
    assert UnknownLayout.exit_code == result.exit_code
    assert "(nearest: none; it prints nothing of any)" in result.stderr


def test_show_prints_a_file_that_is_a_layout(run: Run, own: Path) -> None:
    for name in LAYOUT_IDS:
        assert name == parse(UserLayout(name, run("layouts", "show", name).stdout)).id
    assert PLAIN == run("layouts", "show", "tide", "--layouts", own / "layouts").stdout
    assert 2 == run("layouts", "show", "none").exit_code


def test_lint_tells_faults_and_ends_with_one(run: Run, own: Path) -> None:
    assert 0 == run("layouts", "lint", own / "layouts").exit_code
    path = own / "layouts" / "tide.toml"
    path.write_text(PLAIN.replace('name = "ruling"', 'name = "facts"'), encoding="utf-8")
    result = run("layouts", "lint", path)
    assert 1 == result.exit_code
    assert f"{path}: sections[1].name: 'facts' names 2 sections\n" in result.stdout


def test_a_folder_without_layouts_is_told(run: Run, own: Path) -> None:
    (own / "empty").mkdir()
    for command in ("lint", "test"):
        result = run("layouts", command, own / "empty")
        assert (3, True) == (result.exit_code, "no layout file was found" in result.stderr)
    result = run("extract", own / "letter.txt", "--layouts", own / "empty")
    assert (2, True) == (result.exit_code, "no layout file was found" in result.stderr)


def test_a_file_that_is_no_text_is_told_and_the_others_read(run: Run, own: Path) -> None:
    (own / "layouts" / "a.toml").write_bytes(b"id = '\xff'\n")
    result = run("layouts", "lint", own / "layouts")
    assert (1, f"{own / 'layouts' / 'a.toml'}: is no UTF-8 text (line 1); save it as UTF-8\n") == (
        result.exit_code,
        result.stdout,
    )
    result = run("extract", own / "letter.txt", "--layouts", own / "layouts")
    assert (2, True) == (result.exit_code, "is no UTF-8 text" in result.stderr)


def test_test_reads_the_letters_of_a_layout(run: Run, own: Path) -> None:
    path = own / "layouts" / "tide.toml"
    assert 3 == run("layouts", "test", path).exit_code
    expected = '\n[[letters]]\nfile = "../letter.txt"\noutcome = "{}"\nsections = ["ruling"]\n'
    path.write_text(PLAIN + expected.format("upheld"), encoding="utf-8")
    assert 0 == run("layouts", "test", path).exit_code
    path.write_text(PLAIN + expected.format("overturned"), encoding="utf-8")
    result = run("layouts", "test", path)
    assert 1 == result.exit_code
    assert "../letter.txt: has the outcome upheld, not overturned\n" in result.stdout


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_extract_takes_layouts_to_its_workers(run: Run, own: Path, jobs: str) -> None:
    result = run("extract", own / "letter.txt", ONE, "--layouts", own / "layouts", "--jobs", jobs)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["tide", "dwc-issues"] == [record["layout"] for record in records]


def test_the_config_folder_needs_no_option(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "imr-extract").mkdir()
    (own / "layouts").rename(own / "imr-extract" / "layouts")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own))
    result = run("sections", own / "letter.txt")
    assert "tide" == json.loads(result.stdout)["layout"]


def test_a_layout_with_a_fault_ends_the_run(run: Run, own: Path) -> None:
    (own / "layouts" / "tide.toml").write_text("id = 5\n", encoding="utf-8")
    result = run("extract", own / "letter.txt", "--layouts", own / "layouts")
    assert 2 == result.exit_code
    assert "tide.toml: " in result.stderr


def test_new_writes_over_nothing(run: Run, own: Path) -> None:
    result = run("layouts", "new", own / "letter.txt", "-o", own / "layouts" / "tide.toml")
    assert 4 == result.exit_code
    assert PLAIN == (own / "layouts" / "tide.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_readmes_ten_minutes(tmp_path: Path) -> None:
    letter = re.findall(r"<!-- layout letter -->\n```text\n(.*?)```", CHAPTER, re.DOTALL)
    steps = re.findall(r"<!-- layout step -->\n```sh\n(.*?)```", CHAPTER, re.DOTALL)
    assert (1, 4) == (len(letter), len(steps))
    (tmp_path / "letter.txt").write_text(letter[0], encoding="utf-8")
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [str(shutil.which("bash")), "-euo", "pipefail", "-c", "".join(steps)],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        check=True,
    )
    record = json.loads((tmp_path / "letters.jsonl").read_text(encoding="utf-8"))
    assert ("tidewater", "overturned") == (record["layout"], record["outcome"])
    (issue,) = record["issues"]
    assert "Night splint for the right wrist" == issue["disputed_service"]
    assert issue["rationale"].startswith("A splint costs little")
    assert ("TW-0931", "2021-03-14") == (
        record["case"]["case_number"],
        record["case"]["decision_date"],
    )
    assert (39, "female") == (record["patient"]["age"], record["patient"]["gender"])
    assert ["hand surgery"] == record["reviewer"]["specialties"]
    assert [] != record["diagnoses"]
