"""Folders of blocks: those of killed tasks go, those in use and all else stay."""

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imr_extract.engines import work_folders
from imr_extract.engines.work_folders import work_folder

TASK = """
import sys
from imr_extract.engines.work_folders import work_folder

with work_folder() as folder:
    (folder / "jsonl").write_text("half a record")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, also of processes that are started."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def task() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that does a block, and its folder."""
    with subprocess.Popen(
        [sys.executable, "-c", TASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_what_a_killed_task_left_is_removed_by_the_next() -> None:
    with task() as (process, left):
        process.kill()
        process.wait()
        assert "half a record" == (left / "jsonl").read_text()
        with work_folder() as folder:
            assert not left.exists()
            assert folder.is_dir()
        assert not folder.exists()


def test_a_folder_in_use_stays() -> None:
    with task() as (_, used), work_folder() as first, work_folder() as second:
        assert used != first != second
        assert (used / "jsonl").exists()
        assert first.is_dir()


def test_what_is_no_folder_of_ours_stays(place: Path) -> None:
    (place / "letters").mkdir()
    (place / "letters" / "a.txt").touch()
    (place / "imr-extract-block-link").symlink_to(place / "letters")
    (place / "imr-extract-block-file").touch()
    (place / "imr-extract-other").mkdir()
    before = sorted(place.rglob("*"))
    with work_folder():
        pass
    assert before == sorted(place.rglob("*"))


def test_a_folder_that_is_taken_before_it_is_held_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock, taken = work_folders._lock, list[Path]()

    def late(folder: Path) -> int:
        if len(taken) < 2:
            taken.append(folder)
            if len(taken) == 2:
                raise BlockingIOError
            opened = os.open(folder, os.O_RDONLY)
            folder.rmdir()
            return opened
        return lock(folder)

    monkeypatch.setattr(work_folders, "_lock", late)
    with work_folder() as folder:
        assert folder not in taken
        assert folder.is_dir()


def test_where_there_are_no_locks_nothing_is_removed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(_opened: int, _operation: int) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    (place / "imr-extract-block-x").mkdir()
    with work_folder() as folder:
        assert folder.is_dir()
    assert [place / "imr-extract-block-x"] == list(place.iterdir())
