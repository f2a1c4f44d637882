"""Prefilters: which patterns can match in a stretch of text, found in one pass for all of them.

Each pattern waits for words of which every match holds one; `scripts/derive_prefilters.py` derives
them from the pattern itself. All words of all patterns are looked for at once, and what stands in
a stretch is a set of patterns as the bits of a number: a rule that none of its words calls costs
nothing.
"""

import hashlib
from bisect import bisect_right
from functools import cache, lru_cache

import ahocorasick
import msgspec

from imr_extract.rules.data_files import read

_KEY_LENGTH = 12  # characters of a digest; the patterns are a few hundred
_SHORT = 400  # characters of a text that is not worth keeping what stands in it
# The one capital that is two characters in lower case, so that places behind it would be wrong.
_MOVES = "\u0130"


def digest_of(source: str) -> str:
    """The key of a pattern in `data/prefilters.json`."""
    return hashlib.sha256(source.encode()).hexdigest()[:_KEY_LENGTH]


@cache
def _table() -> dict[str, tuple[str, ...]]:
    return msgspec.json.decode(read("prefilters.json"), type=dict[str, tuple[str, ...]])


@cache
def _bits() -> dict[str, int]:
    return {key: 1 << index for index, key in enumerate(_table())}


def bit_of(source: str) -> int:
    """The bit of a shipped pattern; 0 for one that waits for no word."""
    return _bits().get(digest_of(source), 0)


def words_of(source: str) -> tuple[str, ...]:
    """The prefilter words of a shipped pattern, in lower case; () for one that has none."""
    return _table().get(digest_of(source), ())


@cache
def _automaton() -> ahocorasick.Automaton:
    """Finds every word, with its length and the bits of the patterns that wait for it."""
    waiting: dict[str, int] = {}
    for bit, words in zip(_bits().values(), _table().values(), strict=True):
        for word in words:
            waiting[word] = waiting.get(word, 0) | bit
    automaton = ahocorasick.Automaton()
    for word, bits in waiting.items():
        automaton.add_word(word, (len(word), bits))
    automaton.make_automaton()
    return automaton


class _Standing:
    """Where the words stand in one text."""

    __slots__ = ("_known", "bits", "ends", "lengths")

    def __init__(self, text: str) -> None:
        found = list(_automaton().iter(text.lower()))
        self.ends = [last + 1 for last, _ in found]
        self.lengths = [length for _, (length, _) in found]
        self.bits = [bits for _, (_, bits) in found]
        self._known: dict[tuple[int, int], int] = {}

    def within(self, start: int, end: int) -> int:
        known = self._known.get((start, end))
        if known is not None:
            return known
        called = 0
        first, behind = bisect_right(self.ends, start), bisect_right(self.ends, end)
        for stop, length, bits in zip(
            self.ends[first:behind],
            self.lengths[first:behind],
            self.bits[first:behind],
            strict=True,
        ):
            if stop - length >= start:
                called |= bits
        self._known[start, end] = called
        return called


_standing = lru_cache(maxsize=4)(_Standing)


def called_in(text: str, start: int, end: int) -> int:
    """The bits of all patterns of which a word stands in `text[start:end]`; -1, all, if unsure."""
    if _MOVES in text:
        return -1
    if len(text) > _SHORT:
        return _standing(text).within(start, end)
    called = 0
    for _, (_, bits) in _automaton().iter(text[start:end].lower()):
        called |= bits
    return called


def places(text: str, bit: int, start: int, end: int) -> list[int] | None:
    """Where the words of the pattern with this bit begin in `text[start:end]`; None if unsure."""
    if _MOVES in text:
        return None
    standing = _standing(text) if len(text) > _SHORT else _Standing(text)
    first, behind = bisect_right(standing.ends, start), bisect_right(standing.ends, end)
    begins = [
        standing.ends[index] - standing.lengths[index]
        for index in range(first, behind)
        if standing.bits[index] & bit
    ]
    return sorted(begin for begin in begins if begin >= start)
