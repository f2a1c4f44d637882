"""Coordination: the conditions that a list of shared words names, each with all its words.

"Contusions of the left hip and knee", "lumbar and cervical strain", "numbness and weakness of the
hand": each gives two conditions, whose words stand in several intervals of the text.
"""

from typing import NamedTuple

from imr_extract.clinical.diagnoses import list_parts, segments, shared_words
from imr_extract.clinical.diagnoses.segments import Segment
from imr_extract.clinical.diagnoses.shared_words import Interval
from imr_extract.clinical.vocabulary import conditions, sites
from imr_extract.text.sentences import Word


class ConditionEntry(NamedTuple):
    """A condition as intervals of the text, in the order in which they are read."""

    intervals: tuple[Interval, ...]
    part: Segment  # whose words name the condition; it may name none, and only stand in a list


def entries(text: str, start: int, end: int) -> list[ConditionEntry]:
    """The conditions of the list `text[start:end]`, in order."""
    groups = list_parts.groups(text, start, end)
    return [
        entry
        for parts in groups
        for entry in _ConditionList(text, parts, shared=len(groups) > 1).entries()
    ]


class _ConditionList:
    """One list, and what has been made of it.

    `shared`: semicolons separate lists such as this one, and then a site said once stands for all
    of its conditions.
    """

    def __init__(self, text: str, parts: list[Segment], *, shared: bool) -> None:
        self._text = text
        self._parts = _join_qualifiers(text, parts)
        self._shared = shared
        self._found: list[ConditionEntry] = []
        self._lead: Segment | None = None  # the first that says a site before its condition
        self._before: tuple[Word, ...] = ()  # words in front of sites that are the next one's too

    def entries(self) -> list[ConditionEntry]:
        waiting: list[Segment] = []
        last: Segment | None = None
        for index, part in enumerate(self._parts):
            if part.is_place:
                waiting.append(part)
                continue
            if waiting:
                following = part if part.is_condition and not part.whole else None
                self._give(waiting, _lender(last, waiting), following)
                waiting = []
            after = self._parts[index + 1] if index + 1 < len(self._parts) else None
            if part.is_condition:
                self._add(part, (*self._carried(part), *self._own(part, last, after)))
                last = part
                if (
                    self._shared
                    and self._lead is None
                    and not part.doubted
                    and not part.whole
                    and shared_words.leading_place(part) is not None
                ):
                    self._lead = part
            else:
                self._add(part, self._described(part, after))
        if waiting:
            self._give(waiting, _lender(last, waiting), None)
        return self._found

    def _add(self, part: Segment, intervals: tuple[Interval, ...]) -> None:
        self._found.append(ConditionEntry(intervals, part))

    def _described(self, part: Segment, after: Segment | None) -> tuple[Interval, ...]:
        """Words that name no condition, with the noun that they share with the next if they do.

        "Anxious and depressive moods": the noun is both's.
        """
        whole = (part.start, part.end)
        if after is None or after.joint != "and" or not after.is_condition:
            return (whole,)
        if after.whole or after.core == 0:
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
        if part.whole:
            return (whole,)
        listed = part.joint in (",", "and", ", and")
        if (
            self._shared
            and listed
            and self._lead is not None
            and shared_words.fits(part, self._lead)
        ):
            lead = shared_words.leading_place(self._lead)
            return (lead, whole) if lead is not None else (whole,)
        beside = last is not None and part.joint == "and" and not last.doubted and not last.whole
        if last is not None and beside and shared_words.bare(part):
            lead = shared_words.leading_place(last)
            if lead is not None:
                return (lead, whole)
        shares = after is not None and after.is_condition and not after.whole
        if after is not None and shares and after.joint == "and" and shared_words.bare(part):
            behind = shared_words.complement(after)
            if behind is not None and conditions.shares_site(after.heads[0]):
                return (whole, (behind, after.end))
        return (whole,)

    def _give(
        self, waiting: list[Segment], last: Segment | None, following: Segment | None
    ) -> None:
        """Add the conditions that sites without a condition of their own stand for."""
        first = waiting[0]
        ahead = following is not None and shared_words.pairs_sides(waiting, following)
        if (
            last is not None
            and first.joint == ","
            and not ahead
            and shared_words.inherits(last, first)
        ):
            waiting = self._postpose(last, waiting)
        elif (
            last is not None
            and shared_words.is_open(last)
            and (noun := shared_words.noun(last, waiting)) is not None
        ):
            self._close(noun)
        if not waiting:
            return
        back = shared_words.distributes_backward(last) if last is not None else None
        if following is not None and following.joint in ("with", "cause"):
            following = None  # "lacerations of the hand and wrist with nerve injury"
        forth = (
            shared_words.distributes_forward(following, waiting[-1])
            if following is not None
            else None
        )
        if back is not None and last is not None and shared_words.is_open(last):
            following = forth = None  # "fractures of the third and fourth toes and a skin tear"
        closing = (
            waiting[-1].joint in ("and", ", and")
            and following is not None
            and following.joint in (",", ", and")
        )
        if forth is not None and following is not None and not (closing and back):
            self._spread_forward(waiting, following, forth)
        elif back is not None and last is not None:
            for index, place in enumerate(waiting):
                self._add(
                    last._replace(doubted=last.doubted or place.doubted),
                    shared_words.behind(
                        last, back, place, shared_words.noun(place, waiting[index + 1 :])
                    ),
                )

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
            begins = shared_words.parallel_end(place, following, site)
            doubted = following.doubted or place.doubted
            whole = (place.start, place.end)
            intervals = (*shared_words.shared_words(place, before), whole, (begins, following.end))
            self._add(following._replace(doubted=doubted), intervals)
            before = shared_words.words_before_site(place) or before
        self._before = before

    def _carried(self, part: Segment) -> tuple[Interval, ...]:
        """Words before that are this one's too: "old left" of "old left hip and knee pain"."""
        before, self._before = self._before, ()
        return shared_words.shared_words(part, before)


def _lender(last: Segment | None, waiting: list[Segment]) -> Segment | None:
    """The condition before sites if it can be theirs; a formal title only where "and" joins them.

    "Carpal tunnel syndrome, right upper limb, left knee and hip strain": the knee is no limb's.
    """
    if last is not None and last.whole and waiting[0].joint != "and":
        return None
    return last


def _join_qualifiers(text: str, parts: list[Segment]) -> list[Segment]:
    """Qualifiers put to the condition that they stand beside."""
    joined: list[Segment] = []
    pending: Segment | None = None
    for part in parts:
        if joined and part.run and all(word.text in conditions.course() for word in part.run):
            continue
        operation = bool(part.heads) and all(h.meaning.kind == "surgical" for h in part.heads)
        follows = (part.is_status and not part.has_site) or (
            operation and bool(joined) and joined[-1].is_status
        )
        if follows or (part.is_qualifier and not part.is_place):
            if joined and joined[-1].is_condition and (follows or part.joint == ","):
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
