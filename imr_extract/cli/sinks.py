"""Where the outcomes of a run go: to standard output, or to a file that appears when whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from imr_extract.batch import Outcome, Task
from imr_extract.batch.partial import Partial
from imr_extract.cli import console
from imr_extract.limits import Limits


class NotWritable(Exception):
    """The output cannot be written; the message says why and what to do next."""


class Sink(Protocol):
    """Takes the lines of a run, records and inline errors, in the order they come."""

    def tasks(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with outcomes in place of those that need not be done again."""

    def put(self, outcome: Outcome) -> None:
        """Take one outcome."""

    def finish(self) -> None:
        """All came: make the output whole."""

    def close(self) -> None:
        """Let go of what is open, whole or not."""


class Stream:
    """Standard output, line by line."""

    def tasks(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks as they are: what a pipe was given cannot be taken over."""
        del limits
        return tasks

    def put(self, outcome: Outcome) -> None:
        """Write the line."""
        console.write(outcome.line + b"\n")

    def finish(self) -> None:
        """Hand on the last lines."""
        console.flush()

    def close(self) -> None:
        """Hand on whole lines also where the run ends early."""
        console.flush()


class File:
    """A file that is written beside its place, and put there when it is whole."""

    def __init__(self, target: Path, key: bytes, *, resume: bool, force: bool) -> None:
        """Raises `NotWritable` where something is there already and `force` is not given."""
        self._target = target
        self._partial = Partial(target)
        if target.exists() and not force:
            raise NotWritable(
                f"{target} is there already and complete; --force writes it anew"
                if resume
                else f"{target} is there already; --force writes it anew"
            )
        if self._partial.exists() and not (resume or force):
            raise NotWritable(
                f"{target} has an unfinished run in {self._partial.folder}; --resume goes on with "
                "it, --force starts over"
            )
        self._taken_over = self._partial.begin(key, resume=resume and not force)
        self._lines = self._partial.open()

    def tasks(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with the outcomes that a broken run left."""
        return self._partial.take_over(tasks, limits) if self._taken_over else tasks

    def put(self, outcome: Outcome) -> None:
        """Keep the line."""
        self._lines.write(outcome.line + b"\n")

    def finish(self) -> None:
        """Put the file in its place."""
        self._lines.close()
        self._partial.lines.replace(self._target)
        self._partial.discard()

    def close(self) -> None:
        """Leave what there is for `--resume`."""
        self._lines.close()
