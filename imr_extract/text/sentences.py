"""Prose as sentences and words, each with its place in the normalized text."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from imr_extract.rules.patterns import compile_pattern

# A full stop that ends no sentence: behind an abbreviation or an initial, inside a number.
_ABBREVIATION = compile_pattern(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Nos|approx|dept|e\.g|i\.e|etc|al|a\.m|p\.m|q\.d|b\.i\.d|t\.i\.d"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[Pp]t|ft|lbs?|yrs?|hrs?|mos?|wks?|max|min|tab|caps?|[Ll]t|[Rr]t|Jr|Sr|M\.D|D\.O|D\.C|Ph\.D)"
    r"|\b\p{Lu})$"
)
# A blank may be missing behind it, before a word with a capital.
_STOP = compile_pattern(
    r"[.?!][\"'\u201d\u2019)\]]*(?= +[\"'\u201c\u2018(\[]?[\p{Lu}\d])"
    r"|(?<=[\p{Ll}\d)]{2})\.(?=\p{Lu}\p{Ll}+ )"
)
_LONGEST_ABBREVIATION = 6
# Characters of a sentence. The longest of the labelled letters has 704; what is longer is no prose,
# and is read in pieces, since to look around each word takes the square of a sentence's length.
_LONGEST_SENTENCE = 2000
# Letters and digits; an apostrophe or a point inside stays ("Quervain's", "7.5"). As a group, so
# that to split at it gives the words and what stands between them.
_WORD = compile_pattern(r"([\p{L}\d]+(?:['\u2019.][\p{L}\d]+)*%?)")


class Word(NamedTuple):
    """A word of the text in lower case, with straight apostrophes."""

    text: str
    singular: str  # one form for singular and plural, as `singular` gives it
    start: int
    end: int
    joined: bool  # only a blank, hyphen, slash or "#" stands between it and the word before


class Sentence(NamedTuple):
    """A sentence as an interval of the normalized text, with its words."""

    start: int
    end: int  # behind its full stop
    words: tuple[Word, ...]


def sentences(text: str, start: int, end: int) -> list[Sentence]:
    """The sentences of `text[start:end]`, in order; together they hold all its words."""
    found: list[Sentence] = []
    at = start
    for match in _STOP.finditer(text, start, end):
        if match.group()[0] == "." and _is_abbreviated(text, at, match.start()):
            continue
        found.extend(_pieces(text, at, match.end()))
        at = match.end() + text[match.end()].isspace()
    if text[at:end].strip():
        found.extend(_pieces(text, at, at + len(text[at:end].rstrip())))
    return found


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether the sentence `text[start:stop]` ends with an abbreviation, if a full stop follows."""
    # One character more shows whether the abbreviation is a word of its own.
    return bool(_ABBREVIATION.search(text, max(start, stop - _LONGEST_ABBREVIATION - 1), stop))


def _pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentence `text[start:end]`; if it is too long, in pieces that end with a word."""
    while end - start > _LONGEST_SENTENCE:
        stop = _break(text, start, start + _LONGEST_SENTENCE)
        yield Sentence(start, stop, words(text, start, stop))
        start = stop + text[stop].isspace()
    yield Sentence(start, end, words(text, start, end))


def _break(text: str, start: int, end: int) -> int:
    """The last place where a piece of `text[start:end]` can end: a full stop, a word, or `end`."""
    for mark in (". ", " "):
        at = text.rfind(mark, start + 1, end)
        if at != -1:
            return at + len(mark) - 1
    return end


@lru_cache(maxsize=512)  # most stages ask for the words of the same sentences and lists
def words(text: str, start: int, end: int) -> tuple[Word, ...]:
    """The words of `text[start:end]`, in order."""
    found: list[Word] = []
    make = tuple.__new__  # a letter has a thousand words, and Word(...) takes twice the time
    gap = before = ""
    at = start
    for printed in text[start:end].split(" "):
        parts, behind = _parts(printed)
        for lead, lowered, one, left, right in parts:
            gap += lead
            joined = before != "" and (gap == " " or _joins(gap, before))
            found.append(make(Word, (lowered, one, at + left, at + right, joined)))
            before = lowered
            gap = ""
        gap += behind
        at += len(printed) + 1
    return tuple(found)


class _Part(NamedTuple):
    """A word of what is printed between two blanks; its place is counted from the first one."""

    lead: str  # what stands between it and the word or blank before it
    lowered: str
    singular: str
    start: int
    end: int


@lru_cache(maxsize=16_384)  # letters print the same words
def _parts(printed: str) -> tuple[tuple[_Part, ...], str]:
    """The words of what is printed between two blanks, and what stands behind the last one."""
    parts = _WORD.split(printed)
    found: list[_Part] = []
    at = 0
    for lead, word in zip(parts[::2], parts[1::2], strict=False):
        at += len(lead)
        lowered = word.lower().replace("\u2019", "'")
        found.append(_Part(lead, lowered, singular(lowered), at, at + len(word)))
        at += len(word)
    return tuple(found), f"{parts[-1]} "


def singular(word: str) -> str:
    """One form for singular and plural of a lower-case word; not always a word itself."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")) and not word.endswith("aches"):
        return word[:-2]
    return word.removesuffix("s")


def _joins(gap: str, before: str) -> bool:
    """Whether what stands behind the word `before` leaves the next one in the same phrase."""
    return (
        not gap.strip(" -/#\u2013")
        or gap in ("' ", "\u2019 ")  # "Colles' fracture"
        or gap == "("
        or (before in {"no", "st", "h"} and not gap.strip(" ."))
    )
