"""The store: rows of letters and decisions in a DuckDB file that goes when the figures are made.

Rows are written in batches, and DuckDB keeps what its share of memory does not hold in the same
temporary folder: a million letters need little more memory than a thousand.
"""

import itertools
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from imr_extract.report.letters import Letter, decode
from imr_extract.report.rows import DECISIONS, LETTERS, decision_rows, letter_row

if TYPE_CHECKING:
    import duckdb

    from imr_extract.report.filters import Filter

_BATCH = 10_000  # rows
_LONGEST_ROW = 8 * 1024 * 1024  # bytes of JSON; DuckDB sets twice that aside
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "160MB",
    "threads": 2,  # each has buffers of its own
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class PackageMissing(Exception):
    """The figures need a package that is not installed; `message` is the line for the user."""

    exit_code = 2

    def __init__(self) -> None:
        self.message = (
            "report and stats need packages that are not installed; install them with: "
            "pip install 'imr-extract[report]'"
        )
        super().__init__(self.message)


@dataclass
class Account:
    """What was read, and what was left out and why."""

    read: int = 0  # records and error objects
    errors: Counter[str] = field(default_factory=Counter)  # by code
    filtered: int = 0  # letters of which --filter leaves nothing
    filtered_decisions: int = 0  # of letters that stay
    duplicates: int = 0  # the same letter of the same file once more
    other_programme: int = 0  # health-plan letters beside those of workers' compensation


class ReportStore:
    """Tables in a file of their own; `letters` and `decisions` hold what is counted."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._types: dict[str, Mapping[str, str]] = {}
        self.account = Account()

    def create(self, name: str, columns: Mapping[str, str]) -> None:
        """Make a table; `columns` are names with their types."""
        typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self._connection.execute(f"CREATE TABLE {name} ({typed})")
        self._types[name] = columns

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._connection.execute(query, list(parameters)).fetchall()

    def named(self, query: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """All rows of a query whose parameters have names."""
        return self._connection.execute(query, dict(parameters)).fetchall()

    def one(self, query: str) -> Any:
        """The only value of the only row of a query."""
        return self.rows(query)[0][0]

    def insert(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Put rows into a table, batch by batch."""
        several = iter(rows)
        while batch := list(itertools.islice(several, _BATCH)):
            # Out of a file DuckDB takes rows ten times faster than one by one.
            path = self._folder / f"{name}.jsonl"
            path.write_bytes(msgspec.json.Encoder().encode_lines(batch))
            types = ", ".join(f"'{key}': '{kind}'" for key, kind in self._types[name].items())
            self._connection.execute(
                f"INSERT INTO {name} SELECT * FROM read_json(?, columns={{{types}}}, "
                f"format='newline_delimited', maximum_object_size={_LONGEST_ROW})",
                [str(path)],
            )
            path.unlink()

    def put(self, letters: Iterable[Letter]) -> None:
        """Take letters, none of them an error object, and settle which of them count."""
        self.create("letters", LETTERS)
        self.create("decisions", DECISIONS)
        numbered = enumerate(letters)
        while batch := list(itertools.islice(numbered, _BATCH)):
            self.insert("letters", (letter_row(letter, number) for number, letter in batch))
            self.insert(
                "decisions",
                (row for number, letter in batch for row in decision_rows(letter, number)),
            )
        self._settle()

    def _settle(self) -> None:
        """Take out letters that came before, and those of the other programme."""
        again = (
            "SELECT id FROM letters WHERE digest IS NOT NULL AND id NOT IN "
            "(SELECT min(id) FROM letters WHERE digest IS NOT NULL GROUP BY digest)"
        )
        self.account.duplicates = self._remove(again)
        if self.one("SELECT count(DISTINCT programme) FROM letters") > 1:
            others = "SELECT id FROM letters WHERE programme = 'health'"
            self.account.other_programme = self._remove(others)

    def _remove(self, chosen: str) -> int:
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE gone AS {chosen}")
        count = self.one("SELECT count(*) FROM gone")
        if count:
            for name, key in (("letters", "id"), ("decisions", "letter")):
                self._connection.execute(f"DELETE FROM {name} WHERE {key} IN (SELECT id FROM gone)")
        return int(count)


@contextmanager
def opened() -> Iterator[ReportStore]:
    """An empty store; raises `PackageMissing` without the duckdb package."""
    try:
        import duckdb
    except ImportError:
        raise PackageMissing from None
    with tempfile.TemporaryDirectory(prefix="imr-report-") as folder:
        path = Path(folder) / "figures.duckdb"
        config = {**_CONFIG, "temp_directory": folder}
        with duckdb.connect(path, config=config) as connection:
            connection.execute("SET enable_progress_bar = false")  # it prints among the figures
            yield ReportStore(connection, Path(folder))


def fill(
    store: ReportStore, lines: Iterable[tuple[str, bytes]], chosen: "Filter | None" = None
) -> None:
    """Put the records of these lines, each with its place for messages, into the store.

    Raises `NotRecords` for a line that is neither a record nor an error object.
    """
    store.put(_counted(store.account, lines, chosen))


def _counted(
    account: Account, lines: Iterable[tuple[str, bytes]], chosen: "Filter | None"
) -> Iterator[Letter]:
    for where, given in lines:
        letter = decode(given, where)
        account.read += 1
        if letter.error is not None:
            account.errors[letter.error.code] += 1
            continue
        if chosen is not None:
            kept = chosen.narrowed(given)
            if kept is None:
                account.filtered += 1
                continue
            account.filtered_decisions += kept.left_out
            letter = decode(kept.line, where)
        yield letter
