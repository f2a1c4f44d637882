"""Studies: the name of a study with the sites around it, one name for each site.

"X-rays of the knee and ankle" are two studies, "an x-ray of the skull and face" is one, and "x-rays
and CT scan of the neck" share their site.
"""

from typing import NamedTuple

from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.vocabulary import sites, therapies
from imr_extract.rules.table import cues
from imr_extract.text import lists
from imr_extract.text.lists import ListItem
from imr_extract.text.sentences import Sentence, Word, words

_FILE = "diagnostics"
_SITE_BEGINS = 3  # how many words may stand before the anatomy of a site ("both upper and lower")

Interval = tuple[int, int]


class Name(NamedTuple):
    """A study with its site, as normalized intervals; `where` are its regions and side."""

    pieces: tuple[Interval, ...]
    where: frozenset[str]


class StudySites(NamedTuple):
    """The sites behind a study: the word that leads to them, and each site's intervals."""

    link: tuple[Interval, ...]
    places: tuple[tuple[Interval, ...], ...]
    end: int  # behind the last site


def names(
    text: str, sentence: Sentence, mention: Mention, limit: int, sharing: Mention | None
) -> list[Name]:
    """The names of the study at `mark`; `limit` is where the next study begins.

    `sharing` is a study joined to it by no more than "and": without a site, it has that one's.
    """
    start = _front(text, sentence, mention)
    behind = _behind(text, sentence, mention, limit)
    end = behind.end
    if sharing is not None and not behind.places and start == mention.start:
        behind = _behind(text, sentence, sharing, sentence.end)
        end = mention.end
    if not behind.places:
        contrast = _contrast(text, sentence, end, limit)
        found = [
            _name(text, (before, (mention.start, mention.end)), _where(text, *before))
            for before in _coordinated(text, sentence, start)
            if start < mention.start
        ]
        pieces = ((start, mention.end), *contrast)
        return [*found, _name(text, pieces, _where(text, start, mention.start))]
    contrast = _contrast(text, sentence, end, limit)
    found = []
    for place in behind.places:
        where = frozenset[str]().union(*(_where(text, *interval) for interval in place))
        pieces = ((start, mention.end), *_link(text, behind.link, place[0]), *place, *contrast)
        found.append(_name(text, pieces, where))
    return found


def _link(text: str, link: tuple[Interval, ...], place: Interval) -> tuple[Interval, ...]:
    """The word that leads to a site, without its article where the site has one ("both knees")."""
    first = words(text, *place)[0]
    if not link or first.text not in therapies.treatments().wording.articles:
        return link
    lead = words(text, *link[-1])[0]
    return (*link[:-1], (lead.start, lead.end))


def _name(text: str, pieces: tuple[Interval, ...], where: frozenset[str]) -> Name:
    """The name, with the intervals made one between which only white space stands."""
    merged = [pieces[0]]
    for start, end in pieces[1:]:
        if not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return Name(tuple(merged), where)


def _front(text: str, sentence: Sentence, mention: Mention) -> int:
    """Where the study's name begins: with the site and side right before it."""
    run = sentence.words
    stops = therapies.treatments().wording.stops
    first = mention.first
    while first > 0 and _glued(text, run, first) and run[first - 1].text not in stops:
        first -= 1
    hits = sites.find(run[first : mention.first])
    at = first + hits[0].first if hits else mention.first
    while hits and at > first and _belongs(run[at - 1]):
        at -= 1
    return run[_kind(run, first, at)].start


def _kind(run: tuple[Word, ...], first: int, at: int) -> int:
    """Where the words begin before `at` that say which kind of study it is; `at` if none do."""
    kinds = therapies.studies().wording.kinds
    for size in (2, 1):
        if at - size >= first and " ".join(word.text for word in run[at - size : at]) in kinds:
            return _kind(run, first, at - size)
    return at


def _glued(text: str, run: tuple[Word, ...], at: int) -> bool:
    return run[at].joined and "/" not in text[run[at - 1].end : run[at].start]


def _belongs(word: Word) -> bool:
    """Whether a word says more of a site: its side, or which part."""
    parts = therapies.studies().wording.parts
    return sites.side_of(word.text) is not None or word.text in parts


def _coordinated(text: str, sentence: Sentence, start: int) -> list[Interval]:
    """The sites before one that "and" or a comma joins: "hip" in "hip and lumbar x-rays"."""
    found: list[Interval] = []
    for item in reversed(lists.split(text, sentence.start, start)):
        if text[item.end : start].strip(" ,") not in ("and", ""):
            break
        if item.end == start:
            continue
        run = words(text, item.start, item.end)
        hits = sites.find(run)
        if not hits or hits[-1].last != len(run) - 1:
            break
        at = hits[0].first
        while at and _belongs(run[at - 1]):
            at -= 1
        found.append((run[at].start, item.end))
        if at:
            break
        start = item.start
    return found[::-1]


