"""When two wordings say the same: by their letters, by their words, and lists by pairs."""

from collections import Counter
from collections.abc import Sequence

from imr_extract.rules.patterns import compile_pattern

# Two phrases are the same where their words agree this far (F1).
SAME_PHRASE = 0.7
# A mechanism of injury is longer, and where it begins is a matter of taste.
SAME_MECHANISM = 0.6

_WORD = compile_pattern(r"[a-z0-9.%/+-]*[a-z0-9%]")
_BETWEEN = compile_pattern(r"[^a-z0-9%]+")
_SMALL = frozenset("a an the of to for and in with at".split())


def words(text: str) -> list[str]:
    """The words of a phrase that count, in lower case; without articles and small prepositions."""
    plain = text.lower().replace("\u2019", "'")
    return [word for word in _WORD.findall(plain) if word not in _SMALL]


def letters(text: str | None) -> str:
    """The letters and digits of a text, in lower case; "" for None."""
    return _BETWEEN.sub("", (text or "").lower())


def likeness(one: str, other: str) -> float:
    """The F1 of the words of two phrases: 1 where they have the same ones, 0 where none."""
    mine, others = Counter(words(one)), Counter(words(other))
    both = (mine & others).total()
    return 2 * both / (mine.total() + others.total()) if both else 0.0


def same_words(one: str, other: str) -> bool:
    """Whether two phrases have the same words, in any order."""
    return sorted(words(one)) == sorted(words(other))


def pairs(
    wanted: Sequence[str], given: Sequence[str], *, strict: bool = False
) -> list[tuple[int, int]]:
    """One-to-one pairs of phrases that are the same, as indices into both; the best pairs first.

    Of pairs as good as each other, those whose places in the lists are nearest count first.
    `strict` asks for the same words.
    """
    candidates = []
    for i, one in enumerate(wanted):
        for j, other in enumerate(given):
            likely = float(same_words(one, other)) if strict else likeness(one, other)
            if likely >= (1.0 if strict else SAME_PHRASE):
                candidates.append((-likely, abs(i - j), i, j))
    candidates.sort()
    found: list[tuple[int, int]] = []
    taken, used = set[int](), set[int]()
    for _, _, i, j in candidates:
        if i not in taken and j not in used:
            taken.add(i)
            used.add(j)
            found.append((i, j))
    return found
