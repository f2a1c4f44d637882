"""Formal diagnoses: the titles and inclusion terms of ICD-10-CM that stand in a list.

Such a title is one diagnosis, whatever commas and "and" it holds ("strain of muscle, fascia and
tendon at neck level").
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from imr_extract.clinical.vocabulary import conditions, icd10cm, sites
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.sentences import Word, words

_LONGEST = 40  # words of a title
_START = attrgetter("start")
_WORDS_OF_TWO = 2  # words of a title whose comma may as well part two of one word each
# What a title ends before. Other words make a longer name, which is none.
_BOUNDARY = compile_pattern(
    r"\W*$|[^\p{L}\d(]*[,;.:()\[\]\u2013-](?!\p{L})"
    r"|[ -]*[\[(]? ?(?i:ICD[\w -]{0,8}[ :]+)?(?:[A-TV-Z]\d[\dA-Z]\.|\d{3}\.\d)"  # a printed code
    r"|\W*\b(?i:and|or|with|without|initial|subsequent|sequela|status|due|secondary|which|that|who"
    r"|on|as|by|per|is|was|are|were|has|had|noted|confirmed|since|after|following|versus|vs|plus"
    r"|but|for|s/p|in|improv\w+|resolv\w+|stable|under)\b"
)
_SITE_BEHIND = compile_pattern(
    r", (?i:right|left|bilateral)(?: [\p{L}-]+){1,3}(?=\W*$|[,;.]| ?[\[(])"
)
# What parts a list elsewhere: a title that holds such a mark stands alone.
_COMPOUND = compile_pattern(r"[,;/]|\b(?i:and|or|with|without|due|not|in)\b")


class Title(NamedTuple):
    """A title in the text (half-open offsets), and its code if it has one of its own."""

    start: int
    end: int
    code: str | None
    words: int
    compound: bool  # it holds what would part other conditions


class _Spelled(NamedTuple):
    """The words of a list, and the keys of the table that they spell."""

    run: tuple[Word, ...]
    keys: list[str]
    ends: list[int]  # how many words each key ends with


def find(text: str, end: int, starts: Sequence[int]) -> list[Title]:
    """The longest titles of `text[:end]` that begin at `starts`, in order, not overlapping."""
    found: list[Title] = []
    if not starts:
        return found
    run = words(text, starts[0], end)
    spelled = _Spelled(run, *icd10cm.keys(run))
    free = starts[0]
    for start in starts:
        if start >= free and (title := _at(text, spelled, start, end)) is not None:
            found.append(title)
            free = title.end
    return found


def _at(text: str, spelled: _Spelled, start: int, end: int) -> Title | None:
    index = bisect_left(spelled.run, start, key=_START)
    key = bisect_right(spelled.ends, index)
    for term in icd10cm.terms(spelled.keys[key : key + _LONGEST]):
        run = spelled.run[index : index + term.length]
        last = spelled.run[spelled.ends[key + term.length - 1] - 1]
        stop = _closed(text, run[0].start, last.end, end)
        if _BOUNDARY.match(text, stop, end) and not _two(text, run):
            compound = bool(_COMPOUND.search(text, run[0].start, stop))
            reach = _with_site(text, run, stop, end) if compound else stop
            code = term.code if reach == stop else None
            return Title(run[0].start, reach, code, term.length, compound)
    return None


def _with_site(text: str, run: tuple[Word, ...], stop: int, end: int) -> int:
    """Where a title without a site ends with the side and site behind it; `stop` without them.

    "Synovitis and tenosynovitis, right hand" is one name.
    """
    behind = _SITE_BEHIND.match(text, stop, end)
    if behind is None or sites.find(run):
        return stop
    named = words(text, stop, behind.end())
    if not sites.find(named) or conditions.find(text, named):
        return stop
    return behind.end()


def _two(text: str, run: tuple[Word, ...]) -> bool:
    """Whether the words are two names parted by a comma: "anxiety, depression" lists two."""
    if len(run) != _WORDS_OF_TWO or text[run[0].end : run[1].start].strip() != ",":
        return False
    return all(icd10cm.code_of((word,)) is not None for word in run)


def _closed(text: str, start: int, stop: int, end: int) -> int:
    """`stop`, behind the bracket that a title ends with: "muscle(s)"."""
    for mark, opening in ((")", "("), ("]", "[")):
        held = text.count(opening, start, stop) > text.count(mark, start, stop)
        if held and text[stop : min(stop + 1, end)] == mark:
            return stop + 1
    return stop
