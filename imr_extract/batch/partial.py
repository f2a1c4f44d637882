"""An unfinished output file, kept so that a run which is broken off can go on.

Beside the file stands a folder `FILE.partial` with every finished letter as a line of JSON. A
resumed run walks through its inputs again and takes over the records of those whose bytes have not
changed; what it writes is what a run without a break would have written. Errors are tried again:
another limit, or a machine with less to do, may spare them.
"""

import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from imr_extract import errors
from imr_extract.batch.work import Outcome, Task
from imr_extract.inputs import load
from imr_extract.limits import Limits

_LINES = "letters.jsonl"
_KEY = "key.json"
# Lines of the broken run looked at ahead of the current input: more than a run can be out of order.
_LOOKAHEAD = 10_000


class _DoneSource(msgspec.Struct):
    name: str
    sha256: str | None


class _DoneLine(msgspec.Struct):
    source: _DoneSource
    notes: list[msgspec.Raw] = []
    error: msgspec.Raw | None = None


_decoder = msgspec.json.Decoder(_DoneLine)


class Partial:
    """The folder of an unfinished output file."""

    def __init__(self, target: Path) -> None:
        self.folder = target.with_name(target.name + ".partial")
        self.lines = self.folder / _LINES

    def exists(self) -> bool:
        """Whether there is something to go on from."""
        return self.folder.is_dir()

    def begin(self, key: bytes, *, resume: bool) -> bool:
        """Make ready to write; whether the lines of a broken run are taken over.

        They are where `resume` is wanted and that run had the same `key`: program, rules, schema
        and what options change of a record.
        """
        usable = resume and self.exists() and self._key() == key
        if not usable:
            self.discard()
            self.folder.mkdir()
        if self.lines.exists():  # also a run that was itself resumed keeps what came before it
            number = len(list(self.folder.glob("done-*.jsonl"))) + 1
            self.lines.rename(self.folder / f"done-{number:06d}.jsonl")
        (self.folder / _KEY).write_bytes(key)
        return usable

    def open(self) -> BinaryIO:
        """The file for the lines of this run."""
        return self.lines.open("wb")

    def discard(self) -> None:
        """Remove the folder and all in it."""
        if self.exists():
            shutil.rmtree(self.folder)

    def _key(self) -> bytes:
        path = self.folder / _KEY
        return path.read_bytes() if path.exists() else b""

    def take_over(self, tasks: Iterator[Task], limits: Limits) -> Iterator[Task | Outcome]:
        """`tasks`, with the outcome in place of each that the broken run had finished."""
        files = sorted(self.folder.glob("done-*.jsonl"))
        ahead = [_Ahead(path) for path in files]
        for task in tasks:
            yield self._done(task, ahead, limits) or task
        for each in ahead:
            each.close()

    def _done(self, task: Task, ahead: list["_Ahead"], limits: Limits) -> Outcome | None:
        try:
            data = task.data if task.data is not None else load(task.input, limits)
        except errors.ImrError:
            return None  # the worker tells, as it would have
        digest = hashlib.sha256(data)
        for each in ahead:
            found = each.take((task.input.name, digest.hexdigest()))
            if found is not None:
                line, done = found
                notes = len(done.notes)
                return Outcome(task.index, task.path, line, digest.digest(), notes, None, "")
        return None


class _Ahead:
    """The lines of a broken run, looked at some way ahead, so that memory stays bounded."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._waiting: OrderedDict[tuple[str, str | None], list[tuple[bytes, _DoneLine]]] = (
            OrderedDict()
        )
        self._count = 0

    def take(self, key: tuple[str, str]) -> tuple[bytes, _DoneLine] | None:
        """The line of that name and digest, once; None where it is not among the next ones."""
        while key not in self._waiting and self._count < _LOOKAHEAD and self._read():
            pass
        lines = self._waiting.get(key)
        if not lines:
            return None
        self._count -= 1
        found = lines.pop(0)
        if not lines:
            del self._waiting[key]
        return found

    def close(self) -> None:
        self._file.close()

    def _read(self) -> bool:
        line = self._file.readline()
        if not line.endswith(b"\n"):  # the end, or a line that was cut off in the middle
            return False
        try:
            done = _decoder.decode(line)
        except msgspec.DecodeError:
            return False
        if done.error is None:
            key = (done.source.name, done.source.sha256)
            self._waiting.setdefault(key, []).append((line[:-1], done))
            self._count += 1
        return True
