"""Layout detection: which of the known kinds of letter is this?"""

from typing import NamedTuple

from imr_extract.document import Folded
from imr_extract.errors import UnknownLayout
from imr_extract.rules import Layout, layouts


class Detection(NamedTuple):
    """How well a layout fits: the weights of its phrases that the letter prints."""

    layout: Layout
    score: float
    phrases: tuple[str, ...]  # those found
    missing: tuple[str, ...]  # required ones that are not there

    @property
    def fits(self) -> bool:
        """Whether the letter is of this layout."""
        return not self.missing and self.score >= self.layout.detect.threshold


def detect(folded: Folded) -> Layout:
    """The best fitting layout. Raises `UnknownLayout`, naming the nearest, where none fits."""
    ranked = rank(folded)
    best = next((detection for detection in ranked if detection.fits), None)
    if best is None:
        nearest = ranked[0]
        raise UnknownLayout(nearest.layout.id, nearest.score, nearest.layout.detect.threshold)
    return best.layout


def rank(folded: Folded) -> list[Detection]:
    """All layouts with their scores, best first; equal ones in shipped order."""
    return sorted((_score(layout, folded.text) for layout in layouts()), key=lambda d: -d.score)


def _score(layout: Layout, text: str) -> Detection:
    found = [phrase for phrase in layout.detect.phrases if phrase.text in text]
    return Detection(
        layout,
        sum(phrase.weight for phrase in found),
        tuple(phrase.text for phrase in found),
        tuple(words for words in layout.detect.required if words not in text),
    )
