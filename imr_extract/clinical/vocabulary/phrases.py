"""A vocabulary as a matcher: which of many phrases stand in a run of words?

Case, and the choice of blank, hyphen or slash between words, do not matter; a plural of any word
does not either. Of phrases that overlap the one that begins first wins, of those the longest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

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


class Rows(Struct, Generic[T], frozen=True, array_like=True):
    """Phrases as the built rules keep them: what many have in common stands there once."""

    keys: list[tuple[str, ...]]  # the words of each phrase, in the singular
    phrases: list[str]
    meanings: list[T]
    meaning_of: list[int]  # of each phrase: its place among the meanings
    lengths: dict[str, list[int]]  # first word -> lengths of the keys that it begins, longest first


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
        kind: Any = Rows[meaning]  # type: ignore[valid-type]
        made = cls(())
        made._take(built.table(f"phrases.{name}", kind, lambda: _rows(phrases())))
        return made

    def _take(self, rows: Rows[T]) -> None:
        meanings = map(rows.meanings.__getitem__, rows.meaning_of)
        self._all = dict(zip(rows.keys, zip(rows.phrases, meanings, strict=True), strict=True))
        self._lengths = rows.lengths

    def find(self, run: Sequence[Word]) -> list[Hit[T]]:
        """The phrases in `run`, in order, not overlapping."""
        keys = tuple([word.singular for word in run])
        hits: list[Hit[T]] = []
        known, phrases = self._lengths, self._all
        if known.keys().isdisjoint(keys):
            return hits
        free = 0  # the first word that no phrase holds yet
        # Few words begin a phrase: the others are passed over before anything is asked of them.
        for at in [index for index, key in enumerate(keys) if key in known]:
            if at < free:
                continue
            for length in known[keys[at]]:
                end = at + length
                row = phrases.get(keys[at:end])
                if row is None or end > len(keys):
                    continue
                if False not in [word.joined for word in run[at + 1 : end]]:
                    hits.append(Hit(run[at].start, run[end - 1].end, at, end - 1, *row))
                    free = end
                    break
        return hits

    def standing(self, run: Sequence[Word]) -> Iterator[tuple[str, T]]:
        """All phrases in `run`, also those that overlap, with their meanings."""
        keys = tuple([word.singular for word in run])
        known, phrases = self._lengths, self._all
        if known.keys().isdisjoint(keys):
            return
        for at, key in enumerate(keys):
            for length in known.get(key, ()):
                end = at + length
                row = phrases.get(keys[at:end])
                if row is None or end > len(keys):
                    continue
                if False not in [word.joined for word in run[at + 1 : end]]:
                    yield row


def _rows(phrases: Iterable[tuple[str, T]]) -> Rows[T]:
    """The phrases with words, each once: of equal ones the first holds."""
    found: dict[tuple[str, ...], tuple[str, T]] = {}
    lengths: dict[str, set[int]] = {}
    for phrase, meaning in phrases:
        key = tuple(word.singular for word in words(phrase, 0, len(phrase)))
        if key:
            found.setdefault(key, (phrase, meaning))
            lengths.setdefault(key[0], set()).add(len(key))
    meanings = list(dict.fromkeys(meaning for _, meaning in found.values()))
    places = {meaning: place for place, meaning in enumerate(meanings)}
    return Rows(
        keys=list(found),
        phrases=[phrase for phrase, _ in found.values()],
        meanings=meanings,
        meaning_of=[places[meaning] for _, meaning in found.values()],
        lengths={first: sorted(counts, reverse=True) for first, counts in lengths.items()},
    )
