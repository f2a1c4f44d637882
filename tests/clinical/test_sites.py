"""Which regions and sides words name."""

import pytest

from imr_extract.clinical.vocabulary import sites
from imr_extract.text.sentences import words

ROWS = [
    ("left knee", ["knee"], "left"),
    ("R shoulder and (L) hip", ["shoulder", "hip"], "bilateral"),
    ("bilateral wrists", ["wrist"], "bilateral"),
    ("thoracolumbar spine", ["mid back", "lower back"], None),
    ("C5-6 and L4-5", ["neck", "lower back"], None),
    ("C7-T1", ["neck"], None),
    ("T12-L1", ["mid back", "lower back"], None),
    ("upper extremity", [], None),
    ("spine", [], None),
    ("straight leg raise", [], None),
    ("right hand dominant", [], "right"),
]


@pytest.mark.parametrize(("text", "regions", "side"), ROWS, ids=[row[0] for row in ROWS])
def test_regions_and_side(text: str, regions: list[str], side: str | None) -> None:
    run = words(text, 0, len(text))
    assert sites.regions(sites.find(run)) == regions
    assert sites.laterality(run) == side
