"""Prose as sentences and words, each with its place in the folded text."""

from typing import NamedTuple

from imr_extract.patterns import compile_pattern

# A full stop that ends no sentence: behind an abbreviation or an initial, inside a number.
_ABBREVIATION = compile_pattern(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Nos|approx|dept|e\.g|i\.e|etc|al|a\.m|p\.m|q\.d|b\.i\.d|t\.i\.d"
    r"|[Pp]t|ft|lbs?|yrs?|hrs?|mos?|wks?|max|min|tab|caps?|[Ll]t|[Rr]t|Jr|Sr|M\.D|D\.O|D\.C|Ph\.D)"
    r"|\b\p{Lu})$"
)
# A blank may be missing behind it, before a word with a capital.
_STOP = compile_pattern(
    r"[.?!][\"'\u201d\u2019)\]]*(?= +[\"'\u201c\u2018(\[]?[\p{Lu}\d])"
    r"|(?<=[\p{Ll}\d)]{2})\.(?=\p{Lu}\p{Ll}+ )"
)
# Letters and digits; an apostrophe or a point inside stays ("Quervain's", "7.5").
_WORD = compile_pattern(r"[\p{L}\d]+(?:['\u2019.](?=[\p{L}\d])[\p{L}\d]+)*%?")


class Word(NamedTuple):
    """A word of the text in lower case, with straight apostrophes."""

    text: str
    start: int
    end: int
    joined: bool  # only a blank, hyphen, slash or "#" stands between it and the word before


class Sentence(NamedTuple):
    """A sentence as an interval of the folded text, with its words."""

    start: int
    end: int  # behind its full stop
    words: tuple[Word, ...]


def sentences(text: str, start: int, end: int) -> list[Sentence]:
    """The sentences of `text[start:end]`, in order; together they hold all its words."""
    found = []
    at = start
    for match in _STOP.finditer(text, start, end):
        if match.group()[0] == "." and _ABBREVIATION.search(text, at, match.start()):
            continue
        found.append(Sentence(at, match.end(), _words(text, at, match.end())))
        at = match.end() + text[match.end()].isspace()
    if text[at:end].strip():
        stop = at + len(text[at:end].rstrip())
        found.append(Sentence(at, stop, _words(text, at, stop)))
    return found


def words(text: str, start: int, end: int) -> tuple[Word, ...]:
    """The words of `text[start:end]`, in order."""
    return _words(text, start, end)


def _words(text: str, start: int, end: int) -> tuple[Word, ...]:
    found: list[Word] = []
    last = start
    for match in _WORD.finditer(text, start, end):
        left, right = match.span()
        gap = text[last:left]
        joined = gap == " " or (bool(found) and _joins(gap, found[-1].text))
        word = match.group().lower()
        if "\u2019" in word:
            word = word.replace("\u2019", "'")
        found.append(Word(word, left, right, joined and bool(found)))
        last = right
    return tuple(found)


def _joins(gap: str, before: str) -> bool:
    """Whether what stands behind the word `before` leaves the next one in the same phrase."""
    return (
        not gap.strip(" -/#\u2013")
        or gap == "("
        or (before in {"no", "st"} and not gap.strip(" ."))
    )
