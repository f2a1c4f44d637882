"""Signs that a part of a letter is lost become notes, and lower the grade of the value."""

import pytest
from corpus import NAMES, make_issue, make_letter, pdf, text

from imr_extract import Record, extract_bytes, extract_text

NEEDED = "The request is not medically necessary."


def incomplete(record: Record) -> list[str]:
    return [note.field for note in record.notes if note.code == "incomplete"]


@pytest.mark.parametrize("name", NAMES)
def test_no_fixture_has_such_a_sign(name: str) -> None:
    for data in (pdf(name), text(name)):
        assert [] == incomplete(extract_bytes(data))


def two(first: str) -> str:
    return make_letter(issues=first + "\n" + make_issue(heading="A shoe insert"))


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (
            two(
                "A wrist splint: Upheld\n\nThe plan cited nobody at all here.\n\n"
                f"MAXIMUS guideline: None.\n\nDecision rationale: {NEEDED}\n"
            ),
            "issues[0].claims_administrator_guideline_text",
        ),
        (
            two(make_issue(rationale=f"It is so.\n\nMAXIMUS guideline: More of it.\n\n{NEEDED}")),
            "issues[0].rationale",
        ),
        (
            make_letter(summary="The file of CM17-0900444 was put to this one. He fell."),
            "case.case_number",
        ),
        (
            make_letter(summary="He fell.\n\nDecision Date: 04/12/2017\n\nHe was seen."),
            "case.decision_date",
        ),
        (make_letter().replace("\n\nMAXIMUS", "\n\n\f\f\nMAXIMUS"), "source"),
        (
            two(make_issue(rationale=f"{NEEDED} It was sent with the\n\f")),
            "issues[0].rationale",
        ),
        (
            make_letter(issues=make_issue(rationale=f"{NEEDED} It was sent with the")),
            "issues[0].rationale",
        ),
        (
            # A full line at the very end, which goes on on a page that is lost.
            make_letter(
                issues=make_issue(
                    rationale=f"{NEEDED}\nNothing on file tells of screening, of a written "
                    "agreement, or of\nthe lowest dose in a first week, which makes it no trial so"
                )
            ),
            "issues[0].rationale",
        ),
        (
            # The page before it is lost, with the heading that these reasons stand under.
            make_letter(issues=f"documentation of it. {NEEDED}\n{make_issue()}"),
            "issues[0].disputed_service",
        ),
        (
            make_letter(summary="He fell. Three items are in dispute here."),
            "issues",
        ),
    ],
    ids=[
        "text-under-no-label",
        "a-label-inside",
        "a-second-number",
        "a-second-date",
        "a-blank-page",
        "a-page-that-breaks-off",
        "a-text-that-breaks-off",
        "a-full-line-that-breaks-off",
        "reasons-in-a-heading",
        "items-that-are-stated",
    ],
)
def test_a_sign_is_a_note_at_the_field(letter: str, field: str) -> None:
    assert [field] == incomplete(extract_text(letter))


def test_a_page_of_which_the_next_one_is_lost() -> None:
    line = (
        "The file holds what was sent by the clinic, and a note of the visit in the spring of it."
    )
    rationale = f"{line}\n{line}\n\fand of the left one. {NEEDED}"
    record = extract_text(two(make_issue(rationale=rationale)))
    assert ["issues[0].rationale"] == incomplete(record)


@pytest.mark.parametrize(
    "letter",
    [
        two(make_issue(rationale=f"It goes on behind the\n\fpage. {NEEDED}")),
        two(make_issue(rationale=f"It ends here. {NEEDED}\n\f")),
        make_letter(summary="One item is in dispute. He fell in case 17-0900444."),
        make_letter(summary="He fell. The decision date was told to him."),
    ],
)
def test_what_is_no_sign(letter: str) -> None:
    assert [] == incomplete(extract_text(letter))


def test_a_value_in_doubt_has_the_lowest_grade() -> None:
    rationale = f"It is so.\n\nMAXIMUS guideline: More of it.\n\n{NEEDED}"
    letter = two(make_issue(rationale=rationale)).encode()
    record = extract_bytes(letter, evidence=True)
    assert record.evidence
    assert "low" == record.evidence["issues[0].rationale"][0].grade
    assert "high" == record.evidence["issues[1].rationale"][0].grade
    assert extract_bytes(letter, min_grade="medium").issues[0].rationale is None
