"""An Excel workbook for people: issues, letters, diagnoses, treatments and citations, a sheet each.

Words of letters are always written as texts, so that none becomes a formula or a link. Dates that
are whole days are dates of Excel; less exact ones, and days before 1900, stay texts. Records cannot
be read back from it.
"""

import datetime as dt
import functools
import io
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple, get_args, get_type_hints

import msgspec

from imr_extract.record import model
from imr_extract.record.shape import Tree, pick
from imr_extract.writers.base import Writer
from imr_extract.writers.errors import NotWritable, OutputNotReadable, PackageMissing
from imr_extract.writers.formats import Choices, Format
from imr_extract.writers.main_columns import CASE_NUMBER, FILE, MAIN_COLUMNS, NOTES, Value
from imr_extract.writers.tables import Column, all_tables

MOST_ROWS = 1_048_576  # of a sheet, with its header
MOST_CHARACTERS = 32_767  # of a cell, in UTF-16
CUT = "[cut]"  # how a text ends that a cell does not hold
_FIRST_DAY = dt.date(1900, 3, 1)  # Excel counts a 29 February 1900, so earlier days are off by one
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a clock would give other bytes each time
_WIDE, _NARROW, _DAY_WIDTH = 40, 16, 12

_Row = list[Value]


class SheetColumn(NamedTuple):
    """A column: its name, whether its texts are dates, whether they are long."""

    name: str
    is_date: bool = False
    is_long: bool = False


class Sheet(NamedTuple):
    """A sheet: its name, its columns, and the rows that a record gives it."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Callable[[Tree], Iterator[_Row]]


_LONG = frozenset(
    "disputed_service diagnoses notes rationale text original_request authorized title url".split()
)
_OF_ISSUE = ("number", "original_request", "authorized", "stated_verdict", "rationale")
_SIDES = ("claims_administrator_guidelines", "imr_guidelines")


@functools.cache
def sheets() -> tuple[Sheet, ...]:
    """The sheets in their order."""
    return (_issues(), _letters(), _listed("diagnoses"), _listed("treatments"), _citations())


def _column(name: str, *, is_date: bool = False) -> SheetColumn:
    return SheetColumn(name, is_date, name in _LONG)


def _issues() -> Sheet:
    def rows(tree: Tree) -> Iterator[_Row]:
        for issue in tree["issues"]:
            own = [issue[name] for name in _OF_ISSUE]
            yield [column.value(tree, issue) for column in MAIN_COLUMNS] + own

    main = tuple(_column(column.name, is_date=column.kind == "date") for column in MAIN_COLUMNS)
    return Sheet("issues", (*main, *map(_column, _OF_ISSUE)), rows)


def _letters() -> Sheet:
    own = _columns("letters")

    def rows(tree: Tree) -> Iterator[_Row]:
        cells = [_cell(pick(tree, each.path)) for each in own]
        yield [*cells, len(tree["issues"]), NOTES.value(tree, None)]

    dates = _dates()
    named = (_column(each.name, is_date=each.path in dates) for each in own)
    return Sheet("letters", (*named, _column("issues"), _column("notes")), rows)


def _listed(name: str) -> Sheet:
    """The items of a list of the letter, each with its case and file."""
    own = _columns(name)

    def rows(tree: Tree) -> Iterator[_Row]:
        for item in tree[name]:
            yield [*_place(tree), *(_cell(pick(item, each.path)) for each in own)]

    return Sheet(name, (*_PLACE, *(_column(each.name) for each in own)), rows)


def _citations() -> Sheet:
    own = _columns("citations")

    def rows(tree: Tree) -> Iterator[_Row]:
        for issue in tree["issues"]:
            for side in _SIDES:
                for item in issue[side]:
                    cells = (_cell(pick(item, each.path)) for each in own)
                    yield [*_place(tree), issue["number"], side, *cells]

    lead = (*_PLACE, _column("issue_number"), _column("field"))
    return Sheet("citations", (*lead, *(_column(each.name) for each in own)), rows)


_PLACE = (_column("case_number"), _column("file"))


def _place(tree: Tree) -> _Row:
    return [CASE_NUMBER.value(tree, None), FILE.value(tree, None)]


def _columns(name: str) -> tuple[Column, ...]:
    (table,) = (each for each in all_tables() if each.name == name)
    return table.columns


def _dates() -> frozenset[tuple[str, ...]]:
    """The paths of the letter's dates, by their type in the model."""
    return frozenset(
        (group, name)
        for group, kind in get_type_hints(model.Record).items()
        if isinstance(kind, type) and issubclass(kind, model.Part)
        for name, hint in get_type_hints(kind, include_extras=True).items()
        if hint == model.IsoDate or model.IsoDate in get_args(hint)
    )


