"""The table of references of a PDF: where each of its objects stands.

Readers that do not find an object where the table says search the file for what is left, and do not
say so. Only tables that are packed are read here, as published letters have them; they are never
ciphered.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

_START = re.compile(rb"startxref\s+(\d{1,10})\s")
_OBJECT = re.compile(rb"\d{1,7} 0 obj\b")
_STREAM = re.compile(rb"\s*(<<.{1,4000}?>>)\s*stream\r?\n", re.DOTALL)
_TABLE = re.compile(rb"/Type\s*/XRef\b")
_WIDTHS = re.compile(rb"/W\s*\[\s*(\d)\s+(\d)\s+(\d)\s*\]")
_RANGES = re.compile(rb"/Index\s*\[([\d\s]{1,400})\]")
_SIZE = re.compile(rb"/Size\s+(\d{1,7})\b")
_BEFORE = re.compile(rb"/Prev\s+(\d{1,10})\b")
_PREDICTOR = re.compile(rb"/Predictor\s+(\d+)\b")
_COLUMNS = re.compile(rb"/Columns\s+(\d{1,3})\b")

_MOST_TABLES = 8  # a file that was changed often is read otherwise
_MOST_BYTES = 4 * 1024 * 1024
_PNG = 10  # the first of the predictors that work by rows
_UP = b"\x02"  # the usual one of these: each byte less the one above it
_IN_FILE = 1  # the kind of an entry; 0 is free, 2 packed with others


class _Odd(Exception):
    """A table that is damaged, or of another kind."""


class _Table(NamedTuple):
    head: bytes  # its dictionary
    content: bytes


def places(data: bytes) -> dict[int, int] | None:
    """Where the objects of a file stand that are not packed with others, by their numbers.

    None where one does not stand there, or the table is damaged or not a packed one.
    """
    there: dict[int, int] = {}
    in_streams: set[int] = set()  # objects that are packed with others, or are no more
    found = _START.match(data, max(data.rfind(b"startxref"), 0))
    seen: set[int] = set()
    try:
        while found is not None:
            start = int(found[1])
            if start in seen or len(seen) == _MOST_TABLES:
                return None
            seen.add(start)
            table = _table(data, start)
            for number, kind, place in _entries(table):
                if number not in there and number not in in_streams:  # the newest table holds
                    if kind == _IN_FILE:
                        there[number] = place
                    else:
                        in_streams.add(number)
            found = _BEFORE.search(table.head)
    except (_Odd, zlib.error):
        return None
    stand_there = (data.startswith(b"%d 0 obj" % number, at) for number, at in there.items())
    return there if there and all(stand_there) else None


def _table(data: bytes, start: int) -> _Table:
    number = _OBJECT.match(data, start)
    found = _STREAM.match(data, number.end()) if number else None
    if found is None or not _TABLE.search(found[1]):
        raise _Odd
    unpacker = zlib.decompressobj()
    end = data.find(b"endstream", found.end())
    content = unpacker.decompress(data[found.end() : end], _MOST_BYTES)
    if not unpacker.eof:
        raise _Odd
    return _Table(found[1], content)


def _entries(table: _Table) -> Iterator[tuple[int, int, int]]:
    """Number, kind and place of each object of a table."""
    widths, size = _WIDTHS.search(table.head), _SIZE.search(table.head)
    if widths is None or size is None:
        raise _Odd
    first, second, third = (int(width) for width in widths.groups())
    columns = _columns(table, first + second + third)
    if not (first and second):
        raise _Odd
    stated = _RANGES.search(table.head)
    listed = [int(number) for number in stated[1].split()] if stated else [0, int(size[1])]
    if len(listed) % 2 or sum(listed[1::2]) != len(columns[0]):
        raise _Odd
    ranges = zip(listed[::2], listed[1::2], strict=True)
    numbers = [number for start, count in ranges for number in range(start, start + count)]
    kinds, at = _joined(columns[:first]), _joined(columns[first : first + second])
    return zip(numbers, kinds, at, strict=True)


def _columns(table: _Table, count: int) -> list[Sequence[int]]:
    """The bytes of the rows by column, as they were before a predictor made them smaller."""
    predictor, columns = _PREDICTOR.search(table.head), _COLUMNS.search(table.head)
    if predictor is None:
        if len(table.content) % count:
            raise _Odd
        return [table.content[column::count] for column in range(count)]
    length = count + 1  # the first byte of a row says what was done to it
    if columns is None or int(columns[1]) != count or len(table.content) % length:
        raise _Odd
    if int(predictor[1]) < _PNG or table.content[::length].strip(_UP):
        raise _Odd
    return [
        [added & 0xFF for added in accumulate(table.content[column::length])]
        for column in range(1, length)
    ]


def _joined(columns: Sequence[Sequence[int]]) -> Sequence[int]:
    """The numbers that bytes of a row make, the first column being the highest."""
    numbers, *others = columns
    for column in others:
        numbers = [high << 8 | low for high, low in zip(numbers, column, strict=True)]
    return numbers
