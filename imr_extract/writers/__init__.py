"""Writers: records as rows of a file in one of several formats, and back again.

`open_writer` is the way in. A writer takes each record as its JSON, which is what workers hand
over: JSON Lines passes the bytes on, the others decode them. Every format but xlsx gives back equal
records (`read_back`), as long as no `--fields` or `--columns main` left something out.
`writers.formats` lists the formats.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from imr_extract.writers.base import FormatModule, Place, Writer
from imr_extract.writers.errors import (
    NotWritable,
    OutputError,
    OutputNotReadable,
    PackageMissing,
    WrongCombination,
)
from imr_extract.writers.formats import FORMATS, SUFFIXES, Choices, Columns, Format, Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from imr_extract.record.fields import Fields
    from imr_extract.record.model import Record

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Columns",
    "Format",
    "NotWritable",
    "OutputError",
    "OutputNotReadable",
    "PackageMissing",
    "Rows",
    "Writer",
    "WrongCombination",
    "asking",
    "format_of",
    "open_writer",
    "read_back",
]


def format_of(path: Path) -> Format | None:
    """The format whose suffix a file name has, in either case; None for any other."""
    return SUFFIXES.get(path.suffix.lower())


def open_writer(
    format: Format,  # noqa: A002 - as the option is called
    target: Place,
    *,
    rows: Rows | None = None,
    fields: "Fields | None" = None,
    columns: Columns | None = None,
    left_out: frozenset[str] = frozenset(),
    inline_errors: bool = False,
) -> Writer:
    """A writer of `format`; databases are written into a file, the others onto a stream.

    `rows` None is the format's own: a row an issue for csv and tsv, else the letter; `columns` None
    is every field, or those of `fields`; of the main ones some may be `left_out`. Raises
    `WrongCombination` for options that do not go together, `PackageMissing` for a format whose
    package is not installed, and `NotWritable` for a database that cannot be opened.
    """
    choices = Choices(format, rows, fields, columns, left_out)
    _check(choices, target, inline_errors=inline_errors)
    return _module(format).open_writer(target, choices)


def _module(format: Format) -> FormatModule:  # noqa: A002
    return cast("FormatModule", import_module(f"imr_extract.writers.{FORMATS[format].module}"))


def _check(choices: Choices, target: Place, *, inline_errors: bool) -> None:
    format_, rows, fields, columns, _ = choices
    spec = FORMATS[format_]
    if spec.is_database is not isinstance(target, Path):
        needed = (
            "a file: name one with -o" if spec.is_database else "a stream that is open for writing"
        )
        raise WrongCombination(f"--format {format_} needs {needed}")
    if fields is not None and spec.no_fields is not None:
        raise WrongCombination(f"--fields does not go with --format {format_}, {spec.no_fields}")
    if rows == "issues" and not spec.is_table:
        raise WrongCombination(f"--rows issues goes with --format csv or tsv, not with {format_}")
    if inline_errors and not spec.takes_errors:
        raise WrongCombination(
            f"--errors inline goes with --format jsonl or json, not with {format_}; use --errors-to"
        )
    if columns is not None and not spec.is_table:
        raise WrongCombination(f"--columns goes with --format csv or tsv, not with {format_}")
    if columns is not None and fields is not None:
        raise WrongCombination("--columns does not go with --fields, which names the columns")


def read_back(path: Path, format: Format | None = None) -> "Iterator[Record]":  # noqa: A002
    """The records of a file in one of the formats, by its suffix where `format` is None.

    Raises `OutputNotReadable` where the file does not hold whole records of this version, and
    `PackageMissing` where the format's package is not installed.
    """
    found = format or format_of(path)
    if found is None:
        raise OutputNotReadable(f"{path}: the suffix names no format")
    if FORMATS[found].is_database:
        yield from _module(found).read(path, found)
        return
    with path.open("rb") as source:
        try:
            yield from _module(found).read(source, found)
        except OutputNotReadable as error:
            raise OutputNotReadable(f"{path}: {error.message}") from None


def asking(
    path: Path,
    format: Format,  # noqa: A002
) -> "AbstractContextManager[Callable[[str, str], Any]]":
    """A function that gives the first row that a database answers; not a byte of it is changed."""
    return _module(format).asking(path)
