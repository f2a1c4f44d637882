"""What the writers of database files have in common: batches, and letters that come again.

A letter is known by the hash of its file's bytes and by its number in that file. One that the
database already holds, from this run or from an earlier one, keeps its `id` and has all its rows
replaced. A batch is one transaction, so that a run that is killed leaves whole letters.
"""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from imr_extract.record.model import Record
from imr_extract.record.shape import Leaf, Shape, Tree
from imr_extract.writers.base import Origin, Writer
from imr_extract.writers.errors import NotWritable
from imr_extract.writers.tables import DIGEST_COLUMN, GONE_COLUMN, ROOT, Row, RowMaker

LetterKey = tuple[str, int | None]  # hash of the file, number of the letter in it
BATCH = 500  # letters a transaction
OTHER_VERSION = (
    "was written by another version of imr-extract or by another program; name a new file"
)


class TableFileWriter(Writer):
    """Collects letters and hands them to a database in batches. Made by the subclasses."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Record)
        self._origin = Origin()
        self._pending: list[Tree] = []
        self._rows = RowMaker(self._first_ids(), self._cell)

    def write(self, line: bytes) -> None:
        """Take one record; written with its batch."""
        tree = msgspec.to_builtins(self._decoder.decode(line))
        self._origin.add(tree["source"])
        self._pending.append(tree)
        if len(self._pending) >= BATCH:
            self._flush()

    def close(self) -> None:
        """Write the last batch and close the file."""
        try:
            self._flush()
            self.write_origin()
        finally:
            self.abandon()

    def _flush(self) -> None:
        last: dict[LetterKey | int, Tree] = {}
        letters: dict[str, int] = {}  # of each file
        for number, tree in enumerate(self._pending):
            source = tree["source"]
            last[(source["sha256"], source["letter"]) if source["sha256"] else number] = tree
            if source["sha256"]:
                letters[source["sha256"]] = source["letters"] or 1
        self._pending = []
        known = self._known(list(letters))
        rows: dict[str, list[Row]] = defaultdict(list)
        for key, tree in last.items():
            _, made = self._rows.rows(tree, None if isinstance(key, int) else known.get(key))
            for name, each in made.items():
                rows[name] += each
        # Other rules may have found more letters in a file.
        old = [
            number
            for key, number in known.items()
            if key in last or (key[1] or 1) > letters[key[0]]
        ]
        if rows:
            self._replace(old, rows)

    def remove(self, digests: Collection[str]) -> None:
        """Delete all letters of the files with these hashes."""
        self._flush()
        known = self._known(list(digests))
        if known:
            self._replace(known.values(), defaultdict(list))

    def mark_gone(self, digests: Collection[str]) -> None:
        """Mark the letters of the files with these hashes, and no others, as gone."""
        self._flush()
        query = f"SELECT DISTINCT {DIGEST_COLUMN} FROM {ROOT} WHERE {GONE_COLUMN} = 1"
        marked = {digest for (digest,) in self.ask(query)}
        for change, value in ((marked - {*digests}, "NULL"), ({*digests} - marked, "1")):
            for digest in sorted(change):
                self.ask(
                    f"UPDATE {ROOT} SET {GONE_COLUMN} = {value} WHERE {DIGEST_COLUMN} = ?", [digest]
                )

    def write_origin(self) -> None:
        """Have `meta` say which program and rules made the records that were written last."""
        for name, value in self._origin.items().items():
            self.set_meta(name, value)

    def flush(self) -> None:
        """Write what was taken so far."""
        self._flush()

    def meta(self, name: str) -> str | None:
        """What the table `meta` says."""
        rows = self.ask("SELECT value FROM meta WHERE name = ?", [name])
        return rows[0][0] if rows else None

    def set_meta(self, name: str, value: str) -> None:
        """Have the table `meta` say so."""
        if self.meta(name) is None:
            self.ask("INSERT INTO meta VALUES (?, ?)", [name, value])
        else:
            self.ask("UPDATE meta SET value = ? WHERE name = ?", [value, name])

    @abstractmethod
    def ask(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows that a query gives."""

    @abstractmethod
    def _first_ids(self) -> Mapping[str, int]:
        """The first free id of every table."""

    @abstractmethod
    def _known(self, digests: list[str]) -> Mapping[LetterKey, int]:
        """The ids of the letters that the database holds already of files with these hashes."""

    @abstractmethod
    def _replace(self, old: Collection[int], rows: Mapping[str, list[Row]]) -> None:
        """In one transaction: delete the letters with the ids `old`, and insert the rows."""

    @abstractmethod
    def _cell(self, shape: Shape) -> Callable[[Any], Any]:
        """The function from a value of `shape` to its cell."""


def same(value: Any) -> Any:
    """The value itself."""
    return value


def to_json(value: Any) -> str | None:
    """The JSON of a value as text; None for None."""
    return None if value is None else msgspec.json.encode(value).decode()


def from_json(cell: str | None) -> Any:
    """The value that `to_json` was given."""
    return None if cell is None else msgspec.json.decode(cell)


def whole(value: float | None) -> float | None:
    """A number as JSON had it: whole where it has no fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def reader(shape: Shape) -> Callable[[Any], Any]:
    """The function from a cell of JSON or of a simple type to its value."""
    match shape:
        case Leaf(kind="number"):
            return whole
        case Leaf(kind="bool"):
            return lambda cell: None if cell is None else bool(cell)
        case Leaf(kind="text" | "int"):
            return same
    return from_json


def refused(path: str, error: Exception, reason: str | None = None) -> NotWritable:
    """The error for what a database does not take; `reason` only where it cannot hold values."""
    stated = type(error).__name__ if reason is None else f"{type(error).__name__}: {reason}"
    return NotWritable(
        f"{path}: cannot be written ({stated}); check disk space and permissions, and whether "
        "another program has it open"
    )
