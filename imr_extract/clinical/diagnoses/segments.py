"""Segments: the parts of a list of conditions, each with what it names.

A segment need not be a condition: "left hip" in "contusions of the left hip and knee" is one that
lends its words to another. `list_parts` cuts lists into segments, `coordination` puts them
together.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from imr_extract.clinical.vocabulary import conditions, sites
from imr_extract.clinical.vocabulary.conditions import Condition
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.record.model import Laterality
from imr_extract.text.sentences import Word, words

Joint = Literal["", ",", "and", ", and", "with", "cause"]

_SMALL = frozenset(("of", "the", "and", "or", "at", "in", "on", "to", "side", "region", "s"))
_STATUS = {"status": "post", "s": "p"}


class Segment(NamedTuple):
    """A stretch of a list (normalized offsets), what stands before it, and what it names."""

    start: int
    end: int
    joint: Joint  # how it is joined to the segment before
    doubted: bool  # said to be possible, or not there
    run: tuple[Word, ...]
    heads: list[Hit[Condition]]
    places: list[Hit[str]]
    whole: bool = False  # a formal title with commas, "and" or the like: it shares no words

    @property
    def core(self) -> int:
        """The index of the noun that names its first condition ("injury" in "back injury")."""
        first = self.heads[0]
        nouns = conditions.nouns()
        within = range(first.first, first.last + 1)
        return next((i for i in within if self.run[i].text in nouns), first.last)

    @property
    def is_condition(self) -> bool:
        """Whether it names a condition."""
        return bool(self.heads)

    @property
    def is_place(self) -> bool:
        """Whether it names a site, side or level, and nothing else."""
        return not self.heads and bool(self.run) and _only_place(self)

    @property
    def is_status(self) -> bool:
        """Whether it states an operation that was done ("status post arthroscopy")."""
        return bool(self.heads) and is_status(self.run)

    @property
    def is_qualifier(self) -> bool:
        """Whether it only says of what kind a condition is ("acute", "single episode")."""
        if self.heads or not self.run:
            return False
        kinds = conditions.qualifiers()
        if all(word.text in kinds or word.text in _SMALL for word in self.run):
            return True
        return " ".join(word.text for word in self.run) in conditions.trailing()

    @property
    def says_site(self) -> bool:
        """Whether words beside the names of its conditions name a region or a side."""
        named = {i for hit in self.heads for i in range(hit.first, hit.last + 1)}
        stated = any(hit.meaning and hit.first not in named for hit in self.places)
        return stated or self.side is not None

    @property
    def side(self) -> Laterality | None:
        """The side that it names; None where it names none."""
        return sites.laterality(self.run)

    @property
    def is_postposed(self) -> bool:
        """Whether it is a place that stands behind its condition: "lumbar region", "left side"."""
        if not self.is_place:
            return False
        last = self.run[-1].text
        if last in ("region", "level") or all(
            any(c.isdigit() for c in word.text) for word in self.run
        ):
            return True
        side_only = last == "side" or sites.side_of(last) is not None
        return side_only and not sites.regions(self.places)

    @property
    def has_site(self) -> bool:
        """Whether it says where: by anatomy, a side, or a condition that has one place only."""
        return (
            bool(self.places)
            or self.side is not None
            or any(hit.meaning.regions for hit in self.heads)
        )


def make(text: str, start: int, end: int, joint: Joint, *, doubted: bool = False) -> Segment:
    """The segment `text[start:end]`."""
    return of_words(text, start, end, joint, words(text, start, end), doubted)


def of_words(
    text: str, start: int, end: int, joint: Joint, run: tuple[Word, ...], doubted: bool
) -> Segment:
    """The segment `text[start:end]`, whose words are `run`."""
    whole = Segment(start, end, joint, doubted, run, conditions.find(text, run), sites.find(run))
    return _qualified(whole) or whole


def _qualified(part: Segment) -> Segment | None:
    """The segment as a place, where a finding behind "with" only qualifies what is said of it.

    "C5-6 with stenosis" in "disc bulges at C4-5 and C5-6 with stenosis" is a place that lends no
    condition; None for all other segments.
    """
    if not part.heads or not part.places or part.places[0].first > 1:
        return None
    at = next((i for i, word in enumerate(part.run) if word.text == "with"), 0)
    if not at or part.heads[0].first < at:
        return None
    run = part.run[:at]
    place = part._replace(run=run, heads=[], places=sites.find(run))
    return place if place.is_place and all(map(conditions.qualifies, part.heads)) else None


def is_status(run: Sequence[Word]) -> bool:
    """Whether these words begin with "status post", or with a site that stands before it."""
    at = next((i for i, pair in enumerate(pairwise(run)) if _says_status(*pair)), None)
    if at is None:
        return False
    held = sum(hit.last - hit.first + 1 for hit in sites.find(run[:at]))
    return held + sum(bool(sites.side_of(word.text)) for word in run[:at]) >= at


def _says_status(word: Word, following: Word) -> bool:
    return _STATUS.get(word.text) == following.text


@cache
def of_place() -> frozenset[str]:
    """Words that belong to a site without naming one ("upper", "left side of the")."""
    names = sites.anatomy().qualifiers.values()
    return _SMALL | {word for phrases in names for phrase in phrases for word in phrase.split()}


def _only_place(segment: Segment) -> bool:
    named = {i for hit in segment.places for i in range(hit.first, hit.last + 1)}
    sides = {i for i, word in enumerate(segment.run) if sites.side_of(word.text)}
    rest = [
        word.text
        for index, word in enumerate(segment.run)
        if index not in named and index not in sides
    ]
    kinds = conditions.qualifiers() if named else frozenset[str]()
    if any(word not in of_place() and word not in kinds and not word.isdigit() for word in rest):
        return False
    return bool(named or sides) or any(word not in _SMALL for word in rest)
