"""Treatments: what the worker has had or is having, from the case summary."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from imr_extract.clinical.treatments import in_passing, treatment_phrases
from imr_extract.clinical.treatments.annotation import AnnotatedSentence
from imr_extract.clinical.treatments.treatment_phrases import TreatmentPhrase
from imr_extract.clinical.treatments.treatment_statements import StatementKind, TreatmentStatement
from imr_extract.clinical.vocabulary import drugs, therapies
from imr_extract.record.model import Note
from imr_extract.rules.patterns import compile_pattern, expand, parse_date
from imr_extract.text.document import Found, NormalizedText
from imr_extract.text.sentences import singular, words

# Kinds of statement that apply to some kinds of treatment only, those in which a bare word
# ("rest") is no treatment, and those that can name an order off work: a status line is none.
_KINDS: dict[StatementKind, tuple[str, ...]] = {
    "surgery": ("surgery", "injection"),
    "work": ("work_modification",),
    "device": ("device",),
}
_WANTS_NAMES: tuple[StatementKind, ...] = ("drugs", "surgery", "stated_before", "effect")
_NAMES_WORK: tuple[StatementKind, ...] = ("list", "drugs", "stated_before")
_DOSE = "treatments.dose_changed"
_EITHER_WAY = "treatments.was_given"  # may mean what stands before it or behind it
_DATE = compile_pattern(expand("{date}"))
_WHOLE_DAY = len("2017-01-31")
_CUE = 30  # characters of the longest cue that can apply to both sides


class TreatmentEntry(NamedTuple):
    """A treatment of the record: its best mention, and what all its mentions say of it."""

    phrase: TreatmentPhrase
    text: str
    status: str
    core: frozenset[str]  # the words that say which treatment it is
    strengths: frozenset[str]
    listed: str | None = None  # the date of the list of present medicines that alone names it


def extract(
    normalized: NormalizedText, annotated: list[AnnotatedSentence] | None
) -> Iterator[Found | Note]:
    """`treatments[]`, in order of first mention; a note where the summary mentions none.

    `annotated` is the case summary; None where the letter has none.
    """
    entries: list[TreatmentEntry] = []
    for sentence in annotated or ():
        for phrase in _mentions(normalized.text, sentence):
            _add(entries, _entry(normalized.text, sentence, phrase))
    entries = _of_latest_list(_without_covered(entries))
    if not entries:
        yield Note(
            field="treatments",
            code="section_missing" if annotated is None else "not_in_letter",
            message="the letter has no case summary"
            if annotated is None
            else "the case summary mentions no treatment",
        )
    for index, entry in enumerate(entries):
        field = f"treatments[{index}]"
        phrase = entry.phrase
        spans = tuple(normalized.span(start, end) for start, end in phrase.pieces)
        yield Found(f"{field}.text", entry.text, spans, phrase.rule)
        yield Found(f"{field}.kind", phrase.mention.kind, spans, phrase.rule)
        yield Found(f"{field}.status", entry.status, spans, phrase.rule)
        yield Found(f"{field}.drugs", list(phrase.mention.drugs), spans, phrase.rule)


def _mentions(text: str, annotated: AnnotatedSentence) -> Iterator[TreatmentPhrase]:
    """The treatments that a sentence says were had.

    The treatment of "was given" may stand before or behind it; if both, the one behind counts.
    """
    found: list[tuple[TreatmentStatement, list[TreatmentPhrase]]] = []
    for statement in annotated.reading.statements:
        named = treatment_phrases.phrases_of(
            text, annotated.sentence, annotated.mentions, statement
        )
        listed = any(_counts(phrase, statement) for phrase in named)
        found.append(
            (statement, [phrase for phrase in named if _counts(phrase, statement, listed)])
        )
    given = [
        statement.start for statement, named in found if named and statement.kind != "stated_before"
    ]
    stated: list[TreatmentPhrase] = []
    for statement, named in found:
        if statement.rule == _EITHER_WAY and any(
            0 < at - statement.end < _CUE and not _dated(text[statement.end : at]) for at in given
        ):
            continue
        stated += named
    passing = in_passing.find(
        text, annotated.sentence, annotated.mentions, annotated.reading, stated
    )
    yield from sorted([*stated, *passing], key=lambda phrase: phrase.pieces[0][0])


def _dated(cue: str) -> bool:
    """Whether it holds a date; behind one, something else is stated."""
    return any(character.isdigit() for character in cue)


def _counts(phrase: TreatmentPhrase, statement: TreatmentStatement, listed: bool = False) -> bool:
    """Whether a statement of its kind can apply to such a treatment.

    `listed` is set where it names another one: beside "Tylenol", "rest" is a treatment too.
    """
    kind, role = phrase.mention.kind, phrase.mention.role
    if kind in (therapies.STUDY, ""):
        return False
    if role == "bare" and statement.kind in _WANTS_NAMES and not listed:
        return False
    if statement.rule == _DOSE and not phrase.mention.drugs:  # "increased walking"
        return False
    if statement.kind == "continued" and role == "bare" and kind == "other":
        return False
    if statement.kind in _KINDS:
        return kind in _KINDS[statement.kind]
    return kind != "work_modification" or statement.kind in _NAMES_WORK


def _entry(text: str, annotated: AnnotatedSentence, phrase: TreatmentPhrase) -> TreatmentEntry:
    printed = " ".join(text[start:end] for start, end in phrase.pieces)
    strengths = frozenset[str]()
    if phrase.mention.drugs:
        run = words(printed, 0, len(printed))
        strengths = frozenset(word.text for i, word in enumerate(run) if drugs.is_strength(run, i))
    listed = _listed(text, annotated, phrase)
    return TreatmentEntry(phrase, printed, phrase.status, _core(printed), strengths, listed)


def _listed(text: str, annotated: AnnotatedSentence, phrase: TreatmentPhrase) -> str | None:
    """The date that a list of current medications states before it names them."""
    if phrase.status != "current" or phrase.mention.kind != "medication":
        return None
    if phrase.rule not in therapies.treatments().wording.present_lists:
        return None
    dates = _DATE.findall(text, annotated.sentence.start, phrase.pieces[0][0])
    days = [day for date in dates if (day := parse_date(date, None)) and len(day) == _WHOLE_DAY]
    return days[-1] if days else None


def _of_latest_list(entries: list[TreatmentEntry]) -> list[TreatmentEntry]:
    """The entries, with those that stand only in an older list of present medicines made prior."""
    latest = max((entry.listed for entry in entries if entry.listed), default=None)
    return [
        entry._replace(status="prior") if entry.listed and entry.listed != latest else entry
        for entry in entries
    ]


@lru_cache(maxsize=512)  # letters name the same treatments
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


def _add(entries: list[TreatmentEntry], new: TreatmentEntry) -> None:
    """Add an entry, or merge it with the one for the same treatment."""
    for index, old in enumerate(entries):
        if not _same(old, new):
            continue
        # "Work restrictions were imposed. A lifting limitation was imposed": the first says it all.
        first = old.phrase.mention.kind == "work_modification"
        best = new if _fuller(new, old) and not first else old
        status = "current" if "current" in (old.status, new.status) else "prior"
        # Stated as taken, outside a dated list, it is current whatever the lists say.
        now = [entry.listed for entry in (old, new) if entry.status == "current"]
        listed = None if None in now else max(filter(None, now), default=None)
        entries[index] = best._replace(status=status, listed=listed)
        return
    entries.append(new)


def _same(old: TreatmentEntry, new: TreatmentEntry) -> bool:
    if old.phrase.mention.kind != new.phrase.mention.kind:
        return False
    mine, other = old.phrase.mention.drugs, new.phrase.mention.drugs
    if old.strengths and new.strengths and old.strengths != new.strengths:
        return False
    if old.phrase.mention.kind == "medication" and (mine or other):
        if old.phrase.mention.drug_class != new.phrase.mention.drug_class:
            return False
        if set(mine) < set(other) or set(other) < set(mine):
            less = min(
                old.phrase.mention, new.phrase.mention, key=lambda mention: len(mention.drugs)
            )
            # "Hydrocodone" is said for "Norco", but not "Flovent" for "Advair".
            return any(ingredient in less.name.lower() for ingredient in less.drugs)
        return mine == other and not _two_brands(
            old.phrase.mention.name, new.phrase.mention.name, mine
        )
    if old.phrase.mention.kind == "work_modification":
        both = old.core & new.core
        if not both.isdisjoint(therapies.treatments().wording.once):
            return True
    return old.core <= new.core or new.core <= old.core


def _two_brands(one: str, other: str, ingredients: tuple[str, ...]) -> bool:
    """Whether these are two names that makers gave: the letter may mean two prescriptions."""
    names = (one.lower(), other.lower())
    generic = any(ingredient in name for ingredient in ingredients for name in names)
    return names[0] != names[1] and not generic


def _fuller(new: TreatmentEntry, old: TreatmentEntry) -> bool:
    """Whether the new wording says more."""
    return len(new.text.split()) > len(old.text.split())


def _without_covered(entries: list[TreatmentEntry]) -> list[TreatmentEntry]:
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


def _covers(entry: TreatmentEntry, other: TreatmentEntry) -> bool:
    """Whether an entry only says in general what the other one names."""
    if entry.phrase.mention.name in therapies.treatments().wording.general:
        return other.phrase.mention.name not in therapies.treatments().wording.general
    if entry.phrase.mention.kind != "medication" or other.phrase.mention.kind != "medication":
        return False
    if entry.phrase.mention.drug_class:
        return False
    classes = therapies.covered(entry.text)
    if "*" in classes and " for " in entry.text:  # "medications for lupus" are some of their own
        return False
    if other.phrase.mention.drug_class:
        return "*" in classes or other.phrase.mention.drug_class in classes
    return "*" in classes and "*" not in therapies.covered(other.text)
