"""Checks: what a letter contradicts itself in, and personal data; each with a letter without."""

from typing import get_args

import pytest
from corpus import NAMES, PLAIN_HEADER, ROOT, golden, make_issue, make_letter
from msgspec import json

from imr_extract import Record, extract_text
from imr_extract.record.model import NoteCode

AGE = "The worker is a 36 year old female who was hurt on 1-9-2017."


def conflicts(record: Record) -> list[str]:
    return [note.field for note in record.notes if note.code == "conflict"]


def personal(record: Record) -> list[tuple[str, str]]:
    return [
        (note.field, note.message.removeprefix("holds what looks like "))
        for note in record.notes
        if note.code == "personal_data"
    ]


def read(summary: str = AGE, header: str = PLAIN_HEADER, **issue: str) -> Record:
    return extract_text(make_letter(header=header, summary=summary, issues=make_issue(**issue)))


def with_dates(**dates: str) -> str:
    """The plain header with other dates."""
    plain = {
        "assigned": "03/14/2017",
        "injured": "01/09/2017",
        "decided": "04/11/2017",
        "denied": "02/22/2017",
        "received": "03/03/2017",
    }
    header = PLAIN_HEADER
    for name, date in dates.items():
        header = header.replace(plain[name], date)
    return header


def test_a_letter_in_order_has_no_conflict() -> None:
    record = read()
    assert ([], []) == (conflicts(record), personal(record))
    assert "2017-01-09" == record.injury.date


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"injured": "03/09/2017"}, ["case.date_of_injury"]),
        ({"denied": "03/04/2017"}, ["case.ur_denial_date"]),
        (
            {"assigned": "04/12/2017"},
            ["case.days_from_assignment", "case.date_assigned"],
        ),
        (
            {"received": "04/12/2017"},
            ["case.days_from_application", "case.application_received"],
        ),
        ({"denied": "03/03/2017", "assigned": "04/11/2017"}, []),
        ({"injured": "02/22/2017"}, []),
    ],
)
def test_dates_of_the_header_out_of_order(dates: dict[str, str], expected: list[str]) -> None:
    record = read("The worker is a 36 year old female.", with_dates(**dates))
    assert expected == conflicts(record)


def test_an_injury_after_the_decision() -> None:
    assert "injury.date_in_summary" in conflicts(
        read("She sustained an industrial injury on 5-1-2017.")
    )
    assert "injury.date_in_summary" not in conflicts(
        read("She sustained an industrial injury on 4-1-2017.")
    )
    assert "injury.date_in_summary" not in conflicts(
        read("She sustained an industrial injury in April 2017.")
    )


def test_a_study_after_the_decision() -> None:
    study = "An MRI of the left knee dated {} showed a tear."
    late, early = (
        read(f"{AGE} {study.format('5-2-2017')}"),
        read(f"{AGE} {study.format('3-2-2017')}"),
    )
    assert ["2017-05-02", "2017-03-02"] == [each.diagnostics[0].date for each in (late, early)]
    assert ["diagnostics[0].date"] == conflicts(late)
    assert [] == conflicts(early)


def test_a_study_or_an_injury_before_birth() -> None:
    stated = f"{AGE} She was born in {{}}. An MRI of the left knee dated 3-2-2009 showed a tear."
    record = read(stated.format(2010))
    assert ["diagnostics[0].date"] == conflicts(record)
    assert [] == conflicts(read(stated.format(2009)))
    assert ["injury.date"] == conflicts(read("She was born in 2018."))


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ("This 37-year-old worker needs a cane.", ["patient.age"]),
        ("This 36-year-old worker needs a cane.", []),
        ("This thirty-seven-year-old woman needs a cane.", ["patient.age"]),
        ("It is for patients over 50 years of age.", []),
        ("Her 9-year-old daughter helps her.", []),
        ("A 10 year old injury is no reason.", []),
        ("Her father had gout when he was a 61 year old male.", []),
        ("Her father had gout. This 61 year old woman has none.", ["patient.age"]),
    ],
)
@pytest.mark.parametrize("place", ["summary", "rationale"])
def test_another_age(again: str, expected: list[str], place: str) -> None:
    end = "The request is not medically necessary."
    record = read(f"{AGE} {again}") if place == "summary" else read(rationale=f"{again} {end}")
    assert 36 == record.patient.age
    assert expected == conflicts(record)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Eight (6) visits of physical therapy", True),
        ("Eight (8) visits of physical therapy", False),
        ("6 (eight) visits of physical therapy", True),
        ("8 (eight) visits of physical therapy", False),
        ("Norco 10/325 mg one hundred twenty (120) tablets", False),
        ("Fusion of level four (L4)", False),
    ],
)
def test_words_against_digits_in_a_service(heading: str, *, expected: bool) -> None:
    record = read(heading=heading)
    assert (["issues[0].disputed_service"] if expected else []) == conflicts(record)


