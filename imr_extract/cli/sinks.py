"""Where outcomes go: to standard output, or to a file that is there when it is whole."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from imr_extract.batch import Outcome, Task
from imr_extract.batch.partial import Partial
from imr_extract.fields import Fields
from imr_extract.limits import Limits
from imr_extract.writers import Format, NotWritable, Rows, Writer, open_writer

_DATABASES = ("sqlite", "duckdb")


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What the output looks like."""

    format: Format = "jsonl"
    rows: Rows | None = None
    fields: Fields | None = None
    inline_errors: bool = False

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
    """Takes the outcomes of a run, records and inline errors, in the order they come.

    Attributes:
        starts_over: whether a broken run is there that cannot be gone on with.
    """

    starts_over = False

    def tasks(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
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


class Stream(Sink):
    """Standard output, letter by letter."""

    def __init__(self, target: BinaryIO, form: Form) -> None:
        self._target = target
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


class File(Sink):
    """A file that is made beside its place, and put there when it is whole."""

    def __init__(self, target: Path, form: Form, key: bytes, *, resume: bool, force: bool) -> None:
        """Raises `NotWritable` where something is there already that neither option allows for.

        A database that is there is added to: a letter that it holds already is replaced.
        """
        self._target = target
        self._form = form
        self._adds = form.format in _DATABASES and not force
        self._partial = Partial(target)
        if target.exists() and not (force or self._adds):
            complete = " and complete" if resume else ""
            raise NotWritable(f"{target} is there already{complete}; --force writes it anew")
        if self._partial.exists() and not (resume or force):
            raise NotWritable(
                f"{target} has an unfinished run in {self._partial.folder}; --resume goes on with "
                "it, --force starts over"
            )
        broken = self._partial.exists() and not force
        self._taken_over = self._partial.begin(key, resume=resume and not force)
        self.starts_over = broken and not self._taken_over
        self._lines = self._partial.open()

    def tasks(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
        """The tasks, with the outcomes that a broken run left."""
        return self._partial.take_over(tasks, limits) if self._taken_over else tasks

    def put(self, outcome: Outcome) -> None:
        """Keep the line until all are there."""
        self._lines.write(outcome.line + b"\n")

    def finish(self) -> None:
        """Put the file in its place."""
        self._lines.close()
        whole = self._partial.lines
        if self._form.format != "jsonl" or self._form.fields is not None:
            whole = self._converted()
        whole.replace(self._target)
        self._partial.discard()

    def discard(self) -> None:
        """Leave no folder either."""
        self._lines.close()
        self._partial.discard()

    def close(self) -> None:
        """Leave what there is for `--resume`."""
        self._lines.close()

    def _converted(self) -> Path:
        whole = self._partial.folder / "whole"
        whole.unlink(missing_ok=True)
        if self._form.format in _DATABASES:
            if self._adds and self._target.exists():
                shutil.copyfile(self._target, whole)
            self._convert(whole)
        else:
            with whole.open("wb") as file:
                self._convert(file)
        return whole

    def _convert(self, target: BinaryIO | Path) -> None:
        with self._form.open(target) as writer, self._partial.lines.open("rb") as lines:
            for line in lines:
                is_error = self._form.inline_errors and _is_error.decode(line).error is not None
                _put(writer, line[:-1], is_error=is_error)


class _MaybeError(msgspec.Struct):
    error: msgspec.Raw | None = None


_is_error = msgspec.json.Decoder(_MaybeError)


def _put(writer: Writer, line: bytes, *, is_error: bool) -> None:
    if is_error:
        writer.write_error(line)
    else:
        writer.write(line)
