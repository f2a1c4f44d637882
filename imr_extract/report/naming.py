"""Names under which things are counted: services, drugs, diagnoses, chapters of guidelines."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from imr_extract.clinical.vocabulary import conditions, drugs
from imr_extract.clinical.vocabulary.phrases import Phrases
from imr_extract.report.letters import Citation, Diagnosis, Issue
from imr_extract.text.sentences import words

T = TypeVar("T")

_TOPIC = re.compile(r"[,(:;]|\bchapter\b", re.IGNORECASE)  # behind it the topic begins

PHARMACEUTICALS = "Pharmaceuticals"
COMPOUNDS = "Topical Compounds"
NOT_CLASSIFIED = "Not classified"
OTHER = "Other"
_REMEMBERED = 50_000  # wordings; letters repeat them


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """A name for services, and the phrases that give it."""

    name: str
    subcategories: tuple[str, ...]
    any: tuple[str, ...]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]
    sited: Literal["noun", "adjective", "limb", "none"] = "none"


class ServiceNames(Struct, frozen=True, rename={"services": "service"}, forbid_unknown_fields=True):
    """`data/services.toml`; its head says how the rows are tried."""

    noun: dict[str, str]
    adjective: dict[str, str]
    limb: dict[str, tuple[str, ...]]
    limb_words: dict[str, tuple[str, ...]]
    services: tuple[Service, ...]


class Blocks(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/icd_blocks.toml`: first and last category of a block, and its name."""

    blocks: tuple[tuple[str, str, str], ...]
    same_head: dict[str, str]


class CountedDrug(NamedTuple):
    """A drug as it is counted, by its ingredients, with the name that the letter gives it."""

    generic: str
    printed: str


def load(name: str, kind: type[T]) -> T:
    """The data file of the report called `name`, checked against `kind`."""
    text = files("imr_extract.report").joinpath("data", name).read_text(encoding="utf-8")
    decoded: Any = msgspec.toml.decode(text)
    return msgspec.convert(decoded, kind)


@cache
def services() -> ServiceNames:
    """The shipped names of services."""
    return load("services.toml", ServiceNames)


@cache
def _blocks() -> Blocks:
    return load("icd_blocks.toml", Blocks)


def service_of(issue: Issue) -> str:
    """The name under which a disputed service is counted."""
    if issue.category == PHARMACEUTICALS:
        return _medicine(issue)
    if issue.category is None or issue.subcategory is None:
        return NOT_CLASSIFIED
    parts = tuple(dict.fromkeys(issue.body_parts))
    return _named(issue.disputed_service, issue.subcategory, parts)


@lru_cache(maxsize=_REMEMBERED)
def _named(wording: str, subcategory: str, parts: tuple[str, ...]) -> str:
    row = row_of(wording, subcategory)
    if row is None:
        return f"Other: {subcategory}"
    sites = _sited(row, wording, parts)
    if row.sited == "none" or not sites:
        return _capital(row.name)
    if len(sites) > 1 and row.sited != "limb":
        return f"{_capital(row.name)}, several sites"
    if row.sited == "adjective":
        return _capital(f"{sites[0]} {row.name}")
    return f"{row.name} of the {' and '.join(sites)}"


def _sited(row: Service, wording: str, parts: tuple[str, ...]) -> list[str]:
    """How the row names the sites of a service."""
    match row.sited:
        case "noun":
            return _sites(parts, services().noun)
        case "adjective":
            return _sites(parts, services().adjective)
        case "limb":
            return _limbs(wording, parts)
    return []


def row_of(wording: str, subcategory: str) -> Service | None:
    """The first row of the file that a phrase of the wording belongs to, of the subcategory's."""
    hits = _phrases(subcategory).find(words(wording, 0, len(wording)))
    places = _places()
    return min((hit.meaning for hit in hits), key=lambda row: places[row.name], default=None)


@cache
def _places() -> dict[str, int]:
    return {row.name: place for place, row in enumerate(services().services)}


@cache
def _phrases(subcategory: str) -> Phrases[Service]:
    return Phrases(
        (phrase, row)
        for row in services().services
        if subcategory in row.subcategories
        for phrase in row.any
    )


