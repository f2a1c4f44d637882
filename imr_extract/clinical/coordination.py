"""Coordination: the conditions that a list of shared words names, each with all its words.

"Contusions of the left hip and knee", "lumbar and cervical strain", "numbness and weakness of the
hand": each gives two conditions, whose words stand in several intervals of the text.
"""

from typing import NamedTuple

from imr_extract.clinical import conditions, segments, sites
from imr_extract.clinical.conditions import Condition
from imr_extract.clinical.phrases import Hit
from imr_extract.clinical.prose import Word
from imr_extract.clinical.segments import Segment

Interval = tuple[int, int]


class Entry(NamedTuple):
    """A condition as intervals of the text, in the order in which they are read."""

    intervals: tuple[Interval, ...]
    doubted: bool
    heads: tuple[Hit[Condition], ...]  # what names a condition; none where it only stands in a list


def entries(text: str, start: int, end: int) -> list[Entry]:
    """The conditions of the list `text[start:end]`, in order."""
    groups = segments.groups(text, start, end)
    return [
        entry for parts in groups for entry in _Group(text, parts, shared=len(groups) > 1).entries()
    ]


class _Group:
    """One list, and what has been made of it.

    `shared` tells that semicolons part lists such as this one: then a site said once stands for all
    of its conditions.
    """

    def __init__(self, text: str, parts: list[Segment], *, shared: bool) -> None:
        self._text = text
        self._parts = _join_qualifiers(text, parts)
        self._shared = shared
        self._found: list[Entry] = []
        self._lead: Segment | None = None  # the first that says a site before its condition
        self._before: tuple[Word, ...] = ()  # words in front of sites that are the next one's too

    def entries(self) -> list[Entry]:
        waiting: list[Segment] = []
        last: Segment | None = None
        for index, part in enumerate(self._parts):
            if part.is_place:
                waiting.append(part)
                continue
            self._give(waiting, last, part if part.is_condition else None)
            waiting = []
            if part.is_condition:
                after = self._parts[index + 1] if index + 1 < len(self._parts) else None
                self._add(part, (*self._carried(part), *self._own(part, last, after)))
                last = part
                if self._lead is None and not part.doubted and _leading_place(part) is not None:
                    self._lead = part
            else:
                after = self._parts[index + 1] if index + 1 < len(self._parts) else None
                self._add(part, self._described(part, after))
        self._give(waiting, last, None)
        return self._found

    def _add(self, part: Segment, intervals: tuple[Interval, ...]) -> None:
        self._found.append(Entry(intervals, part.doubted, tuple(part.heads)))

    def _described(self, part: Segment, after: Segment | None) -> tuple[Interval, ...]:
        """Words that name no condition, with the noun that they share with the next if they do.

        "Anxious and depressive moods": the noun is both's.
        """
        whole = (part.start, part.end)
        if after is None or after.joint != "and" or not after.is_condition or after.core == 0:
            return (whole,)
        first = after.run[0]
        if not (sites.is_adjective(part.run[-1].text) and sites.is_adjective(first.text)):
            return (whole,)
        if len(part.run) > 1 and part.run[-2].text in conditions.qualifiers():
            self._before = part.run[:-1]
        return (whole, (after.run[1].start, after.end))

    def _own(
        self, part: Segment, last: Segment | None, after: Segment | None
    ) -> tuple[Interval, ...]:
        """The intervals of a segment that is a condition, with the words that it shares."""
        whole = (part.start, part.end)
        listed = part.joint in (",", "and", ", and")
        if self._shared and listed and self._lead is not None and _fits(part, self._lead):
            lead = _leading_place(self._lead)
            return (lead, whole) if lead is not None else (whole,)
        if last is not None and part.joint == "and" and not last.doubted and _bare(part):
            lead = _leading_place(last)
            if lead is not None:
                return (lead, whole)
        if after is not None and after.joint == "and" and after.is_condition and _bare(part):
            behind = _complement(after)
            if behind is not None and conditions.shares_site(after.heads[0]):
                return (whole, (behind, after.end))
        return (whole,)

    def _give(
        self, waiting: list[Segment], last: Segment | None, following: Segment | None
    ) -> None:
        """Add the conditions that sites without a condition of their own stand for."""
        if not waiting:
            return
        first = waiting[0]
        if last is not None and first.joint == "," and _takes(last, first):
            waiting = self._postpose(last, waiting)
        elif last is not None and _is_open(last) and (noun := _noun(last, waiting)) is not None:
            self._close(noun)
        if not waiting:
            return
        back = _lends_backward(last) if last is not None else None
        forth = _lends_forward(following, waiting[-1]) if following is not None else None
        closing = (
            waiting[-1].joint in ("and", ", and")
            and following is not None
            and following.joint in (",", ", and")
        )
        if forth is not None and following is not None and not (closing and back):
            self._spread_forward(waiting, following, forth)
        elif back is not None and last is not None:
            for index, place in enumerate(waiting):
                self._add(last, _behind(last, back, place, _noun(place, waiting[index + 1 :])))

    def _postpose(self, last: Segment, waiting: list[Segment]) -> list[Segment]:
        """Put a site to the condition before it: "radiculopathy, lumbar region".

        Returns the sites that are left over.
        """
        count = 1
        while count < len(waiting) and waiting[0].is_postposed and waiting[count].is_postposed:
            count += 1  # "facet syndrome, L3-4 and L4-5"
        entry = self._found[-1]
        *before, (start, _) = entry.intervals
        self._found[-1] = entry._replace(intervals=(*before, (start, waiting[count - 1].end)))
        if last.says_site:
            return waiting[count:]
        for place in waiting[count:]:
            self._add(last, ((last.start, last.end), (place.start, place.end)))
        return []

    def _close(self, noun: Interval) -> None:
        """Give an adjective its noun: "tear of the medial and lateral meniscus"."""
        entry = self._found[-1]
        self._found[-1] = entry._replace(intervals=(*entry.intervals, noun))

    def _spread_forward(self, waiting: list[Segment], following: Segment, site: int) -> None:
        """Give a condition to all the sites before it: "lumbar and cervical strain"."""
        before: tuple[Word, ...] = ()
        for place in waiting:
            begins = _parallel_end(place, following, site)
            doubted = following.doubted or place.doubted
            whole = (place.start, place.end)
            intervals = (*_shared_words(place, before), whole, (begins, following.end))
            self._add(following._replace(doubted=doubted), intervals)
            before = _words_before_site(place) or before
        self._before = before

    def _carried(self, part: Segment) -> tuple[Interval, ...]:
        """Words before that are this one's too: "old left" of "old left hip and knee pain"."""
        before, self._before = self._before, ()
        return _shared_words(part, before)


