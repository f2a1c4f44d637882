"""Sharing: which words of a segment another can take for its own.

"Left hip" lends "strain" from "knee strain"; "numbness" borrows "of the hand" from "weakness of the
hand". The intervals are offsets of the normalized text.
"""

from imr_extract.clinical.diagnoses.segments import Segment
from imr_extract.clinical.vocabulary import conditions, sites
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.text.sentences import Word

Interval = tuple[int, int]


def bare(part: Segment) -> bool:
    """Whether a segment begins with a condition that needs a site, and has none."""
    return part.core == 0 and not part.has_site and conditions.shares_site(part.heads[0])


def fits(part: Segment, last: Segment) -> bool:
    """Whether the site of `last` can be that of a condition which says none."""
    if part.says_site:
        return False
    there = set(sites.regions(last.places))
    stated = {region for hit in part.heads for region in hit.meaning.regions}
    return stated <= there


def inherits(part: Segment, place: Segment) -> bool:
    """Whether a site behind a comma is that of the condition: "bursitis, left hip"."""
    if place.is_postposed:
        return True
    stated = {region for hit in part.heads for region in hit.meaning.regions}
    named = set(sites.regions(place.places))
    own = set(sites.regions(part.places)) | stated
    if place.side and not part.side and named and named == own:
        return True  # "TFCC tear, right wrist"
    return not part.says_site and not (stated and named and stated.isdisjoint(named))


def pairs_sides(waiting: list[Segment], following: Segment) -> bool:
    """Whether a lone side is the other one of the condition behind it.

    "Right" in "neck sprain, right and left hip strain" is of the hip, not of the neck.
    """
    sides = [sites.side_of(word.text) for part in waiting for word in part.run]
    other = sites.side_of(following.run[0].text)
    return len(sides) == 1 and {sides[0], other} == {"left", "right"} and following.joint == "and"


def _place_start(part: Segment, hit: Hit[str]) -> int:
    """The index of the first word that belongs to the site: side and qualifiers before it too."""
    first = hit.first
    while first > 0:
        word = part.run[first - 1].text
        level = any(c.isdigit() for c in word) and part.run[first].joined  # "L4-L5"
        if not (sites.side_of(word) or word in sites.adjectives() or level):
            break
        first -= 1
    return first


def complement(part: Segment) -> int | None:
    """Where the words behind the first condition begin, if they name its site; else None."""
    core = part.core
    if not any(hit.first > core for hit in part.places):
        return None
    return part.run[core + 1].start


def leading_place(part: Segment) -> Interval | None:
    """The site before the first condition of the segment; None where none stands there."""
    hits = [hit for hit in part.places if hit.last < part.core]
    named = [hit for hit in hits if hit.meaning]
    if not named:
        return None
    first, last = named[0].first, named[0].last
    # "Shoulder labral tear" lends "shoulder".
    while last > first and sites.regions(sites.find(part.run[first:last])):
        last -= 1
    if not sites.is_whole(part.run[last].text):
        return None
    return part.run[_place_start(part, hits[0])].start, part.run[last].end


def distributes_forward(part: Segment, place: Segment | None = None) -> int | None:
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


def distributes_backward(part: Segment) -> Interval | None:
    """Where the segment's site begins and ends: the last behind its condition, or that before."""
    core = part.core
    if is_open(part):
        return part.run[-1].start, part.end
    behind = [hit for hit in part.places if hit.first > core]
    named = [hit for hit in behind if hit.meaning] or behind
    if named:
        return part.run[_place_start(part, named[-1])].start, part.end
    before = distributes_forward(part)
    return (part.start, part.run[before].end) if before is not None else None


def behind(
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
    return ((last.start, at), *shared_words(place, side), whole, *tail)


def words_before_site(place: Segment) -> tuple[Word, ...]:
    """Qualifiers and side in front of a site."""
    first = min((hit.first for hit in place.places), default=len(place.run))
    while not place.places and first and place.run[first - 1].text in sites.adjectives():
        first -= 1  # "right middle" of "right middle and ring finger" says "right" of both
    return place.run[:first]


def shared_words(part: Segment, before: tuple[Word, ...]) -> tuple[Interval, ...]:
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


def is_open(part: Segment) -> bool:
    """Whether the segment ends with an adjective that waits for its noun."""
    last = part.run[-1]
    if part.places and len(part.run) > 2 and part.run[-3].text == "on":
        return False  # "ninth ribs on the left"
    after = not part.heads or part.core < len(part.run) - 1
    return after and last.end == part.end and _describes(last.text)


def _describes(word: str) -> bool:
    return word in sites.adjectives() or sites.side_of(word) is not None


def noun(part: Segment, following: list[Segment]) -> Interval | None:
    """The noun that an open segment shares with the next that has one; None where none has."""
    if not is_open(part):
        return None
    for place in following:
        if not is_open(place):
            if not _describes(place.run[0].text):
                return None
            noun = next(word for word in place.run if not _describes(word.text))
            return noun.start, place.end
    return None


def parallel_end(place: Segment, following: Segment, site: int) -> int:
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
