"""The supervisor: hands tasks to workers, brings outcomes in order, replaces workers that are lost.

Memory is bounded by the window: only so many tasks are handed out and not yet passed on. A letter
whose worker was lost is tried once more, in a worker that no other letter has used: the system may
have picked the worker when memory was short, or an earlier letter may have spoiled it.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from operator import attrgetter

import msgspec

from imr_extract import errors
from imr_extract.batch import processes
from imr_extract.batch.ordering import in_order
from imr_extract.batch.work import Outcome, Task, Work, failure, work
from imr_extract.batch.worker import EXIT_OUT_OF_MEMORY, EXIT_OUT_OF_TIME, PAGE
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.scans import announce_page

# Tasks that a worker is sent at once: many, so that it never waits for the supervisor, but one at
# first, so that the first record comes soon and few letters are spread over all workers.
_LARGEST_CHUNK = 32
# Tasks handed out and not passed on, a worker; a slow letter lets the others run this far ahead.
_WINDOW = 8 * _LARGEST_CHUNK
# A pipe takes 64 KB without a reader; a larger message must go to a worker that is waiting for one.
_SURE_TO_FIT = 32 * 1024
# Seconds between two looks at the workers. A look that comes later than that was held up here (this
# process was stopped, or waited for its reader), and no letter is charged for the delay.
_LOOK = 0.5
# How many times the limit of processor time a letter may take by the clock. A worker ends itself at
# the first; the second is for one that waits for what never comes, and spares one that is starved.
_CLOCK_TIMES = 10
# Seconds that a worker which has closed its pipe may take to end.
_LAST_MOMENTS = 5.0
# Workers in a row that may end before they are ready; they may have been picked by a system that is
# short of memory.
_STILLBORN = 3

# Starts a process, and gives it with the pipe to it.
Start = Callable[[], tuple[BaseProcess, Connection]]


class CannotWork(Exception):
    """There are no worker processes to be had; `message` is the line for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Worker:
    """A process, the pipe to it, and the tasks it has not answered, the current one first."""

    def __init__(self, start: Start, now: float) -> None:
        """Raises `CannotWork`."""
        try:
            self.process, self.connection = start()
        except OSError as error:
            raise CannotWork(
                f"a worker process cannot be started ({error.strerror}); use fewer --jobs, or "
                "raise the limits of the system (ulimit)"
            ) from None
        self.tasks: deque[Task] = deque()
        self.ready = False  # whether it has started to work
        self.since = now  # when its current task began, at the latest
        self.chunk = 1

    def send(self, tasks: list[Task], now: float) -> None:
        if not self.tasks:
            self.since = now
        self.tasks.extend(tasks)
        self.chunk = min(2 * self.chunk, _LARGEST_CHUNK)
        # A worker that has just died cannot be written to; its silence is noticed by the caller.
        try:
            self.connection.send_bytes(_encoder.encode(tasks))
        except OSError:
            return

    def end(self, *, dying: bool = False) -> int | None:
        """Kill the process where it still runs; its exit code, negative for a signal.

        One that is `dying` by itself has a moment to do so, or the signal reported would be ours.
        """
        if dying:
            self.process.join(_LAST_MOMENTS)
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Outcome)


def run(  # noqa: PLR0913 - the options of a run
    tasks: Iterator[Task | Outcome],
    reading: ReadingOptions,
    *,
    jobs: int = 1,
    ordered: bool = True,
    work: Work = work,
    forks: bool = False,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Outcome, None, None]:
    """An outcome for each task, in the order of the tasks, or as they come without `ordered`.

    `jobs` worker processes are started as they are needed, and call `work`, a function of a module.
    A letter that exceeds a limit or crashes its worker twice is reported as an error; the others
    are unaffected. An outcome among the tasks is passed on in its place. Workers end when the
    iterator is closed. With `forks` they may be copies of this process. `clock` gives seconds.
    Raises `CannotWork`.
    """
    start = partial(processes.start, reading, work, forks=forks)
    pool = _WorkerPool(tasks, reading, jobs, start, clock)
    found = pool.outcomes()
    try:
        for outcome in in_order(found, attrgetter("index")) if ordered else found:
            pool.passed_on += 1
            yield outcome
    finally:
        pool.dismiss()


