"""Conditions: which words of a phrase name an injury, a disease or a finding.

The words are in `data/vocabulary/conditions.toml`; what no file lists is known by its ending
("-itis", "-opathy").
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

from msgspec import Struct, field

from imr_extract.clinical.vocabulary.phrases import Hit, Phrases
from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word

Head = Literal["injury", "disease", "finding", "surgical"]
Kind = Literal["injury", "disease", "finding", "surgical", "term", "not"]


class ConditionTerm(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition with a name of its own; its key in the file is one of its names."""

    regions: tuple[str, ...] = ()  # part of the name
    fallback: tuple[str, ...] = ()  # where the whole phrase names no site
    names: tuple[str, ...] = ()
    # A symptom, which counts only inside a diagnosis statement; None where its last word says so.
    finding: bool | None = None


class Suffixes(Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of words that name a disease, and words that end so by chance."""

    endings: tuple[str, ...]
    exceptions: tuple[str, ...] = field(name="except")


class Conditions(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/conditions.toml`."""

    heads: dict[Head, tuple[str, ...]]  # nouns that mostly come with a site
    suffixes: Suffixes
    terms: dict[str, ConditionTerm]
    modifiers: dict[str, tuple[str, ...]]
    variants: dict[str, str]  # misspelling -> what it stands for
    not_conditions: dict[str, tuple[str, ...]]  # phrases in which a word from above is none


class Condition(NamedTuple):
    """What a phrase of the vocabulary means."""

    kind: Kind
    regions: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()


_DISEASE = Condition("disease")
_ONLY_LISTED = frozenset(("finding", "surgical", "not"))  # kinds that state nothing by themselves
_FIRST = attrgetter("first")


@cache
def vocabulary() -> Conditions:
    """The shipped conditions."""
    return load("vocabulary/conditions.toml", Conditions)


@cache
def _phrases() -> Phrases[Condition]:
    return Phrases.shipped("conditions", Condition, _rows)


def _rows() -> Iterable[tuple[str, Condition]]:
    """Every phrase with its meaning."""
    rules = vocabulary()
    meanings: dict[str, Condition] = {}
    for head, words in rules.heads.items():
        meanings |= dict.fromkeys(words, Condition(head))
    findings = frozenset(rules.heads["finding"])
    kind: Kind
    for key, term in rules.terms.items():
        for name in (key, *term.names):
            known = meanings.get(name)
            symptom = name.split()[-1] in findings if term.finding is None else term.finding
            kind = known.kind if known else "finding" if symptom else "term"
            meanings[name] = Condition(kind, term.regions, term.fallback)
    meanings |= {
        variant: meanings[name] for variant, name in rules.variants.items() if name in meanings
    }
    for phrases in rules.not_conditions.values():
        meanings |= dict.fromkeys(phrases, Condition("not"))
    return meanings.items()


@cache
def _chance() -> frozenset[str]:
    return frozenset(vocabulary().suffixes.exceptions)


@cache
def _ending() -> Pattern:
    return compile_pattern(rf"\w{{3,}}(?:{alternatives(vocabulary().suffixes.endings)})")


@lru_cache(maxsize=16_384)
def _ends_as_disease(word: str, one: str) -> bool:
    """Whether the ending of a word, in its singular `one`, names a disease, and not by chance."""
    return word not in _chance() and _ending().fullmatch(one) is not None


def find(text: str, run: Sequence[Word]) -> list[Hit[Condition]]:
    """The conditions named in `run`, words of `text`, in order, not overlapping.

    An abbreviation that the vocabulary prints in capitals ("AIDS") counts only with a capital.
    """
    named = [
        hit
        for hit in _phrases().find(run)
        if not (hit.phrase.isupper() and text[hit.start : hit.end].islower())
    ]
    hits = [hit for hit in named if hit.meaning.kind != "not"]
    ending = [at for at, word in enumerate(run) if _ends_as_disease(word.text, word.singular)]
    if ending:
        taken = {index for hit in named for index in range(hit.first, hit.last + 1)}
        for index in ending:
            if index not in taken:
                word = run[index]
                hits.append(Hit(word.start, word.end, index, index, word.text, _DISEASE))
        hits.sort(key=_FIRST)
    return hits


def may_state(run: Sequence[Word]) -> bool:
    """Whether `states_condition` can be true of any part of these words."""
    return any(
        meaning.kind not in _ONLY_LISTED
        and (phrase not in _listed("vague") or phrase in _listed("named"))
        for phrase, meaning in _phrases().standing(run)
    ) or any(_ends_as_disease(word.text, word.singular) for word in run)


def qualifies(hit: Hit[Condition]) -> bool:
    """Whether a condition behind "with" only qualifies the one before ("with displacement")."""
    return hit.meaning.kind == "surgical" or hit.phrase in _listed("qualifying")


def shares_site(hit: Hit[Condition]) -> bool:
    """Whether the words need a site and can take that of a condition beside them."""
    if hit.meaning.kind == "injury":
        return True
    return hit.phrase in _listed("sited") or hit.phrase in _listed("sited_diseases")


def is_vague(hit: Hit[Condition]) -> bool:
    """Whether the words name no condition on their own ("injuries")."""
    return hit.phrase in _listed("vague")


def states_condition(hit: Hit[Condition], before: Sequence[Word], *, lone: bool) -> bool:
    """Whether the words alone, outside a list of diagnoses, say that the worker has a condition.

    `before` are the words before it in its phrase, which may say which disease it is. In passing
    (`lone`), what mostly qualifies another condition ("stenosis") is a finding only.
    """
    if hit.meaning.kind in _ONLY_LISTED or (lone and qualifies(hit)):
        return False
    if not is_vague(hit):
        return True
    which = before and before[-1].text not in qualifiers() | _listed("unnamed")
    return bool(which) and hit.phrase in _listed("named")


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(load("vocabulary/coordination.toml", dict[str, tuple[str, ...]])[name])


@cache
def qualifiers() -> frozenset[str]:
    """Words that only say of what kind a condition is ("acute", "unspecified")."""
    rules = vocabulary().modifiers
    after = (phrase for phrase in rules["after"] if " " not in phrase)
    phrases = (*rules["before"], *rules["grade_words"], *rules["grade_numbers"], *after)
    return frozenset(word for phrase in phrases for word in phrase.replace("-", " ").split())


def course() -> frozenset[str]:
    """Words for the course of a condition, which are no part of its name ("resolving")."""
    return _listed("course")


@cache
def trailing() -> frozenset[str]:
    """Phrases that stand behind a condition and say of what kind it is ("single episode")."""
    return frozenset(vocabulary().modifiers["after"])


@cache
def nouns() -> frozenset[str]:
    """The single words that name a condition, singular and plural."""
    heads = [word for words in vocabulary().heads.values() for word in words if " " not in word]
    return frozenset(heads) | {f"{word}s" for word in heads}
