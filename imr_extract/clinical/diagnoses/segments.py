"""Segments: a list of conditions cut at all that may part two of them, each with what it names.

A segment need not be a condition: "left hip" in "contusions of the left hip and knee" is one that
lends its words to another. `coordination` puts them together.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from imr_extract.clinical import context
from imr_extract.clinical.diagnoses import formal_titles
from imr_extract.clinical.diagnoses.formal_titles import Title
from imr_extract.clinical.vocabulary import conditions, sites
from imr_extract.clinical.vocabulary.conditions import Condition
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.record.model import Laterality
from imr_extract.rules.table import cues
from imr_extract.text import lists
from imr_extract.text.sentences import Word, words

Joint = Literal["", ",", "and", ", and", "with", "cause"]

_SMALL = frozenset(("of", "the", "and", "or", "at", "in", "on", "to", "side", "region", "s"))
_STATUS = (["status", "post"], ["s", "p"])
_BEHIND = 4  # items before a place in which a title that goes over it may begin
# Possible conditions: words that make a whole list so, up to its next comma.
_CARRYING = ("rule", "r/o", "to exclude", "versus", "vs")


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
        return is_status(self.run) and bool(self.heads)

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
    run = words(text, start, end)
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
    at = next((i for i in range(len(run)) if [w.text for w in run[i : i + 2]] in _STATUS), -1)
    held = sum(hit.last - hit.first + 1 for hit in sites.find(run[: max(at, 0)]))
    return at >= 0 and held + sum(bool(sites.side_of(word.text)) for word in run[:at]) >= at


def groups(text: str, start: int, end: int) -> list[list[Segment]]:
    """The segments of `text[start:end]`; semicolons part the groups."""
    end = start + len(text[start:end].rstrip(" ,;."))
    parts = lists.split(text, start, end) if text.find(";", start, end) >= 0 else []
    if any(part.separator.startswith(";") for part in parts):
        return [_segments(text, part.start, part.end) for part in parts]
    return [_segments(text, start, end)]


def _segments(text: str, start: int, end: int) -> list[Segment]:
    found: list[Segment] = []
    carried = caused = False
    doubtful = _doubtful(text, start, end)
    items = lists.split(text, start, end)
    titles = formal_titles.find(text, end, _beginnings(text, items, doubtful))
    doubtful = [each for each in doubtful if not any(t.start < each[0] < t.end for t in titles)]
    kept = [*_kept(text, start, end), *((title.start, title.end) for title in titles)]
    for item in _whole(items, kept):
        joint = _joint(item.separator)
        carried = carried and joint == "and"
        for piece, doubt in _doubts(item, doubtful):
            if doubt:
                carried = doubt.lower().startswith(_CARRYING)
            pieces = _inner(text, *piece, kept)
            if caused and joint != "," and not conditions.find(text, words(text, *piece)):
                continue  # "from sirens and pumps": more of a cause that was cut off
            caused = pieces[-1][1] < piece[1]
            for left, right, inner in pieces:
                begin, stop = _trim(text, left, right, titles)
                if begin < stop and not _is_aside(text, begin, stop):
                    doubted = carried or bool(doubt)
                    made = make(text, begin, stop, inner or joint, doubted=doubted)
                    found += _entitled(made, titles) or _run_on(text, made)
            joint = ","
    return found


def _is_aside(text: str, start: int, end: int) -> bool:
    return any(row.pattern.fullmatch(text, start, end) for row in cues("diagnoses", "aside"))


def title_over(text: str, start: int, at: int, end: int) -> Title | None:
    """The formal title that begins with an item of `text[start:at]` and ends behind `at`."""
    items = lists.split(text, start, at)
    titles = formal_titles.find(text, end, _beginnings(text, items[-_BEHIND:], [])) if items else []
    return next((title for title in titles if title.start < at < title.end), None)


def _beginnings(
    text: str, items: list[lists.ListItem], doubtful: list[tuple[int, int, str]]
) -> list[int]:
    """Where a formal title may begin: with an item, behind its lead, or behind a word of doubt."""
    starts = {item.start for item in items}
    starts |= {_behind_lead(text, item.start, item.end) for item in items}
    starts |= {_behind_lead(text, end, items[-1].end) for _, end, _ in doubtful if items}
    return sorted(starts)


def _entitled(part: Segment, titles: list[Title]) -> list[Segment]:
    """The segment as the formal title that it is; none where it is none, or a plain name."""
    title = next((each for each in titles if each[:2] == (part.start, part.end)), None)
    if title is None or (part.heads and not title.compound):
        return []
    if part.heads:
        return [part._replace(whole=True)]
    named = Condition("finding" if title.words == 1 else "term")
    phrase = " ".join(word.text for word in part.run)
    hit = Hit(part.start, part.end, 0, len(part.run) - 1, phrase, named)
    return [part._replace(heads=[hit], whole=True)]


def _joint(separator: str) -> Joint:
    if not separator:
        return ""
    if separator in (",", ";"):
        return ","
    return ", and" if separator[0] in ",;" else "and"


def _kept(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The names of one condition inside the list that nothing may part."""
    return [m.span() for _, m in cues("diagnoses", "one_phrase").matches(text, start, end)]


