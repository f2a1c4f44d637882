"""Which record of one file is about the same letter as which of another.

Files may hold a million records: of each only two numbers and its place are kept.
"""

from array import array
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

_NONE = 0  # the number of an absent key


class Pair(NamedTuple):
    """A letter, with its line of each file; None where a file does not have it."""

    letter: str  # case number, or the name of the file where there is none; NAME#2 inside of it
    layout: str
    old: bytes | None
    new: bytes | None


class NotARecord(Exception):
    """A line that is neither a record nor an error object; `message` names file and line."""

    def __init__(self, which: str, line: int) -> None:
        self.message = f"{which}, line {line} is not a record"
        super().__init__(self.message)


class _Source(Struct, frozen=True):
    name: str = ""
    sha256: str | None = None
    letter: int | None = None

    @property
    def content(self) -> int:
        """A number for the bytes that the letter was read from, and its place in them."""
        return hash((self.sha256, self.letter or 1)) if self.sha256 else _NONE

    @property
    def label(self) -> str:
        """The letter by its file."""
        return f"{self.name}#{self.letter}" if (self.letter or 1) > 1 else self.name


class _Case(Struct, frozen=True):
    case_number: str | None = None


class _Key(Struct, frozen=True):
    source: _Source = _Source()
    case: _Case = _Case()
    layout: str = ""
    error: msgspec.Raw | UnsetType = UNSET


_key = msgspec.json.Decoder(_Key)


class _Index:
    """The records of a file, by number in file order: where they stand, and what joins them."""

    def __init__(self, file: BinaryIO, which: str) -> None:
        self._file = file
        self.offsets = array("Q")
        self.hashes = array("q")  # of content and of case number, as Python hashes them
        self.cases = array("q")
        file.seek(0)
        at = 0
        for line, data in enumerate(file, start=1):
            if data.strip():
                self._add(data, at, which, line)
            at += len(data)

    def _add(self, data: bytes, at: int, which: str, line: int) -> None:
        try:
            key = _key.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NotARecord(which, line) from None
        if key.error is UNSET:
            self.offsets.append(at)
            self.hashes.append(key.source.content)
            self.cases.append(hash(key.case.case_number) if key.case.case_number else _NONE)

    def __len__(self) -> int:
        return len(self.offsets)

    def line(self, number: int) -> bytes:
        """The record of that number."""
        self._file.seek(self.offsets[number])
        return self._file.readline()


def join(old: BinaryIO, new: BinaryIO) -> Iterator[Pair]:
    """Every letter of either file, in the order of `new`, then those that only `old` has.

    Records of the same content are joined first, then those that are left over by case number. The
    second record of a key is joined to the second. Error objects and blank lines are no records.
    Raises `NotARecord`.
    """
    before, after = _Index(old, "OLD"), _Index(new, "NEW")
    partners = array("q", [-1]) * len(after)
    taken = bytearray(len(before))
    for one, other in ((before.hashes, after.hashes), (before.cases, after.cases)):
        _match(one, other, partners, taken)
    for number, partner in enumerate(partners):
        yield _pair(before.line(partner) if partner >= 0 else None, after.line(number))
    for number in range(len(before)):
        if not taken[number]:
            yield _pair(before.line(number), None)


def _match(
    before: "array[int]", after: "array[int]", partners: "array[int]", taken: bytearray
) -> None:
    """Join what has no partner yet by these keys, setting `partners` and `taken`."""
    places: dict[int, int] = {}
    for number, key in enumerate(before):
        if key != _NONE and not taken[number]:
            # The first of a key that is still free: "the second record of this content".
            place = next(each for time in count() if (each := hash((key, time))) not in places)
            places[place] = number
    for number, key in enumerate(after):
        if key == _NONE or partners[number] >= 0:
            continue
        for time in count():
            found = places.get(hash((key, time)))
            if found is None:
                break
            if not taken[found]:
                partners[number] = found
                taken[found] = True
                break


def _pair(old: bytes | None, new: bytes | None) -> Pair:
    key = _key.decode(new or old or b"{}")
    return Pair(key.case.case_number or key.source.label, key.layout, old, new)
