"""Files beside the output: one run at a time writes them, and nothing of the user's is touched."""

from pathlib import Path

import pytest
from commands import Spawn
from corpus import FIXTURES

from imr_extract.batch.output_files import SidecarFile
from imr_extract.writers import read_back

LETTER, OTHER = sorted((FIXTURES / "text").glob("*.txt"))[:2]
BAD = FIXTURES / "bad" / "junk.pdf"


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("option", ["--errors-to", "--stats"])
def test_a_file_beside_the_output_is_one_runs_at_a_time(
    command: Spawn, tmp_path: Path, option: str
) -> None:
    beside = tmp_path / "beside"
    with SidecarFile(beside) as other:
        other.write(b"of the other run")
        refused = command("extract", LETTER, option, beside)
        assert (4, b"") == (refused.returncode, refused.stdout)
        assert b"is being written by another run" in refused.stderr
    assert b"of the other run\n" == beside.read_bytes()
    assert ["beside"] == there(tmp_path)


def test_files_of_the_user_beside_an_error_file_stay(command: Spawn, tmp_path: Path) -> None:
    """Whatever they are called; and nothing is written through a link."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".e.jsonl.new").write_text("precious")
    (tmp_path / ".e.jsonl.lock").write_text("")
    assert 1 == command("extract", BAD, "--errors-to", tmp_path / "e.jsonl").returncode
    assert [".e.jsonl.lock", ".e.jsonl.new", "e.jsonl", "victim"] == there(tmp_path)
    (tmp_path / ".e.jsonl.lock").unlink()
    (tmp_path / ".e.jsonl.lock").symlink_to(victim)
    assert 4 == command("extract", BAD, "--errors-to", tmp_path / "e.jsonl").returncode
    assert "precious" == victim.read_text() == (tmp_path / ".e.jsonl.new").read_text()


def test_errors_are_replaced_or_added(command: Spawn, tmp_path: Path) -> None:
    """And never is --force needed, which is for the output."""
    errors, output = tmp_path / "errors.jsonl", tmp_path / "letters.db"
    command("extract", LETTER, "-o", output)
    for option, count in ((errors, 1), (errors, 1), (f"+{errors}", 2)):
        done = command("extract", BAD, "-o", output, "--errors-to", option)
        assert (1, count) == (done.returncode, len(errors.read_bytes().splitlines()))
    assert 1 == len(list(read_back(output)))


def test_a_database_is_emptied_only_by_replace(command: Spawn, tmp_path: Path) -> None:
    output = tmp_path / "letters.db"
    command("extract", LETTER, "-o", output)
    refused = command("extract", OTHER, "-o", output, "--force")
    assert (2, True) == (refused.returncode, b"--replace makes it anew" in refused.stderr)
    assert 1 == len(list(read_back(output)))
    refused = command("extract", OTHER, "-o", tmp_path / "x.csv", "--replace")
    assert (2, True) == (refused.returncode, b"goes with a database" in refused.stderr)


def test_errors_that_cannot_be_written_leave_the_run_to_be_resumed(
    command: Spawn, tmp_path: Path
) -> None:
    output = tmp_path / "letters.jsonl"
    done = command("extract", LETTER, BAD, "-o", output, "--errors-to", "/dev/full")
    assert (4, True) == (done.returncode, b"No space left" in done.stderr)
    assert not output.exists()
    errors = tmp_path / "errors.jsonl"
    done = command("extract", LETTER, BAD, "-o", output, "--resume", "--errors-to", errors)
    assert (1, True) == (done.returncode, b"1 taken over" in done.stderr)
    assert 1 == len(errors.read_bytes().splitlines())


def test_a_link_to_a_folder_is_no_place_for_an_unfinished_run(
    command: Spawn, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "out.csv.partial").symlink_to("mine")
    done = command("extract", LETTER, "-o", tmp_path / "out.csv")
    assert 4 == done.returncode
    assert b"is not of a run of imr-extract" in done.stderr
    assert [] == there(tmp_path / "mine")


@pytest.mark.parametrize("place", ["", "/letters.jsonl", "/down/errors.jsonl"])
@pytest.mark.parametrize("option", ["--errors-to", "--stats"])
def test_no_file_goes_into_the_folder_of_an_unfinished_run(
    command: Spawn, tmp_path: Path, option: str, place: str
) -> None:
    """It would be removed with that folder, or be taken for what the run keeps there."""
    output = tmp_path / "letters.jsonl"
    refused = command("extract", BAD, "-o", output, option, f"{output}.partial{place}")
    assert (2, b"") == (refused.returncode, refused.stdout)
    assert b"letters.jsonl.partial, where -o is kept until it is whole" in refused.stderr
    assert [] == there(tmp_path)
