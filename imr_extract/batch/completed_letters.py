"""The letters that broken runs had finished, found again by name and content in flat memory."""

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.work import Outcome, Task
from imr_extract.limits import Limits
from imr_extract.record.model import ErrorInfo


class _DoneSource(msgspec.Struct):
    name: str
    sha256: str | None
    letter: int | None = None
    letters: int | None = None


class _DoneLine(msgspec.Struct):
    source: _DoneSource
    notes: list[msgspec.Raw] = []
    error: ErrorInfo | None = None


_decoder = msgspec.json.Decoder(_DoneLine)


class CompletedLetters:
    """The finished lines of some files; errors are none of them: they are tried again.

    Only the places of the lines are kept, in a temporary database on disk, so that memory does not
    grow with their number.

    Attributes:
        taken: how many of them were given in place of tasks.
    """

    def __init__(self) -> None:
        import sqlite3  # only a run that resumes another needs it

        self.taken = 0
        self._files: list[BinaryIO] = []
        self._places = sqlite3.connect("")  # no name: a temporary file, gone with its connection
        self._places.execute("PRAGMA journal_mode = OFF")
        self._places.execute(
            "CREATE TABLE places (letter BLOB PRIMARY KEY, file INTEGER, place INTEGER) "
            "WITHOUT ROWID"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._places.close()
        for file in self._files:
            file.close()

    @property
    def count(self) -> int:
        """How many letters there are."""
        (number,) = self._places.execute("SELECT count(*) FROM places").fetchone()
        return int(number)

    def add(self, path: Path) -> bool:
        """Take in the lines of a file; whether it has a letter that no file before it had.

        Raises an `OSError` where the file cannot be read or the disk is full.
        """
        import sqlite3

        before = self._places.total_changes
        self._files.append(path.open("rb"))
        try:
            self._places.executemany(
                "INSERT OR IGNORE INTO places VALUES (?, ?, ?)",
                _placed(self._files[-1], len(self._files) - 1),
            )
        except sqlite3.Error as error:
            raise OSError(errno.EIO, str(error)) from None
        return self._places.total_changes > before

    def in_place(self, tasks: Iterator[Task | Outcome], limits: Limits) -> Iterator[Task | Outcome]:
        """`tasks`, with the outcome in place of each whose file is done and has not changed.

        A file is done when all its letters are.
        """
        for task in tasks:
            yield task if isinstance(task, Outcome) else self._outcome(task, limits) or task

    def _outcome(self, task: Task, limits: Limits) -> Outcome | None:
        try:
            data = task.data if task.data is not None else load(task.input, limits)
        except errors.ImrError:
            return None  # the worker reports it, as it would have
        digest = hashlib.sha256(data)
        first = self._letter(task, digest.hexdigest(), digest.digest(), 1)
        if first is None:
            return None
        others = []
        for number in range(2, first.letters + 1):
            other = self._letter(task, digest.hexdigest(), digest.digest(), number)
            if other is None:
                return None
            others.append(other)
        return msgspec.structs.replace(first, others=tuple(others)) if others else first

    def _letter(self, task: Task, sha256: str, digest: bytes, number: int) -> Outcome | None:
        query = "SELECT file, place FROM places WHERE letter = ?"
        letter = _letter(task.input.name, sha256, number)
        found = self._places.execute(query, [letter]).fetchone()
        if found is None:
            return None
        self.taken += 1
        file, place = found
        self._files[file].seek(place)
        line = self._files[file].readline()[:-1]
        done = _decoder.decode(line)
        letters = done.source.letters or 1
        notes = len(done.notes)
        return Outcome(task.index, task.path, line, digest, notes, None, "", number, letters)


def _placed(file: BinaryIO, number: int) -> Iterator[tuple[bytes, int, int]]:
    """The letters of a file, each with the file's number and the place of its line."""
    place = 0
    for line in file:
        if line.endswith(b"\n"):  # the last may have been cut off in the middle
            try:
                done = _decoder.decode(line)
            except msgspec.DecodeError:
                done = None
            if done is not None and done.error is None:
                source = done.source
                letter = _letter(source.name, source.sha256 or "", source.letter or 1)
                yield letter, number, place
        place += len(line)


def _letter(name: str, sha256: str, number: int) -> bytes:
    """What a letter is known by: two files of one name and content have the same records."""
    return hashlib.blake2b(f"{sha256} {number} {name}".encode(), digest_size=16).digest()
