"""Diagnostics: the studies that were done, from the case summary."""

from collections.abc import Iterator
from typing import NamedTuple

from imr_extract.clinical import lists, sites, therapies
from imr_extract.clinical.chart import Noted
from imr_extract.clinical.lists import Item
from imr_extract.clinical.mentions import Mark
from imr_extract.clinical.prose import Sentence, Word, words
from imr_extract.document import Folded, Found
from imr_extract.model import Note
from imr_extract.patterns import Match, parse_date
from imr_extract.rules import cues

_FILE = "diagnostics"


class Dated(NamedTuple):
    """A date with the folded interval that prints it."""

    day: str
    start: int
    end: int


class Study(NamedTuple):
    """A study as told at one place.

    `pieces` are folded intervals; `name` is the vocabulary's; `where` are regions and sides; `rank`
    is 0 for a named study, 1 for one that says no site and needs one, 2 for words for studies.
    """

    pieces: tuple[tuple[int, int], ...]
    text: str
    name: str
    where: frozenset[str]
    rank: int
    date: Dated | None
    rule: str


def extract(
    folded: Folded, noted: list[Noted] | None, latest_year: int | None
) -> Iterator[Found | Note]:
    """`diagnostics[]`, in order of first mention; a note where the summary tells of none.

    `noted` is the chart of the case summary, None where the letter has none; `latest_year` is the decision's, for two-digit years.
    """
    found: list[Study] = []
    for each in noted or ():
        for study in _studies(folded.text, each, latest_year):
            _add(found, study)
    least = min((study.rank for study in found), default=0)
    found = [study for study in found if study.rank == least]
    if least > 1:
        found = found[:1]
    if not found:
        yield Note(
            field="diagnostics",
            code="section_missing" if noted is None else "not_in_letter",
            message="the letter has no case summary"
            if noted is None
            else "the case summary tells of no study that was done",
        )
    for index, study in enumerate(found):
        spans = tuple(folded.span(start, end) for start, end in study.pieces)
        yield Found(f"diagnostics[{index}].text", study.text, spans, study.rule)
        if study.date is not None:
            day, start, end = study.date
            span = (folded.span(start, end),)
            yield Found(f"diagnostics[{index}].date", day, span, study.rule)


def _studies(text: str, noted: Noted, latest_year: int | None) -> Iterator[Study]:
    sentence, reading = noted.sentence, noted.reading
    marks = [mark for mark in noted.marks if mark.kind == therapies.STUDY]
    told = reading.statements
    for index, mark in enumerate(marks):
        if reading.decided or _missing(text, sentence, mark):
            continue
        rule = _done_anyway(text, sentence, mark)
        if rule is None and not reading.wished(mark.start, mark.end):
            rule = next(
                (each.rule for each in told if each.start <= mark.start and mark.end <= each.end),
                None,
            ) or _evidence(text, sentence, mark)
        if rule is None:
            continue
        limit = marks[index + 1].start if index + 1 < len(marks) else sentence.end
        yield from _read(text, sentence, mark, limit, latest_year, rule)


def _evidence(text: str, sentence: Sentence, mark: Mark) -> str | None:
    """The rule that tells that the study was done; None where nothing does."""
    for row in cues(_FILE, "done"):
        if row.pattern.search(text, mark.end, sentence.end):
            return row.id
    for row in cues(_FILE, "value"):
        if row.pattern.match(text, mark.end, sentence.end):
            return row.id
    for row in cues(_FILE, "known"):
        if row.pattern.search(text, sentence.start, mark.start):
            return row.id
    return None


def _done_anyway(text: str, sentence: Sentence, mark: Mark) -> str | None:
    """The rule that tells that it was done though the sentence asks for it afterwards."""
    for row in cues(_FILE, "done_anyway"):
        if row.pattern.match(text, mark.end, sentence.end):
            return row.id
    return None


def _missing(text: str, sentence: Sentence, mark: Mark) -> bool:
    before = text[max(sentence.start, mark.start - 60) : mark.start]
    if any(row.pattern.search(before) for row in cues(_FILE, "missing")):
        return True
    behind = text[mark.end : sentence.end]
    return any(row.pattern.search(behind) for row in cues(_FILE, "lacking"))


def _read(
    text: str, sentence: Sentence, mark: Mark, limit: int, latest_year: int | None, rule: str
) -> Iterator[Study]:
    """The study with its site; one for each site that is coordinated."""
    start = _front(text, sentence, mark)
    date = _date(text, sentence, start, mark, limit, latest_year)
    heads, places = _behind(text, mark, limit)
    if not places:
        where = _where(text, start, mark.start)
        pieces = [(start, mark.end), *_contrast(text, mark.end, limit)]
        yield _study(text, _merged(text, pieces), mark, where, date, rule)
    for place in places:
        pieces = [(start, mark.end), *heads, *place, *_contrast(text, place[-1][1], limit)]
        where = frozenset().union(*(_where(text, left, right) for left, right in place))
        yield _study(text, _merged(text, pieces), mark, where, date, rule)


def _study(
    text: str,
    pieces: tuple[tuple[int, int], ...],
    mark: Mark,
    where: frozenset[str],
    date: Dated | None,
    rule: str,
) -> Study:
    printed = " ".join(text[left:right] for left, right in pieces)
    rank = 0
    if mark.role == "generic":
        rank = 2
    elif not where and mark.name in therapies.studies().bare:
        rank = 1
    return Study(pieces, printed, mark.name, where, rank, date, rule)