class _WorkerPool:
    """The workers of a run, and the tasks between the source and them."""

    def __init__(
        self,
        tasks: Iterator[Task | Outcome],
        reading: ReadingOptions,
        jobs: int,
        start: Start,
        clock: Callable[[], float],
    ) -> None:
        self.source = tasks
        self.start = start
        self.clock = clock
        self.ready: deque[Outcome] = deque()  # that came from the source
        self.reading = reading
        self.jobs = jobs
        self.workers: list[_Worker] = []
        self.returned: deque[Task] = deque()  # from lost workers, to be handed out first
        self.retried: set[int] = set()  # tasks that have lost a worker once
        self.failed_starts = 0  # workers in a row that ended before they were ready
        self.handed_out = 0
        self.passed_on = 0
        self.exhausted = False

    def outcomes(self) -> Iterator[Outcome]:
        """Outcomes as they come, until the source has no more tasks and all are answered."""
        limit = self.reading.limits.seconds * _CLOCK_TIMES
        between = min(_LOOK, limit / 4)
        looked = self.clock()
        while True:
            self._hand_out()
            while self.ready:
                yield self.ready.popleft()
            busy = [worker for worker in self.workers if worker.tasks]
            if not busy:
                if self.exhausted and not self.returned:
                    return
                continue
            heard = set(wait([worker.connection for worker in busy], between))
            now = self.clock()
            late = max(now - looked - between, 0)
            looked = now
            for worker in busy:
                worker.since = min(worker.since + late, now)
                if worker.connection in heard:
                    yield from self._receive(worker)
                elif worker.ready and now - worker.since > limit:
                    self._replace(worker)
                    yield from self._ended(worker, EXIT_OUT_OF_TIME)

    def dismiss(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.end()

    def _hand_out(self) -> None:
        """Give work to each worker that is about to have none, within the window.

        What a lost worker gave back is in the window already, and what fills it waits for that.
        """
        while self.returned or self._has_room:
            idle = min(self.workers, key=lambda worker: len(worker.tasks), default=None)
            if (idle is None or idle.tasks) and len(self.workers) < self.jobs:
                first = self._take(1)
                if not first:
                    return
                self._start(first)
                continue
            if idle is None or len(idle.tasks) > idle.chunk // 2:
                return
            chunk = self._take(idle.chunk)
            if not chunk:
                return
            if chunk[0].data is not None and idle.tasks:  # too much for the pipe of a busy worker
                self.returned.extendleft(reversed(chunk))
                return
            idle.send(chunk, self.clock())

    def _start(self, tasks: list[Task]) -> None:
        """Start a worker on these tasks."""
        self.workers.append(_Worker(self.start, self.clock()))
        self.workers[-1].send(tasks, self.clock())

    @property
    def _has_room(self) -> bool:
        return self.handed_out - self.passed_on < _WINDOW * self.jobs

    def _take(self, most: int) -> list[Task]:
        """Up to `most` tasks; one that brings its data, or lost a worker, goes alone."""
        chunk: list[Task] = []
        size = 0
        while len(chunk) < most and size < _SURE_TO_FIT:
            if self.returned:
                task = self.returned.popleft()
            elif not self._has_room:
                break
            elif self.exhausted or (following := next(self.source, None)) is None:
                self.exhausted = True
                break
            elif isinstance(following, Outcome):
                self.handed_out += 1
                self.ready.append(following)
                break  # so that what is ready is passed on before more is taken
            else:
                task = following
                self.handed_out += 1
            alone = task.data is not None or task.index in self.retried
            if alone and chunk:
                self.returned.appendleft(task)
                break
            chunk.append(task)
            size += len(task.path)
            if alone:
                break
        return chunk

    def _receive(self, worker: _Worker) -> Iterator[Outcome]:
        try:
            if not worker.ready:
                self._welcome(worker, worker.connection.recv_bytes())
                return
            while True:
                message = worker.connection.recv_bytes()
                worker.since = self.clock()
                if message == PAGE:
                    announce_page()
                else:
                    worker.tasks.popleft()
                    yield _decoder.decode(message)
                if not worker.connection.poll():
                    return
        except (EOFError, OSError):
            yield from self._lost(worker)

    def _welcome(self, worker: _Worker, why_not: bytes) -> None:
        """Take the first message of a worker, from which on its letters may be timed."""
        if why_not:
            raise _cannot_start(why_not.decode())
        worker.ready = True
        worker.since = self.clock()
        self.failed_starts = 0

    def _lost(self, worker: _Worker) -> Iterator[Outcome]:
        """Replace a worker that ended by itself."""
        exit_code = self._replace(worker, dying=True)
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts == _STILLBORN:
                raise _cannot_start(f"exit code {exit_code}")
            self.returned.extendleft(reversed(worker.tasks))
        elif worker.tasks:
            yield from self._ended(worker, exit_code)

    def _ended(self, worker: _Worker, exit_code: int | None) -> Iterator[Outcome]:
        """Give back the tasks of a lost worker: its current one is tried once more, or has failed.

        The second try has a worker of its own.
        """
        current = worker.tasks.popleft()
        self.returned.extendleft(reversed(worker.tasks))
        if current.index not in self.retried:
            self.retried.add(current.index)
            self._start([current])
            return
        self.retried.discard(current.index)
        limits = self.reading.limits
        if exit_code == EXIT_OUT_OF_TIME:
            yield failure(current, errors.TimedOut(limits.seconds), self.reading)
        elif exit_code == EXIT_OUT_OF_MEMORY:
            yield failure(current, errors.OutOfMemory(limits.memory), self.reading)
        else:
            yield failure(current, errors.Crashed(-(exit_code or 0), limits.memory), self.reading)

    def _replace(self, worker: _Worker, *, dying: bool = False) -> int | None:
        """End a worker. Another is started when there is work for it."""
        self.workers.remove(worker)
        return worker.end(dying=dying)


def _cannot_start(why: str) -> CannotWork:
    return CannotWork(
        f"the worker processes cannot start ({why}); raise --max-memory if it is low, and see "
        "whether `imr-extract sections FILE` works"
    )
