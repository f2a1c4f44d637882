"""ICD-10-CM: which words are a formal diagnosis, and which code they stand for.

The table holds the titles and inclusion terms of the classification as sorted keys, packed in
blocks that are unpacked when a phrase that may stand in one is looked up. It is not read before
that. `scripts/derive_icd10cm.py` makes it.
"""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from imr_extract.rules import built
from imr_extract.rules.data_files import read
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word, words

_FILE = "icd10cm.bin"
_BLOCK = 256  # phrases that are packed together
_ARTICLES = frozenset(("a", "an", "the"))
_PREFIXES = frozenset(("non", "post"))  # "post-traumatic" is "posttraumatic"
_PLURALS = frozenset(("s", "es"))
_SPELLED_APART = _ARTICLES | _PREFIXES | _PLURALS  # words that keys have otherwise, or not at all
_SIDES = frozenset(("left", "right", "bilateral"))
_LENGTH = 4  # bytes of a number in the file


class Edition(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/icd10cm.toml`: what the table was made from."""

    name: str
    release: str
    source: str
    phrases: int
    sha256: str


class FormalTerm(NamedTuple):
    """A formal term at the beginning of some words."""

    length: int  # words that it takes
    code: str | None  # None where several codes have this term


class _TitleBlock(NamedTuple):
    keys: list[str]
    codes: list[str]


class _TitleTable(NamedTuple):
    firsts: list[str]  # the first key of each block
    blocks: list[bytes]


def edition() -> Edition:
    """What the shipped table was made from."""
    return load("vocabulary/icd10cm.toml", Edition)


def key(phrase: str) -> str:
    """A phrase as the table's keys are written."""
    return " ".join(keys(words(phrase, 0, len(phrase)))[0])


def keys(run: Sequence[Word]) -> tuple[list[str], list[int]]:
    """The words of a phrase as the table's keys have them, and how many of `run` each ends with."""
    found: list[str] = []
    ends: list[int] = []
    prefix = ""
    for index, word in enumerate(run):
        if word.text in _SPELLED_APART:
            if word.text in _ARTICLES or (index and _is_plural(run[index - 1], word)):
                continue
            if word.text in _PREFIXES and index + 1 < len(run) and run[index + 1].joined:
                prefix += word.text
                continue
        found.append(prefix + word.singular)
        ends.append(index + 1)
        prefix = ""
    return found, ends


def _is_plural(before: Word, word: Word) -> bool:
    """Whether a word is the plural in brackets of the one before: "muscle(s)"."""
    return word.text in _PLURALS and word.start == before.end + 1


def code_of(run: Sequence[Word]) -> str | None:
    """The code whose title or inclusion term these words are; None where they are none.

    A side may stand elsewhere than in the title: "right trigger thumb" is "trigger thumb, right
    thumb". Words that name no side where titles do give the category.
    """
    spelled, _ = keys(run)
    exact = _find(" ".join(spelled))
    if exact is not None:
        return exact or None
    sides = [word for word in spelled if word in _SIDES]
    if len(sides) != 1:
        return None
    rest = " ".join(word for word in spelled if word != sides[0])
    category = _find(rest)
    return _sided(rest, category, sides[0]) if category else None


def terms(spelled: Sequence[str]) -> Iterator[FormalTerm]:
    """The terms that these words, as `keys` gives them, begin with, the longest first."""
    known = _beginnings()
    if known.isdisjoint((" ".join(spelled[:1]), " ".join(spelled[:2]))):
        return
    size = len(spelled)
    while size:
        before = _before(" ".join(spelled[:size]))
        if before is None:
            return
        found = before[0].split(" ")
        size = 0  # words that both begin with; a key with more of them would come behind `found`
        for one, other in zip(found, spelled, strict=False):
            if one != other:
                break
            size += 1
        if size == len(found):
            yield FormalTerm(size, before[1] or None)
            size -= 1


def holds_term(run: Sequence[Word]) -> bool:
    """Whether a term of several words stands anywhere in these words."""
    spelled, _ = keys(run)
    if _beginnings().isdisjoint([" ".join(pair) for pair in pairwise(spelled)]):
        return False
    return any(term.length > 1 for at in range(len(spelled) - 1) for term in terms(spelled[at:]))


@cache
def _beginnings() -> frozenset[str]:
    """Every key of one word, and the first two words of all others: 14,000 of 64,000 keys.

    What begins with none of them is not looked up in the blocks.
    """
    return frozenset(built.table("icd10cm.beginnings", list[str], _all_beginnings))


def _all_beginnings() -> list[str]:
    rows = unpack(read(f"vocabulary/{_FILE}"))
    return sorted({" ".join(key.split(" ", 2)[:2]) for key in rows})


def pack(rows: dict[str, str]) -> bytes:
    """The file for these rows: number of blocks, their lengths, their first keys, the blocks."""
    found = sorted(rows)
    parts = [found[at : at + _BLOCK] for at in range(0, len(found), _BLOCK)]
    blocks = [
        zlib.compress("\n".join(f"{key}\t{rows[key]}" for key in part).encode(), 9)
        for part in parts
    ]
    firsts = zlib.compress("\n".join(part[0] for part in parts).encode(), 9)
    lengths = [len(block) for block in (firsts, *blocks)]
    return b"".join((_number(len(blocks)), *map(_number, lengths), firsts, *blocks))


def _number(value: int) -> bytes:
    return value.to_bytes(_LENGTH, "big")


def unpack(data: bytes) -> dict[str, str]:
    """The rows of such a file."""
    table = _parts(data)
    rows: dict[str, str] = {}
    for block in table.blocks:
        rows.update(zip(*_unpacked(block), strict=True))
    return rows


@cache
def _table() -> _TitleTable:
    return _parts(read(f"vocabulary/{_FILE}"))


def _parts(data: bytes) -> _TitleTable:
    count = int.from_bytes(data[:_LENGTH], "big")
    at = _LENGTH * (count + 2)
    parts = []
    for index in range(1, count + 2):
        length = int.from_bytes(data[_LENGTH * index : _LENGTH * (index + 1)], "big")
        parts.append(data[at : at + length])
        at += length
    return _TitleTable(zlib.decompress(parts[0]).decode().split("\n"), parts[1:])


@cache  # 11 MB once all were asked for
def _block(index: int) -> _TitleBlock:
    return _unpacked(_table().blocks[index])


def _unpacked(block: bytes) -> _TitleBlock:
    pairs = [row.partition("\t") for row in zlib.decompress(block).decode().split("\n")]
    return _TitleBlock([pair[0] for pair in pairs], [pair[2] for pair in pairs])


def _before(text: str) -> tuple[str, str] | None:
    """The last key that does not come after `text`, with its code; None before the first."""
    index = bisect_right(_table().firsts, text) - 1
    if index < 0:
        return None
    block = _block(index)
    at = bisect_right(block.keys, text) - 1
    return block.keys[at], block.codes[at]


def _find(text: str) -> str | None:
    """The code of a key, "" where several codes have it; None where there is no such key."""
    before = _before(text)
    return before[1] if before is not None and before[0] == text else None


def _sided(rest: str, category: str, side: str) -> str | None:
    """The one code below `category` whose title is `rest`, then `side` and at most its site."""
    start = f"{rest} {side}"
    found = {
        code
        for key, code in _from(start)
        if (key == start or key.startswith(f"{start} ")) and code.startswith(category)
    }
    return found.pop() if len(found) == 1 else None


def _from(start: str) -> Iterator[tuple[str, str]]:
    """The keys that begin with `start`, with their codes."""
    index = max(bisect_right(_table().firsts, start) - 1, 0)
    while index < len(_table().blocks):
        block = _block(index)
        for at in range(bisect_left(block.keys, start), len(block.keys)):
            if not block.keys[at].startswith(start):
                return
            yield block.keys[at], block.codes[at]
        index += 1