def _behind(text: str, sentence: Sentence, mention: Mention, limit: int) -> StudySites:
    """The sites that follow a study."""
    link: tuple[Interval, ...] = ()
    at = mention.end
    for row in cues(_FILE, "linked"):
        match = row.pattern.match(text, mention.end, limit)
        if match:
            at = match.end()
            led = (match.start("link"), len(text[:at].rstrip()))
            link = (match.span("given"), led) if match["given"] else (led,)
    done = cues(_FILE, "done").called(text, sentence.start, sentence.end)
    ends = (row.pattern.search(text, at, limit) for row in done)
    limit = min((end.start() for end in ends if end), default=limit)
    places: list[tuple[Interval, ...]] = []
    for item in _places(text, at, limit):
        run = words(text, item.start, item.end)
        size = _length(run)
        hits = sites.find(run[:size])
        if not hits or hits[0].first > _SITE_BEGINS:
            break
        if not places and text[at : item.start].strip():
            break
        if places and hits[-1].last + 1 < size:  # "thumb splint"
            break
        places.append(((item.start, hits[-1].end),))
        if hits[-1].last + 1 < len(run) or not link:
            break
    if not places:
        return StudySites((), (), mention.end)
    end = places[-1][-1][1]
    if len(places) > 1 and _is_one(text, mention):
        return StudySites(link, (((places[0][0][0], end),),), end)
    return StudySites(link, _with_shared_head(text, _with_side(text, places)), end)


def _is_one(text: str, mention: Mention) -> bool:
    """Whether the study is stated as a single one ("an x-ray of the skull and face")."""
    before = words(text, max(0, mention.start - 12), mention.start)
    return bool(before) and before[-1].text in therapies.studies().wording.one


def _length(run: tuple[Word, ...]) -> int:
    """How many words of an item may name a site: those before a verb or preposition."""
    stops = therapies.treatments().wording.stops - therapies.studies().wording.links
    return next((i for i, w in enumerate(run) if w.text in stops or (i and not w.joined)), len(run))


def _places(text: str, at: int, limit: int) -> list[ListItem]:
    """The items of a list of sites; "upper and lower extremities" is one."""
    parts = therapies.studies().wording.parts
    places: list[ListItem] = []
    for item in lists.split(text, at, limit):
        last = places[-1] if places else None
        if last is not None and words(text, last.start, last.end)[-1].text in parts:
            places[-1] = last._replace(end=item.end)
        else:
            places.append(item)
    return places


def _contrast(text: str, sentence: Sentence, at: int, limit: int) -> tuple[Interval, ...]:
    """The words at `at` that say whether contrast was given; () where none do."""
    for row in cues(_FILE, "behind").called(text, sentence.start, sentence.end):
        match = row.pattern.match(text, at, limit)
        if match:
            return (match.span("contrast"),)
    return ()


def _with_shared_head(
    text: str, places: list[tuple[Interval, ...]]
) -> tuple[tuple[Interval, ...], ...]:
    """Sites that share their last word, each with it: "cervical" and "lumbar spine"."""
    last = words(text, *places[-1][-1])[-1]
    heads = therapies.studies().wording.shared_heads
    if last.start == places[-1][-1][0] or last.text not in heads:
        return tuple(places)
    return tuple(
        place
        if _is_complete(words(text, *place[-1])[-1], last)
        else (*place, (last.start, last.end))
        for place in places
    )


def _with_side(text: str, places: list[tuple[Interval, ...]]) -> list[tuple[Interval, ...]]:
    """Sites with the side that they share: "right hand" and "wrist" are of one side."""
    first, *others = places
    run = words(text, *first[0])
    side = next((word for word in run if sites.side_of(word.text) in ("left", "right")), None)
    if side is None:
        return places
    sided = [first]
    for place in others:
        own = words(text, *place[0])
        if sites.laterality(own) is not None or not sites.paired(sites.find(own)):
            return [*sided, *places[len(sided) :]]
        sided.append(((side.start, side.end), *place))
    return sided


def _is_complete(word: Word, head: Word) -> bool:
    """Whether a site that ends with `word` needs no head: it has it, or is a part of the body.

    "Head" needs no "spine", as "cervical" does; joints and extremities are any part's.
    """
    return word.text == head.text or (
        sites.is_whole(head.text) and not sites.is_adjective(word.text)
    )


def _where(text: str, start: int, end: int) -> frozenset[str]:
    """The regions and the side that an interval names."""
    run = words(text, start, end)
    found = {hit.meaning or text[hit.start : hit.end].lower() for hit in sites.find(run)}
    side = sites.laterality(run)
    return frozenset(found | ({side} if side else set()))