def test_words_against_digits_in_a_treatment() -> None:
    stated = f"{AGE} Treatment to date has included six ({{}}) sessions of physical therapy."
    assert ["treatments[0].text"] == conflicts(read(stated.format(8)))
    assert [] == conflicts(read(stated.format(6)))


def test_header_against_summary_and_heading_against_rationale() -> None:
    assert ["injury.date"] == conflicts(
        read("The worker sustained an industrial injury on 1-8-2017.")
    )
    record = read(rationale="The request is medically necessary.")
    assert ["issues[0].stated_verdict"] == conflicts(record)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Her number is 123-45-6789.", "a social security number"),
        ("SSN: 123 45 6789.", "a social security number"),
        ("Call (555) 010-0199.", "a telephone number"),
        ("Fax 5550100199.", "a telephone number"),
        ("Write to jane.roe@example.org.", "an e-mail address"),
        ("She was born on 2-3-1980.", "a full date of birth"),
        ("DOB: February 3, 1980.", "a full date of birth"),
    ],
)
def test_personal_data(words: str, what: str) -> None:
    """In a value the note is on it, elsewhere on the letter."""
    assert [("source", what)] == personal(read(f"{AGE} {words}"))
    end = "The request is not medically necessary."
    assert [("issues[0].rationale", what)] == personal(read(rationale=f"{words} {end}"))


@pytest.mark.parametrize(
    "words",
    [
        "It was said on 12-03-2016 and on 1-4-2017.",
        "The study is cited as 2009;361:557-568, DOI 10.1056/555.010.0199.",
        "She was born in 1980.",
        "Claim 1234-56-7890 is open.",
        "See www.example.org/page.",
        "She was seen at 3 @ 4 pm.",
    ],
)
def test_no_personal_data(words: str) -> None:
    end = "The request is not medically necessary."
    assert [] == personal(read(f"{AGE} {words}", rationale=f"{words} {end}"))


def test_each_kind_of_personal_data_is_told_once_a_value() -> None:
    words = "Call 555-010-0199 or 555-010-0198, or write to jane.roe@example.org."
    assert [("source", "a telephone number"), ("source", "an e-mail address")] == personal(
        read(f"{AGE} {words}")
    )


def test_notes_hold_no_words_of_the_letter() -> None:
    words = "Call 555-010-0199, SSN 123-45-6789, born on 2-3-1980. This 52 year old worker."
    record = read(f"{AGE} {words}", heading="Eight (6) visits")
    messages = " ".join(note.message for note in record.notes)
    assert len(record.notes) > 4
    assert [] == [
        each for each in ("555", "123", "1980", "52", "Eight", "(6)", "visits") if each in messages
    ]


EXPECTED = {
    "birth-date-no-age": [("source", "personal_data")],
    "dates-in-prose": [("injury.date", "conflict")],
    "verdict-wordings": [("issues[9].stated_verdict", "conflict")],
}


@pytest.mark.parametrize("name", NAMES)
def test_the_fixtures_have_the_notes_that_they_were_written_for(name: str) -> None:
    record = json.decode(golden(name).encode(), type=Record)
    stated = [
        (note.field, note.code)
        for note in record.notes
        if note.code in ("conflict", "personal_data")
    ]
    assert EXPECTED.get(name, []) == stated


def test_the_document_explains_every_code() -> None:
    section = (ROOT / "docs" / "record.md").read_text(encoding="utf-8").split("\n## Notes\n")[1]
    table = section.split("\n\n")[1].splitlines()[2:]
    assert set(get_args(NoteCode)) == {line.split("`")[1] for line in table}


@pytest.mark.parametrize(("again", "expected"), [("9", []), ("11", ["patient.age"])])
def test_two_ages_in_a_health_plan_letter_are_a_conflict(again: str, expected: list[str]) -> None:
    record = extract_text(
        "A 9-year-old male enrollee has requested a standing frame for treatment of his palsy.  "
        f"Findings:  The physician reviewer found that this {again}-year-old male cannot stand "
        "alone. All told, the standing frame is medically indicated for this patient."
    )
    assert ("dmhc-findings", expected) == (record.layout, conflicts(record))


@pytest.mark.parametrize(
    ("words", "is_void"),
    [
        ("VOID", True),
        ("*** SUPERSEDED ***", True),
        ("AMENDED FINAL DETERMINATION", True),
        ("Corrected Copy", True),
        ("This determination has been rescinded.", True),
        ("This amended decision replaces that of May 2.", True),
        ("She was told to AVOID stairs.", False),
        ("The first request was AMENDED and sent again.", False),
        ("The utilization review decision was withdrawn.", False),
        ("Voided twice in the night.", False),
    ],
)
def test_a_letter_that_says_it_does_not_hold_has_a_note(words: str, is_void: bool) -> None:
    record = read(rationale=f"A splint does no harm.\n{words}\nIt is not medically necessary.")
    message = "the letter says of itself that it is void, amended or a draft"
    assert is_void == (message in {note.message for note in record.notes})
    assert 1 == len(record.issues)
