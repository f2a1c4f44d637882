"""The date of injury: the header's, the summary's, and what is said where they differ."""

import pytest
from corpus import PLAIN_HEADER, make_letter, note_of

from imr_extract import extract_text

WITHOUT_DATE = PLAIN_HEADER.replace(" Date of Injury: 01/09/2017", "")


@pytest.mark.parametrize(
    ("summary", "date"),
    [
        ("He had an industrial injury on 6-24-2014.", "2014-06-24"),
        ("He had an industrial injury on 10-5-16.", "2016-10-05"),
        ("The date of injury is 10/14/ 2016.", "2016-10-14"),
        ("She was hurt, with a date of injury of June 24, 2014.", "2014-06-24"),
        ("The injury of June 2015 was to the knee.", "2015-06"),
        ("The worker was injured in 2012.", "2012"),
        ("An occupational claim from 4/17/2014 is on file.", "2014-04-17"),
        ("On 3/4/15 he slipped on ice.", "2015-03-04"),
        ("Seen on 1-2-2017. The injury occurred on 6-24-2014.", "2014-06-24"),
    ],
)
def test_date_in_summary(summary: str, date: str) -> None:
    injury = extract_text(make_letter(header=WITHOUT_DATE, summary=summary)).injury
    assert (date, date) == (injury.date_in_summary, injury.date)


@pytest.mark.parametrize(
    "summary",
    ["He was seen on 6-24-2014.", "He was hurt on 6-45-2014.", "The worker is 40 years old."],
)
def test_no_date_is_none_with_notes(summary: str) -> None:
    record = extract_text(make_letter(header=WITHOUT_DATE, summary=summary))
    assert (None, None) == (record.injury.date_in_summary, record.injury.date)
    for field in ("injury.date", "injury.date_in_summary"):
        note = note_of(record, field)
        assert note is not None
        assert "not_in_letter" == note.code


def test_the_header_is_the_authority_and_a_note_tells_the_conflict() -> None:
    record = extract_text(make_letter(summary="He had an industrial injury on 1-8-2017."))
    assert ("2017-01-09", "2017-01-08") == (record.injury.date, record.injury.date_in_summary)
    note = note_of(record, "injury.date")
    assert note is not None
    assert "conflict" == note.code


@pytest.mark.parametrize("summary", ["The injury of January 2017.", "He was injured in 2017."])
def test_a_less_exact_date_is_no_conflict(summary: str) -> None:
    record = extract_text(make_letter(summary=summary))
    assert "2017-01-09" == record.injury.date
    assert note_of(record, "injury.date") is None


@pytest.mark.parametrize(
    ("decided", "date"), [("04/11/2017", "1989-01-08"), ("04/11/1995", "1989-01-08")]
)
def test_a_two_digit_year_is_not_after_the_decision(decided: str, date: str) -> None:
    header = WITHOUT_DATE.replace("04/11/2017", decided)
    summary = "He had an industrial injury on 1-8-89."
    assert date == extract_text(make_letter(header=header, summary=summary)).injury.date
