"""One block: what must be the same on every machine, and letters that are fetched ahead."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import text
from folders import without_workers
from msgspec.structs import replace

from imr_extract.batch import CannotWork, Outcome, Task
from imr_extract.batch.orchestration import Options
from imr_extract.engines import block_work
from imr_extract.engines.block_work import do_block
from imr_extract.engines.blocks import Block, Job, cut
from imr_extract.engines.remote_inputs import RemoteInput
from imr_extract.engines.runs import job_of


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    without_workers(monkeypatch)
    return job_of(str(tmp_path / "out"), Options())


@pytest.fixture
def block(tmp_path: Path) -> Block:
    (tmp_path / "a.txt").write_bytes(text("no-gender"))
    return Block(0, (os.fsencode(tmp_path / "a.txt"),))


def test_inputs_are_cut_in_their_order() -> None:
    inputs = [RemoteInput(f"s3://b/{number}") for number in range(7)]
    blocks = list(cut(iter(inputs), 3))
    assert [0, 1, 2] == [each.number for each in blocks]
    assert [3, 3, 1] == [len(each.paths) for each in blocks]
    assert [each.path.encode() for each in inputs] == [
        path for each in blocks for path in each.paths
    ]
    assert 3 == len({each.digest for each in blocks})
    assert [] == list(cut(iter(()), 3))


def test_the_digest_of_a_block_tells_paths_apart() -> None:
    digests = {
        Block(0, paths).digest for paths in ((b"a", b"b"), (b"b", b"a"), (b"ab",), (b"a b",))
    }
    assert 4 == len(digests)
    assert Block(0, (b"a",)).digest == Block(1, (b"a",)).digest


def test_a_machine_of_another_version_refuses_to_work(job: Job, block: Block) -> None:
    other = replace(job, key={**job.key, "version of regex": '"2000.1.1"'})
    with pytest.raises(CannotWork, match="another version of regex than the one that started"):
        do_block(block, other)
    assert not Path(job.output).exists()


def test_records_of_another_version_are_not_mixed_in(
    job: Job, block: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the package is installed anew while a run is on: workers start with the new one."""
    monkeypatch.setattr(block_work, "_origin", lambda _: b'"program":"0.0.0","rules":"x"')
    with pytest.raises(CannotWork, match="was changed while it worked"):
        do_block(block, job)
    assert not Path(job.output).exists()


@pytest.mark.usefixtures("block")
def test_paths_count_from_where_the_run_was_started(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    relative = Block(0, (b"a.txt", b"gone.txt"))
    result = do_block(relative, replace(job, folder=str(tmp_path)))
    assert {"unreadable": 1} == result.counts.failed
    assert 1 == result.counts.records
    assert "a.txt" == result.first
    assert b"gone.txt" == result.errors[0].path


def test_letters_are_fetched_a_few_ahead(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as keep the workers busy, and no more: each may be as large as the limit."""
    fetched: list[int] = []

    def fetch(task: Task, job: Job) -> Task:
        del job
        fetched.append(task.index)
        return replace(task, data=b"x")

    monkeypatch.setattr(block_work, "_fetched", fetch)
    block = Block(0, tuple(b"s3://bucket/%d" % number for number in range(40)))
    tasks: Iterator[Task | Outcome] = block_work._tasks(block, job)
    for index in range(40):
        assert index == next(tasks).index
        assert len(fetched) <= index + block_work._AHEAD + 1
    assert list(range(40)) == sorted(fetched)
    assert next(tasks, None) is None
