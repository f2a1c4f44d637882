"""Odd prints: fixture letters with one label or outcome word of one issue printed otherwise.

Each comes with what a reader may make of it: the record of the letter, or a note at that issue.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

LABELS = re.compile(r"(?:Claims Administrator guideline|MAXIMUS guideline|Decision rationale):")
OUTCOMES = re.compile(r" ?:\s+(?:Upheld|Overturned)\.?(?=\s*\n)")
# Letters as scans misread them.
_MISREAD = {"i": "l", "l": "i", "e": "c", "a": "o", "n": "u", "t": "f", "d": "cl", "o": "0"}


class OddPrint(NamedTuple):
    """A text of a letter in which one thing is printed otherwise."""

    kind: str
    text: str
    readable: bool  # whether the outcome can still be read


def _typo(words: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(words) - 2)
    return words[:at] + chance.choice("abcdeilnorst") + words[at + 1 :]


def _misread(words: str, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(words) if letter in _MISREAD]
    at = chance.choice(places)
    return words[:at] + _MISREAD[words[at]] + words[at + 1 :]


def _swapped(words: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(words) - 3)
    return words[:at] + words[at + 1] + words[at] + words[at + 2 :]


def _lost(words: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(words) - 2)
    return words[:at] + words[at + 1 :]


_Change = Callable[[str, random.Random], str]


def _in_word(change: _Change, words: str, chance: random.Random) -> str:
    """The change in the outcome word, not in what stands before it."""
    before = words[: len(words) - len(words.lstrip(" :"))]
    return before + change(words.removeprefix(before), chance)


LABEL_KINDS: dict[str, _Change] = {
    "a letter": _typo,
    "two letters": lambda words, chance: _typo(_typo(words, chance), chance),
    "misread": _misread,
    "swapped": _swapped,
    "lost": _lost,
    "plural": lambda words, _: f"{words[:-1]}s:",
    "capitals": lambda words, _: words.upper(),
    "lower case": lambda words, _: words.lower(),
    "no colon": lambda words, _: words[:-1],
    "full stop": lambda words, _: f"{words[:-1]}.",
    "dash": lambda words, _: f"{words[:-1]} \u2013",
    "blank": lambda words, _: f"{words[:-1]} :",
    "hyphen": lambda words, _: words.replace(" ", "-", 1),
    "no blank": lambda words, _: words.replace(" ", "", 1),
    "two lines": lambda words, _: words.replace(" ", "\n", 1),
    "bullet": lambda words, _: f"\u2022 {words}",
}
OUTCOME_KINDS: dict[str, tuple[_Change, bool]] = {
    "capitals": (lambda words, _: words.upper(), True),
    "lower case": (lambda words, _: words.lower(), True),
    "full stop": (lambda words, _: f"{words.rstrip('.')}.", True),
    "dash": (lambda words, _: words.replace(":", " -"), True),
    "brackets": (lambda words, _: f" ({words.strip(' :')})", True),
    "no colon": (lambda words, _: words.replace(":", ""), True),
    "a letter": (lambda words, chance: _in_word(_typo, words, chance), True),
    "misread": (lambda words, chance: _in_word(_misread, words, chance), True),
    "swapped": (lambda words, chance: _in_word(_swapped, words, chance), True),
    "zero": (lambda words, _: words.replace("O", "0").replace("Uphe", "Uphc"), True),
    "another": (lambda *_: ": Modified", False),
    "in part": (lambda words, _: f"{words} in part", False),
    "partially": (lambda *_: ": Partially Overturned", False),
    "missing": (lambda *_: "", False),
    "garbage": (lambda *_: ": Xqzwv", False),
}


def odd_prints(name: str, text: str) -> Iterator[OddPrint]:
    """The letter once for each kind, at a place that its name and the kind choose."""
    for kind, change in LABEL_KINDS.items():
        chance = random.Random(f"{name} label {kind}")  # noqa: S311 - no secret: a choice that stays
        yield OddPrint(f"label: {kind}", _at_one(LABELS, text, change, chance), readable=True)
    for kind, (change, readable) in OUTCOME_KINDS.items():
        chance = random.Random(f"{name} outcome {kind}")  # noqa: S311 - as above
        yield OddPrint(f"outcome: {kind}", _at_one(OUTCOMES, text, change, chance), readable)


def _at_one(pattern: re.Pattern[str], text: str, change: _Change, chance: random.Random) -> str:
    match = chance.choice(list(pattern.finditer(text)))
    return text[: match.start()] + change(match.group(), chance) + text[match.end() :]
