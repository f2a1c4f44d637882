"""Citations as data."""

from typing import Any

import msgspec
import pytest
from corpus import make_issue, make_letter

from imr_extract import extract_bytes, extract_text
from imr_extract.extract.citation_text import guideline_rules


def citations(words: str) -> list[tuple[Any, ...]]:
    """Body, title, year and sections of each citation that a guideline text gives."""
    record = extract_text(make_letter(issues=make_issue(maximus=words)))
    return [msgspec.structs.astuple(each)[:4] for each in record.issues[0].imr_guidelines]


MTUS = "Decision based on MTUS "
OTHER = "Decision based on Non-MTUS Citation "


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (MTUS + "Low Back Complaints 2004.", [("MTUS", "Low Back Complaints", 2004, [])]),
        (
            MTUS + "Chronic Pain Medical Treatment 2016, Section(s): Opioids, criteria for use.",
            [("MTUS", "Chronic Pain Medical Treatment", 2016, ["Opioids, criteria for use"])],
        ),
        (
            MTUS + "Knee Complaints 2004, Section(s): Special Studies, Physical Methods.",
            [("MTUS", "Knee Complaints", 2004, ["Special Studies", "Physical Methods"])],
        ),
        (
            MTUS + "Forearm, Wrist, and Hand Complaints 2004, Section(s): Special Studies, and "
            "Chronic Pain Medical Treatment 2016, Section(s): Topical analgesics.",
            [
                ("MTUS", "Forearm, Wrist, and Hand Complaints", 2004, ["Special Studies"]),
                ("MTUS", "Chronic Pain Medical Treatment", 2016, ["Topical analgesics"]),
            ],
        ),
        (
            MTUS + "Opioid Treatment 2016, Section(s): 3.3.9 Opioids for pain, long use, "
            "3.4 Weaning, slow.",
            [
                (
                    "MTUS",
                    "Opioid Treatment",
                    2016,
                    ["3.3.9 Opioids for pain, long use", "3.4 Weaning, slow"],
                )
            ],
        ),
        (
            MTUS + "Neck and Upper Back Complaints 2004, Section(s): 326.",
            [("MTUS", "Neck and Upper Back Complaints", 2004, ["326"])],
        ),
        (
            MTUS + "Chronic Pain Medical Treatment 2016 Guidelines.",
            [("MTUS", "Chronic Pain Medical Treatment", 2016, [])],
        ),
        (
            OTHER + "Official Disability Guidelines (ODG), Knee & Leg, MRI's.",
            [("ODG", "Knee & Leg", None, ["MRI's"])],
        ),
        (
            MTUS + "Shoulder Complaints 2004. " + OTHER + "ODG: Shoulder. UpToDate.",
            [
                ("MTUS", "Shoulder Complaints", 2004, []),
                ("ODG", "Shoulder", None, []),
                ("UpToDate", None, None, []),
            ],
        ),
        (
            "The Expert Reviewer based their decision on recommendation(s) outside of the MTUS "
            "Guidelines. " + OTHER + "ACOEM Practice Guidelines, 3rd Edition 2011.",
            [("ACOEM", None, 2011, [])],
        ),
        (
            OTHER + "https://www.example.org/back-pain.html.",
            [("other", None, None, [])],
        ),
        (
            OTHER + "A textbook of hands, 2015.",
            [("other", "A textbook of hands", 2015, [])],
        ),
        (OTHER + "ODG, Neck (updated 11/23/16).", [("ODG", "Neck & Upper Back", 2016, [])]),
        # titles of the MTUS without a year, and one that no list holds
        (
            MTUS + "Neck and Upper Back Complaints, Section(s): Special Studies.",
            [("MTUS", "Neck and Upper Back Complaints", None, ["Special Studies"])],
        ),
        (
            MTUS + "Low Back Disorders 2020, Section(s): Chronic Pain, and Tail Disorders 2021, "
            "Section(s): Traction.",
            [
                ("MTUS", "Low Back Disorders", 2020, ["Chronic Pain"]),
                ("MTUS", "Tail Disorders", 2021, ["Traction"]),
            ],
        ),
        (
            MTUS + "Workplace Mental Health: Depressive Disorders 2020.",
            [("MTUS", "Workplace Mental Health: Depressive Disorders", 2020, [])],
        ),
        # chapters and topics of ODG
        (
            OTHER + "ODG, Low Back - Lumbar & Thoracic (Acute & Chronic), Traction, manual.",
            [("ODG", "Low Back", None, ["Traction, manual"])],
        ),
        (
            OTHER + "ODG Knee/Bracing, Hips and Pelvis chapter: Walking aids (canes, crutches).",
            [
                ("ODG", "Knee & Leg", None, ["Bracing"]),
                ("ODG", "Hip & Pelvis", None, ["Walking aids (canes, crutches)"]),
            ],
        ),
        (
            OTHER + "ODG 2015 Pain (Zolpidem) and ODG Chiropractic Guidelines.",
            [("ODG", "Pain", 2015, ["Zolpidem"]), ("ODG", None, None, ["Chiropractic Guidelines"])],
        ),
        (OTHER + "ODG, Shoulder surgery.", [("ODG", None, None, ["Shoulder surgery"])]),
        # a date on which a page was read is no title
        (
            OTHER + "Gabapentin: Drug information, accessed from UpToDate.com on 1/2/2017.",
            [("UpToDate", "Gabapentin: Drug information", None, [])],
        ),
        (
            OTHER + "Ortiz CD, Nguyen AB. Splints for sprained wrists in bakers. J Tests. 2011.",
            [("other", "Splints for sprained wrists in bakers", 2011, [])],
        ),
        (MTUS + "and nothing else.", []),
        ("The Expert Reviewer did not cite any medical evidence for its decision.", []),
    ],
)
def test_citations(words: str, expected: list[tuple[Any, ...]]) -> None:
    assert expected == citations(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "ODG, Treatment Index, 14th Edition (web), 2016, Low Back, Epidural injections (ESIs).",
            [("ODG", "Low Back", 2016, ["Epidural injections (ESIs)"])],
        ),
        (
            "ODG Pulmonary Chapter (accessed online 02/18/2017), Asthma medications.",
            [("ODG", "Pulmonary", None, ["Asthma medications"])],
        ),
        (
            "ODG, Elbow (Acute & Chronic) Chapter, under Platelet-rich plasma (PRP).",
            [("ODG", "Elbow", None, ["Platelet-rich plasma (PRP)"])],
        ),
        (
            "ODG Pain chapter on 12/17/2016, Compound drugs.",
            [("ODG", "Pain", None, ["Compound drugs"])],
        ),
        ("ODG (Official Disability Guidelines) - Eye Chapter.", [("ODG", "Eye", None, [])]),
        ("ODG - Low Back Procedures.", [("ODG", "Low Back", None, ["Procedures"])]),
        ("ODG traction, elbow chapter.", [("ODG", "Elbow", None, ["traction"])]),
        ("Low Back Chapter, MRIs.", [("ODG", "Low Back", None, ["MRIs"])]),
        (
            "Neck and Upper Back, Traction, ODG Preface - Traction.",
            [
                ("ODG", "Neck & Upper Back", None, ["Traction"]),
                ("ODG", "Preface", None, ["Traction"]),
            ],
        ),
        ("Neck braces of the world.", [("other", "Neck braces of the world", None, [])]),
        (
            "ACOEM (2004), 2nd Edition, Chapter 7, page 127.",
            [("ACOEM", "Chapter 7", 2004, [])],
        ),
        (
            "ACOEM: Knee disorders, diagnostic recommendations, x-rays.",
            [("ACOEM", "Knee disorders", None, ["diagnostic recommendations", "x-rays"])],
        ),
        (
            "Society of Hands. Advice on the use of splints. Boston (MA): Hand Press; 2012 Mar.",
            [("other", "Advice on the use of splints", 2012, [])],
        ),
        (
            "Milliman Care Guidelines, Inpatient Care, 20th Edition.",
            [("MCG", "Inpatient Care", None, [])],
        ),
        (
            "Cochrane Library, Massage for necks, 2012.",
            [("Cochrane", "Massage for necks", 2012, [])],
        ),
    ],
)
def test_citations_of_other_bodies(words: str, expected: list[tuple[Any, ...]]) -> None:
    assert expected == citations(OTHER + words)


