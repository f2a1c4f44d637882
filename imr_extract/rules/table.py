"""The shipped rules: data files with typed loaders, each read once, when first asked for.

What sentences say is data (`data/cues`), as is what letters print (`layouts/spec.py`). Every
pattern row carries examples that it matches and near misses that it does not; `tests/test_rules.py`
checks both for every row of every file.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from imr_extract.rules.patterns import Match, Pattern, compile_pattern, expand

T = TypeVar("T")


class PatternRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern with its name, what it means, and its proof."""

    id: str
    pattern: str  # may name shapes of patterns.py as {date}, {age} ...
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    value: str | None = None  # what a match means, where the words do not say it
    words: tuple[str, ...] = ()  # lower-case words, one of which stands in every match, where told


class WordBreaks(Struct, frozen=True, forbid_unknown_fields=True):
    """Halves of words that are written in one."""

    never_before_hyphen: frozenset[str]
    never_after_hyphen: frozenset[str]


@dataclass(frozen=True, eq=False)
class CompiledRow:
    """A row ready for use; `id`, `value` and `words` as in `Row`.

    Its pattern is compiled when it is first asked for: a letter needs two thirds of them, and to
    compile all takes half the time of a start.
    """

    id: str
    compiled: Callable[[], Pattern]
    value: str | None
    words: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> Pattern:
        """What `compiled` makes."""
        return self.compiled()


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
def cues(name: str, table: str) -> tuple[CompiledRow, ...]:
    """The compiled rows of one table of `data/cues/NAME.toml`, in file order."""
    return tuple(
        CompiledRow(f"{name}.{row.id}", partial(_compiled, row.pattern), row.value, row.words)
        for row in cue_rows(name)[table]
    )


def matches(
    name: str, table: str, text: str, start: int, end: int, *, within: int | None = None
) -> Iterator[tuple[CompiledRow, Match]]:
    """The matches of a table's rows in `text[start:end]`, row by row.

    A row none of whose words stands there is passed over, since it cannot match. Of a table whose
    matches hold no more than `within` characters before and behind such a word, only the
    surroundings of these words are searched.
    """
    lowered = text[start:end].lower()
    if within is not None and len(lowered) == end - start:  # some capitals are two letters in small
        for row in cues(name, table):
            for left, right in _windows(lowered, row.words, within):
                for match in row.pattern.finditer(text, start + left, start + right):
                    yield row, match
        return
    for row in called(name, table, lowered):
        for match in row.pattern.finditer(text, start, end):
            yield row, match


def called(name: str, table: str, lowered: str) -> Iterator[CompiledRow]:
    """The rows of a table that can match in a text of lower case: it holds one of their words."""
    for row in cues(name, table):
        if not row.words or any(word in lowered for word in row.words):
            yield row


def _windows(lowered: str, words: Sequence[str], within: int) -> list[tuple[int, int]]:
    """The surroundings of all places of the words, in order, not overlapping; all without words."""
    if not words:
        return [(0, len(lowered))]
    places = []
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            places.append(at)
            at = lowered.find(word, at + 1)
    windows: list[tuple[int, int]] = []
    for place in sorted(places):
        left, right = max(place - within, 0), min(place + within, len(lowered))
        if windows and left <= windows[-1][1]:
            left = windows.pop()[0]
        windows.append((left, right))
    return windows


def _compiled(source: str) -> Pattern:
    return compile_pattern(expand(source))


@cache
def digest(layouts: tuple[str, ...] = ()) -> str:
    """A name for the rules as they are: it changes with any byte of any data file.

    `layouts` are the texts of layout files that are used beside the shipped ones.
    """
    hashed = hashlib.sha256()
    for path in sorted(_data_files(files("imr_extract").joinpath("data")), key=lambda p: p[0]):
        hashed.update(path[0].encode() + b"\0" + path[1].read_bytes())
    for text in layouts:
        hashed.update(b"\0" + text.encode("utf-8", "surrogateescape"))
    return hashed.hexdigest()[:16]


def _data_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _data_files(each, f"{prefix}{each.name}/")
        elif each.name.endswith(".toml"):
            yield prefix + each.name, each


def load(path: str, kind: type[T]) -> T:
    """The file of `imr_extract/data` at `path`, checked against `kind`.

    Raises `msgspec.ValidationError` with the key's path where the file does not fit: a fault of the
    package, not of any input.
    """
    text = files("imr_extract").joinpath("data", *path.split("/")).read_text(encoding="utf-8")
    decoded: Any = msgspec.toml.decode(text)
    return msgspec.convert(decoded, kind)
