"""The issues as printed, and what the end of a rationale says."""

import pytest
from corpus import make_issue, make_letter, note_of

from imr_extract import Record, extract_text

REMAINING = (
    "Ten visits of therapy was the original request. Four visits of therapy was authorized by the "
    "Claims Administrator. The remaining IMR eligible portion of the original request, six visits "
    "of therapy is"
)
LEAVING = (
    "A stay of 9 days was the original request. The Claims Administrator authorized a stay of 4 "
    "days, leaving the original request IMR eligible. The original request, a stay of 9 days is"
)


def record_of(**parts: str) -> Record:
    return extract_text(make_letter(issues=make_issue(**parts)))


@pytest.mark.parametrize(
    ("heading", "service", "request_", "authorized"),
    [
        ("A wrist splint", "A wrist splint", None, None),
        (REMAINING, "six visits of therapy", "Ten visits of therapy", "Four visits of therapy"),
        (
            REMAINING.removesuffix(" is"),
            "six visits of therapy",
            "Ten visits of therapy",
            "Four visits of therapy",
        ),
        (LEAVING, "a stay of 9 days", "A stay of 9 days", "a stay of 4 days"),
        (
            REMAINING.replace("Ten visits of therapy", "Therapy: ten visits, two a week, knee"),
            "six visits of therapy",
            "Therapy: ten visits, two a week, knee",
            "Four visits of therapy",
        ),
    ],
    ids=["plain", "remaining", "remaining-without-is", "leaving", "colons-and-commas"],
)
@pytest.mark.parametrize("width", [1000, 60, 30])
def test_headings(
    heading: str, service: str, request_: str | None, authorized: str | None, width: int
) -> None:
    lines = [""]
    for word in heading.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    (issue,) = record_of(heading="\n".join(lines)).issues
    assert service == issue.disputed_service
    assert request_ == issue.original_request
    assert authorized == issue.authorized


@pytest.mark.parametrize(
    "outcome", [": Upheld", ":  Upheld", " : Upheld", ":\nUpheld", ": Upheld."]
)
def test_the_outcome_word_in_all_its_places(outcome: str) -> None:
    (issue,) = record_of(outcome=outcome).issues
    assert ("A wrist splint", "upheld") == (issue.disputed_service, issue.outcome)


@pytest.mark.parametrize(
    ("outcomes", "letter"),
    [
        (["Upheld"], "upheld"),
        (["Overturned", "Overturned"], "overturned"),
        (["Upheld", "Overturned", "Upheld"], "partially_overturned"),
    ],
)
def test_the_outcome_of_the_letter(outcomes: list[str], letter: str) -> None:
    issues = "\n".join(make_issue(outcome=f": {word}") for word in outcomes)
    record = extract_text(make_letter(issues=issues))
    assert letter == record.outcome
    assert [word.lower() for word in outcomes] == [issue.outcome for issue in record.issues]
    assert list(range(1, len(outcomes) + 1)) == [issue.number for issue in record.issues]


def test_texts_end_at_the_next_label_not_at_a_full_stop() -> None:
    (issue,) = record_of(
        administrator="Decision based on Non-MTUS Citation A. B. C.\n\nD. Not yet.",
        rationale="One.\n\nTwo: three.",
    ).issues
    assert (
        "Decision based on Non-MTUS Citation A. B. C. D. Not yet."
        == issue.claims_administrator_guideline_text
    )
    assert "One. Two: three." == issue.rationale


def test_parts_that_are_not_printed_have_notes() -> None:
    issue = (
        "A splint: Upheld\n\nClaims Administrator guideline:\n\nDecision rationale: It is not.\n"
    )
    record = extract_text(make_letter(issues=issue))
    wanted = {
        "issues[0].claims_administrator_guideline_text": "not_in_letter",
        "issues[0].imr_guideline_text": "section_missing",
    }
    assert wanted == {note.field: note.code for note in record.notes if note.field in wanted}
    assert record.issues[0].claims_administrator_guideline_text is None
    assert record.issues[0].imr_guideline_text is None


@pytest.mark.parametrize(
    ("rationale", "verdict"),
    [
        ("It helps. The request is medically necessary.", "necessary"),
        ("It does not help. The request is not medically necessary.", "not_necessary"),
        ("Therefore, the request is not-medically necessary.", "not_necessary"),
        ("The request is not a medical necessity to the patient.", "not_necessary"),
        ("It cannot be considered medically necessary.", "not_necessary"),
        ("Medical necessity has not been established.", "not_necessary"),
        ("The request is not medically necessary. The drug should be weaned.", "not_necessary"),
        ("The other item is medically necessary. This one is not supported.", "not_necessary"),
        ("The denial stated that it is not medically necessary. It helps.", "unclear"),
        ("The worker has had six visits.", "unclear"),
        ("It is not medically necessary. Later, the request is medically necessary.", "necessary"),
        ("No.", "unclear"),
    ],
)
def test_what_the_end_of_the_rationale_says(rationale: str, verdict: str) -> None:
    (issue,) = record_of(rationale=rationale).issues
    assert verdict == issue.stated_verdict


@pytest.mark.parametrize(
    ("outcome", "rationale", "conflict"),
    [
        (": Upheld", "The request is not medically necessary.", False),
        (": Overturned", "The request is medically necessary.", False),
        (": Upheld", "The request is medically necessary.", True),
        (": Overturned", "The request is not medically necessary.", True),
    ],
)
def test_a_verdict_against_the_printed_word_is_a_conflict(
    outcome: str, rationale: str, *, conflict: bool
) -> None:
    record = record_of(outcome=outcome, rationale=rationale)
    note = note_of(record, "issues[0].stated_verdict")
    assert conflict == (note is not None)
    assert note is None or "conflict" == note.code
    assert outcome.strip(": ").lower() == record.issues[0].outcome
