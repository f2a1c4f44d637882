"""Runs over blocks in this process, and what they leave in a folder."""

import json
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imr_extract.batch import Outcome, Task, supervisor
from imr_extract.batch.orchestration import Reporter
from imr_extract.batch.work import work
from imr_extract.engines.block_work import do_block
from imr_extract.engines.blocks import Block, BlockResult, Job, LostBlock
from imr_extract.pipeline.options import ReadingOptions


def tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lines(folder: Path) -> bytes:
    """The JSON Lines parts, one after another."""
    return b"".join(path.read_bytes() for path in sorted((folder / "jsonl").iterdir()))


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run that is complete."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return found


def without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have letters read in this process, where the rules are loaded already."""

    def run(
        tasks: Iterator[Task | Outcome], reading: ReadingOptions, **_: object
    ) -> Generator[Outcome, None, None]:
        for each in tasks:
            yield each if isinstance(each, Outcome) else work(each, reading)

    monkeypatch.setattr(supervisor, "run", run)


class ScriptedEngine:
    """Does the blocks backwards, loses those of some numbers, and notes which it was given."""

    def __init__(self, lose: Iterable[int] = (), stop_after: int | None = None) -> None:
        self._lose = set(lose)
        self._stop_after = stop_after
        self.given: list[int] = []

    def run(
        self, blocks: Iterator[Block], job: Job, reporter: Reporter
    ) -> Generator[BlockResult | LostBlock, None, None]:
        """As `Engine.run`; `KeyboardInterrupt` after so many blocks."""
        every = list(blocks)
        self.given = [block.number for block in every]
        for count, block in enumerate(reversed(every)):
            if count == self._stop_after:
                raise KeyboardInterrupt
            reporter.lost(f"block {block.number} is done by a test")
            if block.number in self._lose:
                yield LostBlock(block=block, why="a test lost it")
            else:
                yield do_block(block, job)
