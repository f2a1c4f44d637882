"""A run over blocks into a folder: records, rows, numbers and refusals, by the local engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import Spawn
from corpus import text
from folders import lines, manifest, tree
from pyarrow import dataset

from imr_extract.writers import read_back

# A letter, two in one file, the same once more, one of no known layout, none at all.
LETTERS = {
    "a.txt": text("one-issue-upheld"),
    "b/two.txt": text("all-overturned") + b"\f" + text("mixed-outcomes"),
    "b/zero.txt": b"",
    "c/again.txt": text("one-issue-upheld"),
    "c/news.txt": b"The weather will be fine on all days of this week.\n",
    "odd\udcff.txt": text("no-gender"),
}
FILES, RECORDS = 6, 5
Extract = Callable[..., bytes]
FAILED = {"empty": 1, "unknown_layout": 1}


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder with letters of all kinds, and one file that is passed over."""
    for name, data in LETTERS.items():
        path = tmp_path / "letters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "letters" / ".hidden").write_bytes(b"")
    return tmp_path / "letters"


@pytest.fixture
def extract(command: Spawn, letters: Path) -> Extract:
    """Runs the command on these letters: `extract(output, *options)`."""

    def call(output: Path, *options: str, code: int = 1) -> bytes:
        done = command("extract", letters, "--engine", "local", "-o", output, *options)
        assert code == done.returncode, done.stderr
        return done.stderr

    return call


@pytest.mark.parametrize("size", ["1", "2", "1000"])
def test_the_lines_are_those_of_a_local_run(
    extract: Extract, command: Spawn, letters: Path, tmp_path: Path, size: str
) -> None:
    local = tmp_path / "local.jsonl"
    done = command("extract", letters, "--errors", "inline", "-o", local)
    extract(tmp_path / "out", "--block", size)
    assert local.read_bytes() == lines(tmp_path / "out")
    assert RECORDS + 2 == len(lines(tmp_path / "out").splitlines())
    assert 1 == done.returncode


def test_the_rows_are_the_records_and_the_errors(extract: Extract, tmp_path: Path) -> None:
    out = tmp_path / "out"
    extract(out, "--block", "2")
    parts = sorted((out / "parquet").iterdir())
    assert ["part-000000.parquet", "part-000001.parquet", "part-000002.parquet"] == [
        each.name for each in parts
    ]
    decoded = [json.loads(line) for line in lines(out).splitlines()]
    records = [record.to_dict() for part in parts for record in read_back(part)]
    assert [each for each in decoded if "error" not in each] == records
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    assert [each.get("error") for each in decoded] == [row["error"] for row in rows]
    assert [each["source"] for each in decoded] == [row["source"] for row in rows]
    assert [None if "error" in each else len(each["issues"]) for each in decoded] == [
        None if row["issues"] is None else len(row["issues"]) for row in rows
    ]
    folder = str(tmp_path / "letters")
    assert ["/a.txt", "/b/two.txt", "/b/two.txt", "/b/zero.txt", "/c/again.txt", "/c/news.txt",
            r"/odd\xff.txt"] == [row["path"].removeprefix(folder) for row in rows]  # fmt: skip


def test_every_part_has_the_same_schema(extract: Extract, tmp_path: Path) -> None:
    """Also one that holds an error only."""
    extract(tmp_path / "out", "--block", "1")
    parts = sorted((tmp_path / "out" / "parquet").iterdir())
    first, *others = [pq.ParquetFile(part).schema_arrow for part in parts]
    assert FILES == len(parts)
    assert all(first.equals(each) for each in others)
    assert RECORDS + 2 == dataset.dataset(tmp_path / "out" / "parquet").count_rows()


def test_other_programs_read_the_folder(extract: Extract, tmp_path: Path) -> None:
    import duckdb
    import pandas as pd
    import polars as pl

    folder = tmp_path / "out" / "parquet"
    extract(tmp_path / "out", "--block", "2")
    query = f"SELECT count(*), count(error) FROM '{folder}/*.parquet'"  # noqa: S608
    assert [(RECORDS + 2, 2)] == duckdb.execute(query).fetchall()
    frame = pd.read_parquet(folder)
    assert RECORDS + 2 == len(frame)
    assert 2 == frame["error"].notna().sum()
    assert 2 == pl.read_parquet(folder).filter(pl.col("error").is_not_null()).height
    assert list(frame.columns) == pl.read_parquet(folder).columns


