"""Mentions: the treatments and studies that a statement names, each cut out of its sentence."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imr_extract.clinical.treatments import name_extents
from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.treatments.treatment_statements import LISTS, TreatmentStatement
from imr_extract.clinical.vocabulary import conditions, sites, therapies
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text import lists
from imr_extract.text.lists import ListItem
from imr_extract.text.sentences import Sentence, words

_FILE = "treatments"
_LONGEST_UNKNOWN = 4  # words of a treatment that no vocabulary knows
_NAMED_BY_WORDS = ("surgery", "device", "work_modification")  # if any stand before a bare head
_INJECTED = f"{_FILE}.injected"
_EVENTS = ("surgery", "injection")  # are over when they are mentioned
_COURSES = ("physical_medicine", "psychotherapy", "injection")
_SHORTEST_DRUG = 5  # letters of a name that is believed though it is not known


class TreatmentPhrase(NamedTuple):
    """A treatment or study as stated at one place, as normalized intervals in reading order."""

    pieces: tuple[tuple[int, int], ...]
    mention: Mention
    status: str
    rule: str


class StatementContext(NamedTuple):
    """A statement in its sentence, with what the sentence names."""

    text: str
    sentence: Sentence
    mentions: list[Mention]
    statement: TreatmentStatement

    @property
    def strict(self) -> bool:
        """Whether the treatment must stand right at the cue, as with a verb."""
        return self.statement.kind not in LISTS

    def inside(self, item: ListItem) -> list[Mention]:
        """What an item names."""
        return [m for m in self.mentions if item.start <= m.start and m.end <= item.end]

    def phrase(self, pieces: tuple[tuple[int, int], ...], mention: Mention) -> TreatmentPhrase:
        """A mention with the statement's status; a drug that was injected is an injection."""
        if self.statement.rule == _INJECTED and mention.drugs:
            mention = mention._replace(kind="injection")
        status = "prior" if mention.kind in _EVENTS else self.statement.status
        return TreatmentPhrase(pieces, mention, status, self.statement.rule)


def phrases_of(
    text: str, sentence: Sentence, found: list[Mention], statement: TreatmentStatement
) -> list[TreatmentPhrase]:
    """The treatments and studies of a statement, in order.

    A date since when one drug of a list is taken goes for those before it too.
    """
    phrases = list(_phrases(StatementContext(text, sentence, found, statement)))
    since, ended = (
        cues(_FILE, table).called(text, sentence.start, sentence.end)
        for table in ("since", "ended")
    )
    lasting = [
        index for index, phrase in enumerate(phrases) if _follows(text, sentence, phrase, since)
    ]
    if lasting and phrases[lasting[-1]].mention.kind == "medication":
        lasting = [i for i in range(lasting[-1] + 1) if phrases[i].mention.kind == "medication"]
    phrases = [
        phrase._replace(status="current") if index in lasting else phrase
        for index, phrase in enumerate(phrases)
    ]
    if statement.kind == "continued" and statement.first_only:
        # A plan to go on with a course of visits asks for more of them: those were before.
        phrases = [
            phrase._replace(status="prior") if phrase.mention.kind in _COURSES else phrase
            for phrase in phrases
        ]
    return [
        phrase._replace(status="prior") if _follows(text, sentence, phrase, ended) else phrase
        for phrase in phrases
    ]


def _follows(
    text: str, sentence: Sentence, phrase: TreatmentPhrase, rows: Sequence[CompiledRow]
) -> bool:
    """Whether one of the rows stands right behind the mention."""
    end = phrase.pieces[-1][1]
    return any(row.pattern.match(text, end, sentence.end) for row in rows)


