"""Letters of 2013 and their copies: line ends that were lost, numbers before issues, capitals."""

import random
import re

import pytest
from corpus import make_issue, make_letter

from imr_extract import extract_text
from imr_extract.record.model import Record

DECISIONS = (
    "1{n} MAXIMUS Federal Services, Inc. has determined the request for a lumbar brace is not "
    "medically necessary and appropriate.\n\n2{n} MAXIMUS Federal Services, Inc. has determined "
    "the request for 8 sessions of physical therapy is medically necessary and appropriate."
)
NOTICE = f"""Notice of Independent Medical Review Determination

Dated: 12/19/2013

Employee: R. Tamber
Date of UR Decision: 8/30/2013
Date of Injury: 4/2/2011
IMR Application Received: 9/12/2013
MAXIMUS Case Number: CM13-0900777

{DECISIONS}

INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE

An application for Independent Medical Review was filed on 9/12/2013. A Notice of Assignment and \
Request for Information was provided to the above parties on 9/23/2013. The decisions are:

{DECISIONS}

Medical Qualifications of the Expert Reviewer:

The doctor is Board Certified in Family Medicine, and is licensed to practice in Oregon.

Expert Reviewer Case Summary:

Disclaimer: taken from the denial. "The patient is a 44-year-old male. He was diagnosed with \
lumbar strain. Treatment to date has included ibuprofen."

Documents Reviewed for Determination:

The file was read.

1{{n}} Regarding the request for a lumbar brace:

Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert Reviewer to Make \
His/Her Decision

The Claims Administrator based its decision on the Low Back Complaints Chapter, which is part of \
the MTUS. The Expert Reviewer found it to apply.

Rationale for the Decision:

The brace has no support in the record. The request is not medically necessary and appropriate.

2{{n}} Regarding the request for 8 sessions of physical therapy:

Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert Reviewer to Make \
His/Her Decision

The Claims Administrator did not cite any guideline. The Expert Reviewer relied on the MTUS.

Rationale for the Decision:

The course was cut short. The request is medically necessary and appropriate.
"""


def content(record: Record) -> object:
    """What a copy must tell, too."""
    issues = [(issue.disputed_service, issue.outcome, issue.rationale) for issue in record.issues]
    conditions = [each.text for each in record.diagnoses]
    return record.case, record.reviewer, record.patient, conditions, issues


def notice(mark: str = ")") -> str:
    """The notice with this mark behind its numbers."""
    return NOTICE.replace("{n}", mark)


def test_a_notice_of_2013_is_read() -> None:
    record = extract_text(notice())
    assert record.layout == "dwc-notice-2013"
    assert record.case.date_assigned == "2013-09-23"
    assert record.case.ur_denial_date == "2013-08-30"
    assert [(issue.disputed_service, issue.outcome) for issue in record.issues] == [
        ("lumbar brace", "upheld"),
        ("8 sessions of physical therapy", "overturned"),
    ]
    assert [each.text for each in record.diagnoses] == ["lumbar strain"]


@pytest.mark.parametrize(
    "said",
    [
        "A Notice of Assignment and Request for Information was sent on 9/23/2013.",
        "A Notice of Assignment (NOARFI) was mailed to the above parties on September 23, 2013.",
        "The Notice of Assignment was provided to both parties on 9/23/2013.",
    ],
)
def test_the_day_of_the_assignment_is_told_in_several_ways(said: str) -> None:
    old = re.compile(r"A Notice of Assignment.*?2013\.")
    record = extract_text(old.sub(said, notice(), count=1))
    assert record.case.date_assigned == "2013-09-23"


@pytest.mark.parametrize("mark", [")", ".", ".)"])
def test_a_notice_in_one_line_tells_the_same(mark: str) -> None:
    whole = notice(mark)
    assert content(extract_text(re.sub(r"\s+", " ", whole))) == content(extract_text(whole))


@pytest.mark.parametrize("seed", range(6))
def test_a_notice_that_lost_some_line_ends_tells_the_same(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chooses line ends, no secrets
    lost = re.sub(r"\n+", lambda ends: " " if chance.random() < 0.5 else ends[0], notice())
    assert content(extract_text(lost)) == content(extract_text(notice()))


def services(*headings: str) -> list[tuple[str, str | None]]:
    """Service and outcome of the issues of a letter with these headings."""
    issues = "\n\n".join(make_issue(heading=heading, outcome="") for heading in headings)
    return [
        (issue.disputed_service, issue.outcome)
        for issue in extract_text(make_letter(issues=issues)).issues
    ]


@pytest.mark.parametrize(
    "headings",
    [
        ("1. A sling: UPHELD", "2. A cane: OVERTURNED"),
        ("1) A sling: Upheld", "2) A cane: Overturned"),
        ("(1) A sling - UPHELD", "(2) A cane - OVERTURNED"),
        ("Issue 1: A sling: UPHELD", "Issue 2: A cane: OVERTURNED"),
        ("#1 A sling: UPHELD", "#2 A cane: OVERTURNED"),
        ("A sling: UPHELD", "A cane: OVERTURNED"),
    ],
)
def test_the_number_of_an_issue_is_no_part_of_its_service(headings: tuple[str, str]) -> None:
    assert services(*headings) == [("A sling", "upheld"), ("A cane", "overturned")]


def test_an_amount_before_a_service_stays() -> None:
    assert services("1 sling: Upheld", "2 canes: Overturned") == [
        ("1 sling", "upheld"),
        ("2 canes", "overturned"),
    ]
    assert services("2. A sling: Upheld", "A cane: Overturned")[0] == ("2. A sling", "upheld")
