"""Copies of letters give the record of the letter: odd labels and outcomes, mails, one line."""

import re
from collections.abc import Callable

import pytest
from corpus import NAMES, make_issue, make_letter, note_of, text, without_source
from thinning import quick_every

from imr_extract import Record, extract_bytes, extract_text
from imr_extract.record.model import Note

FIRST, SECOND, THIRD = "Claims Administrator guideline", "MAXIMUS guideline", "Decision rationale"
OUTCOME = re.compile(r":(\s+)(Upheld|Overturned)(?=\s*\n)")

# What is done to one label, and whether letters are wrong then.
LABELS: dict[str, tuple[Callable[[str], str], bool]] = {
    "a letter wrong": (lambda label: label.replace("i", "l", 1), True),
    "a letter lost": (lambda label: label[:3] + label[4:], True),
    "a letter added": (lambda label: label[:6] + "n" + label[6:], True),
    "two letters swapped": (lambda label: label[:3] + label[4] + label[3] + label[5:], True),
    "in plural": (lambda label: f"{label}s", True),
    "in capitals": (str.upper, False),
    "in lower case": (str.lower, False),
    "two blanks": (lambda label: label.replace(" ", "  "), False),
    "no blank": (lambda label: label.replace(" ", "", 1), False),
    "a dash for a blank": (lambda label: label.replace(" ", "-", 1), False),
    "broken over lines": (lambda label: label.replace(" ", "\n", 1), False),
    "a mark before it": (lambda label: f"\u2022 {label}", False),
}
COLONS = [":", "", " :", ";", " -", " \u2013", "."]
# What is printed for the outcome, and what is read: (as printed, value, whether a note says so).
OUTCOMES = [
    (": UPHELD", "upheld", False),
    (": upheld.", "upheld", False),
    (" - Upheld", "upheld", False),
    (" \u2013 Overturned", "overturned", False),
    (" (Overturned)", "overturned", False),
    (": *Upheld*", "upheld", False),
    (" Overturned", "overturned", False),
    (": Upheid", "upheld", True),
    (": Uphe1d", "upheld", True),
    (": 0verturned", "overturned", True),
    (": Overtumed", "overturned", True),
    (": Ovcrtumed", None, True),
    (": Modified", None, True),
    (": Partially Overturned", None, True),
    (": Upheld in part", None, True),
    ("", None, True),
    (":", None, True),
]


def three_issues(second: str) -> str:
    last = make_issue(heading="A shoe insert", outcome=": Overturned")
    return make_letter(issues=f"{make_issue()}\n{second}\n{last}")


def plain(record: Record) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
    return [
        (
            issue.disputed_service,
            issue.outcome,
            issue.claims_administrator_guideline_text,
            issue.imr_guideline_text,
            issue.rationale,
        )
        for issue in record.issues
    ]


ISSUE = make_issue(heading="MRI of the left wrist")
AS_PRINTED = extract_text(three_issues(ISSUE))


@pytest.mark.parametrize("label", [FIRST, SECOND, THIRD])
@pytest.mark.parametrize("colon", COLONS[:2])
@pytest.mark.parametrize("kind", LABELS)
def test_an_odd_label_is_that_label(label: str, colon: str, kind: str) -> None:
    change, misread = LABELS[kind]
    record = extract_text(three_issues(ISSUE.replace(f"{label}:", change(label) + colon)))
    assert plain(AS_PRINTED) == plain(record)
    assert AS_PRINTED.outcome == record.outcome
    notes = {note.code for note in record.notes if note not in AS_PRINTED.notes}
    assert ({"misread"} if misread else set()) == notes


@pytest.mark.parametrize("colon", COLONS)
def test_what_stands_behind_a_label_does_not_count(colon: str) -> None:
    for label in (FIRST, SECOND, THIRD):
        record = extract_text(three_issues(ISSUE.replace(f"{label}:", f"{label}{colon}")))
        assert plain(AS_PRINTED) == plain(record)


@pytest.mark.parametrize(("printed", "value", "noted"), OUTCOMES)
@pytest.mark.parametrize("label", [FIRST, "Claims Adminstrator guidelines"])
def test_an_odd_outcome_is_read_or_noted(
    printed: str, value: str | None, noted: bool, label: str
) -> None:
    issue = make_issue(heading="MRI of the left wrist", outcome=printed).replace(FIRST, label)
    record = extract_text(three_issues(issue))
    services = ["A wrist splint", "MRI of the left wrist", "A shoe insert"]
    assert ["upheld", value, "overturned"] == [each.outcome for each in record.issues]
    if value is not None or not printed.startswith(": Ov"):
        assert services == [each.disputed_service for each in record.issues]
    assert noted == (note_of(record, "issues[1].outcome") is not None)
    assert (record.outcome is None) == (value is None)


