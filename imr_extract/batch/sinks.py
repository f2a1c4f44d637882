"""Where outcomes go: to a stream, or to a file that is there when it is whole."""

import filecmp
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, ClassVar

from imr_extract.batch import Outcome, Task, finished_output
from imr_extract.batch.completed_letters import CompletedLetters
from imr_extract.batch.kept_rows import has_main_columns, lost_rows
from imr_extract.batch.output_files import is_stream, resolved
from imr_extract.batch.output_form import OutputForm
from imr_extract.batch.resumable_output import ForeignFolder, Key, ResumableOutput
from imr_extract.limits import Limits
from imr_extract.record.json_line import is_error
from imr_extract.text.plurals import counted
from imr_extract.writers import (
    FORMATS,
    NotWritable,
    OutputError,
    OutputNotReadable,
    Writer,
    WrongCombination,
)
from imr_extract.writers.empty_columns import empty_columns


class Complete(OutputError):
    """There is nothing left to resume."""

    exit_code: ClassVar[int] = 0


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

    @property
    def remark(self) -> str | None:
        """What there is to say of the output once it is whole."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open, whole or not."""


def open_sink(
    output: Path | BinaryIO, form: OutputForm, key: Key, *, resume: bool, force: bool
) -> Sink:
    """The sink for a file, or for an open stream, which stays open. Raises an `OutputError`."""
    if not isinstance(output, Path):
        return StreamSink(output, form)
    if not is_stream(output):
        return FileSink(resolved(output), form, key, resume=resume, force=force)
    if resume:
        raise WrongCombination(f"--resume goes with a regular file, which {output} is not")
    with ExitStack() as stack:
        target = stack.enter_context(output.open("wb"))
        sink = StreamSink(target, form, owned=True)
        stack.pop_all()
    return sink


class StreamSink(Sink):
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


