"""Treatments and studies: which of them words name, and of what kind.

`data/vocabulary/treatments.toml` and `studies.toml` are matched together, so that the longest
phrase at a place decides between them ("ultrasound" is a study, "ultrasound treatment" none).
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from msgspec import Struct

from imr_extract.clinical.vocabulary.phrases import Hit, Phrases
from imr_extract.record.model import TreatmentKind
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word

Role = Literal["term", "bare", "generic", "none"]
STUDY: Literal["study"] = "study"


class Term(NamedTuple):
    """What a phrase means.

    `kind` is a kind of treatment, or `STUDY`; "" for a phrase that holds the words of one and is
    none. `role` "bare" counts only in a list, "generic" only where nothing is named, "none" never.
    `name` is the vocabulary's own name; `capitals` are the words that must be printed so.
    """

    kind: TreatmentKind | Literal["study", ""]
    role: Role
    name: str
    capitals: tuple[str, ...] = ()


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of one kind of treatment, or those that look like a treatment and are none."""

    terms: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()


class Medication(Kind, frozen=True, forbid_unknown_fields=True):
    """The words for medicines that name none, with the classes of drug that each one covers."""

    covers: dict[str, tuple[str, ...]] = {}


class Wording(Struct, frozen=True, forbid_unknown_fields=True):
    """Words around a treatment, and words that do not say which treatment it is."""

    stops: frozenset[str]  # never part of its name, before or behind it
    stop_phrases: frozenset[str]  # two words, the second of which ends a name
    drug_leads: frozenset[str]  # part of a drug's name before it
    site_links: frozenset[str]  # between a treatment and its site
    articles: frozenset[str]  # between such a word and the site
    sited: frozenset[str]  # kinds whose name takes the site behind it
    of_conditions: frozenset[str]  # behind a treatment's word they make it a condition
    guides: frozenset[str]  # belong to the name whose head follows ("ultrasound-guided injection")
    open_lists: frozenset[str]  # rows whose lists name treatments that no vocabulary knows
    present_lists: frozenset[str]  # rules of lists of the medicines that are taken now
    general: frozenset[str]  # names that say of a treatment only that there was one
    say_little: frozenset[str]  # names that count in a statement only
    empty: frozenset[str]
    once: frozenset[str]  # two work modifications that both have such a word are one
    same: dict[str, str]  # abbreviation or variant -> the words it stands for


