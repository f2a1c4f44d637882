"""Starting a worker process: as a copy of this one where that is safe, else as a new program.

A copy has what is loaded already, so that a start for one letter takes half the time.
"""

import contextlib
import os
import signal
from collections.abc import Iterator
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from imr_extract.batch.work import Work
from imr_extract.batch.worker import serve
from imr_extract.pipeline.options import ReadingOptions

_SPAWN = get_context("spawn")
_STANDARD = {0, 1, 2}


def may_fork() -> bool:
    """Whether a copy of this process can work: nothing else may run in it, which only Linux shows.

    Another thread may hold what the copy would wait for, and does not run there to let it go.
    """
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def start(
    reading: ReadingOptions, work: Work, *, forks: bool = False
) -> tuple[BaseProcess, Connection]:
    """A worker that has just been started, and the pipe to it.

    `forks` allows a copy of this process, whose program must be one of ours. Raises `OSError`.
    """
    ours, theirs = _SPAWN.Pipe()
    process: BaseProcess
    held = {signal.SIGINT}  # its end is ours to order
    if forks and may_fork():
        held.add(signal.SIGTERM)  # until the copy has its own way to take it
        arguments = (_opened(), theirs, reading, work)
        process = get_context("fork").Process(target=_serve_apart, args=arguments, daemon=True)
    else:
        # Python starts this helper with the first program, and lets Ctrl-C through at its end.
        resource_tracker.ensure_running()
        process = _SPAWN.Process(target=serve, args=(theirs, reading, work), daemon=True)
    with _held_back(held):
        process.start()
    theirs.close()
    return process, ours


@contextlib.contextmanager
def _held_back(signals: set[signal.Signals]) -> Iterator[None]:
    """Hold back signals, also from a process that is started meanwhile."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _opened() -> list[int]:
    """What this process holds open."""
    return [int(path.name) for path in Path("/proc/self/fd").iterdir()]


def _serve_apart(
    opened: list[int], connection: Connection, reading: ReadingOptions, work: Work
) -> None:
    """Work in a copy of the supervisor, without what that holds open.

    Its pipes to other workers would keep these waiting where it has ended, and its files locked.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    for descriptor in {*opened} - {*_STANDARD, connection.fileno()}:
        with contextlib.suppress(OSError):  # the list itself was open
            os.close(descriptor)
    serve(connection, reading, work)