def _whole(items: list[lists.ListItem], kept: list[tuple[int, int]]) -> list[lists.ListItem]:
    """The items, those joined again that a name of one condition holds together."""
    joined: list[lists.ListItem] = []
    for item in items:
        if joined and any(a < item.start < b for a, b in kept):
            joined[-1] = joined[-1]._replace(end=item.end)
        else:
            joined.append(item)
    return joined


def _doubtful(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The words of doubt in the list: each one's interval, and the words."""
    return [
        (found.start, found.end, found.words)
        for found in context.modifiers(text, start, end)
        if found.kind in ("possible", "negated") and found.words.lower() != "without"
    ]


def _doubts(
    item: lists.ListItem, doubtful: list[tuple[int, int, str]]
) -> list[tuple[tuple[int, int], str]]:
    """The item cut at words of doubt, each piece with the words that doubt it ("" for none)."""
    pieces = []
    at, doubt = item.start, ""
    for left, right, said in doubtful:
        if left < at or right > item.end:
            continue
        pieces.append(((at, left), doubt))
        at, doubt = right, said
    pieces.append(((at, item.end), doubt))
    return [piece for piece in pieces if piece[0][0] < piece[0][1]]


def _inner(
    text: str, start: int, end: int, kept: list[tuple[int, int]]
) -> list[tuple[int, int, Joint]]:
    """The piece cut where it states a second condition ("X with Y") or a cause ("X due to Y")."""
    for row in cues("diagnoses", "inner"):
        for match in row.pattern.finditer(text, start + 1, end):
            if any(a < match.end() < b for a, b in kept):
                continue
            second = conditions.find(text, words(text, match.end(), end))
            own = [h for h in second if not (conditions.qualifies(h) or conditions.is_vague(h))]
            left = words(text, start, match.start())
            before = conditions.find(text, left)
            if row.value == "cause" and own and before:
                symptoms = all(hit.meaning.kind == "finding" for hit in own)
                if symptoms or before[-1].meaning.kind != "finding":
                    return [(start, end, "")]  # "neuropathy due to diabetes" is one condition
                joint: Joint = "cause"
            elif row.value == "cause" and before:
                joint = "cause"
            elif row.value == "with" and own and (before or sites.find(left)):
                joint = "with"
            else:
                continue
            rest = [(match.end(), end, joint)] if own else []
            first = _inner(text, start, match.start(), kept)
            return [*first, *rest]
    return [(start, end, "")]


def _run_on(text: str, segment: Segment) -> list[Segment]:
    """The segment cut where a comma is missing: "left knee strain right wrist contusion"."""
    for head, following in pairwise(segment.heads):
        between = range(head.last + 1, following.first)
        places = [hit for hit in segment.places if hit.first in between and hit.last in between]
        held = {i for hit in places for i in range(hit.first, hit.last + 1)}
        held |= {i for i in between if sites.side_of(segment.run[i].text)}
        before = any(hit.last < head.last and hit.meaning for hit in segment.places)
        if before and sites.regions(places) and held == set(between):
            cut = segment.run[head.last + 1].start
            left = make(text, segment.start, head.end, segment.joint, doubted=segment.doubted)
            return [left, *_run_on(text, make(text, cut, segment.end, ",", doubted=left.doubted))]
    return [segment]


def _behind_lead(text: str, start: int, end: int) -> int:
    """Where the interval begins without what is no part of a condition in front of it."""
    for row in cues("diagnoses", "lead"):
        if match := row.pattern.match(text, start, end):
            start = match.end()
    return start


def _trim(text: str, start: int, end: int, titles: Sequence[Title]) -> tuple[int, int]:
    """The interval without what is no part of a condition at its ends; a title keeps its words."""
    titled = next((title for title in titles if title.start == start), None)
    if titled is None:
        start = _behind_lead(text, start, end)
        titled = next((title for title in titles if title.start == start), None)
    at = min(start + 1, end) if titled is None else min(titled.end, end)
    if titled is not None and titled.end == end:
        return start, end
    for row in cues("diagnoses", "tail"):
        if match := row.pattern.search(text, at, end):
            end = match.start()
    while start < end and text[start] in " .,;:-\u2013\"\u201c\u201d'":
        start += 1
    while end > start and text[end - 1] in ' (.,;:-\u2013"\u201c\u201d':
        end -= 1
    return start, end


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