class FileSink(Sink):
    """A file that is made beside its place, and put there when it is whole.

    One that is whole already is, with `resume`, topped up with letters that failed before. It stays
    as it is where none of them gives a record now.
    """

    _done: CompletedLetters | None = None  # letters of a broken run, or of the finished one
    _is_same = False  # whether a table that was made again is that which was there
    _known: finished_output.Lookup | None = None  # letters of a finished database

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
        self._fresh = 0  # records that no earlier run had
        self._claim()
        with ExitStack() as stack:
            stack.callback(self._partial.release)
            self._asked = stack.enter_context(ExitStack())
            self._adds = form.is_database and target.exists() and not force
            if form.is_database:  # what is made anew is not gone on with by adding to the old one
                key = {**key, "--replace": str(not self._adds)}
            goes_on = self._goes_on(key, resume=resume, force=force)
            keeps = resume and not force and target.exists()
            self._tops_up = keeps and not goes_on
            self._keeps_rows = keeps and form.columns == "main"  # whose letters are read again
            if not self._tops_up:
                with self._writer():
                    pass  # what it cannot do is reported before any work
            if goes_on:
                self._done, self._lines = self._partial.go_on()
                stack.enter_context(self._done)
            elif self._tops_up:
                self._lines = self._begin_from_finished(key, stack)
            else:
                self._lines = self._partial.begin(key)
            stack.callback(self._lines.close)
            self._open = stack.pop_all()

    @property
    def _anew(self) -> str:
        return "--replace" if self._form.is_database else "--force"

    def _claim(self) -> None:
        try:
            claimed = self._partial.claim()
        except ForeignFolder:
            raise NotWritable(
                f"{self._partial.folder} is there already, and is not of a run of imr-extract; "
                "move it away, or name another output"
            ) from None
        if not claimed:
            raise NotWritable(
                f"{self._target} is being written by another run; wait for its end, or name "
                "another file"
            )

    def _begin_from_finished(self, key: Key, stack: ExitStack) -> BinaryIO:
        """Begin as a run that has done what the target holds. Raises `Complete`."""
        complete = Complete(
            f"{self._target} is complete: nothing is left to do; {self._anew} starts over"
        )
        if self._partial.has_ended:
            raise complete
        if self._form.is_database:
            found = finished_output.lookup(self._target, self._form.format)
            self._known = self._asked.enter_context(found)
            return self._partial.begin(key)
        try:
            with self._partial.begin(key) as lines:
                finished_output.write_lines(self._target, self._form.format, lines)
        except OutputNotReadable:
            self._partial.clear()
            if self._keeps_rows and has_main_columns(self._target, self._form.format):
                return self._partial.begin(key)
            raise Complete(
                f"{self._target} is complete, as far as can be seen: it was written with some "
                f"fields or columns only, or by another version; {self._anew} does it anew"
            ) from None
        self._done, lines = self._partial.go_on()
        stack.enter_context(self._done)
        return lines

    def _goes_on(self, key: Key, *, resume: bool, force: bool) -> bool:
        """Whether an unfinished run is gone on with; raises where the options do not allow it."""
        target, folder = self._target, self._partial.folder
        if not self._partial.is_unfinished:
            if force or resume or self._adds or not target.exists():
                return False
            raise NotWritable(f"{target} already exists; --force overwrites it")
        if not resume and not force:
            raise NotWritable(
                f"{target} has an unfinished run in {folder}; --resume continues it, "
                f"{self._anew} starts over"
            )
        other = self._partial.differences(key) if resume else []
        if other and not force:
            raise NotWritable(
                f"{target} has an unfinished run with another {' and another '.join(other)}; go on "
                f"with the same, or start over with {self._anew}"
            )
        return resume and not other

    def tasks(self, tasks: Iterator[Task | Outcome], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with the outcomes that a broken run left, or that the target holds."""
        if self._known is not None:
            return finished_output.in_place(tasks, limits, self._known)
        return self._done.in_place(tasks, limits) if self._done else tasks

    def put(self, outcome: Outcome) -> None:
        """Keep the line until all are there; one that the target holds has none."""
        if outcome.line:
            self._lines.write(outcome.line + b"\n")
            self._fresh += outcome.error is None

    @property
    def remark(self) -> str | None:
        """That a finished file was left as it is, or was not."""
        if not self._tops_up:
            return None
        if not self._is_new:
            return f"{self._target} is complete and stays as it is"
        return (
            f"{self._target} was complete; letters were added that failed before or were not "
            "there. For a folder that changes, see `imr-extract sync --help`"
        )

    @property
    def _is_new(self) -> bool:
        """Whether there are records that the target does not hold."""
        if self._keeps_rows:
            return not self._is_same
        return self._fresh > (self._done.taken if self._done else 0)

    def finish(self) -> None:
        """Put the file in its place. Raises `NotWritable` where letters would go from it."""
        self._lines.close()
        self._asked.close()
        if self._tops_up and not self._is_new:
            self._partial.clear()
            return
        if self._tops_up and self._done and (others := self._done.count - self._done.taken):
            self._partial.clear()
            raise NotWritable(
                f"{self._target} holds {others:,} letters that are not among the inputs as they "
                "are now, and stays as it is; `imr-extract sync` keeps a file in step with a "
                f"folder, and {self._anew} makes it anew"
            )
        if self._form.format == "jsonl" and self._form.fields is None:
            self._partial.complete(self._partial.lines)
            return
        with self._writer() as writer, self._partial.lines.open("rb") as lines:
            for line in lines:
                _put(writer, line[:-1], is_error=self._form.inline_errors and is_error(line))
        if self._adds or (self._keeps_rows and self._is_as_before()):
            self._partial.clear()
            return
        for suffix in FORMATS[self._form.format].companions or ():
            self._target.with_name(self._target.name + suffix).unlink(missing_ok=True)
        self._partial.complete(self._partial.whole)

    def _is_as_before(self) -> bool:
        """Whether a table that is made again is that which is there. Raises `NotWritable`."""
        if lost := lost_rows(self._target, self._partial.whole, self._form.format):
            self._partial.clear()
            raise NotWritable(
                f"{self._target} holds {counted(lost, 'row')} that the inputs do not give now, and "
                f"stays as it is; {self._anew} makes it anew"
            )
        self._is_same = filecmp.cmp(self._target, self._partial.whole, shallow=False)
        return self._is_same

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
            left_out: frozenset[str] = frozenset()
            if self._form.columns == "main" and self._partial.lines.exists():
                with self._partial.lines.open("rb") as lines:
                    left_out = empty_columns(lines)
            with whole.open("wb") as file, self._form.open(file, left_out) as writer:
                yield writer


def _put(writer: Writer, line: bytes, *, is_error: bool) -> None:
    if is_error:
        writer.write_error(line)
    else:
        writer.write(line)
