"""A finished table with the columns for people, and `--resume`."""

import shutil
from pathlib import Path

import pytest
from commands import Spawn
from corpus import FIXTURES

TEXTS = sorted((FIXTURES / "text").glob("*.txt"))[:4]


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_a_table_for_people_is_topped_up(command: Spawn, tmp_path: Path, suffix: str) -> None:
    """Its rows give no records back, so that all letters are read again; no row may go."""
    letters, output = tmp_path / "letters", tmp_path / f"out.{suffix}"
    letters.mkdir()
    for number in range(2):
        shutil.copy(TEXTS[number], letters / f"{number}.txt")
    (letters / "1-bad.txt").write_bytes(b"not yet")
    command("extract", letters, "-o", output)
    before = output.read_bytes()
    again = command("extract", letters, "-o", output, "--resume")
    assert (1, before) == (again.returncode, output.read_bytes())
    assert b"is complete and stays as it is" in again.stderr
    shutil.copy(TEXTS[3], letters / "1-bad.txt")
    mended = command("extract", letters, "-o", output, "--resume")
    assert (0, True) == (mended.returncode, b"letters were added" in mended.stderr)
    command("extract", letters, "-o", tmp_path / f"anew.{suffix}")
    assert (tmp_path / f"anew.{suffix}").read_bytes() == output.read_bytes() != before
    whole = output.read_bytes()
    (letters / "0.txt").unlink()
    gone = command("extract", letters, "-o", output, "--resume")
    assert (4, whole) == (gone.returncode, output.read_bytes())
    assert b"that the inputs do not give now, and stays as it is; --force" in gone.stderr
    assert [output.name, "anew." + suffix] == sorted(
        (each.name for each in tmp_path.iterdir() if each.is_file()), reverse=True
    )
    fields = command("extract", letters, "-o", output, "--resume", "--fields", "outcome")
    assert (0, whole) == (fields.returncode, output.read_bytes())
