"""`imr-extract sync`: an output that is kept in step equals one that is made at once."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from commands import Spawn
from corpus import make_letter
from nightly import FORMS, LETTERS, Folder, at_once, change, folder_of_six, records, summary

from imr_extract.batch import supervisor
from imr_extract.batch.output_files import FileLock
from imr_extract.writers import read_back


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return folder_of_six(tmp_path / "letters")


@pytest.mark.parametrize("suffix", FORMS)
def test_nights_of_a_folder_that_changes(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"letters.{suffix}"

    def night(*options: str) -> Any:
        done = command("sync", folder.path, "-o", output, *options)
        assert b"Traceback" not in done.stderr
        return done

    def equals() -> bool:
        return records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)

    assert "6 new, 0 changed, 0 unchanged, 0 failed" in summary(night())
    assert equals()
    before = output.read_bytes()
    done = night()
    assert (0, True) == (done.returncode, "0 new, 0 changed, 6 unchanged" in summary(done))
    if suffix != "duckdb":  # which writes something each time that it is opened
        assert before == output.read_bytes()
    folder.put("more/6.txt", LETTERS[6].read_bytes())
    folder.put("1.txt", LETTERS[7].read_bytes())
    assert "1 new, 1 changed, 5 unchanged" in summary(night())
    assert equals()
    folder.put("2.txt", b"no letter at all")
    done = night()
    assert (1, True) == (done.returncode, "1 failed (1 unknown_layout)" in summary(done)), (
        done.stderr
    )
    assert equals()
    done = night()
    assert (0, True) == (done.returncode, "1 tried again, 1 failed" in summary(done))
    folder.put("2.txt", LETTERS[8].read_bytes())
    assert 0 == night().returncode
    assert equals()
    folder.remove("0.txt")
    assert "1 gone and kept" in summary(night())
    assert 7 == len(records(output))
    assert "1 gone and removed" in summary(night("--prune"))
    assert equals()


@pytest.mark.parametrize("suffix", FORMS)
def test_copies_of_a_letter_are_as_a_single_run_has_them(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"letters.{suffix}"
    for copied in (False, True):
        if copied:
            folder.put("9.txt", LETTERS[2].read_bytes())
        command("sync", folder.path, "-o", output, "--prune")
        assert records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)
    folder.remove("9.txt")
    command("sync", folder.path, "-o", output, "--prune")
    assert records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)


def test_a_folder_that_is_not_there_changes_nothing(
    command: Spawn, folder: Folder, tmp_path: Path
) -> None:
    """As where it is not mounted: also with --prune nothing goes."""
    output = tmp_path / "letters.db"
    command("sync", folder.path, "-o", output)
    before = output.read_bytes()
    folder.path.rename(tmp_path / "away")
    for is_empty in (False, True):
        if is_empty:
            folder.path.mkdir()
        done = command("sync", folder.path, "-o", output, "--prune")
        assert (3, before) == (done.returncode, output.read_bytes())
        assert b"nothing was changed" in done.stderr
    assert 3 == command("sync", folder.path, "-o", tmp_path / "other.db").returncode
    assert not (tmp_path / "other.db").exists()


def test_one_run_at_a_time(command: Spawn, folder: Folder, tmp_path: Path) -> None:
    lock = FileLock(tmp_path / ".letters.db.lock")
    done = command("sync", folder.path, "-o", tmp_path / "letters.db")
    assert (4, True) == (done.returncode, b"is being written by another run" in done.stderr)
    lock.release()
    assert 0 == command("sync", folder.path, "-o", tmp_path / "letters.db").returncode


@pytest.mark.parametrize("suffix", FORMS)
def test_other_options_read_everything_again(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"letters.{suffix}"
    command("sync", folder.path, "-o", output)
    command("sync", folder.path, "-o", output, "--evidence")
    assert all(record["evidence"] for record in records(output))


def test_an_output_that_another_program_made_is_refused(
    command: Spawn, folder: Folder, tmp_path: Path
) -> None:
    output = tmp_path / "letters.jsonl"
    output.write_text("precious")
    done = command("sync", folder.path, "-o", output)
    assert (4, "precious") == (done.returncode, output.read_text())
    assert 0 == command("sync", folder.path, "-o", output, "--replace").returncode
    assert 6 == len(records(output))


def test_an_older_copy_of_the_database_is_brought_up_to_date(
    command: Spawn, folder: Folder, tmp_path: Path
) -> None:
    """The state is newer than the output; it must not be believed."""
    output = tmp_path / "letters.db"
    command("sync", folder.path, "-o", output)
    shutil.copy(output, tmp_path / "backup")
    folder.put("7.txt", LETTERS[7].read_bytes())
    command("sync", folder.path, "-o", output)
    shutil.copy(tmp_path / "backup", output)
    command("sync", folder.path, "-o", output)
    assert records(output) == at_once(command, folder, output)


class Killed(BaseException):
    """The process is gone, as far as the code can tell."""


def check_nights(
    count: int, suffix: str, command: Spawn, folder: Folder, patch: pytest.MonkeyPatch
) -> None:
    """Files come, change, go, break and are mended; every third night is killed at some letter."""
    chance = random.Random(suffix)  # noqa: S311 - not a secret
    output = folder.path.parent / f"letters.{suffix}"
    whole = supervisor.run

    def killed_after(letters: int) -> Any:
        def run(*arguments: Any, **options: Any) -> Any:
            for number, outcome in enumerate(whole(*arguments, **options)):
                if number == letters:
                    raise Killed
                yield outcome

        return run

    for night in range(count):
        for _ in range(chance.randrange(4)):
            change(folder, chance)
        if night % 3 == 2:
            folder.put(f"{night}-a.txt", make_letter(summary=f"He is {20 + night}.").encode())
            folder.put(f"{night}-b.txt", make_letter(summary=f"She is {night}.").encode())
            with patch.context() as once:
                once.setattr(supervisor, "run", killed_after(1))
                with pytest.raises(Killed):
                    command("sync", folder.path, "-o", output, "--prune")
        elif night % 7 == 5:
            folder.path.rename(folder.path.with_name("away"))
            assert 3 == command("sync", folder.path, "-o", output, "--prune").returncode
            folder.path.with_name("away").rename(folder.path)
        else:
            command("sync", folder.path, "-o", output, "--prune")
    command("sync", folder.path, "-o", output, "--prune")
    assert records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)


@pytest.mark.parametrize("suffix", FORMS)
def test_seven_nights(
    suffix: str, command: Spawn, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_nights(7, suffix, command, folder, monkeypatch)


@pytest.mark.parametrize("suffix", ["db", "duckdb", "parquet"])
def test_an_output_tells_which_program_and_rules_made_it(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"letters.{suffix}"
    command("extract", folder.path, "-o", output)
    source = next(read_back(output)).source
    told: dict[str, str]
    if suffix == "db":
        with closing(sqlite3.connect(output)) as file:
            told = dict(file.execute("SELECT * FROM meta").fetchall())
    elif suffix == "duckdb":
        with closing(duckdb.connect(output, read_only=True)) as base:
            told = dict(base.execute("SELECT * FROM meta").fetchall())
    else:
        metadata = pyarrow.parquet.read_metadata(output).metadata
        told = {key.decode().rpartition(".")[2]: value.decode() for key, value in metadata.items()}
    assert (source.program, source.rules) == (told["program"], told["rules"])


def test_the_folder_may_be_called_in_any_way(
    command: Spawn, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "letters.jsonl"
    command("sync", folder.path, "-o", output)
    before = output.read_bytes()
    monkeypatch.chdir(folder.path)
    for name in (".", "../letters", f"{folder.path}/"):
        done = command("sync", name, "-o", output)
        assert "0 new, 0 changed, 6 unchanged, 0 failed" in summary(done)
    assert before == output.read_bytes()


@pytest.mark.parametrize("suffix", FORMS)
def test_files_of_several_letters_are_kept_in_step(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"letters.{suffix}"
    both = LETTERS[0].read_bytes() + b"\n\f\n" + LETTERS[1].read_bytes()
    folder.put("bundle.txt", both)
    command("sync", folder.path, "-o", output, "--prune")
    assert records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)
    folder.put("bundle.txt", LETTERS[9].read_bytes())
    command("sync", folder.path, "-o", output, "--prune")
    assert records(output, ordered=suffix == "jsonl") == at_once(command, folder, output)