def _phrases(context: StatementContext) -> Iterator[TreatmentPhrase]:
    """The mentions of a statement, item by item; a verb's end with the first that is none."""
    text, statement = context.text, context.statement
    items = _whole(lists.split(text, statement.start, statement.end), context.mentions)
    if statement.kind == "stated_before":
        items = _trailing(context, items)
    waiting: ListItem | None = None  # a site whose treatment the next item names
    for index, item in enumerate(items):
        if context.inside(item):
            if _absent(text, item):
                continue
            named = _named(context, item, waiting)
            if named is None:
                return
            yield from named
            waiting = None
            if statement.first_only:
                return
            continue
        beside = (*items[max(index - 1, 0) : index], *items[index + 1 : index + 2])
        unnamed = _unnamed(context, item, items[index + 1 :])
        if unnamed is None and any(_is_treatment(context, other) for other in beside):
            unnamed = _unknown(context, item)
        if unnamed is not None:
            yield unnamed
            continue
        waiting = item if _only_sites(text, item) else None
        if context.strict and waiting is None:
            return


def _named(
    context: StatementContext, item: ListItem, waiting: ListItem | None
) -> list[TreatmentPhrase] | None:
    """The mentions of an item; None where a verb's object is not what the item begins with."""
    text, sentence = context.text, context.sentence
    wording = therapies.treatments().wording
    start = _behind_lead(text, item)
    limit = start
    named: list[TreatmentPhrase] = []
    for index, printed in enumerate(context.inside(item)):
        if named and printed.start < named[-1].pieces[-1][1]:  # "by inhaler" is part of it
            continue
        left = name_extents.name_start(text, sentence, printed, limit)
        reached = left <= start
        if not index and context.strict and not reached:
            return None
        # "Fusion" is bare, "cervical fusion" is not.
        sited = printed.kind in _NAMED_BY_WORDS and left < printed.start
        mention = printed._replace(role="term") if sited else printed
        if not index and reached and waiting:
            left = waiting.start if mention.kind in wording.sited else left
        if not (mention.role == "none" and sentence.words[mention.last].text in wording.guides):
            limit = mention.end
        if mention.role == "none" or (mention.role == "bare" and context.strict and not reached):
            continue
        right = name_extents.name_end(text, sentence, mention, sentence.end)
        last = named[-1] if named else None
        if last is not None and _one_operation(text, last, mention, left):
            named[-1] = last._replace(pieces=((last.pieces[0][0], right),))
        else:
            named.append(context.phrase(((left, right),), mention))
    return named


def _one_operation(text: str, last: TreatmentPhrase, mention: Mention, left: int) -> bool:
    """Whether an operation is part of the one before ("arthroscopy with meniscectomy")."""
    both = last.mention.kind == mention.kind == "surgery"
    return both and text[last.pieces[-1][1] : left].strip() in ("with", "with a", "with an")


def _unnamed(
    context: StatementContext, item: ListItem, rest: Sequence[ListItem]
) -> TreatmentPhrase | None:
    """What an item means that the vocabulary does not name; None where there is none."""
    if context.statement.kind == "drugs":
        unknown = _unknown_drug(context, item)
        if unknown is not None:
            return unknown
    composed = _composed(context.text, item, rest, context.mentions)
    return context.phrase(*composed) if composed else None


def _whole(items: list[ListItem], found: list[Mention]) -> list[ListItem]:
    """The items, with those made one that a phrase of the vocabulary goes across."""
    whole: list[ListItem] = []
    for item in items:
        if whole and any(m.start < whole[-1].end and m.end > item.start for m in found):
            whole[-1] = whole[-1]._replace(end=max(item.end, whole[-1].end))
        elif whole and any(whole[-1].start <= m.start < item.start < m.end for m in found):
            whole[-1] = whole[-1]._replace(end=item.end)
        else:
            whole.append(item)
    return whole


def _trailing(context: StatementContext, items: list[ListItem]) -> list[ListItem]:
    """The items at the end that end with a treatment, without those before one that does not."""
    kept: list[ListItem] = []
    for item in reversed(items):
        inside = context.inside(item)
        sentence = context.sentence
        if (
            not inside
            or name_extents.name_end(context.text, sentence, inside[-1], item.end) < item.end
        ):
            break
        kept.append(item)
    return kept[::-1]


