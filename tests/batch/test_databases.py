"""Databases that runs add to: those in use elsewhere, made anew, or left with a log."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from commands import Spawn
from corpus import FIXTURES

from imr_extract.batch.orchestration import Options, key_of
from imr_extract.batch.resumable_output import ResumableOutput
from imr_extract.writers import read_back

LETTER, OTHER = sorted((FIXTURES / "text").glob("*.txt"))[:2]

# A program of the user's that adds a table of its own, and may end without closing the file.
USER = """
import os, sqlite3, sys
file = sqlite3.connect(sys.argv[1])
file.execute("PRAGMA journal_mode = WAL")
file.execute("CREATE TABLE mine (words TEXT)")
file.executemany("INSERT INTO mine VALUES (?)", [("kept",)] * 2000)
file.commit()
os._exit(0)
"""


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("left_open", [False, True])
def test_a_database_that_others_use_is_added_to(
    command: Spawn, tmp_path: Path, left_open: bool
) -> None:
    """A write-ahead log stands beside it, of a program that died or one that still runs."""
    path = tmp_path / "letters.db"
    assert 0 == command("extract", LETTER, "-o", path).returncode
    subprocess.run([sys.executable, "-c", USER, path], check=True)
    with closing(sqlite3.connect(path)) as reader:
        if left_open:
            assert (2000,) == reader.execute("SELECT count(*) FROM mine").fetchone()
        done = command("extract", OTHER, "-o", path)
        assert 0 == done.returncode, done.stderr
    with closing(sqlite3.connect(path)) as file:
        assert [("ok",)] == file.execute("PRAGMA integrity_check").fetchall()
        assert (2000,) == file.execute("SELECT count(*) FROM mine").fetchone()
    assert 2 == len(list(read_back(path)))
    assert not (tmp_path / "letters.db.partial").exists()


def test_a_locked_database_is_refused_and_what_is_done_is_kept(
    command: Spawn, tmp_path: Path
) -> None:
    path = tmp_path / "letters.db"
    command("extract", LETTER, "-o", path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = command("extract", OTHER, "-o", path)
        assert 4 == refused.returncode
        assert b"database is locked" in refused.stderr
        assert 1 == len(refused.stderr.splitlines())
    assert b"1 taken over" in command("extract", OTHER, "-o", path, "--resume").stderr
    assert 2 == len(list(read_back(path)))


def test_a_database_that_was_to_be_made_anew_is_not_added_to(
    command: Spawn, tmp_path: Path
) -> None:
    path = tmp_path / "letters.db"
    command("extract", OTHER, "-o", path)
    command("extract", LETTER, "-o", tmp_path / "new.db")
    key = key_of(Options())
    partial = ResumableOutput(path)
    assert partial.claim()
    with partial.begin({**key, "--replace": "True"}) as lines:
        lines.write(command("extract", LETTER).stdout)
    os.close(partial._lock)
    refused = command("extract", LETTER, "-o", path, "--resume")
    assert 4 == refused.returncode
    assert b"with another --replace" in refused.stderr
    done = command("extract", LETTER, "-o", path, "--resume", "--replace")
    assert b"1 taken over" in done.stderr
    assert (tmp_path / "new.db").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("suffix", ["db", "duckdb"])
def test_a_database_that_is_made_anew_meets_no_log_of_the_old_one(
    command: Spawn, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"letters.{suffix}"
    command("extract", LETTER, "-o", path)
    if suffix == "db":
        subprocess.run([sys.executable, "-c", USER, path], check=True)
        assert (tmp_path / "letters.db-wal").exists()
    else:
        (tmp_path / "letters.duckdb.wal").write_bytes(b"of the old one")
    assert 0 == command("extract", OTHER, "-o", path, "--replace").returncode
    assert [path.name] == there(tmp_path)
    assert 1 == len(list(read_back(path)))


def test_a_log_of_duckdb_is_taken_in(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "letters.duckdb"
    command("extract", LETTER, "-o", path)
    user = (
        "import duckdb, os, sys; file = duckdb.connect(sys.argv[1]); "
        "file.execute('CREATE TABLE mine AS SELECT 7'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", user, path], check=True)
    assert (tmp_path / "letters.duckdb.wal").exists()
    assert 0 == command("extract", OTHER, "-o", path).returncode
    with duckdb.connect(path) as file:
        assert [(7,)] == file.execute("SELECT * FROM mine").fetchall()
    assert 2 == len(list(read_back(path)))


def test_a_database_holds_the_same_letter_once_and_the_summary_says_so(
    command: Spawn, tmp_path: Path
) -> None:
    path = tmp_path / "letters.db"
    done = command("extract", LETTER, LETTER, "-o", path)
    assert b"2 records" in done.stderr
    assert b"1 the same as one before (kept once)" in done.stderr
    assert 1 == len(list(read_back(path)))
    assert b"(kept once)" not in command("extract", LETTER, LETTER).stderr
