"""The Ray engine: on this machine, and on two nodes of which one is lost with what it was at."""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import faults
import pytest
from commands import Spawn
from corpus import FIXTURES
from folders import lines, manifest, tree
from msgspec.structs import replace
from processes import FOR_EVER

from imr_extract.batch.inputs import Walk
from imr_extract.batch.orchestration import Options, Reporter
from imr_extract.batch.tally import RunTally
from imr_extract.engines.blocks import Engine
from imr_extract.engines.local import LocalEngine
from imr_extract.engines.ray import RayEngine, _nameless_main
from imr_extract.engines.remote_inputs import RemoteWalk
from imr_extract.engines.runs import Run, job_of, run_blocks
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions

ray = pytest.importorskip("ray", reason="Ray is not installed: make test-cluster installs it")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Ray's own

NAMES = ("all-overturned", "mixed-outcomes", "no-gender", "one-issue-upheld")


def test_processes_of_a_task_do_not_import_the_program_of_ray() -> None:
    before = sys.modules["__main__"]
    with _nameless_main():
        assert isinstance(sys.modules["__main__"], ModuleType)
        assert not hasattr(sys.modules["__main__"], "__file__")
        assert sys.modules["__main__"].__spec__ is None
    assert before is sys.modules["__main__"]


@pytest.mark.slow
def test_the_command_gives_what_a_local_run_gives(spawn: Spawn, tmp_path: Path) -> None:
    """A cluster is started on this machine, and ended, whether or not there is another one."""
    own = {**os.environ, "RAY_ADDRESS": "local"}
    letters = [FIXTURES / "pdf" / f"{name}.pdf" for name in NAMES]
    done = spawn("extract", *letters, "/nowhere.pdf", "--engine", "ray", "-o", tmp_path / "ray",
                 "--block", "2", **own)  # fmt: skip
    assert 1 == done.returncode, done.stderr
    assert b"/nowhere.pdf: cannot be read" in done.stderr
    local = spawn("extract", *letters, "/nowhere.pdf", "--engine", "local", "-o",
                  tmp_path / "local", "--block", "2", **own)  # fmt: skip
    assert 1 == local.returncode, local.stderr
    assert tree(tmp_path / "local") == tree(tmp_path / "ray")


class Listening(Reporter):
    """Keeps what is said of lost work."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def lost(self, what: str) -> None:
        """One line."""
        self.heard.append(what)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Twelve letters: `0a.pdf`, `0b.pdf`, `1a.pdf` and so on."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(6):
        for which in "ab":
            data = (FIXTURES / "pdf" / f"{NAMES[number % len(NAMES)]}.pdf").read_bytes()
            (folder / f"{number}{which}.pdf").write_bytes(data)
    return folder


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Two nodes of one CPU, the first of which is the head; the test is connected to it."""
    from ray.cluster_utils import Cluster

    (tmp_path / "marks").mkdir()
    staged = ("once-park:0a.pdf", "once-park:1a.pdf", "crash:2a.pdf", "raise:3a.pdf",
              "memory:4a.pdf", "once-parent:5a.pdf", "spin:hang.pdf")  # fmt: skip
    monkeypatch.setenv(faults.VARIABLE, ",".join(staged))
    monkeypatch.setenv(faults.FOLDER, str(tmp_path / "marks"))
    monkeypatch.setenv("PYTHONPATH", str(Path(faults.__file__).parent), prepend=os.pathsep)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        nodes.to_lose = nodes.add_node(num_cpus=1)
        ray.init(address=nodes.address, log_to_driver=False)
        nodes.wait_for_nodes()
        yield nodes
    finally:
        (tmp_path / "marks" / faults.GO).touch()  # for workers whose node is gone
        ray.shutdown()
        nodes.shutdown()


def run_blocks_of(
    letters: Path, output: Path, engine: Engine, reporter: Reporter, seconds: float
) -> RunTally:
    """Run in blocks of two letters, with workers that meet the faults which are staged."""
    reading = ReadingOptions(limits=Limits(seconds=seconds))
    job = replace(job_of(str(output), Options(reading=reading)), work=faults.work)
    walk, tally = Walk(), RunTally()
    inputs = RemoteWalk(walk, job.output).expand([str(letters)])
    run_blocks(inputs, Run(job=job, size=2), engine, reporter, walk=walk, tally=tally)
    return tally


@pytest.mark.slow
def test_every_letter_is_accounted_for_when_letters_processes_and_a_node_are_lost(
    cluster: Any, letters: Path, tmp_path: Path
) -> None:
    """Each node waits in one of the first two blocks; then one of them is killed."""
    marks = tmp_path / "marks"

    def kill() -> None:
        until = time.monotonic() + FOR_EVER
        while not all((marks / f"{number}a.pdf").exists() for number in (0, 1)):
            assert time.monotonic() < until, "waited for ever"
            time.sleep(0.05)
        cluster.remove_node(cluster.to_lose, allow_graceful=False)
        (marks / faults.GO).touch()

    listening = Listening()
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(kill)
        tally = run_blocks_of(letters, tmp_path / "ray", RayEngine(), listening, FOR_EVER)
        killed.result()
    assert 12 == tally.read
    assert {"crashed": 2, "out_of_memory": 1} == tally.failed
    assert 9 == tally.records == tally.letters - 3
    assert 2 <= len(listening.heard), listening.heard  # the node, and the process of a supervisor
    run_blocks_of(letters, tmp_path / "local", LocalEngine(), Reporter(), FOR_EVER)
    assert tree(tmp_path / "local") == tree(tmp_path / "ray")

    # What is left of the cluster goes on, and a letter that hangs has its time only.
    (letters / "0b.pdf").rename(letters / "hang.pdf")
    tally = run_blocks_of(letters, tmp_path / "hang", RayEngine(), listening, 2.0)
    assert {"crashed": 2, "out_of_memory": 1, "timed_out": 1} == tally.failed
    assert 12 == tally.letters == manifest(tmp_path / "hang")["files"]
    assert 12 == len(lines(tmp_path / "hang").splitlines())
