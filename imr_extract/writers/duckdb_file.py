"""A DuckDB file: the tables of `writers.tables`, without constraints and indexes.

DuckDB finds rows fast without them, and with them a letter could not be deleted and inserted again
in one transaction. Lists of simple values are DuckDB lists; other lists and objects hold JSON text.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from imr_extract.record.model import SCHEMA_VERSION, Record
from imr_extract.record.shape import Leaf, ListOf, Shape, build
from imr_extract.writers.errors import NotWritable, OutputNotReadable, PackageMissing
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

if TYPE_CHECKING:
    import duckdb

_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "number": "DOUBLE",
    "bool": "BOOLEAN",
    "json": "VARCHAR",
}
# DuckDB would fetch an extension for a file of another kind.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_TEXT_KEYS = ("field",)
_FETCHED = 1000  # rows at a time


def _types(table: Table) -> dict[str, str]:
    """The columns of a table with their DuckDB types."""
    keys = {key: "VARCHAR" if key in _TEXT_KEYS else "BIGINT" for key in table.keys}
    return keys | {column.name: _type(column.shape) for column in table.columns}


def _type(shape: Shape) -> str:
    match shape:
        case Leaf(kind=kind):
            return _TYPES[kind]
        case ListOf(item=Leaf(kind="text" | "int" | "number" | "bool" as kind)):
            return f"{_TYPES[kind]}[]"
    return "VARCHAR"


def _create(table: Table) -> str:
    own = {GONE_COLUMN: "BIGINT"} if table.name == ROOT else {}
    types = {**_types(table), **own}
    lines = ",\n  ".join(f'"{name}" {kind}' for name, kind in types.items())
    return f'CREATE TABLE "{table.name}" (\n  {lines}\n)'


def _insert(table: Table) -> str:
    # One parameter holds all rows as JSON: row by row, DuckDB takes a millisecond each.
    types = {
        name: [kind.removesuffix("[]")] if kind.endswith("[]") else kind
        for name, kind in _types(table).items()
    }
    structure = msgspec.json.encode([types]).decode()
    return (
        f'INSERT INTO "{table.name}" ({table.listed}) '
        f"SELECT row.* FROM (SELECT unnest(from_json_strict(?, '{structure}')) AS row)"
    )


class DuckdbWriter(TableFileWriter):
    """Writes letters into a DuckDB file, new or of an earlier run.

    Raises `PackageMissing` without the duckdb package, and `NotWritable` for a file of another
    program or version and where DuckDB refuses.
    """

    def __init__(self, path: Path) -> None:
        try:
            import duckdb
        except ImportError:
            raise PackageMissing("duckdb") from None
        self._path = path
        self._error = duckdb.Error
        try:
            self._file = duckdb.connect(path, config=_OFFLINE)
            try:
                self._prepare()
                super().__init__()
            except BaseException:
                self._file.close()
                raise
        except duckdb.Error as error:
            raise refused(str(path), error) from None

    def abandon(self) -> None:
        """Close the file; what the current batch holds is not in it."""
        self._file.close()

    def _prepare(self) -> None:
        wanted = [*(_create(table) for table in all_tables()), *views("duckdb")]
        found = self._file.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        if not found:
            self._file.begin()
            for statement in wanted:
                self._file.execute(statement)
            self._file.execute("CREATE TABLE meta (name VARCHAR, value VARCHAR)")
            self._file.execute(
                "INSERT INTO meta VALUES ('schema_version', ?), ('tables', ?)",
                [SCHEMA_VERSION, "\n".join(wanted)],
            )
            self._file.commit()
            return
        query = "SELECT value FROM meta WHERE name = 'tables'"
        if ("meta",) not in found or self._file.execute(query).fetchone() != ("\n".join(wanted),):
            raise NotWritable(f"{self._path}: {OTHER_VERSION}")

    def ask(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows that a query gives."""
        try:
            return self._file.execute(query, list(values)).fetchall()
        except self._error as error:
            raise refused(str(self._path), error) from None

    def _first_ids(self) -> Mapping[str, int]:
        query = 'SELECT coalesce(max(id), 0) + 1 FROM "{}"'
        return {
            table.name: self._file.execute(query.format(table.name)).fetchall()[0][0]
            for table in all_tables()
        }

    def _known(self, digests: list[str]) -> Mapping[LetterKey, int]:
        query = (
            f"SELECT {DIGEST_COLUMN}, {LETTER_COLUMN}, id FROM {ROOT} "
            f"WHERE {DIGEST_COLUMN} IN (SELECT unnest(?::VARCHAR[]))"
        )
        try:
            found = self._file.execute(query, [digests]).fetchall()
            return {(digest, letter): number for digest, letter, number in found}
        except self._error as error:
            raise refused(str(self._path), error) from None

    def _replace(self, old: Collection[int], rows: Mapping[str, list[Row]]) -> None:
        try:
            self._file.begin()
            try:
                for table in all_tables():
                    if old:
                        self._file.execute(
                            f'DELETE FROM "{table.name}" WHERE {table.letter_key} '
                            "IN (SELECT unnest(?::BIGINT[]))",
                            [list(old)],
                        )
                    made = [dict(zip(table.names, row, strict=True)) for row in rows[table.name]]
                    if made:
                        self._file.execute(_insert(table), [to_json(made)])
            except BaseException:
                self._file.rollback()
                raise
            self._file.commit()
        except self._error as error:  # its message may quote a value
            raise refused(str(self._path), error) from None

    def _cell(self, shape: Shape) -> Callable[[Any], Any]:
        match shape:
            case Leaf(kind="text" | "int" | "number" | "bool"):
                return same
        return same if _type(shape).endswith("[]") else to_json


def open_writer(path: Path, _: Choices) -> DuckdbWriter:
    """A writer into a new file, or into one of an earlier run."""
    return DuckdbWriter(path)


@contextmanager
def asking(path: Path) -> Iterator[Callable[[str, str], Any]]:
    """A function that gives the first row that a query with one value gives."""
    import duckdb

    with closing(duckdb.connect(path, read_only=True)) as base:
        yield lambda query, value: base.execute(query, [value]).fetchone()


def read(path: Path, _: Format) -> Iterator[Record]:
    """The records of a DuckDB file that this version wrote, in the order of their ids.

    Raises `PackageMissing` without the duckdb package, and `NotReadable` for any other file.
    """
    try:
        import duckdb
    except ImportError:
        raise PackageMissing("duckdb") from None
    try:
        with closing(duckdb.connect(path, read_only=True, config=_OFFLINE)) as file:
            streams = {table.name: _rows(file.cursor(), table) for table in all_tables()}
            for tree in trees(streams, _reader):
                yield build(tree)
    except (duckdb.Error, ValueError) as error:  # ValueError: msgspec's own, too
        raise OutputNotReadable(
            f"{path}: holds no letters of this version ({type(error).__name__})"
        ) from None


def _rows(cursor: "duckdb.DuckDBPyConnection", table: Table) -> Iterator[tuple[Any, ...]]:
    cursor.execute(f'SELECT {table.listed} FROM "{table.name}" ORDER BY {table.order}')
    while rows := cursor.fetchmany(_FETCHED):
        yield from rows


def _reader(shape: Shape) -> Callable[[Any], Any]:
    return same if _type(shape).endswith("[]") else reader(shape)