def test_the_edition_of_odg_is_told() -> None:
    words = OTHER + "ODG, Treatment Index, 14th Edition (web), Low Back, Traction."
    record = extract_text(make_letter(issues=make_issue(maximus=words)))
    assert [each.edition for each in record.issues[0].imr_guidelines] == ["14th Edition"]


def test_edition_page_and_address() -> None:
    words = (
        OTHER + "ACOEM Practice Guidelines, 3rd ed., Hip Disorders, pg. 47-49. www.example.org/x."
    )
    record = extract_text(make_letter(issues=make_issue(maximus=words)))
    (acoem,) = record.issues[0].imr_guidelines
    assert ("Hip Disorders", "3rd ed.", "47-49") == (acoem.title, acoem.edition, acoem.page)
    assert "www.example.org/x" == acoem.url


@pytest.mark.parametrize("chapter", guideline_rules().odg)
def test_every_chapter_of_odg_is_read_by_its_own_name(chapter: str) -> None:
    words = f"{OTHER}Official Disability Guidelines (ODG), {chapter} (updated 2/3/17), A topic."
    assert [("ODG", chapter, 2017, ["A topic"])] == citations(words)


@pytest.mark.parametrize("chapter", guideline_rules().mtus.chapters)
def test_every_chapter_is_read_whole(chapter: str) -> None:
    assert [("MTUS", chapter, 2016, [])] == citations(f"{MTUS}{chapter} 2016.")


