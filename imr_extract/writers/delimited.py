"""CSV (RFC 4180) and TSV: a header row, then one row an issue or one row a letter.

A row an issue repeats what the letter says in every row; a letter without issues gives one row,
whose cells of the issue are empty. Columns are named by their paths (`case.case_number`,
`issues.outcome`) and stand in the model's order, or in that of `--fields`; the
few columns for people are those of `writers.main_columns`. `writers.cells` says how a value stands
in a cell. Lines end with CR LF; the text is UTF-8, with a byte order mark for csv-excel only.
"""

import csv
import io
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO, Literal, NamedTuple

import msgspec

from imr_extract.record.fields import Fields
from imr_extract.record.model import Record
from imr_extract.record.shape import (
    ListOf,
    Parts,
    Path,
    Shape,
    Tree,
    at,
    build,
    columns,
    pick,
    place,
    record_shape,
)
from imr_extract.writers.base import Writer
from imr_extract.writers.cells import Cell, decoder, encoder, text_cell
from imr_extract.writers.errors import OutputNotReadable
from imr_extract.writers.formats import Choices, Format, Rows
from imr_extract.writers.main_columns import MAIN_COLUMNS
from imr_extract.writers.main_columns import rows as main_rows

_ISSUES = "issues"
_NUMBER = "issues.number"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # by which Excel knows UTF-8


class Dialect(NamedTuple):
    """How a format sets its cells apart, and whether a byte order mark comes first."""

    delimiter: Literal[",", "\t"]
    marked: bool = False


DIALECTS: dict[Format, Dialect] = {
    "csv": Dialect(","),
    "csv-excel": Dialect(",", marked=True),
    "tsv": Dialect("\t"),
}


class DelimitedColumn(NamedTuple):
    """A column: its name in the header, and where its value stands in the record."""

    name: str
    path: Path  # in the letter; of an issue's column, in the issue
    shape: Shape
    of_issue: bool


class _ColumnSource(NamedTuple):
    """How the writer fills a column."""

    position: int  # in the row
    path: Path
    cell: Callable[[Any], Cell]
    of_issue: bool


def table(rows: Rows, fields: Fields | None) -> list[DelimitedColumn]:
    """The columns of a file; a group that `fields` names gives those of all its values."""
    whole = record_shape()
    paths = tuple((name,) for name in whole.fields) if fields is None else fields.paths
    found: list[DelimitedColumn] = []
    for asked in paths:
        of_issue = rows == "issues" and asked[0] == _ISSUES
        root, path, prefix = (
            (_issue_shape(), asked[1:], (_ISSUES,)) if of_issue else (whole, asked, ())
        )
        shape = at(root, path)
        opened = [(path, shape)]
        if isinstance(shape, Parts) and shape.absent == "never":
            opened = list(columns(shape, path))
        found += [
            DelimitedColumn(".".join(prefix + each), each, at_, of_issue) for each, at_ in opened
        ]
    return found


def _issue_shape() -> Parts:
    issues = record_shape().fields[_ISSUES]
    assert isinstance(issues, ListOf)
    assert isinstance(issues.item, Parts)
    return issues.item