def _join_qualifiers(text: str, parts: list[Segment]) -> list[Segment]:
    """Qualifiers put to the condition that they stand beside."""
    joined: list[Segment] = []
    pending: Segment | None = None
    for part in parts:
        follows = part.is_status and not part.has_site
        if follows or (part.is_qualifier and not part.is_place):
            if joined and joined[-1].is_condition and part.joint == ",":
                last = joined[-1]
                joined[-1] = segments.make(
                    text, last.start, part.end, last.joint, doubted=last.doubted
                )
            else:
                pending = pending or part
            continue
        if pending is not None and pending.end < part.start:
            joined.append(
                segments.make(text, pending.start, part.end, pending.joint, doubted=part.doubted)
            )
        else:
            joined.append(part)
        pending = None
    return joined


def _bare(part: Segment) -> bool:
    """Whether a segment begins with a condition that needs a site, and has none."""
    return part.core == 0 and not part.has_site and conditions.shares_site(part.heads[0])


def _fits(part: Segment, last: Segment) -> bool:
    """Whether the site of `last` can be that of a condition which says none."""
    if part.says_site:
        return False
    there = set(sites.regions(last.places))
    told = {region for hit in part.heads for region in hit.meaning.regions}
    return told <= there


def _takes(part: Segment, place: Segment) -> bool:
    """Whether a site behind a comma is that of the condition: "bursitis, left hip"."""
    if place.is_postposed:
        return True
    told = {region for hit in part.heads for region in hit.meaning.regions}
    named = set(sites.regions(place.places))
    return not part.says_site and not (told and named and told.isdisjoint(named))


def _place_start(part: Segment, hit: Hit[str]) -> int:
    """The index of the first word that belongs to the site: side and qualifiers before it too."""
    first = hit.first
    while first > 0:
        word = part.run[first - 1].text
        if not (sites.side_of(word) or word in sites.adjectives()):
            break
        first -= 1
    return first


def _complement(part: Segment) -> int | None:
    """Where the words behind the first condition begin, if they tell its site; else None."""
    core = part.core
    if not any(hit.first > core for hit in part.places):
        return None
    return part.run[core + 1].start


