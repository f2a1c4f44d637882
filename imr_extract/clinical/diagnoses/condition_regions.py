"""The body regions of a condition: those in its name, and those of the sites beside it."""

from imr_extract.clinical.vocabulary import sites
from imr_extract.clinical.vocabulary.conditions import Condition
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.text.sentences import Word

_WITHOUT = "without"
_SITE_LINKS = frozenset(("of", "at", "in"))


def find(
    run: tuple[Word, ...], heads: list[Hit[Condition]], everywhere: list[Hit[str]]
) -> list[str]:
    """The regions of a condition: those in its name, and the sites stated beside it."""
    absent = _absent(run)
    everywhere = sites.of_foot([hit for hit in everywhere if hit.first not in absent])
    here = [hit for hit in everywhere if hit.meaning != sites.NO_REGION]
    named = [
        hit
        for hit in heads
        # "Thoracic back pain" is no pain of the lower back.
        if not any(place.first < hit.first <= place.last for place in here)
        and hit.first not in absent
    ]
    fixed = {
        index for hit in named if hit.meaning.regions for index in range(hit.first, hit.last + 1)
    }
    places = [(hit.start, hit.meaning) for hit in here if hit.first not in fixed]
    places += [(hit.start, region) for hit in named for region in hit.meaning.regions]
    # "Of the left lower limb" is a site, though none of the guide's regions.
    if not places and len(here) == len(everywhere):
        places = [(hit.start, region) for hit in named for region in hit.meaning.fallback]
    return list(dict.fromkeys(region for _, region in sorted(places, key=lambda each: each[0])))


def _absent(run: tuple[Word, ...]) -> frozenset[int]:
    """The words of what is not there: "without neurologic deficit" is about no nerve.

    "Laceration without foreign body of lip" is about the lip.
    """
    start = next((i for i, word in enumerate(run) if word.text == _WITHOUT), None)
    if start is None:
        return frozenset()
    end = next(
        (i for i in range(start + 1, len(run)) if run[i].text in _SITE_LINKS or not run[i].joined),
        len(run),
    )
    return frozenset(range(start, end))
