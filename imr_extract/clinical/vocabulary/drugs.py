"""Drugs: which medicines words name, by generic name, brand, kit or short form.

`data/vocabulary/drugs.toml` maps a name to its ingredients and to the state's own class of drug.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from imr_extract.clinical.vocabulary.phrases import Hit, Phrases
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word

# Words that may stand between a name and the strength or form that shows it to be a drug.
_BESIDE = 3

_OPIOID, _TOPICAL, _COMPOUND = "Opioids", "Topical Analgesics", "Topical Compounds"
_OTHER = "Other"


class Drug(NamedTuple):
    """What a name means."""

    ingredients: tuple[str, ...]  # generic names in lower case; () for a product that names none
    drug_class: str  # a subcategory of Pharmaceuticals, for the usual form of the drug
    ambiguous: bool  # the name has another meaning too


class Ingredient(Struct, frozen=True, rename={"drug_class": "class"}, forbid_unknown_fields=True):
    """A row of `[ingredients]`: the key is the generic name."""

    drug_class: str
    names: tuple[str, ...] = ()


class Product(Struct, frozen=True, rename={"drug_class": "class"}, forbid_unknown_fields=True):
    """A row of `[products]`: the key is one of its names."""

    ingredients: tuple[str, ...]
    drug_class: str
    names: tuple[str, ...] = ()


class Signs(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that show a name beside them to be a drug's."""

    strengths: tuple[str, ...]  # units of a strength, behind a number
    forms: tuple[str, ...]


class Skin(Struct, frozen=True, forbid_unknown_fields=True):
    """How a form for the skin changes the class of a drug."""

    forms: frozenset[str]
    patches: frozenset[str]
    compounding: frozenset[str]  # words that show a cream to be made up
    not_on_skin: frozenset[str]  # words beside which a percentage is no cream's
    kept: frozenset[str]  # classes that a form for the skin does not change
    marketed: frozenset[str]  # pain drugs that are sold for the skin
    mixed_with_opioid: frozenset[str]  # classes of the other half of a mixture with an opioid


