"""Statements: the places of a story where conditions of the worker are told, and how.

The wording is in `data/cues/diagnoses.toml`.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from imr_extract.clinical import context
from imr_extract.clinical.prose import Sentence
from imr_extract.patterns import Match, compile_pattern
from imr_extract.rules import cues

Manner = Literal["diagnosis", "history", "told"]

_FIRST = compile_pattern(r" ?\(?1 ?[.)] ?(?=\p{L})")
_NEXT = r"(?<![\d.,/-])\(?{} ?[.)] ?(?=\p{{L}})"
_ITEM_END = compile_pattern(r"[.;](?= |$)")
_LONGEST_ITEM = 160  # characters from one number of a numbered list to the next


class Statement(NamedTuple):
    """Stretches of the text (folded offsets) that list conditions; one, or one a printed number."""

    lists: tuple[tuple[int, int], ...]
    manner: Manner
    rule: str


def find(text: str, story: list[Sentence]) -> Iterator[Statement]:
    """The statements of the story, in order; those that are denied are left out."""
    for sentence in story:
        matches = _matches(text, sentence, "statement")
        for index, (match, manner, rule) in enumerate(matches):
            if _negated(text, sentence, match.start()):
                continue
            numbered = _numbered(text, match.end(), story[-1].end)
            if numbered:
                yield Statement(numbered, _manner(manner), rule)
                continue
            end = _end(text, match.end(), sentence.end)
            if index + 1 < len(matches):
                end = min(end, matches[index + 1][0].start())
            if match.end() < end:
                yield Statement(((match.end(), end),), _manner(manner), rule)


def hurt(text: str, story: list[Sentence]) -> Iterator[Statement]:
    """The stretches that tell which regions were hurt, without a diagnosis."""
    for sentence in story:
        for match, _, rule in _matches(text, sentence, "hurt"):
            told = match.groupdict().get("list") is not None
            start, end = match.span("list") if told else (match.end(), sentence.end)
            end = _end(text, start, end)
            if start < end:
                yield Statement(((start, end),), "told", rule)


def adjectives(text: str, story: list[Sentence]) -> Iterator[tuple[int, int, str]]:
    """The words that call the worker by a condition ("is diabetic"), with the rule's id."""
    for sentence in story:
        for match, _, rule in _matches(text, sentence, "adjective"):
            yield *match.span("item"), rule


def _matches(text: str, sentence: Sentence, table: str) -> list[tuple[Match, str | None, str]]:
    """The matches of a table in the sentence; of two that overlap the first and longest.

    A statement of a diagnosis holds what comes behind it, up to the next one.
    """
    present = {word.text for word in sentence.words}
    found = [
        (match, row.value, row.id)
        for row in cues("diagnoses", table)
        if not present.isdisjoint(row.words)
        for match in row.pattern.finditer(text, sentence.start, sentence.end)
    ]
    found.sort(key=lambda each: (each[0].start(), -each[0].end()))
    kept: list[tuple[Match, str | None, str]] = []
    for each in found:
        if kept:
            last, manner, _ = kept[-1]
            inside = manner == "diagnosis" and each[1] != "diagnosis"
            if each[0].start() < last.end() or (
                inside and each[0].start() < _end(text, last.end(), sentence.end)
            ):
                continue
        kept.append(each)
    return kept


def _manner(value: str | None) -> Manner:
    return "diagnosis" if value == "diagnosis" else "history" if value == "history" else "told"


def _negated(text: str, sentence: Sentence, at: int) -> bool:
    return any(
        scope.kind in ("negated", "family") and scope.end >= at
        for scope in context.scopes(text, sentence.start, at)
    )


def _end(text: str, start: int, end: int) -> int:
    """Where the list that begins at `start` ends."""
    stops = [
        match.start()
        for row in cues("diagnoses", "list_end")
        if (match := row.pattern.search(text, start, end))
    ]
    return min(stops, default=end)


def _numbered(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The items of a printed list "1. ... 2. ..." that begins at `start`; none where none does."""
    first = _FIRST.match(text, start, end)
    if first is None:
        return ()
    starts, marks = [first.end()], [first.start()]
    while True:
        pattern = compile_pattern(_NEXT.format(len(starts) + 1))
        following = pattern.search(text, starts[-1], min(end, starts[-1] + _LONGEST_ITEM))
        if following is None:
            break
        starts.append(following.end())
        marks.append(following.start())
    stop = _ITEM_END.search(text, starts[-1], end)
    return tuple(zip(starts, [*marks[1:], stop.start() if stop else end], strict=True))
