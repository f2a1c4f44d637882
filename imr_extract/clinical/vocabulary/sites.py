"""Sites: the body regions that words name, and the side.

The regions are the closed list of the labelling guide; anatomy maps to them by
`data/vocabulary/anatomy.toml`.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from imr_extract.clinical.vocabulary.phrases import Hit, Phrases
from imr_extract.record.model import Laterality
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word, singular

NO_REGION = ""  # anatomy that the guide gives no region ("arm", bare "spine")

# The vertebrae by letter, how many each letter has, and the region of their levels.
_VERTEBRAE = (
    ("c", 8, "neck"),
    ("t", 12, "mid back"),
    ("l", 6, "lower back"),
    ("s", 5, "lower back"),
)


class Sides(Struct, frozen=True):
    """Words for the side of the body; `before_site` are letters that mean it before a site only."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    bilateral: tuple[str, ...]
    before_site: dict[Laterality, tuple[str, ...]]


class Anatomy(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/vocabulary/anatomy.toml`."""

    regions: tuple[str, ...]
    terms: dict[str, tuple[str, ...]]  # region -> words that name it
    multi: dict[str, tuple[str, ...]]  # words that name several regions
    none: dict[str, tuple[str, ...]]
    not_sites: dict[str, tuple[str, ...]]
    sides: Sides
    qualifiers: dict[str, tuple[str, ...]]
    digits: dict[str, tuple[str, ...]]  # words for a finger that are said of a toe too
    title_blocks: dict[str, str]  # block of injury codes -> region where the words name none


@cache
def anatomy() -> Anatomy:
    """The shipped anatomy."""
    return load("vocabulary/anatomy.toml", Anatomy)


@cache
def _phrases() -> Phrases[tuple[str, ...]]:
    return Phrases.shipped("sites", tuple[str, ...], _rows)


def _rows() -> list[tuple[str, tuple[str, ...]]]:
    """Every phrase with its regions."""
    rules = anatomy()
    rows: list[tuple[str, tuple[str, ...]]] = [
        (wording, (region,))
        for region, names in rules.terms.items()
        for word in names
        for wording in _sided(word)
    ]
    rows += rules.multi.items()
    rows += [(word, (NO_REGION,)) for word in rules.none["terms"]]
    rows += [(phrase, ()) for phrase in rules.not_sites["phrases"]]
    for letter, count, region in _VERTEBRAE:
        for number in range(1, count + 1):
            rows += [(f"{letter}{number}", (region,)), (f"{letter} {number}", (region,))]
    rows += [("c7-t1", ("neck",)), ("t12-l1", ("mid back", "lower back"))]
    return rows


def _sided(word: str) -> tuple[str, ...]:
    """The words, and those with the side inside: "head of the left radius"."""
    for link in (" of the ", " of "):
        before, found, after = word.partition(link)
        if found:
            sides = (anatomy().sides.left[0], anatomy().sides.right[0])
            return (word, *(f"{before}{link}{side} {after}" for side in sides))
    return (word,)


def find(run: Sequence[Word]) -> list[Hit[str]]:
    """The anatomy named in `run`, in order; the meaning of a hit is its region, or `NO_REGION`.

    Words that name two regions ("thoracolumbar") give two hits at one place. Phrases in which a
    word is no site ("straight leg raise", "hand dominant") give none.
    """
    return [
        Hit(hit.start, hit.end, hit.first, hit.last, hit.phrase, region)
        for hit in _phrases().find(run)
        for region in hit.meaning
    ]


def of_title(code: str | None) -> list[str]:
    """The region of a title of ICD-10-CM whose words name none, by the block of its code."""
    region = anatomy().title_blocks.get(code[:2]) if code else None
    return [region] if region else []


def of_foot(hits: list[Hit[str]]) -> list[Hit[str]]:
    """The hits of one phrase, the fingers among them as toes where it names the foot.

    "Right foot second digit" is a toe.
    """
    if not any(hit.meaning in ("foot", "toe") for hit in hits):
        return hits
    digits = anatomy().digits["words"]
    return [
        hit._replace(meaning="toe")
        if hit.meaning == "finger" and any(word in digits for word in hit.phrase.split())
        else hit
        for hit in hits
    ]


def regions(hits: Iterable[Hit[str]]) -> list[str]:
    """The regions of these hits, each once, in order of mention."""
    return list(dict.fromkeys(hit.meaning for hit in hits if hit.meaning != NO_REGION))


@cache
def _sides() -> dict[str, Laterality]:
    rules = anatomy().sides
    words: dict[Laterality, tuple[str, ...]] = {
        "left": rules.left,
        "right": rules.right,
        "bilateral": rules.bilateral,
    }
    return {word: side for side, names in words.items() for word in names if word.isalpha()}


@cache
def _side_letters() -> dict[str, Laterality]:
    return {
        letter.lower(): side
        for side, letters in anatomy().sides.before_site.items()
        for letter in letters
        if letter.isalpha()
    }


def side_of(word: str) -> Laterality | None:
    """The side that a lower-case word names; None where it names none."""
    return _sides().get(word)


def laterality(run: Sequence[Word]) -> Laterality | None:
    """The one side that these words state; both give "bilateral"; None where they state none."""
    sides, letters = _sides(), _side_letters()
    stated = [sides[word.text] for word in run if word.text in sides]
    if any(word.text in letters for word in run):
        starts = {hit.first for hit in find(run)}
        stated += [
            letters[word.text]
            for index, word in enumerate(run)
            if word.text in letters and index + 1 in starts
        ]
    if not stated:
        return None
    return stated[0] if len(set(stated)) == 1 else "bilateral"


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(load("vocabulary/coordination.toml", dict[str, tuple[str, ...]])[name])


def adjectives() -> frozenset[str]:
    """Words for a site that another word must follow ("lumbar", "upper")."""
    return _listed("adjectives")


def is_whole(word: str) -> bool:
    """Whether a lower-case word names a part of the body, not a structure in it ("cuff")."""
    return singular(word) in anatomy().regions or word in adjectives() or word in ("back", "spine")


def is_adjective(word: str) -> bool:
    """Whether a lower-case word looks like an adjective that can share a noun ("homicidal")."""
    return word in adjectives() or word.endswith(tuple(_listed("adjective_endings")))


def paired(hits: Iterable[Hit[str]]) -> bool:
    """Whether the first region that these hits name has a left and a right."""
    first = next(iter(regions(hits)), None)
    return first is not None and first not in _listed("unpaired")
