"""Where `sync` keeps records: the rows of a database, or the lines that a JSON Lines file has."""

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from imr_extract.batch.durable import create, put_in_place
from imr_extract.batch.sync_state import SyncState
from imr_extract.writers import NotWritable, open_writer
from imr_extract.writers.table_file import TableFileWriter
from imr_extract.writers.tables import DIGEST_COLUMN, ROOT

SyncFormat = Literal["jsonl", "sqlite", "duckdb"]

TOKEN = "sync_token"  # noqa: S105 - no secret
_KEY = "sync_key"


class SyncStore(ABC):
    """The records of an output, by the files that they come from.

    Attributes:
        once: whether two files of the same content share their records.
        trusts: whether the state shows what the store holds.
    """

    once: ClassVar[bool]
    trusts: bool

    @abstractmethod
    def holder(self, path: bytes, sha256: str) -> str | None:
        """The file name in the records of this content, if they are there and need no new look."""

    def contents(self) -> set[str]:
        """The hashes of all files whose records are shared."""
        return set()

    @abstractmethod
    def put(self, path: bytes, lines: Sequence[bytes]) -> None:
        """Take the records of a file, in the place of those it had."""

    @abstractmethod
    def remove(self, paths: Iterable[bytes], digests: Iterable[str]) -> None:
        """Remove the records of these files, and of these contents, which no file has."""

    def mark_gone(self, digests: Sequence[str]) -> None:
        """Mark the records of these contents, and no others, as those of files that are gone."""
        del digests

    @abstractmethod
    def flush(self) -> None:
        """Have everything written that was taken; the state is committed afterwards."""

    @abstractmethod
    def finish(self, order: Sequence[bytes], token: str) -> None:
        """All came: make the output whole. `order` has all files in the order of their records."""

    def close(self) -> None:
        """Let go of the output, whole or not."""
        return


class LineStore(SyncStore):
    """Records stand in the state, and the JSON Lines file is written from it."""

    once = False

    def __init__(self, output: Path, state: SyncState, key: str) -> None:
        self._output = output
        self._state = state
        self.trusts = state[_KEY] in (None, key)  # the lines are in the state itself
        self._key = key

    def holder(self, path: bytes, sha256: str) -> str | None:
        """The file's own name: each file has its own lines."""
        del sha256
        is_there = self.trusts and self._state.has_lines(path)
        return os.fsdecode(path) if is_there else None

    def put(self, path: bytes, lines: Sequence[bytes]) -> None:
        """Into the state."""
        self._state.put_lines(path, b"".join(line + b"\n" for line in lines))

    def remove(self, paths: Iterable[bytes], digests: Iterable[str]) -> None:
        """From the state."""
        del digests
        for path in paths:
            self._state.put_lines(path, b"")

    def flush(self) -> None:
        """Nothing: it is committed with the state."""

    def finish(self, order: Sequence[bytes], token: str) -> None:
        """Write the file, unless it is there as it was left."""
        del token
        if self._state[TOKEN] == self._mark():
            return
        new = self._output.with_name(f".{self._output.name}.new")
        new.unlink(missing_ok=True)  # of a run that was killed; the lock is held
        with create(new) as file:
            file.writelines(self._state.lines(order))
        put_in_place(new, self._output)
        self._state[TOKEN] = self._mark()
        self._state[_KEY] = self._key

    def _mark(self) -> str:
        """What distinguishes the file from any other that could stand in its place."""
        try:
            status = self._output.stat()
        except OSError:
            return "absent"
        return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"


class DatabaseStore(SyncStore):
    """Records are rows; two files of the same content share them."""

    once = True

    def __init__(self, output: Path, form: SyncFormat, state: SyncState, key: str) -> None:
        """Raises an `OutputError`."""
        writer = open_writer(form, output)
        assert isinstance(writer, TableFileWriter)
        self._writer = writer
        self._state = state
        is_empty = not writer.ask(f"SELECT 1 FROM {ROOT} LIMIT 1")  # noqa: S608 - a name of ours
        if is_empty:
            writer.set_meta(_KEY, key)
        self._has_key = writer.meta(_KEY) == key
        self._key = key
        token = writer.meta(TOKEN)
        belongs = token is not None and token == state[TOKEN]
        self.trusts = self._has_key and (belongs or (is_empty and not state.files()))

    def holder(self, path: bytes, sha256: str) -> str | None:
        """The name of the file whose records are there."""
        del path
        query = f"SELECT source_name FROM {ROOT} WHERE {DIGEST_COLUMN} = ? LIMIT 1"  # noqa: S608
        rows = self._writer.ask(query, [sha256]) if self._has_key else []
        return rows[0][0] if rows else None

    def contents(self) -> set[str]:
        """The hashes of all files."""
        query = f"SELECT DISTINCT {DIGEST_COLUMN} FROM {ROOT}"  # noqa: S608 - names of ours
        return {digest for (digest,) in self._writer.ask(query)}

    def put(self, path: bytes, lines: Sequence[bytes]) -> None:
        """Rows of records of the same content are replaced."""
        del path
        for line in lines:
            self._writer.write(line)

    def remove(self, paths: Iterable[bytes], digests: Iterable[str]) -> None:
        """By their content."""
        del paths
        self._writer.remove(list(digests))

    def mark_gone(self, digests: Sequence[str]) -> None:
        """In the column `gone`."""
        self._writer.mark_gone(digests)

    def flush(self) -> None:
        """End the transaction."""
        self._writer.flush()

    def finish(self, order: Sequence[bytes], token: str) -> None:
        """Say in both places that they belong together."""
        del order
        self._writer.flush()
        self._writer.set_meta(_KEY, self._key)
        self._writer.set_meta(TOKEN, token)
        self._writer.write_origin()
        self._state[TOKEN] = token

    def close(self) -> None:
        """Close the database."""
        self._writer.abandon()


def open_store(output: Path, form: SyncFormat, state: SyncState, key: str) -> SyncStore:
    """The store of an output. Raises an `OutputError`."""
    if form == "jsonl":
        return LineStore(output, state, key)
    return DatabaseStore(output, form, state, key)


def open_state(output: Path) -> SyncState:
    """The state beside an output; a new one where the output is not there. Raises `NotWritable`."""
    path = output.with_name(f"{output.name}.sync")
    try:
        if not output.exists():
            path.unlink(missing_ok=True)
        elif not path.exists():
            raise NotWritable(
                f"{output} already exists and was not made by `sync` ({path.name} is missing); "
                "name another output, or --replace it"
            )
        return SyncState(path)
    except (OSError, sqlite3.Error) as error:
        raise NotWritable(f"{path} cannot be used ({error})") from None
