"""Writers: records as rows of a file in one of several formats, and back again.

`open_writer` is the way in. A writer takes each record as its JSON, which is what workers hand
over: JSON Lines passes the bytes on, the others decode them. Every format but xlsx gives back equal
records (`read_back`), as long as no `--fields` or `--columns main` left something out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from imr_extract.record.fields import Fields
from imr_extract.record.model import Record
from imr_extract.writers.base import Columns, Format, Rows, Writer
from imr_extract.writers.errors import (
    NotWritable,
    OutputError,
    OutputNotReadable,
    PackageMissing,
    WrongCombination,
)

__all__ = [
    "SUFFIXES",
    "TABLES",
    "Columns",
    "Format",
    "NotWritable",
    "OutputError",
    "OutputNotReadable",
    "PackageMissing",
    "Rows",
    "Writer",
    "WrongCombination",
    "format_of",
    "open_writer",
    "read_back",
]

TABLES: frozenset[Format] = frozenset({"csv", "csv-excel", "tsv"})  # tables of texts
SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".db": "sqlite",
    ".duckdb": "duckdb",
}


def format_of(path: Path) -> Format | None:
    """The format that the suffix of a file name tells, in either case; None for any other."""
    return SUFFIXES.get(path.suffix.lower())


def open_writer(
    format: Format,  # noqa: A002 - as the option is called
    target: BinaryIO | Path,
    *,
    rows: Rows | None = None,
    fields: Fields | None = None,
    columns: Columns | None = None,
    inline_errors: bool = False,
) -> Writer:
    """A writer of `format`; sqlite and duckdb write into a file, the others onto a stream.

    `rows` None is the format's own: a row an issue for csv and tsv, else the letter; `columns` None
    is every field, or those of `fields`. Raises
    `WrongCombination` for options that do not go together, `PackageMissing` for a format whose
    package is not installed, and `NotWritable` for a database that cannot be opened.
    """
    _check(format, target, rows, fields, inline_errors)
    _check_columns(format, fields, columns)
    if isinstance(target, Path):
        if format == "sqlite":
            from imr_extract.writers.sqlite_file import SqliteWriter

            return SqliteWriter(target)
        from imr_extract.writers.duckdb_file import DuckdbWriter

        return DuckdbWriter(target)
    if format == "parquet":
        from imr_extract.writers.parquet import ParquetWriter

        return ParquetWriter(target, fields)
    if format == "xlsx":
        from imr_extract.writers.workbook import WorkbookWriter

        return WorkbookWriter(target)
    if format in TABLES:
        from imr_extract.writers.delimited import DIALECTS, open_table

        return open_table(target, DIALECTS[format], rows or "issues", fields, columns or "all")
    from imr_extract.writers.json_text import JsonArrayWriter, JsonLinesWriter

    return (JsonLinesWriter if format == "jsonl" else JsonArrayWriter)(target, fields)


def _check(
    format: Format,  # noqa: A002
    target: BinaryIO | Path,
    rows: Rows | None,
    fields: Fields | None,
    inline_errors: bool,
) -> None:
    database = format in ("sqlite", "duckdb")
    if database is not isinstance(target, Path):
        needed = "a file: name one with -o" if database else "a stream that is open for writing"
        raise WrongCombination(f"--format {format} needs {needed}")
    if database and fields is not None:
        raise WrongCombination(
            f"--fields does not go with --format {format}, whose tables hold every field; "
            "choose columns when you query it"
        )
    if format == "xlsx" and fields is not None:
        raise WrongCombination(
            "--fields does not go with --format xlsx, whose sheets have their own"
        )
    if rows == "issues" and format not in TABLES:
        raise WrongCombination(f"--rows issues goes with --format csv or tsv, not with {format}")
    if inline_errors and format not in ("jsonl", "json"):
        raise WrongCombination(
            f"--errors inline goes with --format jsonl or json, not with {format}; use --errors-to"
        )


def _check_columns(
    format: Format,  # noqa: A002
    fields: Fields | None,
    columns: Columns | None,
) -> None:
    if columns is None:
        return
    if format not in TABLES:
        raise WrongCombination(f"--columns goes with --format csv or tsv, not with {format}")
    if fields is not None:
        raise WrongCombination("--columns does not go with --fields, which names the columns")


def read_back(path: Path, format: Format | None = None) -> Iterator[Record]:  # noqa: A002
    """The records of a file in one of the formats, by its suffix where `format` is None.

    Raises `NotReadable` where the file does not hold whole records of this version, and
    `PackageMissing` where the format's package is not installed.
    """
    found = format or format_of(path)
    if found is None:
        raise OutputNotReadable(f"{path}: the suffix tells no format")
    if found == "sqlite":
        from imr_extract.writers import sqlite_file

        yield from sqlite_file.read(path)
    elif found == "duckdb":
        from imr_extract.writers import duckdb_file

        yield from duckdb_file.read(path)
    else:
        with path.open("rb") as source:
            try:
                yield from _from_stream(source, found)
            except OutputNotReadable as error:
                raise OutputNotReadable(f"{path}: {error.message}") from None


def _from_stream(source: BinaryIO, format: Format) -> Iterator[Record]:  # noqa: A002
    if format == "parquet":
        from imr_extract.writers import parquet

        return parquet.read(source)
    if format == "xlsx":
        raise OutputNotReadable("is a workbook for people, which leaves parts of records out")
    if format in TABLES:
        from imr_extract.writers import delimited

        return delimited.read(source, delimited.DIALECTS[format])
    from imr_extract.writers import json_text

    return json_text.read_lines(source) if format == "jsonl" else json_text.read_array(source)
