"""Which regions sites beside a side, complications and services give."""

import pytest

from imr_extract.clinical.vocabulary import sites
from imr_extract.text.sentences import words
from tests.extract.test_services import read


def regions(text: str) -> list[str]:
    return sites.regions(sites.find(words(text, 0, len(text))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ulnar collateral ligament of the right thumb", ["thumb"]),
        ("ulnar collateral ligament of the elbow", ["elbow"]),
        ("ucl of the left thumb", ["thumb"]),
        ("lateral collateral ligament of the left ankle", ["ankle"]),
        ("head of the left radius", ["elbow"]),
        ("shaft of the right humerus", ["upper arm"]),
        ("back of the left", ["lower back"]),
    ],
)
def test_a_side_may_stand_inside_a_site(text: str, expected: list[str]) -> None:
    assert regions(text) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "Vestibular rehabilitation, 6 visits",
        "Vestibular therapy",
        "Cyclosporine ophthalmic emulsion",
        "Ophthalmic drops, 5 ml",
        "Otic suspension, 10 ml",
        "Occlusal guard",
    ],
)
def test_a_service_named_after_a_site_asks_for_none(heading: str) -> None:
    assert read(heading).get("body_parts", []) == []


@pytest.mark.parametrize("heading", ["Patch testing", "Patch test to metals", "Skin prick test"])
def test_allergy_tests_are_diagnostic(heading: str) -> None:
    found = read(heading)
    assert (found["category"], found["subcategory"]) == (
        "Diagnostic Testing",
        "Other Diagnostic Tests",
    )


@pytest.mark.parametrize(
    ("heading", "drugs"),
    [
        ("Botox injection, 155 units", ["onabotulinumtoxina"]),
        ("Dysport injection", ["abobotulinumtoxina"]),
        ("Botulinum toxin injection", ["botulinum toxin"]),
    ],
)
def test_a_botulinum_toxin_has_its_own_name(heading: str, drugs: list[str]) -> None:
    assert read(heading)["drugs"] == drugs
