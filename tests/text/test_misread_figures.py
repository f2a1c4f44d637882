"""Case numbers and dates of scans, with letters for figures."""

import msgspec
import pytest
from corpus import make_letter

from imr_extract import extract_text
from imr_extract.audit.verify import _unproven
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text import misread_figures


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("11/O9/2016", "2016-11-09"),
        ("l1/09/2016", "2016-11-09"),
        ("1 1/09/2016", "2016-11-09"),
        ("11/09/20l6", "2016-11-09"),
        ("O2/3O/2016", None),  # no such day
        ("OO/OO/OOOO", None),  # next to nothing is a figure
    ],
)
def test_dates_are_repaired(printed: str, right: str | None) -> None:
    assert compile_pattern(misread_figures.DATE).fullmatch(printed)
    assert right == misread_figures.repaired_date(printed)


@pytest.mark.parametrize("words", ["and/or", "his/her", "1/2 lb", "I/O/Zoo", "L4/5/S1"])
def test_words_with_strokes_are_no_dates(words: str) -> None:
    assert compile_pattern(misread_figures.DATE).search(words) is None


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("CM17-O900101", "CM17-0900101"),
        ("CMl7-0900101", "CM17-0900101"),
        ("CM1 7-090 0101", "CM17-0900101"),
        ("CM17~0900101", "CM17-0900101"),
        ("CMlI-OOOOlOl", None),
    ],
)
def test_case_numbers_are_repaired(printed: str, right: str | None) -> None:
    assert compile_pattern(misread_figures.NUMBER).fullmatch(printed)
    assert right == misread_figures.repaired_number(printed)


@pytest.mark.parametrize("words", ["CM17-09001012", "CM17 0900101", "AB-1234567", "CMO-SOIL"])
def test_other_words_are_no_case_numbers(words: str) -> None:
    assert compile_pattern(misread_figures.NUMBER).search(words) is None


LETTER = make_letter()
SPOILT = LETTER.replace("CM17-0900999", "CM1 7-O900999").replace("01/09/2017", "O1/09/20l7")


def test_a_repaired_value_is_noted_and_of_low_grade() -> None:
    expected = extract_text(LETTER)
    letter = read_letter(SPOILT.encode(), ReadingOptions(evidence=True))
    record = letter.record
    assert SPOILT != LETTER
    assert expected.case == record.case
    misread = {note.field for note in record.notes if note.code == "misread"}
    assert {"case.case_number", "case.date_of_injury"} == misread
    assert record.evidence is not msgspec.UNSET
    (number,), (assigned,) = (
        record.evidence[f"case.{field}"] for field in ("case_number", "date_assigned")
    )
    assert ("low", "high") == (number.grade, assigned.grade)
    assert [] == list(_unproven(record, record.evidence, letter))


def test_a_date_that_cannot_be_repaired_is_rejected() -> None:
    record = extract_text(LETTER.replace("04/11/2017", "O4/3l/2017"))
    notes = {note.code for note in record.notes if note.field == "case.decision_date"}
    assert (None, {"rejected"}) == (record.case.decision_date, notes)
