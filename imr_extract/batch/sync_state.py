"""What a synchronized output knows of the files of its folder, from one night to the next.

It stands in a file of its own beside the output, `FILE.sync`, a SQLite database. Its `token` is
also in the output: where they differ, a run was killed or the output is another, and nothing that
the state says of unchanged files is believed; their bytes decide.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Self

_TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, sha256 TEXT, error TEXT, message TEXT,
  gone INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lines (path BLOB PRIMARY KEY, lines BLOB NOT NULL);
"""


class KnownFile(NamedTuple):
    """A file as it was when it was last read. `path` is below the folder, as bytes."""

    path: bytes
    size: int | None
    modified: int | None  # nanoseconds
    sha256: str | None
    error: str | None  # the code
    message: str | None
    gone: int = 0  # 1 where it is not in the folder any more


class SyncState:
    """The state of one output. Changes are kept from `commit` on."""

    def __init__(self, path: Path) -> None:
        """Raises `sqlite3.Error` where the file is no state."""
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def commit(self) -> None:
        """Keep what was changed."""
        self._file.commit()

    def __getitem__(self, name: str) -> str | None:
        query = "SELECT value FROM state WHERE name = ?"
        row = self._file.execute(query, [name]).fetchone()
        return row[0] if row else None

    def __setitem__(self, name: str, value: str) -> None:
        self._file.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [name, value])

    def files(self) -> Mapping[bytes, KnownFile]:
        """All files, by path."""
        rows = self._file.execute("SELECT * FROM files")
        return {row[0]: KnownFile._make(row) for row in rows}

    def put(self, files: Iterable[KnownFile]) -> None:
        """Take in these files."""
        self._file.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", files)

    def remove(self, paths: Iterable[bytes]) -> None:
        """Forget these files, and their lines."""
        listed = [(path,) for path in paths]
        self._file.executemany("DELETE FROM files WHERE path = ?", listed)
        self._file.executemany("DELETE FROM lines WHERE path = ?", listed)

    def put_lines(self, path: bytes, lines: bytes) -> None:
        """Keep the records of a file; no lines remove them."""
        if lines:
            packed = zlib.compress(lines, 6)
            self._file.execute("INSERT OR REPLACE INTO lines VALUES (?, ?)", [path, packed])
        else:
            self._file.execute("DELETE FROM lines WHERE path = ?", [path])

    def lines(self, paths: Iterable[bytes]) -> Iterator[bytes]:
        """The records of these files, in their order."""
        query = "SELECT lines FROM lines WHERE path = ?"
        for path in paths:
            row = self._file.execute(query, [path]).fetchone()
            if row is not None:
                yield zlib.decompress(row[0])

    def has_lines(self, path: bytes) -> bool:
        """Whether a file has records here."""
        query = "SELECT 1 FROM lines WHERE path = ?"
        return self._file.execute(query, [path]).fetchone() is not None
