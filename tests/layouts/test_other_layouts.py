"""Letters of other looks than `dwc-issues`: goldens, and what their sources say."""

from pathlib import Path

import msgspec
import pytest
from corpus import FIXTURES, with_versions, without_source

from imr_extract import Record, extract_bytes
from imr_extract.layouts.loader import LAYOUT_IDS
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.text.document import document_span

LETTERS = sorted((FIXTURES / "layouts").glob("*/*.txt"))
PRINTED = [path for path in LETTERS if path.with_suffix(".pdf").exists()]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def record_of(name: str) -> Record:
    return extract_bytes((FIXTURES / "layouts" / f"{name}.txt").read_bytes())


def test_each_layout_has_three_letters() -> None:
    counts = {each: sum(path.parent.name == each for path in LETTERS) for each in LAYOUT_IDS}
    assert {each: count for each, count in counts.items() if count < 3} == {}


@pytest.mark.parametrize("path", LETTERS, ids=name_of)
def test_each_letter_is_of_its_layout_and_gives_its_golden(path: Path) -> None:
    printed = path.with_suffix(".pdf")
    read = printed if printed.exists() else path
    record = extract_bytes(read.read_bytes(), name=read.name)
    assert path.parent.name == record.layout
    golden = with_versions(path.with_suffix(".json"))
    assert golden == msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"


@pytest.mark.parametrize("path", PRINTED, ids=name_of)
def test_text_and_both_pdf_readers_give_the_same(path: Path) -> None:
    expected = without_source(extract_bytes(path.read_bytes()))
    printed = path.with_suffix(".pdf").read_bytes()
    assert expected == without_source(extract_bytes(printed))
    assert expected == without_source(extract_bytes(printed, reader="pdfplumber"))


@pytest.mark.parametrize("path", LETTERS, ids=name_of)
def test_sections_tile_and_values_have_words(path: Path) -> None:
    letter = read_letter(path.read_bytes(), ReadingOptions(evidence=True))
    at = 0
    for section in letter.sections.by_name.values():
        span = document_span(letter.normalized, section)
        assert at == span.start
        at = span.end
    assert len(letter.document.text) == at


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("dwc-notice-2013/two-decisions", ["upheld", "overturned"]),
        ("dwc-notice-2013/one-decision-prose-dates", ["upheld"]),
        # no reasons are printed: the list of decisions tells all there is
        ("dwc-notice-2013/decisions-without-reasons", ["upheld", "overturned", "overturned"]),
        ("dwc-decisions-2014/three-items", ["upheld", "overturned", "upheld"]),
        ("dwc-decisions-2014/one-item-parentheses", ["overturned"]),
        ("dwc-decisions-2014/missing-rationale", ["upheld", "upheld"]),
        ("dwc-professional-review/not-necessary", ["upheld"]),
        ("dwc-professional-review/necessary", ["overturned"]),
        ("dwc-professional-review/heading-only-tells", ["upheld"]),
        ("dwc-professional-review/two-things", ["overturned", "upheld"]),
        # the denial is stated again before the verdict, on the one thing that was asked for
        ("dwc-professional-review/whether-it-is", ["overturned"]),
        ("dwc-decisions-2014/decision-for", ["overturned", "upheld"]),
        ("dwc-notice-2013/closing-and-shared-guideline", ["upheld"]),
        ("dwc-issues/expedited-mdguidelines", ["overturned"]),
        ("dwc-issues/cover-page-amended", ["overturned"]),
        ("dwc-issues/amended", ["upheld", "overturned"]),
        ("dmhc-findings/y2002-short", ["upheld"]),
        # two physicians of three, and the dissent is the last word
        ("dmhc-findings/y2005-panel-split", ["upheld"]),
        ("dmhc-findings/y2001-entities", ["overturned"]),
        ("dmhc-findings/y2005-panel-passive", ["upheld"]),
        ("dmhc-findings/y2010-findings", ["overturned"]),
        ("dmhc-findings/y2012-two-things", ["overturned", "upheld"]),
        ("dmhc-findings/y2019-parent-history-age", ["upheld"]),
        ("dmhc-findings/y2023-cut-off", ["upheld"]),
        ("dmhc-findings/y2012-not-supported", ["upheld"]),
        ("dmhc-findings/y2024-partial", ["upheld", "overturned"]),
        ("dmhc-findings/y2024-partial-untold", [None]),
    ],
)
def test_outcomes_stand_where_the_layout_says(name: str, outcomes: list[str | None]) -> None:
    assert outcomes == [issue.outcome for issue in record_of(name).issues]


def test_a_mixed_outcome_that_no_issue_tells_is_the_letters() -> None:
    record = record_of("dmhc-findings/y2024-partial-untold")
    assert "partially_overturned" == record.outcome
    assert "issues[0].outcome" in [note.field for note in record.notes]


def test_dates_and_numbers_in_sentences() -> None:
    case = record_of("dwc-notice-2013/one-decision-prose-dates").case
    assert "IMR 13-000987" == case.case_number
    assert ("2013-09-16", "2013-11-19") == (case.date_assigned, case.decision_date)
    assert ("2013-08-02", "2013-08-20") == (case.ur_denial_date, case.application_received)