def _composed(
    text: str, item: ListItem, rest: Sequence[ListItem], found: list[Mention]
) -> tuple[tuple[tuple[int, int], ...], Mention] | None:
    """What an item is with the head of the next one: "physical" of "physical and hand therapy"."""
    for following in rest[:2]:
        for mention in found:
            if not (following.start <= mention.start and mention.end <= following.end):
                continue
            head = text[mention.start : mention.end].rsplit(" ", 1)[-1]
            start = mention.end - len(head)
            if head == text[mention.start : mention.end]:
                return None
            name = f"{text[item.start : item.end]} {head}"
            hits = therapies.find(name, words(name, 0, len(name)))
            if len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(name):
                term = hits[0].meaning
                pieces = ((item.start, item.end), (start, mention.end))
                return pieces, Mention(
                    item.start,
                    item.end,
                    mention.first,
                    mention.last,
                    term.kind,
                    term.role,
                    term.name,
                )
            return None
    return None


def _unknown_drug(context: StatementContext, item: ListItem) -> TreatmentPhrase | None:
    """A word in a list of drugs that must be one too, though the vocabulary lacks it."""
    run = context.sentence.words
    index = next((i for i, w in enumerate(run) if w.start >= item.start), None)
    if index is None or not any(mention.drug_class for mention in context.mentions):
        return None
    word = run[index]
    stops = therapies.treatments().wording.stops
    if len(word.text) < _SHORTEST_DRUG or not word.text.isalpha() or word.text in stops:
        return None
    mention = Mention(word.start, word.end, index, index, "medication", "term", word.text)
    end = name_extents.name_end(context.text, context.sentence, mention, item.end)
    return context.phrase(((word.start, end),), mention) if end == item.end else None


def _is_treatment(context: StatementContext, item: ListItem) -> bool:
    """Whether an item names a known treatment."""
    kinds = [mention.kind for mention in context.inside(item) if mention.role != "none"]
    return bool(kinds) and therapies.STUDY not in kinds


def _unknown(context: StatementContext, item: ListItem) -> TreatmentPhrase | None:
    """A short phrase in a list of treatments that must be one too, though no vocabulary knows it.

    What names a condition, ends with an adjective, or is rejected by a row is none.
    """
    text = context.text
    open_lists = therapies.treatments().wording.open_lists
    if context.statement.rule.removeprefix(f"{_FILE}.") not in open_lists:
        return None
    start = _behind_lead(text, item)
    run = words(text, start, item.end)
    if not run or len(run) > _LONGEST_UNKNOWN or sites.is_adjective(run[-1].text):
        return None
    if any(row.pattern.search(text, start, item.end) for row in cues(_FILE, "reject")):
        return None
    if conditions.find(text, run) or _only_sites(text, item):
        return None
    mention = Mention(
        run[0].start, run[-1].end, 0, 0, "other", "term", text[run[0].start : run[-1].end]
    )
    return context.phrase(((mention.start, mention.end),), mention)


def _only_sites(text: str, item: ListItem) -> bool:
    levels = cues(_FILE, "level_item")
    if any(row.pattern.fullmatch(text, item.start, item.end) for row in levels):
        return True
    run = words(text, item.start, item.end)
    hits = sites.find(run)
    held = sum(hit.last - hit.first + 1 for hit in hits)
    return held + sum(sites.side_of(word.text) is not None for word in run) >= len(run)


def _absent(text: str, item: ListItem) -> bool:
    return any(row.pattern.match(text, item.start, item.end) for row in cues(_FILE, "absent"))


def _behind_lead(text: str, item: ListItem) -> int:
    start = item.start
    for row in cues(_FILE, "lead"):
        lead = row.pattern.match(text, start, item.end)
        if lead:
            start = lead.end()
    return start
