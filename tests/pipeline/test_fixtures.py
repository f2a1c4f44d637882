"""The fixture letters: goldens both ways, and the sources they were built from as the authority."""

import datetime as dt
import re

import msgspec
import pytest
from corpus import (
    ENCODED,
    ENCODINGS,
    FIXTURES,
    NAMES,
    golden,
    pdf,
    printed,
    source,
    text,
    without_source,
)
from thinning import quick_every

from imr_extract import Record, extract_bytes


def iso(day: str) -> str:
    return dt.datetime.strptime(day, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007


def test_each_fixture_has_a_golden_and_each_golden_a_fixture() -> None:
    assert NAMES == sorted(path.stem for path in (FIXTURES / "golden").iterdir())
    assert NAMES == sorted(path.stem for path in (FIXTURES / "pdf").iterdir())
    assert NAMES == sorted(path.stem for path in (FIXTURES / "text").iterdir())
    assert len(NAMES) > 12


@pytest.mark.parametrize("name", NAMES)
def test_the_pdf_gives_the_golden(name: str) -> None:
    record = extract_bytes(pdf(name), name=f"{name}.pdf")
    assert (
        golden(name) == msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"
    )


@pytest.mark.parametrize(
    "name",
    quick_every(6, NAMES),
)
def test_pdfplumber_gives_the_golden_but_for_the_reader(name: str) -> None:
    record = extract_bytes(pdf(name), name=f"{name}.pdf", reader="pdfplumber")
    expected = msgspec.json.decode(golden(name))
    assert "pdfium" == expected["source"]["reader"]
    expected["source"]["reader"] = "pdfplumber"
    assert expected == msgspec.to_builtins(record)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_gives_the_golden_but_for_the_source(name: str) -> None:
    expected = msgspec.json.decode(golden(name))
    del expected["source"]
    assert expected == without_source(extract_bytes(text(name)))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_gives_the_golden_but_for_the_source(encoding: str) -> None:
    data = (FIXTURES / "encodings" / encoding).read_bytes()
    expected = msgspec.json.decode(golden(ENCODED))
    del expected["source"]
    assert expected == without_source(extract_bytes(data))


def days_between(first: str, last: str) -> int:
    """The days between two dates of a source."""
    return (dt.date.fromisoformat(iso(last)) - dt.date.fromisoformat(iso(first))).days


@pytest.mark.parametrize("name", NAMES)
def test_the_case_is_what_the_source_says(name: str) -> None:
    wanted, case = source(name)["header"], record_of(name).case
    expected = {
        "case_number": wanted["number"],
        "date_assigned": iso(wanted["assigned"]),
        "date_of_injury": iso(wanted["injured"]),
        "decision_date": iso(wanted["decided"]),
        "ur_denial_date": iso(wanted["ur_denied"]),
        "priority": wanted.get("priority", "Standard").lower(),
        "application_received": iso(wanted["received"]),
        "days_from_denial": days_between(wanted["ur_denied"], wanted["decided"]),
        "days_from_application": days_between(wanted["received"], wanted["decided"]),
        "days_from_assignment": days_between(wanted["assigned"], wanted["decided"]),
    }
    if source(name).get("layout", {}).get("missing_header"):
        expected = dict.fromkeys(expected)
    assert expected == msgspec.structs.asdict(case)


@pytest.mark.parametrize("name", NAMES)
def test_the_reviewer_is_who_the_source_says(name: str) -> None:
    wanted, reviewer = source(name)["reviewer"], record_of(name).reviewer
    assert re.split(r",\s*", printed(wanted["states"])) == reviewer.licensure_states
    assert printed(wanted["specialty"]) == ", ".join(reviewer.specialties)


@pytest.mark.parametrize("name", NAMES)
def test_the_issues_are_what_the_source_says(name: str) -> None:
    wanted, issues = source(name)["issue"], record_of(name).issues
    assert len(wanted) == len(issues)
    for expected, issue in zip(wanted, issues, strict=True):
        assert expected["outcome"].lower() == issue.outcome
        assert printed(expected["administrator"]) == issue.claims_administrator_guideline_text
        assert printed(expected["maximus"]) == issue.imr_guideline_text
        assert printed(expected["rationale"]) == issue.rationale
        heading = printed(expected["heading"])
        if issue.original_request is None:
            assert heading == issue.disputed_service
        else:
            assert heading.removesuffix(" is").endswith(issue.disputed_service)
            assert heading.startswith(issue.original_request)
            assert issue.authorized is not None
            assert issue.authorized in heading


def record_of(name: str) -> Record:
    return extract_bytes(pdf(name))
