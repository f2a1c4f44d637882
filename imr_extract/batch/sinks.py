"""Where outcomes go: to a stream, or to a file that is there when it is whole."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, ClassVar

import msgspec

from imr_extract.batch import Outcome, Task
from imr_extract.batch.completed_letters import CompletedLetters
from imr_extract.batch.output_files import is_stream, resolved
from imr_extract.batch.resumable_output import Key, ResumableOutput
from imr_extract.limits import Limits
from imr_extract.record.fields import Fields
from imr_extract.record.model import ErrorInfo
from imr_extract.writers import (
    Format,
    NotWritable,
    OutputError,
    Rows,
    Writer,
    WrongCombination,
    open_writer,
)

# What a database may have beside its file: not to be taken for that of a new file in its place.
_COMPANIONS = {"sqlite": ("-wal", "-shm", "-journal"), "duckdb": (".wal",)}


class Complete(OutputError):
    """There is nothing left to resume."""

    exit_code: ClassVar[int] = 0


class OutputForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the output looks like."""

    format: Format = "jsonl"
    rows: Rows | None = None
    fields: Fields | None = None
    inline_errors: bool = False

    @property
    def is_database(self) -> bool:
        """Whether letters are added to what is there, each content once."""
        return self.format in _COMPANIONS

    def open(self, target: BinaryIO | Path) -> Writer:
        """A writer of this form. Raises an `OutputError`."""
        return open_writer(
            self.format,
            target,
            rows=self.rows,
            fields=self.fields,
            inline_errors=self.inline_errors,
        )


class Sink(ABC):
    """Takes the outcomes of a run, records and inline errors, in the order they come."""

    def tasks(self, tasks: Iterator[Task | Outcome], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with outcomes in place of those that need not be done again."""
        del limits
        return tasks

    @abstractmethod
    def put(self, outcome: Outcome) -> None:
        """Take one outcome."""

    @abstractmethod
    def finish(self) -> None:
        """All came: make the output whole."""

    def discard(self) -> None:
        """None came: leave nothing behind."""
        return

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open, whole or not."""


def open_sink(
    output: Path | BinaryIO, form: OutputForm, key: Key, *, resume: bool, force: bool
) -> Sink:
    """The sink for a file, or for an open stream, which stays open. Raises an `OutputError`."""
    if not isinstance(output, Path):
        return Stream(output, form)
    if not is_stream(output):
        return File(resolved(output), form, key, resume=resume, force=force)
    if resume:
        raise WrongCombination(f"--resume goes with a regular file, which {output} is not")
    with ExitStack() as stack:
        target = stack.enter_context(output.open("wb"))
        sink = Stream(target, form, owned=True)
        stack.pop_all()
    return sink


class Stream(Sink):
    """Standard output, or a pipe or device with a name, letter by letter."""

    def __init__(self, target: BinaryIO, form: OutputForm, *, owned: bool = False) -> None:
        """`owned` targets are closed with the sink."""
        self._target = target
        self._owned = owned
        self._writer = form.open(target)

    def put(self, outcome: Outcome) -> None:
        """Write the record or error."""
        _put(self._writer, outcome.line, is_error=outcome.error is not None)

    def finish(self) -> None:
        """Write what ends the format."""
        self._writer.close()

    def close(self) -> None:
        """Hand on whole records also where the run ends early."""
        self._target.flush()
        if self._owned:
            self._target.close()


class File(Sink):
    """A file that is made beside its place, and put there when it is whole."""

    _done: CompletedLetters | None = None  # letters of a broken run

    def __init__(
        self, target: Path, form: OutputForm, key: Key, *, resume: bool, force: bool
    ) -> None:
        """Raises an `OutputError` for what would be found at the end of the run at the latest.

        `NotWritable` where something is there already that neither `resume` nor `force` allows for;
        `Complete` where nothing is left to resume. A database that is there is added to: a letter
        that it holds already is replaced.
        """
        self._target = target
        self._form = form
        self._partial = ResumableOutput(target)
        if not self._partial.claim():
            raise NotWritable(
                f"{target} is being written by another run; wait for its end, or name another file"
            )
        with ExitStack() as stack:
            stack.callback(self._partial.release)
            self._adds = form.is_database and target.exists() and not force
            if form.is_database:  # what is made anew is not gone on with by adding to the old one
                key = {**key, "--force": str(not self._adds)}
            goes_on = self._goes_on(key, resume=resume, force=force)
            with self._writer():
                pass  # what it cannot do is told before any work
            if goes_on:
                self._done, self._lines = self._partial.go_on()
                stack.enter_context(self._done)
            else:
                self._lines = self._partial.begin(key)
            stack.callback(self._lines.close)
            self._open = stack.pop_all()

    def _goes_on(self, key: Key, *, resume: bool, force: bool) -> bool:
        """Whether an unfinished run is gone on with; raises where the options do not allow it."""
        target, folder = self._target, self._partial.folder
        if not self._partial.is_unfinished:
            if force or not target.exists():
                return False
            if resume and (self._partial.has_ended or not self._adds):
                raise Complete(f"{target} is complete: nothing is left to do; --force does it anew")
            if self._adds:
                return False
            raise NotWritable(f"{target} is there already; --force writes it anew")
        if not resume and not force:
            raise NotWritable(
                f"{target} has an unfinished run in {folder}; --resume goes on with it, "
                "--force starts over"
            )
        other = self._partial.differences(key) if resume else []
        if other and not force:
            raise NotWritable(
                f"{target} has an unfinished run with another {' and another '.join(other)}; go on "
                "with the same, or start over with --force"
            )
        return resume and not other

    def tasks(self, tasks: Iterator[Task | Outcome], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with the outcomes that a broken run left."""
        return self._done.in_place(tasks, limits) if self._done else tasks

    def put(self, outcome: Outcome) -> None:
        """Keep the line until all are there."""
        self._lines.write(outcome.line + b"\n")

    def finish(self) -> None:
        """Put the file in its place."""
        self._lines.close()
        if self._form.format == "jsonl" and self._form.fields is None:
            self._partial.complete(self._partial.lines)
            return
        with self._writer() as writer, self._partial.lines.open("rb") as lines:
            for line in lines:
                is_error = self._form.inline_errors and _maybe.decode(line).error is not None
                _put(writer, line[:-1], is_error=is_error)
        if self._adds:
            self._partial.clear()
            return
        for suffix in _COMPANIONS.get(self._form.format, ()):
            self._target.with_name(self._target.name + suffix).unlink(missing_ok=True)
        self._partial.complete(self._partial.whole)

    def discard(self) -> None:
        """Leave no folder either."""
        self._partial.clear()

    def close(self) -> None:
        """Leave what there is for `--resume`."""
        self._open.close()

    @contextmanager
    def _writer(self) -> Iterator[Writer]:
        """The writer of the whole file; a database that is added to is written to in its place.

        Its own transactions guard it: a copy would miss what stands in files beside it.
        """
        whole = self._partial.new_whole()
        if self._adds:
            with self._form.open(self._target) as writer:
                yield writer
        elif self._form.is_database:
            with self._form.open(whole) as writer:
                yield writer
        else:
            with whole.open("wb") as file, self._form.open(file) as writer:
                yield writer


class _MaybeError(msgspec.Struct):
    error: ErrorInfo | None = None


_maybe = msgspec.json.Decoder(_MaybeError)


def _put(writer: Writer, line: bytes, *, is_error: bool) -> None:
    if is_error:
        writer.write_error(line)
    else:
        writer.write(line)