def _merged(text: str, pieces: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The intervals, with those made one between which only white space stands."""
    merged = [pieces[0]]
    for start, end in pieces[1:]:
        if not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _front(text: str, sentence: Sentence, mark: Mark) -> int:
    """Where the study's name begins: with the site and side right before it."""
    run = sentence.words
    stops = therapies.treatments().wording.stops
    first = mark.first
    while first > 0 and run[first].joined and run[first - 1].text not in stops:
        first -= 1
    before = run[first : mark.first]
    hits = sites.find(before)
    if not hits:
        return mark.start
    at = first + hits[0].first
    while at > first and (sites.side_of(run[at - 1].text) or run[at - 1].text in _LEVELS):
        at -= 1
    return run[at].start


_LINKS = frozenset(("and", "or"))
_LEVELS = frozenset(("upper", "lower", "bilateral", "distal", "proximal"))


def _behind(
    text: str, mark: Mark, limit: int
) -> tuple[list[tuple[int, int]], list[list[tuple[int, int]]]]:
    """The link to the sites behind a study, and the sites, each as intervals."""
    head: list[tuple[int, int]] = []
    at = mark.end
    for row in cues(_FILE, "linked"):
        link = row.pattern.match(text, mark.end, limit)
        if link:
            at = link.end()
            head = [(link.start("link"), len(text[:at].rstrip()))]
    places: list[list[tuple[int, int]]] = []
    ends = (row.pattern.search(text, at, limit) for row in cues(_FILE, "done"))
    limit = min((end.start() for end in ends if end), default=limit)
    for item in _places(text, at, limit):
        run = words(text, item.start, item.end)
        size = _length(run)
        hits = sites.find(run[:size])
        if not hits or hits[0].first > 3 or (not places and item.start > at + 3):
            break
        if places and hits[-1].last + 1 < size:  # "thumb splint"
            break
        places.append([(item.start, hits[-1].end)])
        if hits[-1].last + 1 < len(run):
            break
    if not head and places:
        places = places[:1]
    return head, _with_shared_head(text, places)


def _length(run: tuple[Word, ...]) -> int:
    """How many words of an item may name a site: those before a verb or preposition."""
    stops = therapies.treatments().wording.stops - _LINKS
    return next(
        (i for i, w in enumerate(run) if w.text in stops or (i and not w.joined)), len(run)
    )


def _places(text: str, at: int, limit: int) -> list[Item]:
    """The items of a list of sites; "upper and lower extremities" is one."""
    places: list[Item] = []
    for item in lists.split(text, at, limit):
        last = places[-1] if places else None
        if last is not None and text[last.start : last.end].split()[-1].lower() in _LEVELS:
            places[-1] = last._replace(end=item.end)
        else:
            places.append(item)
    return places


def _contrast(text: str, at: int, limit: int) -> list[tuple[int, int]]:
    """The words at `at` that say whether contrast was given, as an interval; none where none do."""
    for row in cues(_FILE, "behind"):
        match = row.pattern.match(text, at, limit)
        if match:
            return [match.span()]
    return []


def _with_shared_head(
    text: str, places: list[list[tuple[int, int]]]
) -> list[list[tuple[int, int]]]:
    """Sites that share their last word, each with it: "cervical" and "lumbar spine"."""
    if len(places) < 2:
        return places
    start, end = places[-1][0]
    last = words(text, start, end)[-1]
    if last.start == start or last.text not in ("spine", "extremity", "extremities", "region"):
        return places
    shared = (last.start, last.end)
    return [
        place if words(text, *place[0])[-1].text == last.text else [*place, shared]
        for place in places
    ]


def _where(text: str, start: int, end: int) -> frozenset[str]:
    run = words(text, start, end)
    found = {hit.meaning or text[hit.start : hit.end].lower() for hit in sites.find(run)}
    side = sites.laterality(run)
    return frozenset(found | ({side} if side else set()))


def _date(
    text: str, sentence: Sentence, start: int, mark: Mark, limit: int, latest_year: int | None
) -> Dated | None:
    """The date of the study as its own statement prints it; None where it prints none."""
    for row in cues(_FILE, "dated"):
        match = row.pattern.match(text, mark.end, limit)
        if match:
            return _dated(match, latest_year)
    for row in cues(_FILE, "dated_before"):
        match = row.pattern.search(text, sentence.start, start)
        if match:
            return _dated(match, latest_year)
    for row in cues(_FILE, "dated_sentence"):
        match = row.pattern.match(text, sentence.start, start)
        if match:
            return _dated(match, latest_year)
    return None


def _dated(match: Match, latest_year: int | None) -> Dated | None:
    day = parse_date(match["date"], latest_year)
    return Dated(day, *match.span("date")) if day is not None else None


def _add(found: list[Study], new: Study) -> None:
    """Add a study, or join it to the same one told before; the wording that says more stays."""
    for index, old in enumerate(found):
        if old.name != new.name or not (old.where <= new.where or new.where <= old.where):
            continue
        if old.date and new.date and old.date.day != new.date.day and old.where == new.where:
            continue
        best = new if len(new.where) > len(old.where) else old
        found[index] = best._replace(date=best.date or old.date or new.date)
        return
    found.append(new)
