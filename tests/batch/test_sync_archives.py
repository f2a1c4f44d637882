"""`imr-extract sync`: archives are read as folders; letters of files that are gone are marked."""

import io
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commands import Spawn
from nightly import FORMS, LETTERS, Folder, at_once, folder_of_six, records, summary
from thinning import quick_every

from imr_extract.batch import archives


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return folder_of_six(tmp_path / "letters")


def zipped(folder: Folder, name: str, members: dict[str, bytes]) -> None:
    """Put an archive into the folder: a .zip, or by its name a .tar.gz."""
    whole = io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(whole, "w") as archive:
            for member, data in members.items():
                archive.writestr(member, data)
    else:
        with tarfile.open(fileobj=whole, mode="w:gz") as tar:
            for member, data in members.items():
                stated = tarfile.TarInfo(member)
                stated.size = len(data)
                tar.addfile(stated, io.BytesIO(data))
    folder.put(name, whole.getvalue())


@pytest.mark.parametrize("name", ["bundle.zip", "bundle.tar.gz"])
@pytest.mark.parametrize("suffix", quick_every(3, FORMS))
def test_archives_are_folders(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str, name: str
) -> None:
    output = tmp_path / f"letters.{suffix}"
    letters = [path.read_bytes() for path in LETTERS]

    def night(*options: str) -> str:
        done = command("sync", folder.path, "-o", output, "--archives", *options)
        assert b"Traceback" not in done.stderr
        return summary(done)

    def equals() -> bool:
        ordered = suffix == "jsonl"
        once = at_once(command, folder, output, "--archives")
        return records(output, ordered=ordered) == once

    zipped(folder, name, {"b.txt": letters[6], "in/a.txt": letters[7], ".hidden": b"x"})
    assert "8 new, 0 changed, 0 unchanged, 0 failed" in night()
    assert equals()
    assert "0 new, 0 changed, 8 unchanged" in night()
    zipped(folder, name, {"b.txt": letters[8], "in/a.txt": letters[7], "c.txt": letters[9]})
    assert "1 new, 1 changed, 7 unchanged" in night()
    assert equals()
    zipped(folder, name, {"in/a.txt": letters[7]})
    assert "2 gone and kept" in night()
    assert "2 gone and removed" in night("--prune")
    assert equals()
    folder.put(name, b"no archive at all")
    assert "1 new" in night("--prune")
    assert equals()
    zipped(folder, name, {"in/a.txt": letters[7]})
    assert "1 new" in night("--prune")
    assert equals()
    folder.remove(name)
    assert "1 gone and removed" in night("--prune")
    assert equals()


def test_archives_that_have_not_changed_are_not_opened(
    command: Spawn, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped(folder, "bundle.zip", {"a.txt": LETTERS[6].read_bytes()})
    call = ("sync", folder.path, "-o", tmp_path / "letters.db", "--archives")
    command(*call)

    def opened(*_: object) -> Any:
        raise AssertionError("an archive was opened")

    monkeypatch.setattr(archives, "_opened", opened)
    assert "7 unchanged" in summary(command(*call))


@pytest.mark.parametrize("suffix", ["db", "duckdb"])
def test_letters_of_files_that_are_gone_are_marked(
    command: Spawn, folder: Folder, tmp_path: Path, suffix: str
) -> None:
    """In the table `letters`, until the file is back; a copy that is still there counts."""
    output = tmp_path / f"letters.{suffix}"

    def gone() -> list[str]:
        command("sync", folder.path, "-o", output)
        connect: Any = sqlite3.connect if suffix == "db" else duckdb.connect
        with closing(connect(str(output))) as file:
            query = "SELECT source_name FROM letters WHERE gone = 1 ORDER BY 1"
            return [name for (name,) in file.execute(query).fetchall()]

    assert [] == gone()
    words = (folder.path / "0.txt").read_bytes()
    folder.put("copy.txt", (folder.path / "1.txt").read_bytes())
    for name in ("0.txt", "1.txt", "2.txt"):
        folder.remove(name)
    assert ["0.txt", "2.txt"] == gone()
    assert ["0.txt", "2.txt"] == gone()
    folder.put("0.txt", words)
    assert ["2.txt"] == gone()
    assert 6 == len(records(output))
    command("sync", folder.path, "-o", output, "--prune")
    assert 5 == len(records(output))