@pytest.mark.parametrize("section", guideline_rules().mtus.sections_with_commas)
def test_every_section_name_with_commas_stays_whole(section: str) -> None:
    words = f"{MTUS}Knee Complaints 2004, Section(s): Aspirin, {section}, Special Studies."
    expected = ["Aspirin", section, "Special Studies"]
    assert [("MTUS", "Knee Complaints", 2004, expected)] == citations(words)


@pytest.mark.parametrize(
    ("name", "body"), [(name, row.body) for row in guideline_rules().bodies for name in row.names]
)
def test_every_name_gives_its_body(name: str, body: str) -> None:
    found = citations(f"{OTHER}{name}, Chapter of examples.")
    assert [body] == [citation[0] for citation in found]


def test_a_name_is_listed_once() -> None:
    rules = guideline_rules()
    for names in (
        rules.mtus.chapters,
        rules.mtus.sections_with_commas,
        [name for row in rules.bodies for name in row.names],
        [row.body for row in rules.bodies],
    ):
        assert len(set(names)) == len(names)


def test_a_text_that_stands_twice_gives_its_citations_at_each_place() -> None:
    words = MTUS + "Knee Complaints 2004, Section(s): Special Studies, Physical Methods."
    letter = make_letter(issues=make_issue(administrator=words, maximus=words))
    record = extract_bytes(letter.encode(), evidence=True)
    issue = record.issues[0]
    assert issue.imr_guidelines == issue.claims_administrator_guidelines
    assert issue.imr_guidelines[0].sections is not issue.claims_administrator_guidelines[0].sections
    assert isinstance(record.evidence, dict)
    first, second = (
        record.evidence[f"issues[0].{part}[0].title"][0].start
        for part in ("claims_administrator_guidelines", "imr_guidelines")
    )
    assert "Knee Complaints" == letter[first:][: len("Knee Complaints")]
    assert "Knee Complaints" == letter[second:][: len("Knee Complaints")]
    assert first < second
