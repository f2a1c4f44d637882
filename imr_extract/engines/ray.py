"""The engine that has Ray schedule the blocks, on a cluster or on this machine.

Ray is told of blocks, by their paths, and tells of what came of them; letters and records never
pass through it. A task is a whole block: a letter that hangs, crashes or runs out of memory is the
business of the supervisor in the task, and a process or machine that is lost costs the blocks that
it was at, which are done again. (Actors over single letters lose innocent ones with a fault, or
wait for ever: Ray knows no time limit of a call.)

The module has the name of the library that it is for; imports are absolute, so `import ray` is the
library here, too.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from importlib import util
from types import ModuleType
from typing import Any

from imr_extract.batch import CannotWork
from imr_extract.batch.orchestration import Reporter
from imr_extract.engines.block_work import do_block
from imr_extract.engines.blocks import Block, BlockResult, Job, LostBlock
from imr_extract.engines.places import reason_of
from imr_extract.text.plurals import counted
from imr_extract.writers import OutputError, PackageMissing

# Blocks that Ray is told of at once: enough that an autoscaler sees what there is to do, and few
# enough that their paths are no burden to the machine that started the run.
_WAITING = 256
# How many times a block is tried whose process or machine was lost, for which it can do little, and
# one that met an error itself: a disk that is full, a store that does not answer.
_TRIES_OF_LOST = 8
_TRIES_OF_FAILED = 3
_LOOK = 5.0  # seconds; Ctrl-C is heard at once


class RayEngine:
    """Schedules the blocks on the cluster that `address` or `RAY_ADDRESS` names.

    Without either, on the one that runs on this machine, and else on one that is started for the
    run. Each block asks for as many CPUs as it has worker processes.
    """

    def __init__(self, address: str | None = None) -> None:
        """Raises `PackageMissing` without Ray."""
        if util.find_spec("ray") is None:
            raise PackageMissing("ray", "--engine")
        self._address = address

    def run(
        self, blocks: Iterator[Block], job: Job, reporter: Reporter
    ) -> Generator[BlockResult | LostBlock, None, None]:
        """What came of each block, as it comes; as `Engine.run`."""
        import ray

        with _connected(self._address):
            _tell_of_want(job, reporter)
            tasks = _Tasks(job, reporter)
            try:
                while tasks.fill(blocks):
                    yield from tasks.ended()
            except ray.exceptions.RayError as error:
                raise CannotWork(
                    f"the Ray cluster cannot be reached any more ({type(error).__name__}); run it "
                    "again with --resume"
                ) from None
            finally:
                tasks.cancel()


class _Tasks:
    """The blocks that Ray was told of and has not answered, and how often each was tried."""

    def __init__(self, job: Job, reporter: Reporter) -> None:
        import ray

        self._job = ray.put(job)
        self._reporter = reporter
        # Ray's own tries would be uncounted and untold, and without end for want of memory.
        self._work = ray.remote(_do_block).options(
            num_cpus=job.options.jobs, max_retries=0, scheduling_strategy="SPREAD"
        )
        self._running: dict[ray.ObjectRef[Any], tuple[Block, int]] = {}

    def fill(self, blocks: Iterator[Block]) -> bool:
        """Tell Ray of further blocks while there is room; whether it has anything to do."""
        while len(self._running) < _WAITING and (block := next(blocks, None)) is not None:
            self._start(block, 1)
        return bool(self._running)

    def _start(self, block: Block, attempt: int) -> None:
        self._running[self._work.remote(block, self._job)] = block, attempt

    def ended(self) -> Iterator[BlockResult | LostBlock]:
        """What came of blocks that have ended since; those that were lost are started again."""
        import ray

        ended, _ = ray.wait(list(self._running), timeout=_LOOK)
        for task in ended:
            block, attempt = self._running.pop(task)
            try:
                result: BlockResult = ray.get(task)
            except Exception as error:  # noqa: BLE001 - a task may raise anything
                if lost := self._again(block, attempt, error):
                    yield lost
            else:
                yield result

    def _again(self, block: Block, attempt: int, error: Exception) -> LostBlock | None:
        """Start a block once more, or give it up. Raises `CannotWork` as often as a block did."""
        import ray

        is_lost = not isinstance(error, ray.exceptions.RayTaskError)
        cause = error if is_lost else getattr(error, "cause", None) or error
        why = _why(cause)
        if attempt == (_TRIES_OF_LOST if is_lost else _TRIES_OF_FAILED):
            if isinstance(cause, CannotWork):
                raise CannotWork(cause.message)
            return LostBlock(block=block, why=why)
        self._reporter.lost(f"block {block.number} is done again: {why}")
        self._start(block, attempt + 1)
        return None

    def cancel(self) -> None:
        """Have Ray forget what it has not done."""
        import ray

        if ray.is_initialized():
            for task in self._running:
                with contextlib.suppress(ray.exceptions.RayError):
                    ray.cancel(task, force=True)


def _do_block(block: Block, job: Job) -> BlockResult:
    """`do_block` in a process of Ray's."""
    with _nameless_main():
        return do_block(block, job)


@contextlib.contextmanager
def _nameless_main() -> Iterator[None]:
    """Have the worker processes that are started meanwhile not import the program of Ray's own."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _connected(address: str | None) -> Iterator[None]:
    """A connection to the cluster, for as long as the body runs; one that is there already stays.

    Raises `CannotWork`.
    """
    import ray

    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    asked_to_end = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address=address,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        why = str(error).partition("\n")[0][:200]
        raise CannotWork(
            f"no Ray cluster can be reached or started ({why}); see RAY_ADDRESS, and `ray status`"
        ) from None
    try:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, asked_to_end)  # in which Ray puts a handler of its own
        yield
    finally:
        ray.shutdown()


def _tell_of_want(job: Job, reporter: Reporter) -> None:
    """Say that no machine has the CPUs which a block asks for: Ray would wait in silence."""
    import ray

    most = max(
        (node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]), default=0
    )
    jobs = job.options.jobs
    if most < jobs:
        then = "unless one comes, use fewer --jobs" if jobs > 1 else "the letters wait for one"
        reporter.lost(f"no machine of the cluster has {counted(jobs, 'CPU')} now; {then}")


def _why(error: BaseException) -> str:
    """Why a block was not done, in a few words without those of a letter."""
    if isinstance(error, CannotWork | OutputError):
        return error.message
    why = reason_of(error) if isinstance(error, OSError) else ""
    name = type(error).__name__
    return name if why in {"", name} else f"{name}: {why}"