def _cell(value: Any) -> Value:
    """A list of texts as one text; whatever else is no single value as its JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value) or None
    return msgspec.json.encode(value).decode()


class WorkbookWriter(Writer):
    """A workbook on a stream. Rows wait in files of a temporary folder, and not in memory.

    Raises `PackageMissing` without XlsxWriter, and `NotWritable` beyond the rows of a sheet.
    """

    def __init__(self, target: BinaryIO) -> None:
        try:
            import xlsxwriter
        except ImportError:
            raise PackageMissing("xlsx") from None
        self._target = target
        self._decoder = msgspec.json.Decoder(model.Record)
        self._folder = tempfile.TemporaryDirectory()
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._whole = io.BytesIO()  # a workbook is small: it is packed
        self._book = xlsxwriter.Workbook(self._whole, options)
        self._book.set_properties({"created": _MADE})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        head = self._book.add_format({"bold": True})
        self._sheets = [(sheet, self._begun(sheet, head)) for sheet in sheets()]
        self._filled = [1] * len(self._sheets)

    def _begun(self, sheet: Sheet, head: Any) -> Any:
        made = self._book.add_worksheet(sheet.name)
        made.freeze_panes(1, 0)
        for index, column in enumerate(sheet.columns):
            width = _DAY_WIDTH if column.is_date else _WIDE if column.is_long else _NARROW
            made.set_column(index, index, width)
            made.write_string(0, index, column.name, head)
        return made

    def write(self, line: bytes) -> None:
        """Write the rows of one record, on every sheet."""
        tree = msgspec.to_builtins(self._decoder.decode(line))
        for index, (sheet, made) in enumerate(self._sheets):
            for row in sheet.rows(tree):
                if self._filled[index] >= MOST_ROWS:
                    raise NotWritable(
                        f"an Excel sheet holds {MOST_ROWS:,} rows, and the sheet {sheet.name} "
                        "needs more; use --format csv-excel, or one file per part of the letters"
                    )
                self._write_row(made, self._filled[index], row, sheet.columns)
                self._filled[index] += 1

    def _write_row(
        self, made: Any, number: int, row: _Row, columns: tuple[SheetColumn, ...]
    ) -> None:
        for index, (value, column) in enumerate(zip(row, columns, strict=True)):
            if isinstance(value, bool):
                made.write_boolean(number, index, value)
            elif isinstance(value, int | float):
                made.write_number(number, index, value)
            elif value is not None and column.is_date and (day := _whole_day(value)) is not None:
                made.write_datetime(number, index, day, self._day)
            elif value is not None:
                made.write_string(number, index, _fitting(value))

    def close(self) -> None:
        """Set the filters, and hand the whole workbook on."""
        for (sheet, made), filled in zip(self._sheets, self._filled, strict=True):
            made.autofilter(0, 0, max(filled - 1, 1), len(sheet.columns) - 1)
        self._close()
        self._target.write(self._whole.getvalue())
        self._target.flush()

    def abandon(self) -> None:
        """Let go of the files of the rows; nothing is written."""
        self._close()

    def _close(self) -> None:
        self._book.close()
        self._folder.cleanup()


def _whole_day(text: str) -> dt.date | None:
    """The day of an ISO date that Excel can hold; None for any other."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def _fitting(text: str) -> str:
    """The text, or as much of it as a cell holds, with a mark where it is cut."""
    if len(text) * 2 <= MOST_CHARACTERS:
        return text
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MOST_CHARACTERS:
        return text
    return units[: (MOST_CHARACTERS - len(CUT)) * 2].decode("utf-16-le", "ignore") + CUT


def open_writer(target: BinaryIO, _: Choices) -> WorkbookWriter:
    """A writer of a workbook."""
    return WorkbookWriter(target)


def read(_source: BinaryIO, _format: Format) -> Iterator[model.Record]:
    """Raises `OutputNotReadable`."""
    raise OutputNotReadable(
        "is a workbook for people, which leaves parts of records out; extract to a database or "
        "JSON Lines"
    )