def test_the_numbers_add_up(extract: Extract, tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    told = extract(tmp_path / "out", "--block", "2", "--stats", str(stats))
    found = manifest(tmp_path / "out")
    numbers = json.loads(stats.read_bytes())
    assert FILES == found["files"] == numbers["read"]
    assert RECORDS == found["records"] == numbers["records"]
    assert FAILED == found["failed_by_code"] == numbers["failed_by_code"]
    assert found["letters"] == RECORDS + 2
    assert 1 == found["duplicates"] == numbers["duplicates"]
    assert 1 == found["skipped"] == numbers["skipped"]
    blocks = found["blocks"]
    assert isinstance(blocks, list)
    assert [2, 2, 2] == [block["files"] for block in blocks]
    for name in ("files", "letters", "records", "failed"):
        assert found[name] == sum(block[name] for block in blocks)
    for part in (part for block in blocks for part in block["parts"]):
        assert part["bytes"] == (tmp_path / "out" / part["name"]).stat().st_size
    assert b"imr-extract: 6 read (1 with several letters): 5 records" in told
    assert b"2 failed (1 empty, 1 unknown_layout)" in told


def test_errors_are_told_as_by_a_local_run(
    extract: Extract, command: Spawn, letters: Path, tmp_path: Path
) -> None:
    local = command("extract", letters, "-o", tmp_path / "local.jsonl").stderr
    told = extract(tmp_path / "out", "--block", "1")
    assert local.splitlines()[:-1] == told.splitlines()[:-1]  # but the time that it took
    inline = extract(tmp_path / "inline", "--errors", "inline")
    assert 1 == len(inline.splitlines())


def test_errors_are_listed_as_by_a_local_run(
    extract: Extract, command: Spawn, letters: Path, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("local.errors", "ours.errors")]
    command("extract", letters, "-o", tmp_path / "local.jsonl", "--errors-to", files[0])
    extract(tmp_path / "out", "--block", "1", "--errors-to", str(files[1]))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert 2 == len(files[0].read_bytes().splitlines())


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_one_format_alone(extract: Extract, tmp_path: Path, form: str) -> None:
    extract(tmp_path / "out", "--format", form)
    names = set(tree(tmp_path / "out"))
    assert {f"{form}/part-000000.{form}", "blocks/block-000000.json", "manifest.json",
            "run.json"} == names  # fmt: skip


def test_shards_share_a_folder(
    extract: Extract, command: Spawn, letters: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for number in (1, 2, 3):
        done = command("extract", letters, "--engine", "local", "-o", out, "--block", "2",
                       "--shard", f"{number}/3")  # fmt: skip
        assert 0 <= done.returncode <= 1, done.stderr
    extract(tmp_path / "whole")
    assert sorted(lines(tmp_path / "whole").splitlines()) == sorted(lines(out).splitlines())
    shares = [json.loads(path.read_bytes()) for path in sorted(out.glob("manifest-*.json"))]
    assert ["1/3", "2/3", "3/3"] == [each["shard"] for each in shares]
    assert FILES == sum(each["files"] for each in shares)


def test_nothing_to_read_leaves_nothing(command: Spawn, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = command("extract", tmp_path / "none", "--engine", "local", "-o", tmp_path / "out")
    assert 3 == done.returncode
    assert not (tmp_path / "out").exists()


def test_a_folder_inside_the_inputs_is_not_read(command: Spawn, letters: Path) -> None:
    out = letters / "d"
    for options in ((), ("--force",)):
        command("extract", letters, "--engine", "local", "-o", out, *options)
        assert FILES == manifest(out)["files"]


def test_a_dry_run_prints_the_letters(command: Spawn, letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command("extract", letters, "--engine", "local", "-o", out, "--dry-run")
    assert command("extract", letters, "--dry-run").stdout == done.stdout
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], b"needs a folder or an address"),
        (["-o", "out", "--rows", "letters"], b"--rows: does not go with --engine"),
        (["-o", "out", "--fields", "outcome"], b"--fields: does not go with --engine"),
        (["-o", "out", "--columns", "all"], b"--columns: does not go with --engine"),
        (["-o", "out", "--replace"], b"--replace: does not go with --engine"),
        (["-o", "out", "--unordered"], b"--unordered: does not go with --engine"),
        (["-o", "out", "--format", "csv"], b"an engine writes parquet and jsonl"),
    ],
)
def test_options_that_go_with_a_file_only(
    command: Spawn, letters: Path, options: list[str], said: bytes
) -> None:
    done = command("extract", letters, "--engine", "local", *options)
    assert 2 == done.returncode
    assert said in b" ".join(done.stderr.split())


def test_a_block_needs_an_engine(command: Spawn, letters: Path) -> None:
    done = command("extract", letters, "--block", "5")
    assert 2 == done.returncode
    assert b"goes with --engine" in done.stderr


@pytest.mark.parametrize("options", [("-o", "s3://bucket/x.jsonl"), ()])
def test_a_store_needs_an_engine(command: Spawn, letters: Path, options: tuple[str, ...]) -> None:
    named = letters if options else "s3://bucket/letters"
    done = command("extract", named, *options)
    assert 2 == done.returncode
    assert b"--engine" in done.stderr


def test_what_only_this_process_can_read_is_refused(command: Spawn, tmp_path: Path) -> None:
    done = command("extract", "-", "--engine", "local", "-o", tmp_path / "out", stdin=b"")
    assert 2 == done.returncode
    assert b"name files and folders" in done.stderr


def test_without_ray_the_cure_is_named(
    command: Spawn, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_extract.engines.ray.util.find_spec", lambda _: None)
    done = command("extract", letters, "--engine", "ray", "-o", tmp_path / "out")
    assert 2 == done.returncode
    assert b"--engine ray needs a package" in done.stderr
    assert b"pip install 'imr-extract[ray]'" in done.stderr
    assert not (tmp_path / "out").exists()
