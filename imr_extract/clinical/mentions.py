"""Mentions: the treatments and studies that a statement names, each cut out of its sentence."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from imr_extract.clinical import drugs, lists, sites, therapies
from imr_extract.clinical.lists import Item
from imr_extract.clinical.prose import Sentence, Word, words
from imr_extract.clinical.care import Statement
from imr_extract.model import TreatmentKind
from imr_extract.rules import cues

_FILE = "treatments"
_NUMBERED = ("physical_medicine", "psychotherapy", "injection", "other")
_SHORTEST_DRUG = 5  # letters of a name that is believed though it is not known
_SITE_WORDS = 8  # how far behind a treatment its site may end


class Mark(NamedTuple):
    """A vocabulary phrase in a sentence: its interval, first and last word, and meaning."""

    start: int
    end: int
    first: int
    last: int
    kind: TreatmentKind | Literal["study", ""]
    role: therapies.Role
    name: str
    drugs: tuple[str, ...] = ()
    drug_class: str | None = None


class Mention(NamedTuple):
    """A treatment or study as told at one place, as folded intervals in reading order."""

    pieces: tuple[tuple[int, int], ...]
    mark: Mark
    status: str
    rule: str

    @property
    def kind(self) -> TreatmentKind | Literal["study", ""]:
        """What it is."""
        return self.mark.kind


def marks(text: str, sentence: Sentence) -> list[Mark]:
    """The treatments, studies and drugs named in a sentence, in order, not overlapping."""
    found = [
        Mark(h.start, h.end, h.first, h.last, h.meaning.kind, h.meaning.role, h.meaning.name)
        for h in therapies.find(text, sentence.words)
    ]
    named = [
        Mark(
            h.start, h.end, h.first, h.last,
            "medication", "term", h.phrase, h.meaning.ingredients, h.meaning.drug_class,
        )
        for h in drugs.find(sentence.words)
    ]  # fmt: skip
    if not named:
        return found
    both = sorted([*found, *named], key=lambda mark: (mark.start, -mark.end))
    kept: list[Mark] = []
    for mark in both:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
        elif (
            mark.drugs and not kept[-1].drugs
        ):  # "ketorolac injection" is a phrase and holds a drug
            kept[-1] = kept[-1]._replace(drugs=mark.drugs, drug_class=mark.drug_class)
    return kept


def join(text: str, found: list[Mark]) -> list[Mark]:
    """The marks with those that make one name made one: a drug with its form, a site with a head.

    The last tells the kind ("Kenalog" and "injection" are an injection).
    """
    joined: list[Mark] = []
    for mark in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and mark.first == last.last + 1
            and text[last.end : mark.start] in (" ", "-")
            and mark.role != "none"
            and last.role != "none"
            and not mark.drugs
            and mark.kind != "study"
            and last.kind != "study"
        ):
            joined[-1] = Mark(
                last.start, mark.end, last.first, mark.last, mark.kind,
                "term", mark.name, last.drugs, last.drug_class,
            )  # fmt: skip
        else:
            joined.append(mark)
    return joined


def told(text: str, sentence: Sentence, found: list[Mark], statement: Statement) -> list[Mention]:
    """The treatments and studies of a statement, in order.

    A date since when one drug of a list is taken goes for those before it too.
    """
    mentions = list(_told(text, sentence, found, statement))
    lasting = [
        index
        for index, mention in enumerate(mentions)
        if _follows(text, sentence, mention, "since")
    ]
    if lasting and mentions[lasting[-1]].kind == "medication":
        lasting = [i for i in range(lasting[-1] + 1) if mentions[i].kind == "medication"]
    mentions = [
        mention._replace(status="current") if index in lasting else mention
        for index, mention in enumerate(mentions)
    ]
    return [
        each._replace(status="prior") if _follows(text, sentence, each, "ended") else each
        for each in mentions
    ]


def _follows(text: str, sentence: Sentence, mention: Mention, table: str) -> bool:
    """Whether a row of the table stands right behind the mention."""
    end = mention.pieces[-1][1]
    return any(row.pattern.match(text, end, sentence.end) for row in cues(_FILE, table))


def _told(
    text: str, sentence: Sentence, found: list[Mark], statement: Statement
) -> Iterator[Mention]:
    items = _whole(lists.split(text, statement.start, statement.end), found)
    strict = statement.sort not in ("list", "drugs", "surgery")
    if statement.sort == "told":
        items = _trailing(text, sentence, items, found)
    waiting: Item | None = None
    for index, item in enumerate(items):
        inside = [m for m in found if item.start <= m.start and m.end <= item.end]
        if not inside:
            if statement.sort == "drugs" and (
                unknown := _unknown_drug(text, sentence, item, found)
            ):
                yield Mention(*unknown, statement.status, statement.rule)
                continue
            composed = _composed(text, item, items[index + 1 :], found)
            if composed:
                yield Mention(composed[0], composed[1], statement.status, statement.rule)
                continue
            waiting = item if _only_sites(text, item) else None
            if strict and waiting is None:
                return
            continue
        if _absent(text, item):
            continue
        start = _behind_lead(text, item)
        limit = item.start
        for mark in inside:
            mention = _mention(text, sentence, limit, mark, statement)
            limit = mark.end
            reached = mention.pieces[0][0] <= start
            if mark is inside[0]:
                if strict and not reached:
                    return
                if waiting and reached and mark.kind in ("device", "injection", "surgery"):
                    mention = mention._replace(
                        pieces=((waiting.start, mention.pieces[0][1]), *mention.pieces[1:])
                    )
            if mark.role == "none" or (mark.role == "bare" and strict and not reached):
                continue
            if mark.kind in ("surgery", "device") and mention.pieces[0][0] < mark.start:
                mention = mention._replace(mark=mark._replace(role="term"))  # "cervical fusion"
            yield mention
        waiting = None
        if statement.first_only:
            return


def _whole(items: list[Item], found: list[Mark]) -> list[Item]:
    """The items, with those made one that a phrase of the vocabulary goes across."""
    whole: list[Item] = []
    for item in items:
        if whole and any(m.start < whole[-1].end and m.end > item.start for m in found):
            whole[-1] = whole[-1]._replace(end=max(item.end, whole[-1].end))
        elif whole and any(whole[-1].start <= m.start < item.start < m.end for m in found):
            whole[-1] = whole[-1]._replace(end=item.end)
        else:
            whole.append(item)
    return whole


def _trailing(text: str, sentence: Sentence, items: list[Item], found: list[Mark]) -> list[Item]:
    """The items at the end that end with a treatment, without those before one that does not."""
    kept: list[Item] = []
    for item in reversed(items):
        inside = [m for m in found if item.start <= m.start and m.end <= item.end]
        if not inside or back(text, sentence, inside[-1], sentence.end) < item.end:
            break
        kept.append(item)
    return kept[::-1]


def _composed(
    text: str, item: Item, rest: Sequence[Item], found: list[Mark]
) -> tuple[tuple[tuple[int, int], ...], Mark] | None:
    """What an item is with the head of the next one: "physical" of "physical and hand therapy"."""
    for following in rest[:2]:
        for mark in found:
            if not (following.start <= mark.start and mark.end <= following.end):
                continue
            head = text[mark.start : mark.end].rsplit(" ", 1)[-1]
            start = mark.end - len(head)
            if head == text[mark.start : mark.end]:
                return None
            name = f"{text[item.start : item.end]} {head}"
            hits = therapies.find(name, words(name, 0, len(name)))
            if len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(name):
                term = hits[0].meaning
                pieces = ((item.start, item.end), (start, mark.end))
                return pieces, Mark(
                    item.start, item.end, mark.first, mark.last, term.kind, term.role, term.name
                )
            return None
    return None


def _unknown_drug(
    text: str, sentence: Sentence, item: Item, found: list[Mark]
) -> tuple[tuple[tuple[int, int], ...], Mark] | None:
    """A word in a list of drugs that must be one too, though the vocabulary lacks it."""
    if not any(mark.drug_class for mark in found):
        return None
    index = next((i for i, w in enumerate(sentence.words) if w.start >= item.start), None)
    if index is None:
        return None
    word = sentence.words[index]
    stops = therapies.treatments().wording.stops
    if len(word.text) < _SHORTEST_DRUG or not word.text.isalpha() or word.text in stops:
        return None
    mark = Mark(word.start, word.end, index, index, "medication", "term", word.text)
    end = back(text, sentence, mark, item.end)
    return (((word.start, end),), mark) if end == item.end else None


def _only_sites(text: str, item: Item) -> bool:
    run = words(text, item.start, item.end)
    hits = sites.find(run)
    held = sum(hit.last - hit.first + 1 for hit in hits)
    return held + sum(sites.side_of(word.text) is not None for word in run) >= len(run)


def _absent(text: str, item: Item) -> bool:
    return any(row.pattern.match(text, item.start, item.end) for row in cues(_FILE, "absent"))


def _behind_lead(text: str, item: Item) -> int:
    start = item.start
    for row in cues(_FILE, "lead"):
        lead = row.pattern.match(text, start, item.end)
        if lead:
            start = lead.end()
    return start


def _mention(
    text: str, sentence: Sentence, limit: int, mark: Mark, statement: Statement
) -> Mention:
    start = front(text, sentence, mark, limit)
    end = back(text, sentence, mark, sentence.end)
    return Mention(((start, end),), mark, statement.status, statement.rule)


def front(text: str, sentence: Sentence, mark: Mark, limit: int) -> int:
    """Where the name of a treatment begins: with the words and the number right before it."""
    wording = therapies.treatments().wording
    run = sentence.words
    at = mark.first
    while at > 0 and _glued(text, run, at) and run[at - 1].start >= limit:
        word = run[at - 1].text
        if mark.drugs and mark.kind == "medication":
            if word not in wording.drug_leads:
                break
        elif word in wording.stops or (word.isdigit() and mark.kind in _NUMBERED):
            break
        at -= 1
    start = run[at].start
    if mark.kind in _NUMBERED:
        for row in cues(_FILE, "count"):
            number = row.pattern.search(text, limit, start)
            if number:
                return number.start()
    return start


def _glued(text: str, run: Sequence[Word], at: int) -> bool:
    return run[at].joined and text[run[at - 1].end : run[at].start] in (" ", "-", "- ", "/")


def back(text: str, sentence: Sentence, mark: Mark, limit: int) -> int:
    """Where the name of a treatment ends: with the forms, strengths, brackets or site behind it."""
    end = mark.end
    tails = [
        row for row in cues(_FILE, "tail") if row.value == "*" or mark.kind in (row.value or "")
    ]
    while True:
        matched = next(
            (m for row in tails if (m := row.pattern.match(text, end, limit)) and m.end() > end),
            None,
        )
        if matched is None:
            break
        end = matched.end()
    if mark.kind in therapies.treatments().wording.sited:
        return max(end, site_behind(text, sentence, end, limit))
    return end


def site_behind(text: str, sentence: Sentence, at: int, limit: int) -> int:
    """Where the site that follows `at` ends ("of the right knee"); `at` where none does."""
    wording = therapies.treatments().wording
    run = [w for w in sentence.words if at <= w.start and w.end <= limit][:_SITE_WORDS]
    if not run or run[0].text not in wording.site_links or not run[0].joined:
        return at
    reach: list[Word] = []
    for word in run[1:]:
        if not word.joined or (
            word.text in wording.stops and (reach or word.text not in _ARTICLES)
        ):
            break
        if word.text not in _ARTICLES:
            reach.append(word)
    end = max((hit.end for hit in sites.find(reach)), default=at)
    levels = [row.pattern.match(text, end, limit) for row in cues(_FILE, "level")]
    return max((match.end() for match in levels if match and end > at), default=end)


_ARTICLES = frozenset(("the", "his", "her", "a", "an", "their", "both"))
