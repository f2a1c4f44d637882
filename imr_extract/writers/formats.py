"""The output formats: a new one is an entry here and a module beside this one.

The command line lists the formats before it loads anything else.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from imr_extract.record.fields import Fields

Format = Literal["jsonl", "json", "csv", "csv-excel", "tsv", "xlsx", "parquet", "sqlite", "duckdb"]
Rows = Literal["issues", "letters"]
Columns = Literal["main", "all"]  # of tables of texts: those for people, or every field


class Choices(NamedTuple):
    """What a user may choose about an output."""

    format: Format
    rows: Rows | None = None
    fields: "Fields | None" = None
    columns: Columns | None = None
    left_out: frozenset[str] = frozenset()  # of the main columns


class FormatSpec(NamedTuple):
    """What a format is and allows."""

    module: str  # in this package: a `FormatModule`
    suffixes: tuple[str, ...] = ()
    is_table: bool = False  # a table of texts, for which --rows and --columns are
    is_binary: bool = False  # nothing to read on a terminal
    takes_errors: bool = False  # error objects can stand among the records
    no_fields: str | None = None  # why --fields does not go with it; None where it does
    # What a database may have beside its file, which would be taken for that of a new file in its
    # place; None where the format is no database.
    companions: tuple[str, ...] | None = None

    @property
    def is_database(self) -> bool:
        """Whether letters are added to what is there, each content once."""
        return self.companions is not None


_ALL_FIELDS = "whose tables hold every field; choose columns when you query it"

FORMATS: Mapping[Format, FormatSpec] = {
    "jsonl": FormatSpec("json_text", (".jsonl", ".ndjson"), takes_errors=True),
    "json": FormatSpec("json_text", (".json",), takes_errors=True),
    "csv": FormatSpec("delimited", (".csv",), is_table=True),
    "csv-excel": FormatSpec("delimited", is_table=True),
    "tsv": FormatSpec("delimited", (".tsv",), is_table=True),
    "xlsx": FormatSpec(
        "workbook", (".xlsx",), is_binary=True, no_fields="whose sheets have their own"
    ),
    "parquet": FormatSpec("parquet", (".parquet",), is_binary=True),
    "sqlite": FormatSpec(
        "sqlite_file",
        (".sqlite", ".db"),
        no_fields=_ALL_FIELDS,
        companions=("-wal", "-shm", "-journal"),
    ),
    "duckdb": FormatSpec("duckdb_file", (".duckdb",), no_fields=_ALL_FIELDS, companions=(".wal",)),
}
SUFFIXES: Mapping[str, Format] = {
    suffix: format_ for format_, spec in FORMATS.items() for suffix in spec.suffixes
}
