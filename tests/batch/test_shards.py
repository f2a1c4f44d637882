"""Shares of the inputs: together they are all, and none has what another has."""

import zipfile
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from commands import Run

from imr_extract.batch.inputs import Walk
from imr_extract.batch.shards import Shard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files in folders, one of them in an archive and one with a name that is no UTF-8."""
    for number in range(60):
        path = tmp_path / "letters" / f"{number % 7}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "letters" / "odd\udcff.txt").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "letters" / "more.zip", "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", b"")
    return tmp_path / "letters"


def share(shard: str | None, *paths: Path) -> list[str]:
    walk = Walk(archives=True, shard=None if shard is None else Shard.parse(shard))
    return [str(each.path) for each in walk.expand(paths)]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 100])
def test_shares_are_disjoint_and_complete(folder: Path, count: int) -> None:
    every = share(None, folder)
    assert 81 == len(every)
    shares = [share(f"{number}/{count}", folder) for number in range(1, count + 1)]
    assert Counter(every) == Counter(chain.from_iterable(shares))
    for each in shares:  # in the order of the inputs
        assert [path for path in every if path in set(each)] == each
    assert all(shares) or count > 8


def test_shares_of_files_that_are_named(folder: Path) -> None:
    files = sorted(folder.rglob("*.txt"))
    shares = [share(f"{number}/3", *files) for number in (1, 2, 3)]
    assert Counter(map(str, files)) == Counter(chain.from_iterable(shares))
    assert all(shares)


def test_a_share_is_the_same_where_the_folder_is_elsewhere(folder: Path, tmp_path: Path) -> None:
    here = [path.removeprefix(str(folder)) for path in share("2/5", folder)]
    moved = folder.rename(tmp_path / "moved")
    assert here == [path.removeprefix(str(moved)) for path in share("2/5", moved)]
    (moved / "0" / "new.txt").write_bytes(b"")
    there = [path.removeprefix(str(moved)) for path in share("2/5", moved)]
    assert here == [path for path in there if not path.endswith("new.txt")]


def test_a_share_does_not_change_with_the_version() -> None:
    """Jobs of one array may run on machines that were set up on different days."""
    names = [f"{number}.pdf" for number in range(12)]
    assert [0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1] == [
        int(Shard.parse("1/2").has(name)) for name in names
    ]


@pytest.mark.parametrize(
    "stated", ["0/2", "3/2", "1/0", "1", "1/", "a/b", "-1/2", "1/2/3", "1.0/2"]
)
def test_what_is_no_share_is_refused(run: Run, folder: Path, stated: str) -> None:
    done = run("extract", folder, "--shard", stated)
    assert 2 == done.exit_code
    assert "--shard" in done.stderr
    assert "is not a share" in done.stderr


def test_the_command_reads_its_share(run: Run, folder: Path) -> None:
    printed = [
        run("extract", folder, "--dry-run", "--shard", f"{number}/2").stdout for number in (1, 2)
    ]
    assert all(printed)
    every = run("extract", folder, "--dry-run").stdout
    assert sorted(every.splitlines()) == sorted(chain.from_iterable(map(str.splitlines, printed)))
