"""Pages take no other file's place."""

from pathlib import Path

import pytest
from commands import Run
from corpus import FIXTURES

LETTER = FIXTURES / "text" / "one-issue-upheld.txt"


def test_a_page_takes_the_place_of_an_earlier_one_only(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for _ in range(2):
        assert 0 == run("view", LETTER, "-o", page).exit_code
    page.write_text("mine")
    refused = run("view", LETTER, "-o", page)
    assert (4, "mine") == (refused.exit_code, page.read_text())
    assert "page.html is no page of imr-extract; move it away" in refused.stderr


def test_no_page_is_written_through_a_link_to_another_file(run: Run, tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link.html"
    victim.write_text("precious")
    link.symlink_to(victim)
    assert 4 == run("view", LETTER, "-o", link).exit_code
    assert "precious" == victim.read_text()


@pytest.mark.parametrize("there", [b"", b"<html>mine</html>", b"\0" * 9000])
def test_files_in_the_folder_of_pages_stay(run: Run, tmp_path: Path, there: bytes) -> None:
    (tmp_path / "site").mkdir()
    mine = tmp_path / "site" / "one-issue-upheld.html"
    mine.write_bytes(there)
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / LETTER.name).write_bytes(LETTER.read_bytes())
    for _ in range(2):
        assert 0 == run("view", letters, "-o", mine.parent).exit_code
        assert there == mine.read_bytes()
        names = {path.name for path in mine.parent.iterdir()}
        assert {"index.html", "one-issue-upheld.html", "one-issue-upheld-2.html"} == names


def test_an_index_of_something_else_stays(run: Run, tmp_path: Path) -> None:
    index = tmp_path / "site" / "index.html"
    index.parent.mkdir()
    index.write_text("mine")
    refused = run("view", LETTER.parent, "-o", index.parent)
    assert (4, "mine") == (refused.exit_code, index.read_text())
    assert [index] == list(index.parent.iterdir())
    assert "index.html is no page of imr-extract" in refused.stderr