class _Encoded:
    """The text stream that `csv` writes to: hands every row on as bytes, and keeps nothing."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def write(self, row: str) -> None:
        self._target.write(row.encode())


def open_writer(target: BinaryIO, choices: Choices) -> Writer:
    """A writer of CSV or TSV; `choices.fields` names columns of its own."""
    dialect, rows = DIALECTS[choices.format], choices.rows or "issues"
    if dialect.marked:
        target.write(_BYTE_ORDER_MARK)
    if choices.columns == "main":
        return MainWriter(target, dialect, rows, choices.left_out)
    return DelimitedWriter(target, dialect, rows, choices.fields)


class MainWriter(Writer):
    """The columns for people, but those that are left out."""

    def __init__(
        self, target: BinaryIO, dialect: Dialect, rows: Rows, left_out: Collection[str]
    ) -> None:
        self._target = target
        self._columns = tuple(column for column in MAIN_COLUMNS if column.name not in left_out)
        self._by_issue = rows == "issues"
        self._decoder = msgspec.json.Decoder(Record)
        self._csv = _lines(target, dialect)
        self._csv.writerow([column.name for column in self._columns])

    def write(self, line: bytes) -> None:
        """Write the rows of one record."""
        tree = msgspec.to_builtins(self._decoder.decode(line))
        for row in main_rows(tree, self._columns, by_issue=self._by_issue):
            self._csv.writerow(
                [text_cell(each) if each is None or isinstance(each, str) else each for each in row]
            )

    def close(self) -> None:
        """Hand on what the target still holds."""
        self._target.flush()


def _lines(target: BinaryIO, dialect: Dialect) -> Any:
    return csv.writer(_Encoded(target), delimiter=dialect.delimiter, lineterminator="\r\n")


class DelimitedWriter(Writer):
    """Every field, or those of `--fields`."""

    def __init__(
        self, target: BinaryIO, dialect: Dialect, rows: Rows, fields: Fields | None
    ) -> None:
        self._target = target
        self._rows = rows
        own = table(rows, fields)
        places = [
            _ColumnSource(index, each.path, encoder(each.shape), each.of_issue)
            for index, each in enumerate(own)
        ]
        self._of_letter = [each for each in places if not each.of_issue]
        self._of_issue = [each for each in places if each.of_issue]
        self._decoder = msgspec.json.Decoder(Record)
        self._csv = _lines(target, dialect)
        self._csv.writerow([each.name for each in own])

    def write(self, line: bytes) -> None:
        """Write the rows of one record."""
        tree = msgspec.to_builtins(self._decoder.decode(line))
        row: list[Cell] = [""] * (len(self._of_letter) + len(self._of_issue))
        for position, path, cell, _ in self._of_letter:
            row[position] = cell(pick(tree, path))
        if self._rows == "letters" or not tree[_ISSUES]:
            self._csv.writerow(row)
            return
        for issue in tree[_ISSUES]:
            for position, path, cell, _ in self._of_issue:
                row[position] = cell(pick(issue, path))
            self._csv.writerow(row)

    def close(self) -> None:
        """Hand on what the target still holds."""
        self._target.flush()


def read(source: BinaryIO, format: Format) -> Iterator[Record]:  # noqa: A002
    """The records of a file that was written with all columns, a row an issue or a row a letter.

    A letter's rows are those that agree in all its cells, with rising issue numbers. Raises
    `NotReadable` where the columns are not those of this version, or a cell is none of ours.
    """
    yield from _records(_lines_of(source, format))


def _lines_of(source: BinaryIO, format: Format) -> Iterator[list[str]]:  # noqa: A002
    """The rows of a file. Raises `OutputNotReadable`."""
    csv.field_size_limit(sys.maxsize)  # of the whole process; else a cell ends at 131,072
    text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    try:
        yield from csv.reader(text, delimiter=DIALECTS[format].delimiter)
    except (csv.Error, UnicodeDecodeError) as error:
        raise OutputNotReadable(f"is no table of texts ({type(error).__name__})") from None
    finally:
        if not source.closed:
            text.detach()  # the source is not ours to close


def main_rows_of(source: BinaryIO, format: Format) -> Iterator[dict[str, str]]:  # noqa: A002
    """The rows of a table with the columns for people, each as its cells that hold something.

    Raises `OutputNotReadable` for any other table.
    """
    lines = _lines_of(source, format)
    header = next(lines, [])
    if not _is_main(header):
        raise OutputNotReadable("does not have the main columns")
    for line in lines:
        yield {name: cell for name, cell in zip(header, line, strict=False) if cell}


def _is_main(header: list[str]) -> bool:
    """Whether a table has the columns for people, with some of them left out or not."""
    names = [column.name for column in MAIN_COLUMNS]
    return bool(header) and header == [name for name in names if name in header]


def _records(lines: Iterator[list[str]]) -> Iterator[Record]:
    header = next(lines, [])
    rows: Rows = "issues" if _NUMBER in header else "letters"
    own = table(rows, None)
    if _is_main(header):
        raise OutputNotReadable(
            "has the main columns only, which leave parts of records out; extract with --columns "
            "all, or to a database or JSON Lines"
        )
    if header != [each.name for each in own]:
        raise OutputNotReadable(
            "does not have all columns of this version in their order; extract with --columns all, "
            "or to a database or JSON Lines"
        )
    shared = [index for index, each in enumerate(own) if not each.of_issue]
    number = header.index(_NUMBER) if rows == "issues" else None
    letter: list[list[str]] = []
    for line in lines:
        if len(line) != len(own):
            raise OutputNotReadable("has a row that is not as long as the header")
        if letter and not _continues(letter[-1], line, shared, number):
            yield _letter(letter, own)
            letter = []
        letter.append(line)
    if letter:
        yield _letter(letter, own)


def _continues(before: list[str], line: list[str], shared: list[int], number: int | None) -> bool:
    """Whether `line` is one more issue of the letter that the row `before` belongs to."""
    if number is None or not before[number].isdigit() or not line[number].isdigit():
        return False
    risen = int(line[number]) > int(before[number])
    return risen and all(before[index] == line[index] for index in shared)


def _letter(lines: list[list[str]], own: list[DelimitedColumn]) -> Record:
    try:
        tree = _tree(lines[0], own, of_issue=False)
        if any(each.of_issue for each in own):
            tree[_ISSUES] = [
                _tree(line, own, of_issue=True)
                for line in lines
                if any(cell for cell, each in zip(line, own, strict=True) if each.of_issue)
            ]
        return build(tree)
    except ValueError as error:  # of a cell, and msgspec's own
        raise OutputNotReadable(
            f"a row is not what the columns promise ({type(error).__name__})"
        ) from None


def _tree(line: list[str], own: list[DelimitedColumn], *, of_issue: bool) -> Tree:
    tree: Tree = {}
    for cell, each in zip(line, own, strict=True):
        if each.of_issue is not of_issue or (not cell and each.shape.absent == "unset"):
            continue
        place(tree, each.path, decoder(each.shape)(cell))
    return tree
