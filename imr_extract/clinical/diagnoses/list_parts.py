"""List parts: a list of conditions cut into segments at all that may part two conditions.

What is asked of every part is first asked of the whole list: most lists hold no word of doubt, no
second condition inside an item, and nothing behind a condition that is no part of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from imr_extract.clinical import context
from imr_extract.clinical.diagnoses import formal_titles, segments
from imr_extract.clinical.diagnoses.formal_titles import Title
from imr_extract.clinical.diagnoses.segments import Joint, Segment
from imr_extract.clinical.vocabulary import conditions, sites
from imr_extract.clinical.vocabulary.conditions import Condition
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text import lists
from imr_extract.text.sentences import Word, words

_BEHIND = 4  # items before a place in which a title that goes over it may begin
# Possible conditions: words that make a whole list so, up to its next comma.
_CARRYING = ("rule", "r/o", "to exclude", "versus", "vs")
_START, _END = attrgetter("start"), attrgetter("end")


def groups(text: str, start: int, end: int) -> list[list[Segment]]:
    """The segments of `text[start:end]`; semicolons part the groups."""
    end = start + len(text[start:end].rstrip(" ,;."))
    parts = lists.split(text, start, end) if text.find(";", start, end) >= 0 else []
    if any(part.separator.startswith(";") for part in parts):
        return [_segments(text, part.start, part.end) for part in parts]
    return [_segments(text, start, end)]


def title_over(text: str, start: int, at: int, end: int) -> Title | None:
    """The formal title that begins with an item of `text[start:at]` and ends behind `at`."""
    items = lists.split(text, start, at)[-_BEHIND:]
    titles = formal_titles.find(text, end, _beginnings(text, items, []))
    return next((title for title in titles if title.start < at < title.end), None)


def _segments(text: str, start: int, end: int) -> list[Segment]:
    items = lists.split(text, start, end)
    if not items:
        return []
    found: list[Segment] = []
    carried = caused = False
    doubtful = _doubtful(text, start, end)
    titles = formal_titles.find(text, end, _beginnings(text, items, doubtful))
    doubtful = [each for each in doubtful if not any(t.start < each[0] < t.end for t in titles)]
    kept = [*_kept(text, start, end), *((title.start, title.end) for title in titles)]
    run = words(text, items[0].start, end)
    asides = cues("diagnoses", "aside").called(text, start, end)
    tails = cues("diagnoses", "tail").called(text, start, end)
    links = [
        row
        for row in cues("diagnoses", "inner").called(text, start, end)
        if row.pattern.search(text, start, end)
    ]
    for item in _whole(items, kept):
        joint = _joint(item.separator)
        carried = carried and joint == "and"
        for piece, doubt in _doubts(item, doubtful):
            if doubt:
                carried = doubt.lower().startswith(_CARRYING)
            pieces = _inner(text, *piece, kept, links)
            if caused and joint != "," and not conditions.find(text, words(text, *piece)):
                continue  # "from sirens and pumps": more of a cause that was cut off
            caused = pieces[-1][1] < piece[1]
            for left, right, inner in pieces:
                begin, stop = _trim(text, left, right, titles, tails)
                if begin < stop and not _is_any(asides, text, begin, stop):
                    named = _words(text, begin, stop, run)
                    doubted = carried or bool(doubt)
                    made = segments.of_words(text, begin, stop, inner or joint, named, doubted)
                    found += _entitled(made, titles) or _run_on(text, made)
            joint = ","
    return found


def _words(text: str, start: int, end: int, run: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of `text[start:end]`: those of the list, unless an end of it parts one of them."""
    first = bisect_left(run, start, key=_START)
    last = bisect_right(run, end, lo=first, key=_END)
    if first and run[first - 1].end > start:
        return words(text, start, end)
    if last < len(run) and run[last].start < end:
        return words(text, start, end)
    return run[first:last]


def _is_any(rows: Sequence[CompiledRow], text: str, start: int, end: int) -> bool:
    """Whether one of the rows matches all of `text[start:end]`."""
    return bool(rows) and any(row.pattern.fullmatch(text, start, end) for row in rows)


def _beginnings(
    text: str, items: list[lists.ListItem], doubtful: list[tuple[int, int, str]]
) -> list[int]:
    """Where a formal title may begin: with an item, behind its lead, or behind a word of doubt."""
    starts = {item.start for item in items}
    starts |= {_behind_lead(text, item.start, item.end) for item in items}
    starts |= {_behind_lead(text, end, items[-1].end) for _, end, _ in doubtful}
    return sorted(starts)


def _entitled(part: Segment, titles: list[Title]) -> list[Segment]:
    """The segment as the formal title that it is; none where it is none, or a plain name."""
    title = _title_at(titles, part.start)
    if title is None or title.end != part.end or (part.heads and not title.compound):
        return []
    if part.heads:
        return [part._replace(whole=True)]
    named = Condition("finding" if title.words == 1 else "term")
    phrase = " ".join(word.text for word in part.run)
    hit = Hit(part.start, part.end, 0, len(part.run) - 1, phrase, named)
    return [part._replace(heads=[hit], whole=True)]


def _title_at(titles: Sequence[Title], start: int) -> Title | None:
    """The title that begins at `start`; of several, which do not overlap, one at most does."""
    for title in titles:
        if title.start == start:
            return title
    return None


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
    if not kept:
        return items
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
    text: str, start: int, end: int, kept: list[tuple[int, int]], links: Sequence[CompiledRow]
) -> list[tuple[int, int, Joint]]:
    """The piece cut where it states a second condition ("X with Y") or a cause ("X due to Y").

    `links` are the rows for what stands between the two.
    """
    for row in links:
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
            first = _inner(text, start, match.start(), kept, links)
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
            doubted = segment.doubted
            left = segments.make(text, segment.start, head.end, segment.joint, doubted=doubted)
            right = segments.make(text, cut, segment.end, ",", doubted=doubted)
            return [left, *_run_on(text, right)]
    return [segment]


@lru_cache(maxsize=64)  # asked of the same item up to three times
def _behind_lead(text: str, start: int, end: int) -> int:
    """Where the interval begins without what is no part of a condition in front of it."""
    for row in cues("diagnoses", "lead"):
        if match := row.pattern.match(text, start, end):
            start = match.end()
    return start


def _trim(
    text: str, start: int, end: int, titles: Sequence[Title], tails: Sequence[CompiledRow]
) -> tuple[int, int]:
    """The interval without what is no part of a condition at its ends; a title keeps its words.

    `tails` are the rows for what stands behind conditions.
    """
    titled = _title_at(titles, start)
    if titled is None:
        start = _behind_lead(text, start, end)
        titled = _title_at(titles, start)
    at = min(start + 1, end) if titled is None else min(titled.end, end)
    if titled is not None and titled.end == end:
        return start, end
    for row in tails:
        if match := row.pattern.search(text, at, end):
            end = match.start()
    while start < end and text[start] in " .,;:-\u2013\"\u201c\u201d'":
        start += 1
    while end > start and text[end - 1] in ' (.,;:-\u2013"\u201c\u201d':
        end -= 1
    return start, end
