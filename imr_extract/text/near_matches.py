"""Fixed words as a copy prints them: with a letter or two misread, in another case, without a stop.

A phrase is compared by its letters and digits alone, so that case, blanks, line ends, dashes,
apostrophes and colons do not count. Only phrases of a closed list are ever looked for in this way.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import ahocorasick
from rapidfuzz.distance import OSA

# Letters of a phrase for each one that may be wrong, added, lost or swapped.
_LETTERS_FOR_ONE = 8
_MOST_WRONG = 3
# Characters of a copy that may stand beyond the phrase's own: stray marks, blanks inside words.
_STRAY = 10
# A word of a closed list may have two letters wrong from here on, a shorter one only one.
_LONG_WORD = 8
_MOST_WRONG_IN_WORD = 2
_LEAST_LETTERS = 4


# Deleted before pieces are looked for, as what is no letter is before letters are compared.
_PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != "\n")
_BETWEEN = (
    "\n"  # stands in no normalized text, and parts the stretches that are looked at in one go
)


class Near(NamedTuple):
    """A phrase where a copy prints it."""

    start: int
    end: int  # behind its last letter, and the brackets that close behind it
    wrong: int  # letters that differ; 0 where only case, blanks and punctuation do


def letters(words: str) -> str:
    """The letters and digits of the words, in lower case."""
    return "".join(filter(str.isalnum, words)).lower()


@cache
def letters_of(phrase: str) -> str:
    """As `letters`, kept: for phrases of a layout, which are asked for at every letter."""
    return letters(phrase)


class _Phrase(NamedTuple):
    """A phrase that is looked for."""

    words: str
    printed: str  # without the colon or blank at its end
    letters: str
    allowed: int  # letters that may be wrong


@cache
def _phrase(words: str) -> _Phrase:
    wanted = letters(words)
    allowed = min(len(wanted) // _LETTERS_FOR_ONE, _MOST_WRONG)
    return _Phrase(words, words.rstrip(" :"), wanted, allowed)


@cache
def _longest(phrases: tuple[str, ...]) -> int:
    return max(map(len, phrases), default=0)


class _LetterRun(NamedTuple):
    """A run of letters of a phrase."""

    phrase: _Phrase
    first: int  # where it ends in the phrase's letters, at the earliest: so far may it be moved
    last: int  # and at the latest


@cache
def _pieces(phrases: tuple[str, ...]) -> ahocorasick.Automaton | None:
    """Finds pieces of all phrases, of which each print holds one, with the phrases of each piece.

    A phrase in which so many letters may be wrong is cut into one piece more. None without any.
    """
    alike: dict[str, list[_LetterRun]] = {}
    for phrase in map(_phrase, phrases):
        wanted, allowed = _plain(phrase.letters), phrase.allowed
        size = len(wanted) // (allowed + 1)
        for at in range(0, size * (allowed + 1), size) if wanted else ():
            end = at + size
            piece = _LetterRun(phrase, end - allowed, end + allowed)
            alike.setdefault(wanted[at:end], []).append(piece)
    automaton = ahocorasick.Automaton()
    for printed, its_pieces in alike.items():
        automaton.add_word(printed, its_pieces)
    automaton.make_automaton()
    return automaton if alike else None


def begin(
    text: str, starts: Sequence[int], phrases: tuple[str, ...]
) -> Iterator[tuple[int, str, Near]]:
    """The phrase that stands at each of these starts, or behind marks there, with the start.

    Of several that are near, the one with the fewest letters wrong, and of those the longest.
    """
    pieces = _pieces(phrases)
    if pieces is None or not starts:
        return
    reach = _longest(phrases) + _STRAY
    for start, head in zip(starts, _heads(text, starts, reach), strict=True):
        likely: set[_Phrase] = set()
        for last, alike in pieces.iter(head):
            for phrase, first, latest in alike:
                if first <= last + 1 <= latest:
                    likely.add(phrase)
        if likely:
            stop = start + reach
            printed = head if text.isascii() else letters(text[start:stop])
            if hit := _nearest(text, start, stop, printed, likely):
                yield start, *hit


def _heads(text: str, starts: Sequence[int], reach: int) -> list[str]:
    """The plain letters and digits that stand within `reach` characters of each start."""
    joined = _BETWEEN.join([text[start : start + reach] for start in starts])
    return _plain(joined.lower()).split(_BETWEEN)


def _plain(words: str) -> str:
    """The letters and digits of ASCII, as those are much the fastest to look for."""
    return words.encode("ascii", "ignore").translate(None, _PUNCTUATION).decode("ascii")


def _nearest(
    text: str, start: int, stop: int, head: str, phrases: Iterable[_Phrase]
) -> tuple[str, Near] | None:
    """The nearest of the phrases at `start`, in `text[start:stop]`; None where none is near.

    `head` are the letters of that stretch.
    """
    printed, least = None, 0
    for phrase in phrases:
        if len(phrase.letters) > least and _is_printed(text, start, phrase):
            printed, least = phrase, len(phrase.letters)
    # Beside one that is printed, only a longer one without wrong letters is nearer.
    found: list[tuple[int, int, str, Near]] = []
    for phrase in phrases:
        wanted, allowed = phrase.letters, 0 if printed else phrase.allowed
        if len(wanted) <= least:
            continue
        # Letters that are lost or added move what stands behind them: they count twice here.
        if OSA.distance(head[: len(wanted)], wanted, score_cutoff=2 * allowed) > 2 * allowed:
            continue
        if place := _place(text, start, stop, wanted, allowed):
            found.append((place.wrong, -len(wanted), phrase.words, place))
    if found:
        _, _, words, best = min(found)
        return words, best
    return (printed.words, Near(start, start + len(printed.printed), 0)) if printed else None


def _is_printed(text: str, start: int, phrase: _Phrase) -> bool:
    """Whether the phrase stands there letter for letter."""
    end = start + len(phrase.printed)
    return text.startswith(phrase.printed, start) and not text[end : end + 1].isalnum()


def _place(text: str, start: int, stop: int, wanted: str, allowed: int) -> Near | None:
    """Where the letters of a phrase end, of the word ends that are near its length."""
    best: Near | None = None
    printed: list[str] = []
    first = start
    for at in range(start, min(stop, len(text))):
        if not text[at].isalnum():
            continue
        if not printed:
            first = at
        printed.append(text[at].lower())
        if len(printed) > len(wanted) + allowed:
            break
        inside = at + 1 < len(text) and text[at + 1].isalnum()
        if inside or len(printed) < len(wanted) - allowed:
            continue
        wrong = OSA.distance("".join(printed), wanted, score_cutoff=allowed)
        if wrong <= allowed and (best is None or wrong < best.wrong):
            best = Near(first, _closed(text, at + 1), wrong)
    return best


def _closed(text: str, at: int) -> int:
    """Behind the brackets that close at `at`."""
    while at < len(text) and text[at] in ")]":
        at += 1
    return at


def may_end(word: str, known: tuple[str, ...]) -> bool:
    """Whether `closest` may find a word of the closed list where `word` is the last printed one.

    What is printed before it can only add to the wrong letters.
    """
    last = letters(word)
    if len(set(last) - _letters_of_all(known)) > _MOST_WRONG_IN_WORD:
        return False
    for wanted in (_phrase(each).letters for each in known):
        behind = len(wanted) - len(last)
        for at in range(behind - _MOST_WRONG_IN_WORD, behind + _MOST_WRONG_IN_WORD + 1):
            ending, most = wanted[max(at, 0) :], _MOST_WRONG_IN_WORD
            if OSA.distance(last, ending, score_cutoff=most) <= most:
                return True
    return False


@cache
def _letters_of_all(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(letter for each in known for letter in _phrase(each).letters)


def closest(printed: str, known: Iterable[str]) -> tuple[str, int] | None:
    """The word of a closed list that is printed, with the number of its wrong letters.

    None where none is near, or two are equally so. A word may have one letter wrong, and two where
    it is long or of nearly as many letters as the printed one.
    """
    word = letters(printed)
    if len(word) < _LEAST_LETTERS:
        return None
    found: list[tuple[int, str]] = []
    for each in known:
        wanted = _phrase(each).letters
        longer = len(wanted) - len(word)
        allowed = _MOST_WRONG_IN_WORD if len(wanted) >= _LONG_WORD or abs(longer) <= 1 else 1
        if abs(longer) > allowed:
            continue
        wrong = OSA.distance(word, wanted, score_cutoff=allowed)
        if wrong <= allowed:
            found.append((wrong, each))
    found.sort()
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    wrong, words = found[0]
    return words, wrong
