"""A vocabulary as a matcher: which of many phrases stand in a run of words?

Case, and the choice of blank, hyphen or slash between words, do not matter; a plural of any word
does not either. Of phrases that overlap the one that begins first wins, of those the longest.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

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


class Row(NamedTuple, Generic[T]):
    """A phrase as it is looked for."""

    key: tuple[str, ...]  # its words, each in the singular
    phrase: str
    meaning: T


class Phrases(Generic[T]):
    """Phrases with what each means."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        """`phrases` stand as a vocabulary file prints them, with their meanings."""
        self._take(_rows(phrases))

    @classmethod
    def shipped(
        cls, name: str, meaning: type[T], phrases: Callable[[], Iterable[tuple[str, T]]]
    ) -> "Phrases[T]":
        """The phrases of the shipped vocabulary `name`, out of the built rules where these fit."""
        kind: Any = list[Row[meaning]]  # type: ignore[valid-type]
        made = cls(())
        made._take(built.table(f"phrases.{name}", kind, lambda: _rows(phrases())))
        return made

    def _take(self, rows: Iterable[Row[T]]) -> None:
        self._all = {key: (phrase, meaning) for key, phrase, meaning in rows}
        lengths: dict[str, set[int]] = {}
        for key in self._all:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: sorted(counts, reverse=True) for first, counts in lengths.items()}

    def find(self, run: Sequence[Word]) -> list[Hit[T]]:
        """The phrases in `run`, in order, not overlapping."""
        keys = tuple([word.singular for word in run])
        hits: list[Hit[T]] = []
        free = 0  # the first word that no phrase holds yet
        known = self._lengths
        if known.keys().isdisjoint(keys):
            return hits
        # Few words begin a phrase: the others are passed over before anything is asked of them.
        for at in [index for index, key in enumerate(keys) if key in known]:
            hit = self._at(run, keys, at, known[keys[at]]) if at >= free else None
            if hit is not None:
                hits.append(hit)
                free = hit.last + 1
        return hits

    def _at(
        self, run: Sequence[Word], keys: tuple[str, ...], at: int, lengths: list[int]
    ) -> Hit[T] | None:
        for length in lengths:
            end = at + length
            row = self._all.get(keys[at:end]) if end <= len(keys) else None
            if row is not None and all(word.joined for word in run[at + 1 : end]):
                return Hit(run[at].start, run[end - 1].end, at, end - 1, *row)
        return None


def _rows(phrases: Iterable[tuple[str, T]]) -> list[Row[T]]:
    """The phrases with words, each once: of equal ones the first holds."""
    rows: dict[tuple[str, ...], Row[T]] = {}
    for phrase, meaning in phrases:
        key = tuple(word.singular for word in words(phrase, 0, len(phrase)))
        if key:
            rows.setdefault(key, Row(key, phrase, meaning))
    return list(rows.values())
