"""The manual page says what the help of the commands says."""

import shutil
import subprocess

import man_page
import pytest


def test_the_manual_page_is_fresh() -> None:
    """`make man` writes it."""
    assert man_page.page() == man_page.PAGE.read_text(encoding="utf-8")


def test_every_option_of_extract_is_on_it() -> None:
    for option in ("--resume", "--max\\-memory", "--files\\-from", "--stats"):
        assert option.replace("--", "\\-\\-") in man_page.page()


def test_it_has_the_sections_that_people_look_for() -> None:
    sections = [line for line in man_page.page().splitlines() if line.startswith(".SH ")]
    assert [".SH EXIT STATUS", ".SH EXAMPLES", ".SH FILES", ".SH ENVIRONMENT"] == sections[-4:]
    for stated in ("stopped by Ctrl", "FILE.partial", "NO_COLOR", "\\-\\-resume"):
        assert stated in man_page.page().split(".SH EXIT STATUS")[1]


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_it_is_set_without_a_warning() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tascii", str(man_page.PAGE)], capture_output=True, check=True
    )
    assert b"" == done.stderr
