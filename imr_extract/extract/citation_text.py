"""What all citations of guidelines share: names that begin them, and lists of their sections."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.rules.table import load

# A bare year; not one inside a date, an address or "updated 11/23/16".
YEAR = compile_pattern(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/-])")
_NUMBERED = compile_pattern(r"\d+(?:\.\d+)*\.? \p{Lu}")
_NEXT_NUMBERED = compile_pattern(r", (?=\d+(?:\.\d+)*\.? \p{Lu})")
_COMMA_AND = compile_pattern(r"[,;] (?:and )?")
EDGES = " ,;:.-\u2013/"
_FILLER = compile_pattern(
    r"(?:^(?:the|and|guidelines?|chapter:)\b[ ,:;-]*)"
    r"|(?:[ ,;:-]*\b(?:and|the|accessed from|accessed|(?:accessed |retrieved |updated )?on)$)"
)


Interval = tuple[int, int]


class Part(NamedTuple):
    """A value of a citation, with the intervals of the text that give it; of a list, one an item.

    `field` is its name in the record's citation.
    """

    field: str
    value: str | int | tuple[str, ...]
    at: tuple[Interval, ...]
    rule: str


Citation = list[Part]


class MtusRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Titles of the Medical Treatment Utilization Schedule."""

    chapters: tuple[str, ...]
    sections_with_commas: tuple[str, ...]


class BodyRules(Struct, frozen=True, forbid_unknown_fields=True):
    """A body that issues guidelines, and the names that begin its citations."""

    body: str
    names: tuple[str, ...]
    title_before: bool = False  # the title stands before the name, not behind it


class GuidelineRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/guidelines.toml`."""

    mtus: MtusRules
    odg: dict[str, tuple[str, ...]]  # chapter in ODG's own name -> patterns of how it is printed
    bodies: tuple[BodyRules, ...]


@cache
def guideline_rules() -> GuidelineRules:
    """The shipped names of guideline bodies, chapters and sections."""
    return load("guidelines.toml", GuidelineRules)


@cache
def body_pattern() -> Pattern:
    """Any name that begins a citation of a body other than the MTUS."""
    bodies = guideline_rules().bodies
    names = alternatives(name for body in bodies for name in body.names)
    return compile_pattern(rf"(?<![\w.@/-])(?:{names})(?![\w-])")


@cache
def bodies_by_name() -> dict[str, BodyRules]:
    """The body that each name means."""
    return {name: body for body in guideline_rules().bodies for name in body.names}


def section_items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The section names in `text[start:end]`: split at commas, but not inside a name."""
    if _NUMBERED.match(text, start):
        at = start
        for match in _NEXT_NUMBERED.finditer(text, start, end):
            yield at, match.start()
            at = match.end()
        yield at, end
        return
    names = guideline_rules().mtus.sections_with_commas
    at, scan = start, start
    for match in _COMMA_AND.finditer(text, start, end):
        if match.start() < scan:
            continue
        whole = next((name for name in names if text.startswith(name, at)), "")
        inside_name = match.start() < at + len(whole)
        inside_brackets = text.count("(", at, match.start()) > text.count(")", at, match.start())
        if inside_name or inside_brackets or text[match.end()].islower():
            continue
        yield at, match.start()
        at = scan = match.end()
    if at < end:
        yield at, end


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """`text[start:end]` without punctuation and filler at its edges; None where nothing is left."""
    while True:
        words = text[start:end]
        left = len(words) - len(words.lstrip(EDGES))
        right = len(words.rstrip(EDGES))
        filler = _FILLER.search(words[left:right])
        if left >= right:
            return None
        if filler is None:
            return start + left, start + right
        if filler.start() == 0:
            start, end = start + left + filler.end(), start + right
        else:
            start, end = start + left, start + left + filler.start()
