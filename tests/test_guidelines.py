"""Citations as data."""

from typing import Any

import msgspec
import pytest
from corpus import make_issue, make_letter

from imr_extract import extract_text
from imr_extract.extract.guidelines import guideline_rules


def citations(words: str) -> list[tuple[Any, ...]]:
    """Body, title, year and sections of each citation that a guideline text gives."""
    record = extract_text(make_letter(issues=make_issue(maximus=words)))
    return [msgspec.structs.astuple(each) for each in record.issues[0].imr_guidelines]


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
            [("ODG", "Knee & Leg, MRI's", None, [])],
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
            [("ACOEM", "3rd Edition 2011", 2011, [])],
        ),
        (
            OTHER + "https://www.example.org/back-pain.html.",
            [("other", "https://www.example.org/back-pain.html", None, [])],
        ),
        (
            OTHER + "A textbook of hands, 2015.",
            [("other", "A textbook of hands, 2015", 2015, [])],
        ),
        (OTHER + "ODG, Neck (updated 11/23/16).", [("ODG", "Neck (updated 11/23/16)", None, [])]),
        (MTUS + "and nothing else.", []),
        ("The Expert Reviewer did not cite any medical evidence for its decision.", []),
    ],
)
def test_citations(words: str, expected: list[tuple[Any, ...]]) -> None:
    assert expected == citations(words)


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