class DrugNames(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/drugs.toml`."""

    classes: dict[str, str]
    ingredients: dict[str, Ingredient]
    products: dict[str, Product]
    ambiguous: dict[str, str]
    signs: Signs
    skin: Skin
    others: dict[str, tuple[str, ...]]


class Brands(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/brands.toml`: brands beyond workers' compensation."""

    brands: dict[str, tuple[str, ...]]  # generic name -> brands
    mixtures: dict[str, tuple[str, ...]]  # brand -> generic names


@cache
def drug_names() -> DrugNames:
    """The shipped drug names."""
    return load("vocabulary/drugs.toml", DrugNames)


def rows() -> Iterator[tuple[str, Drug]]:
    """Every name with its meaning."""
    names = drug_names()
    ambiguous = frozenset(name.lower() for name in names.ambiguous)
    for generic, row in names.ingredients.items():
        for name in (generic, *row.names):
            yield name, Drug((generic,), row.drug_class, name.lower() in ambiguous)
    for key, product in names.products.items():
        for name in (key, *product.names):
            meaning = Drug(product.ingredients, product.drug_class, name.lower() in ambiguous)
            yield name, meaning
    for more in names.others.values():
        for name in more:
            yield name, Drug((name,), _OTHER, name.lower() in ambiguous)
    yield from _brands(names)


def _brands(names: DrugNames) -> Iterator[tuple[str, Drug]]:
    """The brands of `brands.toml`, each with the class of its drugs."""
    more = load("vocabulary/brands.toml", Brands)
    known = {*names.ingredients, *(name for group in names.others.values() for name in group)}
    for generic, brands in more.brands.items():
        for name in brands if generic in known else (generic, *brands):
            yield name, Drug((generic,), _class_of_generic(names, generic), ambiguous=False)
    for name, generics in more.mixtures.items():
        classes = {_class_of_generic(names, generic) for generic in generics}
        shared = classes.pop() if len(classes) == 1 else _OTHER
        yield name, Drug(generics, shared, ambiguous=False)


def _class_of_generic(names: DrugNames, generic: str) -> str:
    row = names.ingredients.get(generic)
    return row.drug_class if row else _OTHER


@cache
def _phrases() -> Phrases[Drug]:
    return Phrases.shipped("drugs", Drug, rows)


@cache
def _signs() -> tuple[frozenset[str], frozenset[str]]:
    signs = drug_names().signs
    return frozenset(signs.strengths), frozenset(signs.forms)


def find_all(run: Sequence[Word]) -> list[Hit[Drug]]:
    """The drug names in `run`, also those that may mean something else there."""
    return _phrases().find(run)


def find(run: Sequence[Word]) -> list[Hit[Drug]]:
    """The drugs named in `run`, in order.

    A name with another meaning counts only beside a strength or a form, or in a list of drugs.
    """
    return certain(run, find_all(run))


def certain(run: Sequence[Word], hits: list[Hit[Drug]]) -> list[Hit[Drug]]:
    """Those of the drug names in `run` that are drugs there, as `find` gives them."""
    if not any(hit.meaning.ambiguous for hit in hits):
        return hits
    sure = [not hit.meaning.ambiguous or _shown(run, hit) for hit in hits]
    return [
        hit
        for at, hit in enumerate(hits)
        if sure[at]
        or (at > 0 and sure[at - 1] and _listed(run, hits[at - 1], hit))
        or (at + 1 < len(hits) and sure[at + 1] and _listed(run, hit, hits[at + 1]))
    ]


def is_strength(run: Sequence[Word], at: int) -> bool:
    """Whether the word at `at` is the number or the unit of a strength ("500" or "mg")."""
    strengths, _ = _signs()
    word = run[at].text
    if word in strengths:
        return at > 0 and run[at - 1].text[0].isdigit()
    if not word[0].isdigit():
        return False
    follows = at + 1 < len(run) and run[at + 1].text in strengths
    return follows or word.endswith(("%", *strengths))


def _shown(run: Sequence[Word], hit: Hit[Drug]) -> bool:
    """Whether a strength follows, a form stands before or behind, or nothing else stands there."""
    if hit.first == 0 and hit.last == len(run) - 1:  # a request for "Insulin"
        return True
    _, forms = _signs()
    behind = range(hit.last + 1, min(hit.last + 1 + _BESIDE, len(run)))
    if any(is_strength(run, at) for at in behind):
        return True
    beside = [at for at in (hit.first - 1, hit.last + 1) if 0 <= at < len(run)]
    return any(run[at].text in forms for at in beside)


def _listed(run: Sequence[Word], left: Hit[Drug], right: Hit[Drug]) -> bool:
    """Whether nothing but "and", strengths and forms stands between two names."""
    _, forms = _signs()
    return all(
        run[at].text in forms
        or run[at].text in ("and", "or", "plus")
        or run[at].text[0].isdigit()
        or is_strength(run, at)
        for at in range(left.last + 1, right.first)
    )


def class_of(run: Sequence[Word], hits: Sequence[Hit[Drug]]) -> str:
    """The class of the drugs named in `run`: the first one's, unless a form or a mixture beats it.

    Of pain drugs in a cream, gel or patch, one that is sold for the skin gives Topical Analgesics;
    any other, and several in one, give Topical Compounds. An opioid in a mixture gives Opioids.
    """
    skin = drug_names().skin
    first = hits[0].meaning.drug_class
    classes = {hit.meaning.drug_class for hit in hits}
    forms = {word.text for word in run}
    if classes <= skin.kept:
        return first
    if not skin.compounding.isdisjoint(forms):
        return _COMPOUND
    percentage = any(word.text.endswith("%") for word in run)
    if skin.forms.isdisjoint(forms) and not (percentage and skin.not_on_skin.isdisjoint(forms)):
        return _OPIOID if _OPIOID in classes and first in skin.mixed_with_opioid else first
    if classes <= {_COMPOUND, _TOPICAL}:
        return _COMPOUND if _COMPOUND in classes else _TOPICAL
    ingredients = {name for hit in hits for name in hit.meaning.ingredients}
    if len(ingredients) == 1:
        if ingredients <= skin.marketed:
            return _TOPICAL
        if not skin.patches.isdisjoint(forms):
            return first
    return _COMPOUND
