"""What a search finds: decisions, each with the reviewer's words around the words of the query."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

import msgspec

from imr_extract.search.conditions import Conditions

# FTS5 puts these around what it finds; no text may hold them (they are noncharacters of Unicode).
OPEN, CLOSE = "\ufdd0", "\ufdd1"
_MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_AROUND = 20  # words before and behind a hit
_WORD = re.compile(r"\S+")

# The texts that are searched, as their columns are called in a database.
SEARCHED = ("disputed_service", "rationale")


class Search(NamedTuple):
    """A query, as `parse` gives it, and what else a decision must be."""

    expression: str
    conditions: Conditions = Conditions()


class SearchTally:
    """Counts on the way: `letters` that were looked through."""

    def __init__(self) -> None:
        self.letters = 0


class Passage(msgspec.Struct, frozen=True):
    """Words of a letter with those that were searched for.

    `page` is the page of the file on which the first of them stands; where only records are at
    hand, the one on which the text begins that they are in; None where the records have no
    evidence.
    """

    field: str  # "disputed_service" or "rationale"
    page: int | None
    text: str
    hits: list[tuple[int, int]]  # in `text`, half-open


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that was found."""

    file: str  # its path where it was read, else its name in the record
    letter: int | None  # which letter of the file
    case_number: str | None
    decision_date: str | None
    issue: int
    outcome: str | None
    category: str | None
    disputed_service: str
    passages: list[Passage]


class Piece(NamedTuple):
    """A passage before it has its page; `at` is where its first hit stands in the whole text."""

    field: str
    text: str
    hits: list[tuple[int, int]]
    at: int


def pieces(field: str, marked: str | None) -> Iterator[Piece]:
    """The passages of a text in which FTS5 has marked what it found.

    What is near each other stands in one passage. The disputed service is short and stays whole.
    """
    if not marked or OPEN not in marked:
        return
    text, hits = _unmarked(marked)
    words = [match.span() for match in _WORD.finditer(text)]
    if field == "disputed_service":
        yield Piece(field, text, hits, hits[0][0])
        return
    waiting: list[tuple[int, int]] = []
    for hit in hits:
        if waiting and _around(words, waiting[-1])[1] < _around(words, hit)[0]:
            yield _piece(field, text, words, waiting)
            waiting = []
        waiting.append(hit)
    yield _piece(field, text, words, waiting)


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    hits: list[tuple[int, int]] = []
    for match in _MARKED.finditer(marked):
        start = match.start() - 2 * len(hits)  # two marks of each hit before this one
        hits.append((start, start + len(match[1])))
    return marked.replace(OPEN, "").replace(CLOSE, ""), hits


def _around(words: list[tuple[int, int]], hit: tuple[int, int]) -> tuple[int, int]:
    """The first and last of the words that stand around a hit, by their numbers."""
    first = bisect_right(words, hit[0], key=itemgetter(1))
    last = bisect_left(words, hit[1], key=itemgetter(0)) - 1
    return max(first - _AROUND, 0), min(last + _AROUND, len(words) - 1)


def _piece(
    field: str, text: str, words: list[tuple[int, int]], hits: list[tuple[int, int]]
) -> Piece:
    start = words[_around(words, hits[0])[0]][0]
    end = words[_around(words, hits[-1])[1]][1]
    return Piece(field, text[start:end], [(a - start, b - start) for a, b in hits], hits[0][0])
