"""The reviewer's credentials: comma lists."""

import pytest
from corpus import make_letter, note_of

from imr_extract import extract_text


def credentials(states: str, specialty: str) -> str:
    return f"State(s) of Licensure: {states}\nCertification(s)/Specialty: {specialty}\n"


@pytest.mark.parametrize(
    ("printed", "states"),
    [
        ("California", ["California"]),
        ("California, Texas", ["California", "Texas"]),
        ("Texas,New York,California", ["Texas", "New York", "California"]),
        ("California,\nNew Mexico", ["California", "New Mexico"]),
        ("New\nYork, Ohio", ["New York", "Ohio"]),
        ("California.", ["California"]),
        ("California; Nevada", ["California", "Nevada"]),
        ("California, ,Texas,", ["California", "Texas"]),
    ],
)
def test_states(printed: str, states: list[str]) -> None:
    letter = make_letter(credentials=credentials(printed, "Family Practice"))
    assert states == extract_text(letter).reviewer.licensure_states


@pytest.mark.parametrize(
    ("printed", "specialties"),
    [
        ("Family Practice", ["Family Practice"]),
        (
            "Physical Medicine & Rehabilitation, Pain Management",
            ["Physical Medicine & Rehabilitation", "Pain Management"],
        ),
        (
            "Occupational Medicine, Public Health &\nGeneral Preventive Medicine",
            ["Occupational Medicine", "Public Health & General Preventive Medicine"],
        ),
        (
            "Internal Medicine, Endocrinology, Diabetes and Metabolism",
            ["Internal Medicine", "Endocrinology, Diabetes and Metabolism"],
        ),
        ("Sports Medicinea", ["Sports Medicinea"]),
    ],
)
def test_specialties(printed: str, specialties: list[str]) -> None:
    letter = make_letter(credentials=credentials("California", printed))
    assert specialties == extract_text(letter).reviewer.specialties


def test_the_labels_may_stand_in_the_other_order() -> None:
    text = "Certification(s)/Specialty: Urology\nState(s) of Licensure: Ohio\n"
    reviewer = extract_text(make_letter(credentials=text)).reviewer
    assert (["Ohio"], ["Urology"]) == (reviewer.licensure_states, reviewer.specialties)


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ("Certification(s)/Specialty: Urology\n", "licensure_states"),
        ("State(s) of Licensure: Ohio\n", "specialties"),
        ("State(s) of Licensure:\nCertification(s)/Specialty: Urology\n", "licensure_states"),
    ],
)
def test_what_is_not_printed_is_empty_with_a_note(printed: str, field: str) -> None:
    record = extract_text(make_letter(credentials=printed))
    assert [] == getattr(record.reviewer, field)
    note = note_of(record, f"reviewer.{field}")
    assert note is not None
    assert "not_in_letter" == note.code


def test_without_labels_both_have_a_note() -> None:
    record = extract_text(make_letter(credentials="None are printed.\n"))
    codes = [note.code for note in record.notes if note.field.startswith("reviewer.")]
    assert ["not_in_letter", "not_in_letter"] == codes


def test_without_the_section_both_have_a_note() -> None:
    letter = make_letter().replace("The Expert Reviewer has the following credentials:", "")
    record = extract_text(letter)
    codes = [note.code for note in record.notes if note.field.startswith("reviewer.")]
    assert ["section_missing", "section_missing"] == codes
