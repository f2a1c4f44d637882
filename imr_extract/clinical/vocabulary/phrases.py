"""A vocabulary as a matcher: which of many phrases stand in a run of words?

Case, and the choice of blank, hyphen or slash between words, do not matter; a plural of any word
does not either. Of phrases that overlap the one that begins first wins, of those the longest.
"""

from collections.abc import Callable, Iterable, Iterator, KeysView, Sequence
from typing import Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from imr_extract.rules import built
from imr_extract.text.sentences import Word, words

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase in the text: its interval, the index of its first and last word, its meaning."""

    start: int
    end: int
    first: int
    last: int  # included
    phrase: str
    meaning: T


class Kept(Struct, frozen=True, array_like=True):
    """Phrases as the built rules keep them: decoded by first word, and only when one is asked for.

    A letter has one in a hundred of the first words.
    """

    meanings: list[Raw]  # each once
    by_first: dict[str, Raw]  # first word -> `_Row`s


_Row = tuple[tuple[str, ...], str, int]  # words in the singular, phrase, place among the meanings


_END = ""  # stands behind the last word: no phrase holds it


class _Group(NamedTuple, Generic[T]):
    """The phrases with one first word."""

    alone: list[int]  # [1] where the word is a phrase by itself, else []
    lengths: dict[str, list[int]]  # second word -> lengths of keys to try there, longest first
    rows: dict[tuple[str, ...], tuple[str, T]]  # words in the singular -> phrase and meaning


class _Decoded(dict[str, _Group[T]]):
    """The groups of kept phrases that were asked for, by their first word."""

    def __init__(self, kept: Kept, meaning: type[T]) -> None:
        self._kept = kept
        self._meaning = meaning

    def __missing__(self, first: str) -> _Group[T]:
        rows = msgspec.msgpack.decode(self._kept.by_first[first], type=list[_Row])
        meanings = self._kept.meanings
        group = self[first] = _group(
            {
                key: (phrase, msgspec.msgpack.decode(meanings[place], type=self._meaning))
                for key, phrase, place in rows
            }
        )
        return group


class Phrases(Generic[T]):
    """Phrases with what each means."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        """`phrases` stand as a vocabulary file prints them, with their meanings."""
        self._groups: dict[str, _Group[T]] = {
            first: _group(rows) for first, rows in _by_first(phrases).items()
        }
        self._firsts: KeysView[str] = self._groups.keys()

    @classmethod
    def shipped(
        cls, name: str, meaning: type[T], phrases: Callable[[], Iterable[tuple[str, T]]]
    ) -> "Phrases[T]":
        """The phrases of the shipped vocabulary `name`, out of the built rules where these fit."""
        made = cls(())
        kept = built.table(f"phrases.{name}", Kept, lambda: _kept(phrases()))
        made._groups = _Decoded(kept, meaning)
        made._firsts = kept.by_first.keys()
        return made

    def find(self, run: Sequence[Word]) -> list[Hit[T]]:
        """The phrases in `run`, in order, not overlapping."""
        keys = _keys(run)
        hits: list[Hit[T]] = []
        free = 0  # the first word that no phrase holds yet
        for at in self._beginnings(keys):
            if at < free:
                continue
            for end, row in self._beginning(run, keys, at):  # the longest holds
                hits.append(Hit(run[at].start, run[end - 1].end, at, end - 1, *row))
                free = end
                break
        return hits

    def standing(self, run: Sequence[Word]) -> Iterator[tuple[str, T]]:
        """All phrases in `run`, also those that overlap, with their meanings."""
        keys = _keys(run)
        for at in self._beginnings(keys):
            for _, row in self._beginning(run, keys, at):
                yield row

    def _beginnings(self, keys: tuple[str, ...]) -> list[int]:
        """The words that a phrase may begin with: few, so that the others are not looked up."""
        firsts = self._firsts
        if firsts.isdisjoint(keys):
            return []
        return [index for index, key in enumerate(keys) if key in firsts]

    def _beginning(
        self, run: Sequence[Word], keys: tuple[str, ...], at: int
    ) -> Iterator[tuple[int, tuple[str, T]]]:
        """The phrases that begin with the word `at`, the longest first: end, phrase and meaning."""
        alone, lengths, rows = self._groups[keys[at]]
        for length in lengths.get(keys[at + 1], alone):
            end = at + length
            row = rows.get(keys[at:end])
            if row is not None and False not in [word.joined for word in run[at + 1 : end]]:
                yield end, row


def _keys(run: Sequence[Word]) -> tuple[str, ...]:
    """The words in the singular, as the phrases have them, and what ends them."""
    return (*[word.singular for word in run], _END)


def _group(rows: dict[tuple[str, ...], tuple[str, T]]) -> _Group[T]:
    alone = [1] if any(len(key) == 1 for key in rows) else []
    longer: dict[str, set[int]] = {}
    for key in rows:
        if len(key) > 1:
            longer.setdefault(key[1], set()).add(len(key))
    lengths = {second: [*sorted(counts, reverse=True), *alone] for second, counts in longer.items()}
    return _Group(alone, lengths, rows)


def _by_first(
    phrases: Iterable[tuple[str, T]],
) -> dict[str, dict[tuple[str, ...], tuple[str, T]]]:
    """The phrases with words by their first one, each once: of equal ones the first holds."""
    found: dict[str, dict[tuple[str, ...], tuple[str, T]]] = {}
    for phrase, meaning in phrases:
        key = tuple(word.singular for word in words(phrase, 0, len(phrase)))
        if key:
            found.setdefault(key[0], {}).setdefault(key, (phrase, meaning))
    return found


def _kept(phrases: Iterable[tuple[str, T]]) -> Kept:
    groups = _by_first(phrases)
    of_all = (meaning for rows in groups.values() for _, meaning in rows.values())
    places = {meaning: place for place, meaning in enumerate(dict.fromkeys(of_all))}
    return Kept(
        [built.packed(meaning) for meaning in places],
        {
            first: built.packed(
                [(key, phrase, places[meaning]) for key, (phrase, meaning) in rows.items()]
            )
            for first, rows in groups.items()
        },
    )