class Treatments(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/treatments.toml`."""

    medication: Medication
    physical_medicine: Kind
    injection: Kind
    surgery: Kind
    device: Kind
    work_modification: Kind
    self_care: Kind
    psychotherapy: Kind
    other: Kind
    not_treatments: Kind
    wording: Wording
    spellings: dict[str, tuple[str, ...]]  # word -> how people misspell it

    def kinds(self) -> dict[TreatmentKind, Kind]:
        """The kinds by name, in the order in which they are asked for a phrase."""
        return {
            "injection": self.injection,
            "physical_medicine": self.physical_medicine,
            "device": self.device,
            "surgery": self.surgery,
            "medication": self.medication,
            "work_modification": self.work_modification,
            "self_care": self.self_care,
            "psychotherapy": self.psychotherapy,
            "other": self.other,
        }


class SiteWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Words around a study and its site."""

    parts: frozenset[str]  # say which part of a site
    links: frozenset[str]  # may stand inside a site
    shared_heads: frozenset[str]  # last words that sites share
    one: frozenset[str]  # articles of a single study
    same_heads: tuple[str, ...]  # last words of a study's name that stand for each other
    kinds: frozenset[str]  # phrases before a study that belong to its name


class Studies(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/studies.toml`: in each table a study's usual name -> its wordings."""

    generic: tuple[str, ...]
    bare: tuple[str, ...]
    imaging: dict[str, tuple[str, ...]]
    electrodiagnostic: dict[str, tuple[str, ...]]
    laboratory: dict[str, tuple[str, ...]]
    cardiac_and_lung: dict[str, tuple[str, ...]]
    other: dict[str, tuple[str, ...]]
    not_studies: dict[str, tuple[str, ...]]
    short: dict[str, str]
    wording: SiteWords

    def tables(self) -> tuple[dict[str, tuple[str, ...]], ...]:
        """The tables of studies."""
        return (
            self.imaging,
            self.electrodiagnostic,
            self.laboratory,
            self.cardiac_and_lung,
            self.other,
        )


@cache
def treatments() -> Treatments:
    """The shipped treatments."""
    return load("vocabulary/treatments.toml", Treatments)


@cache
def studies() -> Studies:
    """The shipped studies."""
    return load("vocabulary/studies.toml", Studies)


def rows() -> Iterator[tuple[str, Term]]:
    """Every phrase with its meaning; of equal phrases the first holds."""
    named = {phrase for table in studies().tables() for names in table.values() for phrase in names}
    for phrase in treatments().not_treatments.terms:
        if phrase not in named:
            yield phrase, Term("", "none", phrase)
    for kind, table in treatments().kinds().items():
        bare = frozenset(table.bare)
        for phrase in dict.fromkeys((*table.bare, *table.terms, *table.heads)):
            meaning = Term(kind, "bare" if phrase in bare else "term", phrase)
            for printed in _spelled(phrase):
                yield printed, meaning
        for phrase in table.capitals:
            yield phrase, Term(kind, "term", phrase, _capitals(phrase))
    yield from _study_rows()


def _spelled(phrase: str) -> Iterator[str]:
    """The phrase, and with one of its words as people misspell it."""
    yield phrase
    for word in phrase.split():
        for wrong in treatments().spellings.get(word, ()):
            yield phrase.replace(word, wrong)


def _study_rows() -> Iterator[tuple[str, Term]]:
    for phrase in studies().not_studies["terms"]:
        for wording in _wordings(phrase):
            yield wording, Term("", "none", phrase)
    for phrase in studies().generic:
        yield phrase, Term(STUDY, "generic", phrase)
    for names in studies().tables():
        for name, phrases in names.items():
            for phrase in phrases:
                # A study has its usual name; of a panel each test keeps its own.
                one = name != "capitals" and name.lower() in (other.lower() for other in phrases)
                meaning = name if one else studies().short.get(phrase, phrase)
                capitals = _capitals(phrase) if name == "capitals" else ()
                for wording in _wordings(phrase):
                    yield wording, Term(STUDY, "term", meaning, capitals)


def _wordings(phrase: str) -> list[str]:
    """The phrase, and the same with each last word that may stand for its own."""
    before, _, last = phrase.rpartition(" ")
    same = studies().wording.same_heads
    return [phrase, *(f"{before} {head}" for head in same if last in same and last != head)]


def _capitals(phrase: str) -> tuple[str, ...]:
    return tuple(word for word in phrase.split() if word.isupper())


@cache
def _phrases() -> Phrases[Term]:
    return Phrases.shipped("therapies", Term, _written)


def _written() -> list[tuple[str, Term]]:
    """Every phrase in each way in which it is written."""
    given = list(rows())
    # "x-ray" is written "xray" too, and "anti-inflammatory" in one word.
    unhyphened = [(phrase.replace("-", ""), term) for phrase, term in given if "-" in phrase]
    # The plural of an abbreviation ("MRIs"), which looks like a word that ends in "is".
    plural = [(f"{phrase}s", term) for phrase, term in given if phrase.endswith("I")]
    return [*given, *unhyphened, *plural]


def find(text: str, run: Sequence[Word]) -> list[Hit[Term]]:
    """The phrases of both vocabularies in `run`, words of `text`, in order, not overlapping."""
    return [
        hit
        for hit in _phrases().find(run)
        if not hit.meaning.capitals
        or all(word in text[hit.start : hit.end] for word in hit.meaning.capitals)
    ]


@cache
def ambiguous_terms() -> frozenset[str]:
    """Phrases that name a study as well as a treatment ("ultrasound")."""
    kinds = treatments().kinds().values()
    treated = {phrase for table in kinds for phrase in (*table.bare, *table.terms, *table.heads)}
    studied = {name for table in studies().tables() for names in table.values() for name in names}
    return frozenset(treated & studied)


def covered(phrase: str) -> tuple[str, ...]:
    """The classes of drug that a word for medicines covers; "*" is any; () for other treatments."""
    lowered = phrase.lower()
    covers = treatments().medication.covers
    return next((covers[word] for word in covers if word.lower() in lowered), ())
