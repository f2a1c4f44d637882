"""Names under which the report counts, and the published figures: every row of the data files."""

import re

import pytest

from imr_extract.clinical.vocabulary import drugs, service_categories
from imr_extract.report.letters import Citation, Diagnosis, Issue
from imr_extract.report.naming import (
    Service,
    chapter_of,
    diagnosis_of,
    drugs_of,
    row_of,
    service_of,
    services,
)
from imr_extract.report.published import figures

ROWS = [pytest.param(row, id=row.name) for row in services().services]
CATEGORIES = service_categories.services().categories
SUBCATEGORIES = {name for names in CATEGORIES.values() for name in names}


def issue(wording: str, category: str, subcategory: str, *parts: str, **more: list[str]) -> Issue:
    return Issue(
        disputed_service=wording,
        outcome="upheld",
        category=category,
        subcategory=subcategory,
        body_parts=list(parts),
        drugs=more.get("drugs", []),
    )


@pytest.mark.parametrize("row", ROWS)
def test_a_row_gets_its_examples_and_not_its_near_misses(row: Service) -> None:
    assert row.examples
    assert row.near_misses
    for wording in row.examples:
        assert row_of(wording, row.subcategories[0]) == row, wording
    for wording in row.near_misses:
        assert row_of(wording, row.subcategories[0]) != row, wording


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_of_the_divisions_subcategories(row: Service) -> None:
    assert set(row.subcategories) <= SUBCATEGORIES


@pytest.mark.parametrize(
    ("wording", "where", "parts", "name"),
    [
        ("MRI, lumbar, open", ("Diagnostic Testing", "Imaging"), ("lower back",),
         "MRI of the lumbar spine"),
        ("MRI of the ankle", ("Diagnostic Testing", "Imaging"), ("ankle",), "MRI of the ankle"),
        ("MRI", ("Diagnostic Testing", "Imaging"), (), "MRI"),
        ("MRI of neck and ankle", ("Diagnostic Testing", "Imaging"), ("neck", "ankle"),
         "MRI, several sites"),
        ("Interlaminar injection at L3-4", ("Injection", "Injection"), ("lower back",),
         "Lumbar epidural injection"),
        ("CESI", ("Injection", "Injection"), ("neck",), "Cervical epidural injection"),
        ("NCV, both arms", ("Diagnostic Testing", "EMG/NCV/NCS"), (),
         "EMG or nerve conduction study of the upper extremities"),
        ("EMG of the foot", ("Diagnostic Testing", "EMG/NCV/NCS"), ("foot",),
         "EMG or nerve conduction study of the lower extremities"),
        ("EMG/NCV BUE and BLE", ("Diagnostic Testing", "EMG/NCV/NCS"), (),
         "EMG or nerve conduction study of the upper extremities and lower extremities"),
        ("PT for the ankle", ("Rehabilitation", "Physical Therapy/Occupational Therapy"),
         ("ankle",), "Physical therapy"),
        ("Mud baths", ("Rehabilitation", "Other Therapies"), (), "Other: Other Therapies"),
    ],
)  # fmt: skip
def test_a_service_has_one_name(
    wording: str, where: tuple[str, str], parts: tuple[str, ...], name: str
) -> None:
    assert name == service_of(issue(wording, *where, *parts))


def test_a_service_without_a_category_is_not_classified() -> None:
    assert "Not classified" == service_of(Issue(disputed_service="x", outcome=None))


@pytest.mark.parametrize(
    ("wording", "ingredients", "generics"),
    [
        ("Norco 10/325 mg #60", ["hydrocodone", "acetaminophen"], ["hydrocodone/acetaminophen"]),
        ("Norco (hydrocodone) #60", ["hydrocodone", "acetaminophen"],
         ["hydrocodone/acetaminophen"]),
        ("Soma and Ultram", ["carisoprodol", "tramadol"], ["carisoprodol", "tramadol"]),
        ("a pill that no list has", ["unheard"], ["unheard"]),
    ],
)  # fmt: skip
def test_a_drug_is_named_by_its_ingredients(
    wording: str, ingredients: list[str], generics: list[str]
) -> None:
    made = issue(wording, "Pharmaceuticals", "Opioids", drugs=ingredients)
    assert generics == [each.generic for each in drugs_of(made)]
    assert service_of(made).lower() == " and ".join(generics)


def test_a_compound_is_one_service_and_no_drug() -> None:
    made = issue("Cream", "Pharmaceuticals", "Topical Compounds", drugs=["ketoprofen"])
    assert () == drugs_of(made)
    assert "Topical compound" == service_of(made)


@pytest.mark.parametrize(
    ("diagnosis", "name"),
    [
        (Diagnosis("back pain", ["lower back"], "M54.5"), "M50-M54 "),
        (Diagnosis("knee sprain", ["knee"], "S83.9"), "S80-S89 "),
        (Diagnosis("a sprain of the knee", ["knee"]), "Sprain, knee"),
        (Diagnosis("wrist tendonitis", ["wrist"]), "Tendinitis, wrist"),
        (Diagnosis("not known"), "Other"),
    ],
)
def test_a_diagnosis_is_a_block_or_a_head_with_its_region(diagnosis: Diagnosis, name: str) -> None:
    assert diagnosis_of(diagnosis).startswith(name)


def test_every_code_has_a_block() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTVWXYZ"
    for code in (f"{letter}{number:02d}" for letter in letters for number in range(100)):
        name = diagnosis_of(Diagnosis("x", [], code))
        if re.match(r"[A-Z]\d\d-", name):
            first, last = name[:3], name[4:7]
            assert first <= code <= last


@pytest.mark.parametrize(
    ("citation", "name"),
    [
        (Citation("MTUS", "Elbow Complaints", 2007), "MTUS Elbow Complaints 2007"),
        (Citation("ODG", "Elbow Chapter, Splinting", 2016), "ODG Elbow"),
        (Citation("ODG", "elbow (Acute & Chronic), Splinting"), "ODG Elbow"),
        (Citation("ODG", "Elbow Chapter/ splints"), "ODG Elbow"),
        (Citation("ODG", "Neck & Upper Back section"), "ODG Neck and upper back"),
        (Citation("AAOS"), "AAOS"),
        (Citation("other", "https://example.org/a, b"), "other"),
    ],
)
def test_a_chapter_has_one_spelling(citation: Citation, name: str) -> None:
    assert name == chapter_of(citation)


def test_published_figures_are_of_classes_that_records_have() -> None:
    classes = {*CATEGORIES, *drugs.drug_names().classes, ""}
    assert {each.of for each in figures()} <= classes
    for each in figures():
        assert each.address
        assert 2013 <= int(each.year) <= 2025
        share = each.measure not in {"letters", "decisions"}
        assert 0 < each.value < (100 if share else 400_000)


def test_each_series_has_measures_of_its_own() -> None:
    measures = {series: {e.measure for e in figures() if e.series == series}
                for series in ("dwc", "cwci")}  # fmt: skip
    assert not measures["dwc"] & {"upheld", "upheld_of", "decisions"}
    assert not measures["cwci"] & {"overturned", "overturned_of"}


def test_a_class_that_was_redrawn_says_so() -> None:
    redrawn = [each for each in figures() if each.of == "Diagnostic Testing"]
    assert {"2021", "2024"} <= {each.year for each in redrawn}
    assert all("no trend" in each.note for each in redrawn if each.year in {"2021", "2024"})
