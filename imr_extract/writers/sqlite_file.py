"""A SQLite file: the tables of `writers.tables`, with keys, indexes and full-text search.

Lists and objects that are cells hold JSON, which `json_each` opens. `issues_search` and
`diagnoses_search` are FTS5 indexes; their `rowid` is the `id` of the row they were made from:

    SELECT issues.* FROM issues_search JOIN issues ON issues.id = issues_search.rowid
    WHERE issues_search MATCH 'rationale: "physical therapy"'

`decisions_flat`, `rates_by_category` and `rates_by_drug_class` are the views of `writers.views`.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from imr_extract.record.model import SCHEMA_VERSION, Record
from imr_extract.record.shape import Leaf, Shape, build
from imr_extract.writers.errors import NotWritable, OutputNotReadable
from imr_extract.writers.formats import Choices, Format
from imr_extract.writers.table_file import (
    OTHER_VERSION,
    LetterKey,
    TableFileWriter,
    reader,
    refused,
    same,
    to_json,
)
from imr_extract.writers.tables import (
    DIGEST_COLUMN,
    GONE_COLUMN,
    LETTER_COLUMN,
    ROOT,
    Row,
    Table,
    all_tables,
    trees,
)
from imr_extract.writers.views import views

_TYPES = {"text": "TEXT", "int": "INTEGER", "number": "NUMERIC", "bool": "INTEGER", "json": "TEXT"}
# What people look letters up by, beside the keys; every name is a column, which a test checks.
INDEXED = {
    ROOT: ("case_number", "case_decision_date", "outcome"),
    "issues": ("outcome", "category"),
    "diagnoses": ("code",),
    "citations": ("body",),
    "notes": ("code",),
}
SEARCHED = {"issues": ("disputed_service", "rationale"), "diagnoses": ("text",)}


def ddl() -> list[str]:
    """The statements that make an empty file, in their order."""
    made = ["CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"]
    for table in all_tables():
        made.append(_create(table))
        keys = [key for key in table.keys if key.endswith("_id")]
        names = [*keys, *INDEXED.get(table.name, ())]
        made += [
            f'CREATE INDEX "{table.name}_{name}" ON "{table.name}" ("{name}")' for name in names
        ]
    for name, searched in SEARCHED.items():
        made += _search(name, searched)
    return [*made, *views("sqlite")]


def _create(table: Table) -> str:
    lines = ["id INTEGER PRIMARY KEY"]
    for key in table.keys[1:]:
        if key.endswith("_id"):
            target = f"{key.removesuffix('_id')}s"
            lines.append(f"{key} INTEGER NOT NULL REFERENCES {target} (id) ON DELETE CASCADE")
        else:
            lines.append(f"{key} {'TEXT' if key == 'field' else 'INTEGER'} NOT NULL")
    for column in table.columns:
        kind = _TYPES[column.shape.kind] if isinstance(column.shape, Leaf) else "TEXT"
        needed = "" if column.shape.absent != "never" else " NOT NULL"
        lines.append(f'"{column.name}" {kind}{needed}')
    if table.name == ROOT:
        lines.append(f"{GONE_COLUMN} INTEGER")
        lines.append(f"UNIQUE ({DIGEST_COLUMN}, {LETTER_COLUMN})")
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _search(name: str, searched: tuple[str, ...]) -> list[str]:
    """An index that holds no text of its own, and the triggers that keep it in step."""
    columns = ", ".join(searched)
    new = ", ".join(f"new.{each}" for each in searched)
    old = ", ".join(f"old.{each}" for each in searched)
    index = f"{name}_search"
    add = f"INSERT INTO {index} (rowid, {columns}) VALUES (new.id, {new});"
    drop = f"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', old.id, {old});"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='{name}', content_rowid='id')",
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {name} BEGIN {add} END",
        f"CREATE TRIGGER {name}_deleted AFTER DELETE ON {name} BEGIN {drop} END",
        f"CREATE TRIGGER {name}_changed AFTER UPDATE ON {name} BEGIN {drop} {add} END",
    ]


def _digest() -> str:
    return hashlib.sha256("\n".join(ddl()).encode()).hexdigest()


class SqliteWriter(TableFileWriter):
    """Writes letters into a SQLite file, new or of an earlier run.

    Raises `NotWritable` for a file of another program or version, and where SQLite refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = sqlite3.connect(path, isolation_level=None)
            try:
                self._prepare()
                super().__init__()
            except BaseException:
                self._file.close()
                raise
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def abandon(self) -> None:
        """Close the file; what the current batch holds is not in it."""
        self._file.close()

    def _prepare(self) -> None:
        self._file.execute("PRAGMA foreign_keys = ON")
        found = {name for (name,) in self._file.execute("SELECT name FROM sqlite_master")}
        if "meta" in found:
            written = self._file.execute("SELECT value FROM meta WHERE name = 'digest'").fetchone()
            if written != (_digest(),):
                raise NotWritable(f"{self._path}: {OTHER_VERSION}")
        elif found:
            raise NotWritable(f"{self._path}: {OTHER_VERSION}")
        else:
            self._file.execute("BEGIN")
            for statement in ddl():
                self._file.execute(statement)
            self._file.executemany(
                "INSERT INTO meta VALUES (?, ?)",
                [("schema_version", SCHEMA_VERSION), ("digest", _digest())],
            )
            self._file.execute("COMMIT")

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows that a query gives."""
        try:
            return self._file.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def _first_ids(self) -> Mapping[str, int]:
        query = 'SELECT coalesce(max(id), 0) + 1 FROM "{}"'
        return {
            table.name: self._file.execute(query.format(table.name)).fetchone()[0]
            for table in all_tables()
        }

    def _known(self, digests: list[str]) -> Mapping[LetterKey, int]:
        query = (
            f"SELECT {DIGEST_COLUMN}, {LETTER_COLUMN}, id FROM {ROOT} "
            f"WHERE {DIGEST_COLUMN} IN (SELECT value FROM json_each(?))"
        )
        try:
            found = self._file.execute(query, [to_json(digests)])
            return {(digest, letter): number for digest, letter, number in found}
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def _replace(self, old: Collection[int], rows: Mapping[str, list[Row]]) -> None:
        try:
            self._file.execute("BEGIN IMMEDIATE")
            if old:
                gone = to_json(list(old))
                # Child tables first: what a cascade deletes does not reach the search index.
                for table in reversed(all_tables()):
                    self._file.execute(
                        f'DELETE FROM "{table.name}" WHERE {table.letter_key} '
                        "IN (SELECT value FROM json_each(?))",
                        [gone],
                    )
            for table in all_tables():
                marks = ", ".join("?" * len(table.names))
                self._file.executemany(
                    f'INSERT INTO "{table.name}" ({table.listed}) VALUES ({marks})',
                    rows.get(table.name, []),
                )
            self._file.execute("COMMIT")
        except (sqlite3.Error, OverflowError) as error:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            raise self._refused(error) from None

    def _cell(self, shape: Shape) -> Callable[[Any], Any]:
        match shape:
            case Leaf(kind="text" | "int" | "number" | "bool"):
                return same
        return to_json

    def _refused(self, error: Exception) -> NotWritable:
        # SQLite's own messages name tables and columns, never values.
        return refused(str(self._path), error, str(error))


def open_writer(path: Path, _: Choices) -> SqliteWriter:
    """A writer into a new file, or into one of an earlier run."""
    return SqliteWriter(path)


@contextmanager
def asking(path: Path) -> Iterator[Callable[[str, str], Any]]:
    """A function that gives the first row that a query with one value gives."""
    with closing(_read_only(path)) as file:
        yield lambda query, value: file.execute(query, [value]).fetchone()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def read(path: Path, _: Format) -> Iterator[Record]:
    """The records of a SQLite file that this version wrote, in the order of their ids.

    Raises `NotReadable` for any other file.
    """
    try:
        with closing(_read_only(path)) as file:
            streams = {
                table.name: iter(
                    file.execute(
                        f'SELECT {table.listed} FROM "{table.name}" ORDER BY {table.order}'
                    )
                )
                for table in all_tables()
            }
            for tree in trees(streams, reader):
                yield build(tree)
    except (sqlite3.Error, ValueError) as error:  # ValueError: msgspec's own, too
        raise OutputNotReadable(
            f"{path}: holds no letters of this version ({type(error).__name__})"
        ) from None