def _sites(parts: Sequence[str], names: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(names.get(part, part) for part in parts))


def _limbs(wording: str, parts: Sequence[str]) -> list[str]:
    """Which extremities a study is of, by the words for them, else by the regions."""
    shown = services()
    hits = _limb_phrases().find(words(wording, 0, len(wording)))
    named = {hit.meaning for hit in hits} or {
        limb for limb, regions in shown.limb.items() if not set(regions).isdisjoint(parts)
    }
    return [limb for limb in shown.limb if limb in named]


@cache
def _limb_phrases() -> Phrases[str]:
    return Phrases((word, limb) for limb, rows in services().limb_words.items() for word in rows)


def _medicine(issue: Issue) -> str:
    if issue.subcategory == COMPOUNDS:
        return "Topical compound"
    generics = list(dict.fromkeys(drug.generic for drug in drugs_of(issue)))
    if not generics:
        return f"{issue.subcategory or 'Other'}, drug not named"
    return _capital(" and ".join(generics))


def drugs_of(issue: Issue) -> tuple[CountedDrug, ...]:
    """The drugs of a pharmaceutical request; a compound's ingredients are none of their own."""
    if issue.category != PHARMACEUTICALS or issue.subcategory == COMPOUNDS or not issue.drugs:
        return ()
    return _drugs(issue.disputed_service, tuple(issue.drugs))


@lru_cache(maxsize=_REMEMBERED)
def _drugs(wording: str, ingredients: tuple[str, ...]) -> tuple[CountedDrug, ...]:
    known = set(ingredients)
    found: dict[str, str] = {}
    for hit in drugs.find_all(words(wording, 0, len(wording))):
        if hit.meaning.ingredients and known.issuperset(hit.meaning.ingredients):
            found.setdefault("/".join(hit.meaning.ingredients), hit.phrase)
    # "Norco (hydrocodone/acetaminophen)" is one drug under two names.
    covered = {name for generic in found for name in generic.split("/")}
    named = [
        CountedDrug(generic, printed)
        for generic, printed in found.items()
        if _whole(generic, found)
    ]
    rest = "/".join(name for name in ingredients if name not in covered)
    return (*named, CountedDrug(rest, rest)) if rest else tuple(named)


def _whole(generic: str, found: dict[str, str]) -> bool:
    """Whether no mixture that the wording names holds the drug as one of its ingredients."""
    own = set(generic.split("/"))
    return not any(own < set(other.split("/")) for other in found)


def diagnosis_of(diagnosis: Diagnosis) -> str:
    """The block of its ICD-10-CM code; without a code, its head noun with the body region."""
    if diagnosis.icd10cm:
        block = _block(diagnosis.icd10cm)
        if block is not None:
            return block
    return _headed(diagnosis.text, tuple(diagnosis.body_parts))


@lru_cache(maxsize=_REMEMBERED)
def _block(code: str) -> str | None:
    category = code.upper()[:3]
    for first, last, name in _blocks().blocks:
        if first <= category <= last:
            return f"{first}-{last} {name}"
    return None


@lru_cache(maxsize=_REMEMBERED)
def _headed(text: str, parts: tuple[str, ...]) -> str:
    found = conditions.find(text, words(text, 0, len(text)))
    if not found:
        return OTHER
    head = _blocks().same_head.get(found[0].phrase.lower(), found[0].phrase)
    return _capital(f"{head}, {parts[0]}" if parts else head)


def chapter_of(citation: Citation) -> str:
    """The citation by body and chapter; a title of the MTUS has its year."""
    if citation.title is None:
        return citation.body
    if citation.body == "MTUS":
        year = "" if citation.year is None else f" {citation.year}"
        return f"MTUS {citation.title}{year}"
    if citation.body == "other":
        return "other"
    return f"{citation.body} {_chapter(citation.title)}"


@lru_cache(maxsize=_REMEMBERED)
def _chapter(title: str) -> str:
    """What stands before the topic, without "chapter" or "section", in one spelling."""
    head = _TOPIC.split(title, maxsplit=1)[0]
    kept = [word for word in head.split() if word.lower() not in {"section", "the"}]
    name = " ".join(kept).replace(" & ", " and ")
    return _capital(name.lower()) if name else "(chapter not named)"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
