"""The record as related tables: what the SQLite and the DuckDB file have in common.

The letter's single values are one row of `letters`; every list of groups that is always there is a
table of its own, with a row an item. An issue's guidelines share the table `citations`, whose
column `field` names their list. All other lists and objects are cells. Columns are named by their
paths with `_` between the names, and a group's name is left out where the field repeats it
(`case_number`, not `case_case_number`).

Keys: `id` is the row's own, `letter_id` and `issue_id` are those of the rows it belongs to, and
`position` is its place in its list, from 0 as in the paths of `notes`.
"""

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imr_extract.record.shape import (
    ListOf,
    Parts,
    Path,
    Shape,
    Tree,
    columns,
    pick,
    place,
    record_shape,
)

ROOT = "letters"
DIGEST_COLUMN = "source_sha256"
LETTER_COLUMN = "source_letter"
# The last column of letters, which is no part of a record: 1 where `sync` does not find the file of
# the letter any more, else NULL.
GONE_COLUMN = "gone"
_SHARED = {"Guideline": "citations"}  # class of the model: table of all lists of it in a group

Row = list[Any]


@dataclass(frozen=True)
class Column:
    """A value of a row, and where it stands in the group that the row is made from."""

    name: str
    path: Path
    shape: Shape


@dataclass(frozen=True)
class Table:
    """A table: its keys come first, then its columns."""

    name: str
    parent: "str | None"  # None for letters
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    lists: tuple[tuple[Path, "Table"], ...]  # the lists of a row that are tables of their own

    @property
    def letter_key(self) -> str:
        """The column that holds the letter's id."""
        return "id" if self.parent is None else f"{_one(ROOT)}_id"

    @property
    def order(self) -> str:
        """The columns that sort the rows of a letter into one run, in the order of their lists."""
        return "id" if self.parent is None else f"{self.letter_key}, id"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that records fill, in their order."""
        return (*self.keys, *(column.name for column in self.columns))

    @property
    def listed(self) -> str:
        """The same as SQL lists them."""
        return ", ".join(f'"{name}"' for name in self.names)


@functools.cache
def letters() -> Table:
    """The table of letters, which leads to all others."""
    return _table(ROOT, None, record_shape(), shared=False)


@functools.cache
def all_tables() -> tuple[Table, ...]:
    """Every table once, those that others refer to first."""
    return tuple({table.name: table for table in _walk(letters())}.values())


def _walk(table: Table) -> Iterator[Table]:
    yield table
    for _, below in table.lists:
        yield from _walk(below)


def _table(name: str, parent: str | None, parts: Parts, *, shared: bool) -> Table:
    own: list[Column] = []
    lists: list[tuple[Path, Table]] = []
    for path, shape in columns(parts):
        match shape:
            case ListOf(item=Parts() as item, absent="never"):
                below = _SHARED.get(item.name) or (
                    path[-1] if parent is None else f"{_one(name)}_{path[-1]}"
                )
                lists.append((path, _table(below, name, item, shared=item.name in _SHARED)))
            case _:
                own.append(Column(_column_name(path), path, shape))
    keys = ["id"]
    if parent is not None:
        keys += dict.fromkeys([f"{_one(ROOT)}_id", f"{_one(parent)}_id"])
        keys += ["field", "position"] if shared else ["position"]
    return Table(name, parent, tuple(keys), tuple(own), tuple(lists))


def _one(name: str) -> str:
    return name.removesuffix("s")


def _column_name(path: Path) -> str:
    if len(path) > 1 and path[-1].startswith(f"{path[-2]}_"):
        path = (*path[:-2], path[-1])
    return "_".join(path)


class RowMaker:
    """Takes records apart into rows, numbering the rows of each table.

    `first_ids` is where the numbers of each table begin; `cell` makes the cell of a value.
    """

    def __init__(
        self, first_ids: Mapping[str, int], cell: Callable[[Shape], Callable[[Any], Any]]
    ) -> None:
        self._ids = {name: itertools.count(first) for name, first in first_ids.items()}
        self._cells = {
            table.name: [(column.path, cell(column.shape)) for column in table.columns]
            for table in all_tables()
        }

    def rows(self, tree: Tree, letter_id: int | None) -> tuple[int, Mapping[str, list[Row]]]:
        """The letter's id, new where `letter_id` is None, and its rows by table."""
        number = next(self._ids[ROOT]) if letter_id is None else letter_id
        found: dict[str, list[Row]] = defaultdict(list)
        self._add(found, letters(), tree, {"id": number, f"{_one(ROOT)}_id": number})
        return number, found

    def _add(
        self, found: dict[str, list[Row]], table: Table, part: Tree, known: dict[str, Any]
    ) -> None:
        values = [cell(pick(part, path)) for path, cell in self._cells[table.name]]
        found[table.name].append([known[key] for key in table.keys] + values)
        for path, below in table.lists:
            for position, item in enumerate(pick(part, path)):
                keys = {
                    **known,
                    f"{_one(table.name)}_id": known["id"],
                    "id": next(self._ids[below.name]),
                    "field": path[-1],
                    "position": position,
                }
                self._add(found, below, item, keys)


def trees(
    streams: Mapping[str, Iterator[tuple[Any, ...]]], value: Callable[[Shape], Callable[[Any], Any]]
) -> Iterator[Tree]:
    """The records that rows stand for, put together again.

    `streams` gives the rows of each table, all columns, sorted by `letter_id` and then by `id`;
    `value` makes a value from its cell.
    """
    readers = {
        table.name: [(column, value(column.shape)) for column in table.columns]
        for table in all_tables()
    }
    waiting = {
        table.name: itertools.groupby(streams[table.name], key=lambda row: row[1])
        for table in all_tables()
        if table.parent is not None
    }
    heads = {name: next(groups, None) for name, groups in waiting.items()}
    for row in streams[ROOT]:
        mine: dict[str, list[tuple[Any, ...]]] = {}
        for name, groups in waiting.items():
            head = heads[name]
            if head is not None and head[0] == row[0]:
                mine[name] = list(head[1])
                heads[name] = next(groups, None)
        yield _part(letters(), row, mine, readers)


def _part(
    table: Table,
    row: tuple[Any, ...],
    mine: Mapping[str, list[tuple[Any, ...]]],
    readers: Mapping[str, list[tuple[Column, Callable[[Any], Any]]]],
) -> Tree:
    tree: Tree = {}
    cells = row[len(table.keys) :]
    for cell, (column, value) in zip(cells, readers[table.name], strict=True):
        if cell is not None or column.shape.absent != "unset":
            place(tree, column.path, value(cell))
    for path, below in table.lists:
        belongs = below.keys.index(f"{_one(table.name)}_id")
        field = below.keys.index("field") if "field" in below.keys else None
        items = [
            _part(below, each, mine, readers)
            for each in mine.get(below.name, [])
            if each[belongs] == row[0] and (field is None or each[field] == path[-1])
        ]
        place(tree, path, items)
    return tree
