"""The shipped rules: data files with typed loaders, each read once, when first asked for.

What sentences say is data (`data/cues`), as is what letters print (`layouts/spec.py`). Every
pattern row carries examples that it matches and near misses that it does not;
`tests/rules/test_rule_files.py` checks both for every row of every file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

import msgspec
from msgspec import Struct

from imr_extract.rules import built, data_files
from imr_extract.rules.patterns import Match, Pattern, compile_pattern, expand
from imr_extract.rules.prefilters import SHORT, bits_of, called_in, standing_in

T = TypeVar("T")


class PatternRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern with its name, what it means, and its proof."""

    id: str
    pattern: str  # may name shapes of patterns.py as {date}, {age} ...
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    value: str | None = None  # what a match means, where the words do not say it


class WordBreaks(Struct, frozen=True, forbid_unknown_fields=True):
    """Halves of words that are written in one."""

    never_before_hyphen: frozenset[str]
    never_after_hyphen: frozenset[str]


@dataclass(frozen=True, eq=False)
class CompiledRow:
    """A row ready for use; `id` and `value` as in `PatternRow`, `source` with its shapes in place.

    Its pattern is compiled when it is first asked for: a letter needs two thirds of them, and to
    compile all takes half the time of a start.
    """

    id: str
    source: str
    value: str | None
    ignore_case: bool = False

    @cached_property
    def pattern(self) -> Pattern:
        """The compiled `source`."""
        return compile_pattern(self.source, ignore_case=self.ignore_case)

    @cached_property
    def waits_for(self) -> tuple[int, ...]:
        """The bits of its sets of prefilter words, the rarest first; none if tried everywhere."""
        return bits_of(self.source)


# A row with the bits that must all be there for it.
_Waiting = tuple[int, CompiledRow]


class RuleTable:
    """Rows that are tried on the same stretches of text, in order.

    A row is tried only where its prefilter words stand (`rules/prefilters.py`).
    """

    def __init__(self, rows: Iterable[CompiledRow]) -> None:
        self._rows = tuple(rows)

    def __iter__(self) -> Iterator[CompiledRow]:
        return iter(self._rows)

    @cached_property
    def _waiting(self) -> Sequence[_Waiting]:
        return [(sum(row.waits_for), row) for row in self._rows]

    def called(self, text: str, start: int = 0, end: int | None = None) -> Sequence[CompiledRow]:
        """The rows that can match in `text[start:end]`, in order."""
        if len(text) <= SHORT:
            there = called_in(text, start, len(text) if end is None else end)
            return [row for bits, row in self._waiting if bits & there == bits]
        standing = standing_in(text)
        rows = standing.called.get(self)
        if rows is None:
            all_there = standing.within(0, len(text))
            rows = [(bits, row) for bits, row in self._waiting if bits & all_there == bits]
            standing.called[self] = rows
        if not rows:
            return ()
        there = standing.within(start, len(text) if end is None else end)
        return [row for bits, row in rows if bits & there == bits]

    def matches(
        self, text: str, start: int, end: int, *, within: int | None = None
    ) -> Iterable[tuple[CompiledRow, Match]]:
        """The matches of the rows in `text[start:end]`, row by row.

        Where no match holds more than `within` characters before and behind a prefilter word, only
        the surroundings of these words are searched in a long text.
        """
        called = self.called(text, start, end)  # in most stretches, none
        return _matches(called, text, start, end, within) if called else ()


def _matches(
    rows: Iterable[CompiledRow], text: str, start: int, end: int, within: int | None
) -> Iterator[tuple[CompiledRow, Match]]:
    for row in rows:
        if within is None or not row.waits_for or len(text) <= SHORT:
            for match in row.pattern.finditer(text, start, end):
                yield row, match
            continue
        for left, right in _windows(text, row.waits_for[0], start, end, within):
            for match in row.pattern.finditer(text, left, right):
                yield row, match


def _windows(text: str, bit: int, start: int, end: int, within: int) -> list[tuple[int, int]]:
    """The surroundings of a row's rarest words, in order and not overlapping."""
    windows: list[tuple[int, int]] = []
    for place in standing_in(text).places(bit, start, end):
        left, right = max(place - within, start), min(place + within, end)
        if windows and left <= windows[-1][1]:
            left = windows.pop()[0]
        windows.append((left, right))
    return windows


@cache
def word_breaks() -> WordBreaks:
    """Halves of words that a line-end hyphen breaks without being part of them."""
    return load("word_breaks.toml", WordBreaks)


@cache
def names_with_commas() -> tuple[str, ...]:
    """Specialties whose name holds a comma, the longest first."""
    names = load("vocabulary/specialties.toml", dict[str, tuple[str, ...]])["names_with_commas"]
    return tuple(sorted(names, key=len, reverse=True))


@cache
def names_with_and() -> tuple[str, ...]:
    """Specialties whose name holds "and", for credentials in sentences."""
    return load("vocabulary/specialties.toml", dict[str, tuple[str, ...]])["names_with_and"]


@cache
def cue_rows(name: str) -> dict[str, tuple[PatternRow, ...]]:
    """The rows of `data/cues/NAME.toml`, by table."""
    return load(f"cues/{name}.toml", dict[str, tuple[PatternRow, ...]])


@cache
def cues(name: str, table: str) -> RuleTable:
    """One table of `data/cues/NAME.toml`."""
    return RuleTable(
        CompiledRow(f"{name}.{row.id}", expand(row.pattern), row.value)
        for row in cue_rows(name)[table]
    )


@cache
def digest(layouts: tuple[str, ...] = ()) -> str:
    """A name for the rules as they are: it changes with any byte of any data file.

    `layouts` are the texts of layout files that are used beside the shipped ones.
    """
    return data_files.digest_with(layouts) if layouts else data_files.digest()


def load(path: str, kind: type[T]) -> T:
    """The file of `imr_extract/data` at `path`, checked against `kind`.

    Raises `msgspec.ValidationError` with the key's path where the file does not fit: a fault of the
    package, not of any input.
    """
    if (tables := built.file(path)) is not None:
        return msgspec.msgpack.decode(tables, type=kind)
    return msgspec.convert(data_files.decoded(path), kind)