def test_an_issue_whose_labels_are_all_lost_is_an_issue() -> None:
    second = "MRI of the left wrist: Overturned\n\nThe file has no red flag. It is necessary.\n"
    record = extract_text(three_issues(second))
    assert ["upheld", "overturned", "overturned"] == [each.outcome for each in record.issues]
    assert note_of(record, "issues[1].rationale") is not None


def test_an_issue_whose_first_label_is_lost_is_an_issue() -> None:
    record = extract_text(three_issues(ISSUE.replace(f"{FIRST}: ", "")))
    assert 3 == len(record.issues)
    assert "MRI of the left wrist" == record.issues[1].disputed_service
    note = note_of(record, "issues[1].claims_administrator_guideline_text")
    assert note is not None
    assert "section_missing" == note.code


@pytest.mark.parametrize(
    "words",
    [
        "The board said: Upheld\nand nothing more. The request is not medically necessary.",
        "The plan had the\nClaims Administrator guideline in mind. The request is not necessary.",
        "Its words were\nDecision rationale: none. The request is not medically necessary.",
        "A denial is upheld where\nMAXIMUS guideline: so and so says no. It is not necessary.",
        "The appeal was Upheld. The request is not medically necessary.",
    ],
)
def test_a_rationale_keeps_what_it_quotes(words: str) -> None:
    record = extract_text(three_issues(make_issue(rationale=words)))
    assert 3 == len(record.issues)
    assert " ".join(words.split()) == record.issues[1].rationale


def mailed(words: str, mark: str) -> bytes:
    head = "From: A Desk\nTo: B <b@example.org>\nSubject: The letter\n\nSee below.\n\n"
    lines = "\n".join(mark + line for line in words.split("\n"))
    return (head + lines + "\n\nBest,\nThe desk\n").encode()


@pytest.mark.parametrize("mark", ["> ", ">> "])
@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_a_letter_quoted_in_a_mail_gives_its_record(name: str, mark: str) -> None:
    words = text(name).decode().replace("\f", "\n")  # a mail has no pages
    wanted = without_source(extract_text(words))
    record = extract_bytes(mailed(words, mark), evidence=True)
    (note,) = [note for note in record.notes if note.code == "left_out"]
    assert isinstance(note, Note)
    got = without_source(record)
    got["notes"] = [each for each in got["notes"] if each["code"] != "left_out"]
    del got["evidence"]
    assert wanted == got


def test_places_in_a_quoted_letter_are_those_of_the_file() -> None:
    data = mailed(make_letter(), "> ")
    record = extract_bytes(data, evidence=True)
    assert record.evidence
    (place,) = record.evidence["case.case_number"]
    assert record.case.case_number == data.decode()[place.start : place.end]


def test_the_head_of_a_forwarded_mail_is_left_out() -> None:
    head = (
        "From: A <a@example.org>\nSent: Monday\nTo: B <b@example.org>\nSubject: FW\n\nFor you.\n\n"
    )
    again = (
        "-----Original Message-----\nFrom: C <c@example.org>\nSent: Friday\nTo: A\nSubject: It\n\n"
    )
    for words in (head.replace("For you.\n", ""), head + again):
        record = extract_text(words + make_letter())
        assert plain(extract_text(make_letter())) == plain(record)
        assert "left_out" in {note.code for note in record.notes}


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_in_one_weight_gives_its_record(name: str) -> None:
    """Each paragraph one line, as a viewer copies it: no gap, no line and no bold type tells."""
    pages = text(name).decode().replace("\f", "\n")
    paragraphs = re.split(r"\n\s*\n", pages)
    copied = "\n".join(" ".join(each.split()) for each in paragraphs if each.strip())
    wanted, got = extract_bytes(text(name)), extract_text(copied)
    assert [issue.outcome for issue in wanted.issues] == [issue.outcome for issue in got.issues]
    assert wanted.outcome == got.outcome


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        (THIRD, ""),
        (THIRD, "Rationale:"),
        (THIRD, "Decision reasons:"),
        (FIRST, "CA guideline:"),
        (SECOND, "Reviewer guideline:"),
    ],
)
def test_the_only_issue_may_lose_any_of_its_labels(label: str, printed: str) -> None:
    """The letter is read, and says that the part is not there."""
    whole = make_letter(issues=make_issue(heading="MRI of the left wrist"))
    record = extract_text(whole.replace(f"{label}:", printed))
    assert ["MRI of the left wrist"] == [
        str(issue.disputed_service)[:21] for issue in record.issues
    ]
    assert [extract_text(whole).outcome] == [record.outcome]
    assert {note.code for note in record.notes} & {"incomplete", "section_missing", "not_in_letter"}
