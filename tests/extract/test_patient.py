"""Age and gender, as the summary first states them."""

import pytest
from corpus import make_letter, note_of

from imr_extract import extract_text
from imr_extract.record.model import Patient


def patient_of(summary: str) -> Patient:
    return extract_text(make_letter(summary=summary)).patient


@pytest.mark.parametrize(
    ("summary", "age"),
    [
        ("The injured worker is a 58 year old male.", 58),
        ("This case involves a now 41-year-old female.", 41),
        ("He is forty-two years old.", 42),
        ("A worker, aged 44, fell.", 44),
        ("A 52 y/o man.", 52),
        ("The 9 year old injury of a 58 year old male.", 58),
        ("She lives with a 15-year-old daughter. She is 47 years of age.", 47),
        ("A 58 year old male, whose wife is 60 years old.", 58),
        ("The worker is a 46 -\nyear-old male.", 46),
        ("Her manager, a 61-year-old man, hit her. She is a 35-year-old clerk.", 35),
    ],
)
def test_age(summary: str, age: int) -> None:
    assert age == patient_of(summary).age


@pytest.mark.parametrize(
    "summary",
    [
        "The worker fell 5 years ago.",
        "He was born on 1-2-1960.",
        "A 7 year old child was there.",
        "A 158 year old mistake of the typist.",
    ],
)
def test_no_age_is_none_with_a_note(summary: str) -> None:
    record = extract_text(make_letter(summary=summary))
    assert record.patient.age is None
    note = note_of(record, "patient.age")
    assert note is not None
    assert "not_in_letter" == note.code


@pytest.mark.parametrize(
    ("summary", "gender"),
    [
        ("The worker is a 58 year old male. His wife helps, she said. She drives.", "male"),
        ("A 58 year old right-hand-dominant female.", "female"),
        ("This gentleman fell.", "male"),
        ("The worker fell. Ms. Doe has pain.", "female"),
        ("The worker fell. He was seen, and his knee was painful. He walks.", "male"),
        ("The worker fell. She was seen.", "female"),
        (f"A 44-year-old worker.{' More.' * 20} A male nurse saw her. She and her", "female"),
        ("The worker is 45 years old. She was seen with her husband, a tall man.", "female"),
        ("The worker is 45 years old. Her brother was told by Mr. Noe.", "female"),
    ],
)
def test_gender(summary: str, gender: str) -> None:
    assert gender == patient_of(summary).gender


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        ("The worker is 40 years old.", "not_in_letter"),
        ("The worker fell. He told the clinic and she wrote it down.", "ambiguous"),
        ("The worker fell, and he/she has pain.", "not_in_letter"),
    ],
)
def test_no_gender_is_none_with_a_note(summary: str, code: str) -> None:
    record = extract_text(make_letter(summary=summary))
    assert record.patient.gender is None
    note = note_of(record, "patient.gender")
    assert note is not None
    assert code == note.code


def test_without_a_summary_both_have_a_note() -> None:
    letter = make_letter().replace("CLINICAL CASE SUMMARY", "SOMETHING ELSE")
    record = extract_text(letter)
    codes = [note.code for note in record.notes if note.field.startswith("patient.")]
    assert ["section_missing", "section_missing"] == codes


@pytest.mark.parametrize(
    ("summary", "age", "gender"),
    [
        ("Her supervisor, a 62-year-old man, pushed her. She is a 47-year-old cook.", 47, "female"),
        ("The worker is 47 years old. Her husband, 50, was told by Mr. Poe.", 47, "female"),
        ("His wife is a 40 year old woman. The worker is a 44 year old man.", 44, "male"),
        ("Mr. Poe is 52 years old. His mother was seen with him.", 52, "male"),
    ],
)
def test_age_and_gender_of_others_are_passed_over(summary: str, age: int, gender: str) -> None:
    patient = patient_of(summary)
    assert (age, gender) == (patient.age, patient.gender)
