"""Runs over blocks that end early, or whose parts are spoiled: what is done again, and what not."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from corpus import text
from folders import ScriptedEngine, lines, manifest, tree, without_workers
from msgspec.structs import replace

from imr_extract.batch.orchestration import Reporter
from imr_extract.batch.shards import Shard
from imr_extract.engines.blocks import Block, BlockResult, Job, LostBlock
from imr_extract.engines.local import LocalEngine
from imr_extract.engines.manifest import Manifest
from imr_extract.engines.runs import Unfinished, extract_to
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.writers import NotWritable

NAMES = ("all-overturned", "mixed-outcomes", "no-gender", "non-ascii", "one-issue-upheld")


@pytest.fixture(autouse=True)
def _without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    without_workers(monkeypatch)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.txt").write_bytes(text(name))
    (folder / "empty.txt").write_bytes(b"")
    return folder


Again = Callable[..., list[int]]


@pytest.fixture
def again(letters: Path, tmp_path: Path) -> Again:
    """Runs over the letters in blocks of 2; the numbers of the blocks that had to be done."""

    def call(**options: object) -> list[int]:
        engine = ScriptedEngine()
        chosen = {"size": 2, "resume": True, **options}
        extract_to([str(letters)], str(tmp_path / "out"), engine, **chosen)  # type: ignore[arg-type]
        return engine.given

    return call


@pytest.fixture
def whole(letters: Path, tmp_path: Path) -> dict[str, bytes]:
    """What a run leaves that nothing breaks off."""
    extract_to([str(letters)], str(tmp_path / "whole"), LocalEngine(), size=2)
    return tree(tmp_path / "whole")


def test_a_run_that_is_whole_does_nothing(
    again: Again, whole: dict[str, bytes], tmp_path: Path
) -> None:
    assert [0, 1, 2] == again()
    assert whole == tree(tmp_path / "out")
    assert [] == again()
    assert whole == tree(tmp_path / "out")


def test_a_run_that_was_stopped_goes_on(
    again: Again, letters: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        extract_to([str(letters)], str(tmp_path / "out"), ScriptedEngine(stop_after=1), size=2)
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert [0, 1] == again()
    assert whole == tree(tmp_path / "out")


def test_blocks_that_were_lost_are_named_and_done_again(
    again: Again, letters: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(Unfinished, match="4 files of 2 blocks were not read") as raised:
        extract_to([str(letters)], str(tmp_path / "out"), ScriptedEngine(lose=[0, 2]), size=2)
    assert "all-overturned.txt" in raised.value.message
    assert "--resume" in raised.value.message
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert [0, 2] == again()
    assert whole == tree(tmp_path / "out")


@pytest.mark.parametrize(
    "spoiled",
    ["parquet/part-000001.parquet", "jsonl/part-000001.jsonl", "blocks/block-000001.json"],
)
@pytest.mark.parametrize("how", ["gone", "cut", "empty"])
def test_a_block_is_done_again_unless_its_parts_are_whole(
    again: Again, whole: dict[str, bytes], tmp_path: Path, spoiled: str, how: str
) -> None:
    again()
    path = tmp_path / "out" / spoiled
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] if how == "cut" else b"")
    assert [1] == again()
    assert whole == tree(tmp_path / "out")


def test_what_a_lost_machine_left_is_removed(
    again: Again, whole: dict[str, bytes], tmp_path: Path
) -> None:
    again()
    left = tmp_path / "out" / "parquet" / "_new-0123456789abcdef-part-000001.parquet"
    left.write_bytes(b"PAR1")
    assert [] == again()
    assert whole == tree(tmp_path / "out")


def test_parts_of_letters_that_are_gone_are_removed(
    again: Again, letters: Path, tmp_path: Path
) -> None:
    again()
    (letters / "one-issue-upheld.txt").unlink()
    (letters / "mixed-outcomes.txt").unlink()
    assert [1] == again()  # of two letters as before, but not of the same
    assert 4 == manifest(tmp_path / "out")["files"]
    assert 4 == len(lines(tmp_path / "out").splitlines())
    assert not (tmp_path / "out" / "parquet" / "part-000002.parquet").exists()


def test_a_folder_is_not_written_twice_by_accident(again: Again, tmp_path: Path) -> None:
    again()
    before = tree(tmp_path / "out")
    with pytest.raises(NotWritable, match="holds a run already; --resume continues it"):
        again(resume=False)
    assert before == tree(tmp_path / "out")
    assert [0, 1, 2] == again(resume=False, force=True)
    assert before == tree(tmp_path / "out")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"reading": ReadingOptions(evidence=True)}, "another --evidence"),
        ({"size": 3}, "another --block"),
        ({"formats": ("jsonl",)}, "another --format"),
    ],
)
def test_a_run_with_other_options_is_not_gone_on_with(
    again: Again, tmp_path: Path, options: dict[str, object], named: str
) -> None:
    again()
    before = tree(tmp_path / "out")
    with pytest.raises(NotWritable, match=named):
        again(**options)
    assert before == tree(tmp_path / "out")
    assert again(**options, force=True)


def test_force_leaves_nothing_of_the_run_before(again: Again, tmp_path: Path) -> None:
    again(size=1)
    again(force=True, resume=False, formats=("jsonl",), size=6)
    assert {"blocks/block-000000.json", "jsonl/part-000000.jsonl", "manifest.json",
            "run.json"} == set(tree(tmp_path / "out"))  # fmt: skip


def test_a_folder_of_somebody_else_is_left_alone(again: Again, tmp_path: Path) -> None:
    (tmp_path / "out" / "parquet").mkdir(parents=True)
    (tmp_path / "out" / "parquet" / "part-000000.parquet").write_bytes(b"theirs")
    for options in ({}, {"force": True}):
        with pytest.raises(NotWritable, match="that no run of imr-extract"):
            again(**options)
    assert {"parquet/part-000000.parquet": b"theirs"} == tree(tmp_path / "out")


def test_files_beside_the_parts_stay(again: Again, tmp_path: Path) -> None:
    again()
    notes = tmp_path / "out" / "parquet" / "notes.txt"
    notes.write_bytes(b"theirs")
    again(force=True, resume=False)
    assert b"theirs" == notes.read_bytes()


def test_a_file_in_the_place_of_the_folder(again: Again, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(NotWritable, match="is a file; name a folder"):
        again()


def test_parts_on_the_disks_of_other_machines_are_missed(letters: Path, tmp_path: Path) -> None:
    """The folder has the same name there, and is another one."""

    class Elsewhere(LocalEngine):
        def run(
            self, blocks: Iterator[Block], job: Job, reporter: Reporter
        ) -> Generator[BlockResult | LostBlock, None, None]:
            return super().run(blocks, replace(job, output=str(tmp_path / "disk")), reporter)

    with pytest.raises(NotWritable, match=r"6 of 6 parts are not in .*all machines mount"):
        extract_to([str(letters)], str(tmp_path / "out"), Elsewhere(), size=2)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_share_leaves_other_shares_alone(letters: Path, tmp_path: Path) -> None:
    def share(number: int, *, resume: bool = False, force: bool = False) -> Manifest:
        return extract_to(
            [str(letters)],
            str(tmp_path / "out"),
            LocalEngine(),
            formats=("jsonl",),
            size=1,
            shard=Shard(number, 2),
            resume=resume,
            force=force,
        )

    assert 6 == share(1).files + share(2).files
    before = tree(tmp_path / "out")
    share(1, force=True)
    share(2, resume=True)
    assert before == tree(tmp_path / "out")
    assert {"run-0001-of-0002.json", "manifest-0002-of-0002.json"} <= set(before)


@pytest.mark.parametrize("other", [None, Shard(1, 3)])
def test_shares_of_another_number_are_not_mixed(
    again: Again, tmp_path: Path, other: Shard | None
) -> None:
    """Not by --force either: what the other jobs write is not this one's to remove."""
    again(shard=Shard(1, 2))
    before = tree(tmp_path / "out")
    for options in ({}, {"force": True}):
        with pytest.raises(NotWritable, match="another number of shares"):
            again(shard=other, **options)
    assert before == tree(tmp_path / "out")


def test_what_was_left_before_the_first_file_is_no_obstacle(again: Again, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "_new-0123456789abcdef-run.json").write_bytes(b"{")
    assert [0, 1, 2] == again(resume=False)
    assert not list((tmp_path / "out").glob("_new-*"))


def test_the_manifest_is_the_same_by_any_engine_and_way(
    again: Again, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """Whole, gone on with, backwards: no trace of it."""
    again()
    (tmp_path / "out" / "jsonl" / "part-000000.jsonl").unlink()
    again()
    assert whole["manifest.json"] == tree(tmp_path / "out")["manifest.json"]
