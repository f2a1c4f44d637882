"""A vocabulary as a matcher: which of many phrases stand in a run of words?

Case, and the choice of blank, hyphen or slash between words, do not matter; a plural of any word
does not either. Of phrases that overlap the one that begins first wins, of those the longest.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from imr_extract.clinical.prose import Word, words

T = TypeVar("T")


class Hit(NamedTuple, Generic[T]):
    """A phrase in the text: its interval, the index of its first and last word, its meaning."""

    start: int
    end: int
    first: int
    last: int  # included
    phrase: str
    meaning: T


class Phrases(Generic[T]):
    """Phrases with what each means."""

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        """`rows` are phrases as a vocabulary file prints them, with their meanings."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, T]]] = {}
        for phrase, meaning in rows:
            key = tuple(singular(word.text) for word in words(phrase, 0, len(phrase)))
            if key:
                self._by_first.setdefault(key[0], []).append((key, phrase, meaning))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def find(self, run: Sequence[Word]) -> list[Hit[T]]:
        """The phrases in `run`, in order, not overlapping."""
        keys = [singular(word.text) for word in run]
        hits: list[Hit[T]] = []
        at = 0
        while at < len(run):
            hit = self._at(run, keys, at)
            if hit is None:
                at += 1
                continue
            hits.append(hit)
            at = hit.last + 1
        return hits

    def _at(self, run: Sequence[Word], keys: list[str], at: int) -> Hit[T] | None:
        for key, phrase, meaning in self._by_first.get(keys[at], ()):
            last = at + len(key) - 1
            if tuple(keys[at : last + 1]) != key:
                continue
            if all(word.joined for word in run[at + 1 : last + 1]):
                return Hit(run[at].start, run[last].end, at, last, phrase, meaning)
        return None


def singular(word: str) -> str:
    """One form for singular and plural of a lower-case word; not always a word itself."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")) and not word.endswith("aches"):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word
