"""Treatments: what the worker has had or is having, from the case summary."""

from collections.abc import Iterator
from typing import NamedTuple

from imr_extract.clinical import drugs, mentions, therapies
from imr_extract.clinical.care import Sort, Statement
from imr_extract.clinical.chart import Noted
from imr_extract.clinical.mentions import Mention
from imr_extract.clinical.prose import singular, words
from imr_extract.document import Folded, Found
from imr_extract.model import Note

# Sorts of statements that tell of some kinds of treatment only, those in which a bare word ("rest")
# is no treatment, and those that can tell an order off work: a status line is none.
_KINDS: dict[Sort, tuple[str, ...]] = {
    "surgery": ("surgery", "injection"),
    "work": ("work_modification",),
    "aid": ("device",),
}
_WANTS_NAMES: tuple[Sort, ...] = ("drugs", "surgery", "told", "effect")
_TELLS_WORK: tuple[Sort, ...] = ("list", "drugs", "told")
_EITHER_WAY = "treatments.was_given"  # may tell of what stands before it or behind it
_CUE = 30  # characters of the longest cue that can tell of both sides


class Entry(NamedTuple):
    """A treatment of the record: where it is told best, and what all its mentions say of it."""

    mention: Mention
    text: str
    status: str
    core: frozenset[str]  # the words that say which treatment it is
    strengths: frozenset[str]


def extract(folded: Folded, noted: list[Noted] | None) -> Iterator[Found | Note]:
    """`treatments[]`, in order of first mention; a note where the summary tells of none.

    `noted` is the chart of the case summary; None where the letter has no summary.
    """
    entries: list[Entry] = []
    for each in noted or ():
        for mention in _mentions(folded.text, each):
            _add(entries, _entry(folded.text, mention))
    entries = _without_covered(entries)
    if not entries:
        yield Note(
            field="treatments",
            code="section_missing" if noted is None else "not_in_letter",
            message="the letter has no case summary"
            if noted is None
            else "the case summary tells of no treatment",
        )
    for index, entry in enumerate(entries):
        field = f"treatments[{index}]"
        mention = entry.mention
        spans = tuple(folded.span(start, end) for start, end in mention.pieces)
        yield Found(f"{field}.text", entry.text, spans, mention.rule)
        yield Found(f"{field}.kind", mention.mark.kind, spans, mention.rule)
        yield Found(f"{field}.status", entry.status, spans, mention.rule)
        yield Found(f"{field}.drugs", list(mention.mark.drugs), spans, mention.rule)


def _mentions(text: str, noted: Noted) -> Iterator[Mention]:
    """The treatments that a sentence says were had.

    "Was given" may tell of what stands before it or behind it: of both, what stands behind holds.
    """
    found: list[tuple[Statement, list[Mention]]] = []
    for statement in noted.reading.statements:
        named = mentions.told(text, noted.sentence, noted.marks, statement)
        found.append((statement, [each for each in named if _counts(each, statement)]))
    given = [statement.start for statement, named in found if named and statement.sort != "told"]
    for statement, named in found:
        if statement.rule == _EITHER_WAY and any(
            0 < at - statement.end < _CUE and not _dated(text[statement.end : at]) for at in given
        ):
            continue
        yield from named


def _dated(cue: str) -> bool:
    """Whether it holds a date, behind which something else is told."""
    return any(character.isdigit() for character in cue)


def _counts(mention: Mention, statement: Statement) -> bool:
    """Whether a statement of its sort can tell of such a treatment."""
    kind, role = mention.mark.kind, mention.mark.role
    if kind in (therapies.STUDY, ""):
        return False
    if role == "bare" and statement.sort in _WANTS_NAMES:
        return False
    if statement.sort == "kept" and role == "bare" and kind == "other":
        return False
    if statement.sort in _KINDS:
        return kind in _KINDS[statement.sort]
    return kind != "work_modification" or statement.sort in _TELLS_WORK


