"""Prefilters: which patterns can match in a stretch of text, found in one pass for all of them.

Each pattern waits for words: every match holds one of each of its sets of them, which
`scripts/derive_prefilters.py` derives from the pattern itself. All words of all patterns are looked
for at once, and what stands in a stretch are the bits of a number, one for each set: a rule that
its words do not call costs nothing.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache, reduce
from operator import or_
from typing import Any

import ahocorasick
import msgspec

from imr_extract.rules import built
from imr_extract.rules.data_files import read

SHORT = 400  # characters of a text that is not worth keeping where words stand in it
_KEY_LENGTH = 12  # characters of a digest; the patterns are a few hundred
# The one capital that is two characters in lower case, and the letter that it matches.
_LONGER_IN_LOWER_CASE = ("\u0130", "i")


def digest_of(source: str) -> str:
    """The key of a pattern in `data/prefilters.json`."""
    return hashlib.sha256(source.encode()).hexdigest()[:_KEY_LENGTH]


def _table() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The sets of words of each pattern, by its key."""
    return msgspec.json.decode(read("prefilters.json"), type=dict[str, tuple[tuple[str, ...], ...]])


class _Waiting(msgspec.Struct, frozen=True, array_like=True):
    """What `data/prefilters.json` comes to: each set of words of each pattern has a bit."""

    sets: dict[str, tuple[int, int]]  # key of a pattern -> number of its first bit, and of its sets
    words: dict[str, bytes]  # each word -> the bits of the sets that hold it, lowest byte first


@cache
def _waiting() -> _Waiting:
    return built.table("prefilters", _Waiting, _made)


def _made() -> _Waiting:
    sets: dict[str, tuple[int, int]] = {}
    words: dict[str, int] = {}
    first = 0
    for key, row in _table().items():
        sets[key] = (first, len(row))
        for number, alternatives in enumerate(row, start=first):
            for word in alternatives:
                words[word] = words.get(word, 0) | 1 << number
        first += len(row)
    return _Waiting(
        sets,
        {word: bits.to_bytes(bits.bit_length() // 8 + 1, "little") for word, bits in words.items()},
    )


def bits_of(source: str) -> tuple[int, ...]:
    """The bits of the sets of words that a shipped pattern waits for, the rarest first."""
    first, count = _waiting().sets.get(digest_of(source), (0, 0))
    return tuple(1 << number for number in range(first, first + count))


@cache
def _automaton() -> ahocorasick.Automaton:
    """Finds every word, with its length and the bits of the sets that hold it."""
    automaton = ahocorasick.Automaton()
    for word, bits in _waiting().words.items():
        automaton.add_word(word, (len(word), int.from_bytes(bits, "little")))
    automaton.make_automaton()
    return automaton


class Standing:
    """Where the words stand in one text.

    `called` keeps for a table the rows that are called anywhere in the text, with their bits: its
    stretches are asked about one after the other.
    """

    __slots__ = ("_bits", "_found", "_known", "_lasts", "called")

    def __init__(self, text: str) -> None:
        self._found = _found(text)
        self._lasts = [last for last, _ in self._found]
        self._bits = [bits for _, (_, bits) in self._found]
        self._known: dict[tuple[int, int], int] = {}
        self.called: dict[object, Sequence[tuple[int, Any]]] = {}

    def within(self, start: int, end: int) -> int:
        """The bits of the sets of which a word ends in `text[start:end]`.

        It may begin before: rows are then tried in vain.
        """
        bits = self._known.get((start, end))
        if bits is None:
            left, right = bisect_left(self._lasts, start), bisect_left(self._lasts, end)
            bits = self._known[start, end] = reduce(or_, self._bits[left:right], 0)
        return bits

    def places(self, bit: int, start: int, end: int) -> list[int]:
        """Where the words of the set with this bit begin in `text[start:end]`."""
        left, right = bisect_left(self._lasts, start), bisect_left(self._lasts, end)
        begins = [
            last - length + 1 for last, (length, bits) in self._found[left:right] if bits & bit
        ]
        return sorted(begin for begin in begins if begin >= start)


def _found(text: str) -> list[tuple[int, tuple[int, int]]]:
    """The last character of each word in the text, with its length and the bits of its sets."""
    return list(_automaton().iter(text.replace(*_LONGER_IN_LOWER_CASE).lower()))


standing_in = lru_cache(maxsize=4)(Standing)


@lru_cache(maxsize=256)  # a service is asked about by several tables
def _bits_in(text: str) -> int:
    """The bits of the sets of which a word stands in a text."""
    return reduce(or_, [bits for _, (_, bits) in _found(text)], 0)


def called_in(text: str, start: int, end: int) -> int:
    """The bits of all sets of which a word stands in `text[start:end]`."""
    if len(text) <= SHORT:
        return _bits_in(text[start:end])
    return standing_in(text).within(start, end)
