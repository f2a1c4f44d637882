"""Sites: the body regions that words name, and the side.

The regions are the closed list of the labelling guide; anatomy maps to them by
`data/vocabulary/anatomy.toml`.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from imr_extract.clinical.phrases import Hit, Phrases
from imr_extract.clinical.prose import Word
from imr_extract.rules import load

NO_REGION = ""  # anatomy that the guide gives no region ("arm", bare "spine")


class Anatomy(Struct, frozen=True):
    """`data/vocabulary/anatomy.toml`."""

    regions: tuple[str, ...]
    terms: dict[str, tuple[str, ...]]  # region -> words that name it
    none: dict[str, tuple[str, ...]]
    sides: dict[str, tuple[str, ...]]


@cache
def anatomy() -> Anatomy:
    """The shipped anatomy."""
    return load("vocabulary/anatomy.toml", Anatomy)


@cache
def _phrases() -> Phrases[str]:
    rules = anatomy()
    rows = [(word, region) for region, names in rules.terms.items() for word in names]
    return Phrases([*rows, *((word, NO_REGION) for word in rules.none["terms"])])


def find(run: Sequence[Word]) -> list[Hit[str]]:
    """The anatomy named in `run`; the meaning of a hit is its region, or `NO_REGION`."""
    return _phrases().find(run)


def regions(hits: Iterable[Hit[str]]) -> list[str]:
    """The regions of these hits, each once, in order of mention."""
    return list(dict.fromkeys(hit.meaning for hit in hits if hit.meaning != NO_REGION))