def test_credentials_in_prose() -> None:
    reviewer = record_of("dwc-notice-2013/two-decisions").reviewer
    assert ["Physical Medicine and Rehabilitation", "Pain Medicine"] == reviewer.specialties
    assert ["California", "Nevada"] == reviewer.licensure_states


def test_a_panels_specialties_stand_once_and_whole() -> None:
    reviewer = record_of("dmhc-findings/y2025-panel-glued").reviewer
    assert 3 == reviewer.count
    expected = ["internal medicine", "pulmonary disease", "critical care medicine"]
    expected += ["endocrinology, diabetes, and metabolism", "physical medicine and rehabilitation"]
    assert expected == reviewer.specialties


def test_page_numbers_are_no_part_of_a_rationale() -> None:
    rationale = record_of("dwc-decisions-2014/three-items").issues[1].rationale
    assert rationale is not None
    assert "Page" not in rationale


@pytest.mark.parametrize(
    ("name", "age", "gender"),
    [
        ("y2010-findings", 9, "male"),  # and a walker of four years
        ("y2012-not-supported", 14, "female"),
        ("y2021-urgent-no-credentials", None, None),  # the chair is six, the surgeon is "her"
        ("y2017-four-headings", None, "female"),
        ("y2019-parent-history-age", None, "female"),  # she was four when it began
    ],
)
def test_age_and_gender_are_the_patients_or_none(
    name: str, age: int | None, gender: str | None
) -> None:
    patient = record_of(f"dmhc-findings/{name}").patient
    assert (age, gender) == (patient.age, patient.gender)


def test_optional_keys_stand_only_where_the_layout_has_them() -> None:
    plan = msgspec.to_builtins(record_of("dmhc-findings/y2021-urgent-no-credentials"))
    work = msgspec.to_builtins(record_of("dwc-issues/amended"))
    assert ("urgent_care", 1) == (plan["review_type"], plan["reviewer"]["count"])
    assert "review_type" not in work
    assert "count" not in work["reviewer"]


def test_later_citations_name_their_body() -> None:
    (issue,) = record_of("dwc-issues/expedited-mdguidelines").issues
    assert ["MDGuidelines"] == [each.body for each in issue.claims_administrator_guidelines]
    assert ["ACOEM"] == [each.body for each in issue.imr_guidelines]
    (first, _) = record_of("dwc-issues/amended").issues
    assert ["ACOEM"] == [each.body for each in first.claims_administrator_guidelines]


def test_the_guideline_of_the_administrator_is_told_in_the_reviewers_paragraph() -> None:
    (issue,) = record_of("dwc-notice-2013/closing-and-shared-guideline").issues
    assert ["Low Back Complaints"] == [each.title for each in issue.claims_administrator_guidelines]
    assert "The Expert Reviewer found it to apply." == issue.imr_guideline_text
    assert issue.rationale is not None
    assert issue.rationale.endswith("medically necessary and appropriate.")


def test_a_thing_that_no_verdict_names_has_no_outcome() -> None:
    source = FIXTURES / "layouts" / "dmhc-findings" / "y2012-two-things.txt"
    text = source.read_text(encoding="utf-8").replace(
        "an ultrasound and", "an ultrasound, a heel cup and"
    )
    record = extract_bytes(text.encode())
    assert ["overturned", None, "upheld"] == [issue.outcome for issue in record.issues]
    assert record.outcome is None
    assert ("outcome", "ambiguous") in [(note.field, note.code) for note in record.notes]


def test_an_outcome_is_not_lost_where_nothing_tells_what_was_asked_for() -> None:
    text = (
        "Physician 1: The patient has gout. I have determined that colchicine is not medically "
        "necessary. The Health Plan's denial should be upheld."
    )
    record = extract_bytes(text.encode())
    assert ([], "upheld") == (record.issues, record.outcome)
    assert "issues" in [note.field for note in record.notes]


def test_a_panel_is_as_large_as_its_largest_number() -> None:
    reviewer = record_of("dmhc-findings/y2019-parent-history-age").reviewer
    assert 3 == reviewer.count
    assert ["Physical Medicine & Rehabilitation", "pediatrics"] == reviewer.specialties


def test_credentials_of_a_professional_review_may_be_labels() -> None:
    reviewer = record_of("dwc-professional-review/two-things").reviewer
    assert (["Oregon"], ["Rheumatology"]) == (reviewer.licensure_states, reviewer.specialties)


def test_entities_of_a_web_page_are_read_once() -> None:
    (issue,) = record_of("dmhc-findings/y2001-entities").issues
    assert issue.rationale is not None
    assert "Organization\u2019s" in issue.rationale
    twice = extract_bytes(
        (FIXTURES / "layouts" / "dmhc-findings" / "y2001-entities.txt")
        .read_bytes()
        .replace(b"&amp;", b"&amp;amp;")
    )
    assert "&amp;" in str(twice.issues[0].rationale)


def test_later_labels_and_bodies_are_known() -> None:
    record = record_of("dwc-issues/cover-page-amended")
    (issue,) = record.issues
    assert "CM21-0900504" == record.case.case_number
    assert [("MDGuidelines", "Low Back Disorders")] == [
        (each.body, each.title) for each in issue.imr_guidelines
    ]
    assert ["ACOEM"] == [each.body for each in issue.claims_administrator_guidelines]
