"""Prefilters: which patterns can match in a stretch of text, found in one pass for all of them.

Each pattern waits for words: every match holds one of each of its sets of them, which
`scripts/derive_prefilters.py` derives from the pattern itself. All words of all patterns are looked
for at once, and what stands in a stretch are the bits of a number, one for each set: a rule that
its words do not call costs nothing.
"""

import hashlib
from bisect import bisect_left
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
def _table() -> dict[str, tuple[tuple[str, ...], ...]]:
    return msgspec.json.decode(read("prefilters.json"), type=dict[str, tuple[tuple[str, ...], ...]])


@cache
def _bits() -> dict[str, tuple[int, ...]]:
    """The bit of each set of words of each pattern, by the pattern's key."""
    bit = 1
    bits: dict[str, tuple[int, ...]] = {}
    for key, sets in _table().items():
        bits[key] = tuple(bit << index for index in range(len(sets)))
        bit <<= len(sets)
    return bits


def bits_of(source: str) -> tuple[int, ...]:
    """The bits of the sets of words that a shipped pattern waits for, the rarest first."""
    return _bits().get(digest_of(source), ())


@cache
def _automaton() -> ahocorasick.Automaton:
    """Finds every word, with its length and the bits of the sets that hold it."""
    waiting: dict[str, int] = {}
    for key, bits in _bits().items():
        for bit, words in zip(bits, _table()[key], strict=True):
            for word in words:
                waiting[word] = waiting.get(word, 0) | bit
    automaton = ahocorasick.Automaton()
    for word, all_bits in waiting.items():
        automaton.add_word(word, (len(word), all_bits))
    automaton.make_automaton()
    return automaton


class _Standing:
    """Where the words stand in one text."""

    __slots__ = ("_found", "_known", "_lasts", "_unsure")

    def __init__(self, text: str) -> None:
        self._unsure = _MOVES in text
        self._found: list[tuple[int, tuple[int, int]]] = list(_automaton().iter(text.lower()))
        self._lasts = [last for last, _ in self._found]
        self._known: dict[tuple[int, int], int] = {}

    def within(self, start: int, end: int) -> int:
        """The bits of the sets of which a word stands in `text[start:end]`; -1 if unsure."""
        known = self._known.get((start, end))
        if known is not None:
            return known
        bits = -1 if self._unsure else 0
        for last, (length, of_word) in self._between(start, end):
            if last - length + 1 >= start:
                bits |= of_word
        self._known[start, end] = bits
        return bits

    def places(self, bit: int, start: int, end: int) -> list[int] | None:
        """Where the words of a set begin in `text[start:end]`; None if unsure."""
        if self._unsure:
            return None
        begins = [
            last - length + 1
            for last, (length, of_word) in self._between(start, end)
            if of_word & bit
        ]
        return sorted(begin for begin in begins if begin >= start)

    def _between(self, start: int, end: int) -> list[tuple[int, tuple[int, int]]]:
        """The last characters of words in `text[start:end]`, with each word's length and bits."""
        return self._found[bisect_left(self._lasts, start) : bisect_left(self._lasts, end)]


_standing = lru_cache(maxsize=4)(_Standing)


def called_in(text: str, start: int, end: int) -> int:
    """The bits of all sets of which a word stands in `text[start:end]`; -1, all, if unsure."""
    if len(text) > _SHORT:
        return _standing(text).within(start, end)
    return _Standing(text[start:end]).within(0, end - start)


def places(text: str, bit: int, start: int, end: int) -> list[int] | None:
    """Where the words of the set with this bit begin in `text[start:end]`; None if unsure."""
    standing = _standing(text) if len(text) > _SHORT else _Standing(text)
    return standing.places(bit, start, end)
