"""A wheel built without `make` holds the built rules, wherever they can be built."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from corpus import ROOT

pytest.importorskip("hatchling", reason="needs hatchling, which `make` installs")

from build_hook import RulesHook

# Stands in for `build_rules.py`: says how it was called, and does as it is told.
SCRIPT = """
import sys
from pathlib import Path

import imr_extract

with Path(__file__).with_name("calls").open("a") as calls:
    calls.write(f"{sys.argv[1:]} {imr_extract.FROM}\\n")
sys.exit(Path(__file__).with_name(sys.argv[1] if sys.argv[1:] else "build").exists())
"""


class Screen:
    """Keeps the warnings of a build."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "build_rules.py").write_text(SCRIPT)
    (tmp_path / "imr_extract").mkdir()
    (tmp_path / "imr_extract" / "__init__.py").write_text("FROM = 'the checkout'\n")
    return tmp_path


def built(checkout: Path, version: str = "standard") -> tuple[list[str], list[str]]:
    """The calls of the script in a build, and the warnings."""
    screen: Any = Screen()
    metadata: Any = None
    build_config: Any = None
    hook = RulesHook(str(checkout), {}, build_config, metadata, "", "wheel", screen)
    hook.initialize(version, {})
    calls = checkout / "scripts" / "calls"
    return calls.read_text().splitlines() if calls.exists() else [], screen.warnings


def test_rules_that_fit_are_taken_as_they_are(checkout: Path) -> None:
    assert (["['--check'] the checkout"], []) == built(checkout)


def test_rules_that_do_not_fit_are_built(checkout: Path) -> None:
    (checkout / "scripts" / "--check").touch()
    assert (["['--check'] the checkout", "[] the checkout"], []) == built(checkout)


def test_rules_that_cannot_be_built_are_a_warning(checkout: Path) -> None:
    for fails in ("--check", "build"):
        (checkout / "scripts" / fails).touch()
    assert ["the rules are not built ahead: a start takes a second more"] == built(checkout)[1]


def test_a_checkout_in_use_is_left_as_it_is(checkout: Path) -> None:
    assert ([], []) == built(checkout, "editable")


def test_a_source_archive_has_no_script_to_run(checkout: Path) -> None:
    (checkout / "scripts" / "build_rules.py").unlink()
    assert ([], []) == built(checkout)


@pytest.mark.slow
def test_a_wheel_of_a_fresh_checkout_holds_the_rules(tmp_path: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("needs git, which knows what a fresh checkout holds")
    fresh = tmp_path / "fresh"
    for name in filter(None, listed.stdout.decode().split("\0")):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(build, cwd=fresh, capture_output=True, check=True)
    (wheel,) = (fresh / "dist").glob("*.whl")
    with ZipFile(wheel) as archive:
        assert "imr_extract/data/rules.bin" in archive.namelist()