def _leading_place(part: Segment) -> Interval | None:
    """The site before the first condition of the segment; None where none stands there."""
    hits = [hit for hit in part.places if hit.last < part.core]
    named = [hit for hit in hits if hit.meaning]
    if not named:
        return None
    first, last = named[-1].first, named[-1].last
    # "Shoulder labral tear" lends "shoulder".
    while last > first and sites.regions(sites.find(part.run[first:last])):
        last -= 1
    return part.run[_place_start(part, hits[0])].start, part.run[last].end


def _lends_forward(part: Segment, place: Segment | None = None) -> int | None:
    """The index of the last word of the site before the segment's condition; None without one.

    Of a `place` that is only a side, a side before the condition takes the place.
    """
    before = [hit for hit in part.places if hit.last < part.core]
    named = [hit for hit in before if hit.meaning] or before
    if named:
        return named[0].last
    if place is not None and sites.side_of(place.run[-1].text):
        sides = [i for i, word in enumerate(part.run) if sites.side_of(word.text)]
        return sides[0] if sides and sides[0] < part.core else None
    return None


def _lends_backward(part: Segment) -> Interval | None:
    """Where the segment's site begins and ends: the last behind its condition, or that before."""
    core = part.core
    if _is_open(part):
        return part.run[-1].start, part.end
    behind = [hit for hit in part.places if hit.first > core]
    named = [hit for hit in behind if hit.meaning] or behind
    if named:
        return part.run[_place_start(part, named[-1])].start, part.end
    before = _lends_forward(part)
    return (part.start, part.run[before].end) if before is not None else None


def _behind(
    last: Segment, site: Interval, place: Segment, noun: Interval | None
) -> tuple[Interval, ...]:
    """The condition of `last`, with another site in the place of its own.

    `noun` belongs to the site where it is an adjective only.
    """
    at, after = site
    tail = () if noun is None else (noun,)
    if at == last.start:
        return ((place.start, place.end), *tail, (after, last.end))
    inside = next((word for word in last.run if word.start >= at), None)
    side = (inside,) if inside is not None and sites.side_of(inside.text) else ()
    whole = (place.start, place.end)
    return ((last.start, at), *_shared_words(place, side), whole, *tail)


def _words_before_site(place: Segment) -> tuple[Word, ...]:
    """Qualifiers and side in front of a site."""
    first = min((hit.first for hit in place.places), default=len(place.run))
    return place.run[:first]


def _shared_words(part: Segment, before: tuple[Word, ...]) -> tuple[Interval, ...]:
    """Those words in front of the site before this one that are said of this one too.

    A side is not where this one has its own, or lies in the middle of the body; qualifiers are not
    where this one begins with its own.
    """
    if not before or part.side is not None or part.run[0].text in conditions.qualifiers():
        return ()
    sides = [i for i, word in enumerate(before) if sites.side_of(word.text)]
    count = len(before)
    if sides and not sites.paired(part.places):
        count = sides[0]
    return ((before[0].start, before[count - 1].end),) if count else ()


def _is_open(part: Segment) -> bool:
    """Whether the segment ends with an adjective that waits for its noun."""
    last = part.run[-1]
    after = not part.heads or part.core < len(part.run) - 1
    return after and last.end == part.end and _describes(last.text)


def _describes(word: str) -> bool:
    return word in sites.adjectives() or sites.side_of(word) is not None


def _noun(part: Segment, following: list[Segment]) -> Interval | None:
    """The noun that an open segment shares with the next that has one; None where none has."""
    if not _is_open(part):
        return None
    for place in following:
        if not _is_open(place):
            if not _describes(place.run[0].text):
                return None
            noun = next(word for word in place.run if not _describes(word.text))
            return noun.start, place.end
    return None


def _parallel_end(place: Segment, following: Segment, site: int) -> int:
    """Where the words of `following` begin that `place` shares.

    After an adjective only the adjective is another: "thoracic and lumbar spine strain" shares
    "spine strain".
    """
    last = place.run[-1].text
    if sites.side_of(last):
        sides = [word for word in following.run if sites.side_of(word.text)]
        return _next_start(following, sides[0].end if sides else following.start)
    if last in sites.adjectives():
        for word in following.run[: site + 1]:
            if word.text in sites.adjectives():
                return _next_start(following, word.end)
    index = site + 1
    while index < following.core and any(c.isdigit() for c in following.run[index].text):
        index += 1  # the rest of a level: "L5-S1"
    return following.run[index].start


def _next_start(part: Segment, after: int) -> int:
    return next((word.start for word in part.run if word.start >= after), part.end)