def _entry(text: str, mention: Mention) -> Entry:
    printed = " ".join(text[start:end] for start, end in mention.pieces)
    strengths = frozenset[str]()
    if mention.mark.drugs:
        run = words(printed, 0, len(printed))
        strengths = frozenset(word.text for i, word in enumerate(run) if drugs.is_strength(run, i))
    return Entry(mention, printed, mention.status, _core(printed), strengths)


def _core(printed: str) -> frozenset[str]:
    wording = therapies.treatments().wording
    core: set[str] = set()
    for word in words(printed, 0, len(printed)):
        for same in wording.same.get(word.text, word.text).split():
            one = singular(same)
            one = wording.same.get(one, one)
            if one not in wording.empty and not one[0].isdigit():
                core.update(one.split())
    return frozenset(core)


def _add(entries: list[Entry], new: Entry) -> None:
    """Add an entry, or join it to the one that tells of the same treatment."""
    for index, old in enumerate(entries):
        if not _same(old, new):
            continue
        # "Work restrictions were imposed. A lifting limitation was imposed": the first says it all.
        first = old.mention.mark.kind == "work_modification"
        best = new if _fuller(new, old) and not first else old
        status = "current" if "current" in (old.status, new.status) else "prior"
        entries[index] = best._replace(status=status)
        return
    entries.append(new)


def _same(old: Entry, new: Entry) -> bool:
    if old.mention.mark.kind != new.mention.mark.kind:
        return False
    mine, other = old.mention.mark.drugs, new.mention.mark.drugs
    if old.strengths and new.strengths and old.strengths != new.strengths:
        return False
    if old.mention.mark.kind == "medication" and (mine or other):
        if old.mention.mark.drug_class != new.mention.mark.drug_class:
            return False
        if set(mine) < set(other) or set(other) < set(mine):
            less = min(old.mention.mark, new.mention.mark, key=lambda mark: len(mark.drugs))
            # "Hydrocodone" is said for "Norco", but not "Flovent" for "Advair".
            return any(ingredient in less.name.lower() for ingredient in less.drugs)
        return mine == other and not _two_brands(old.mention.mark.name, new.mention.mark.name, mine)
    if old.mention.mark.kind == "work_modification":
        both = old.core & new.core
        if not both.isdisjoint(therapies.treatments().wording.once):
            return True
    return old.core <= new.core or new.core <= old.core


def _two_brands(one: str, other: str, ingredients: tuple[str, ...]) -> bool:
    """Whether these are two names that makers gave: the letter may mean two prescriptions."""
    names = (one.lower(), other.lower())
    generic = any(ingredient in name for ingredient in ingredients for name in names)
    return names[0] != names[1] and not generic


def _fuller(new: Entry, old: Entry) -> bool:
    """Whether the new wording says more."""
    return len(new.text.split()) > len(old.text.split())


def _without_covered(entries: list[Entry]) -> list[Entry]:
    """The entries without words for medicines that cover one which is named.

    What such words say goes for those they cover: "continue medications" makes them current.
    """
    covering = {
        index: [i for i, other in enumerate(entries) if i != index and _covers(entry, other)]
        for index, entry in enumerate(entries)
    }
    current = {
        i
        for index, covered in covering.items()
        if entries[index].status == "current"
        for i in covered
    }
    return [
        entry._replace(status="current") if index in current else entry
        for index, entry in enumerate(entries)
        if not covering[index]
    ]


def _covers(entry: Entry, other: Entry) -> bool:
    """Whether an entry only says in general what the other one names."""
    if entry.mention.mark.name in therapies.treatments().wording.general:
        return other.mention.mark.name not in therapies.treatments().wording.general
    if entry.mention.mark.kind != "medication" or other.mention.mark.kind != "medication":
        return False
    if entry.mention.mark.drug_class:
        return False
    classes = therapies.covered(entry.text)
    if other.mention.mark.drug_class:
        return "*" in classes or other.mention.mark.drug_class in classes
    return "*" in classes and "*" not in therapies.covered(other.text)
