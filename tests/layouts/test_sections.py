"""Sections: no character of a letter is lost or doubled, and quoted labels begin nothing."""

import pytest
from corpus import NAMES, make_issue, make_letter, normalized, source, variants
from thinning import quick_every

from imr_extract.errors import UnknownLayout
from imr_extract.layouts.detection import detect
from imr_extract.layouts.loader import shipped
from imr_extract.layouts.sections import split
from imr_extract.pipeline.letter import Letter, read_letter
from imr_extract.text.document import Section, Sections, document_span

ORDER = ["header", "determination_method", "reviewer_credentials", "case_summary", "issues"]


def split_text(words: str) -> Sections:
    text = normalized(words)
    return split(text, detect(text, shipped()).layout)


def assert_tiles(letter: Letter) -> None:
    text, parts = letter.normalized, letter.sections
    at = 0
    for section in parts.by_name.values():
        span = document_span(text, section)
        assert at == span.start
        assert span.start < span.end
        assert section.start <= section.body <= section.end
        at = span.end
    assert len(letter.document.text) == at
    at = parts.issues[0].heading.start
    assert parts.by_name["issues"].body == at
    for issue in parts.issues:
        for part in issue.parts:
            assert at == part.start
            assert part.start <= part.body <= part.end
            at = part.end
    assert len(text.text) == at


@pytest.mark.parametrize("name", quick_every(4, NAMES))
def test_sections_tile_every_form_of_every_letter(name: str) -> None:
    wanted = source(name)
    names = ORDER[1:] if wanted.get("layout", {}).get("missing_header") else ORDER
    for letter in variants(name).values():
        assert_tiles(letter)
        assert names == list(letter.sections.by_name)
        assert len(wanted["issue"]) == len(letter.sections.issues)


def body(words: str, section: Section | None) -> str | None:
    return None if section is None else normalized(words).text[section.body : section.end].strip()


def test_what_stands_before_the_first_heading_is_header() -> None:
    words = make_letter(header="A covering line\nCase Number: CM17-0900999\n")
    parts = split_text(words)
    assert 0 == parts.by_name["header"].start
    assert "A covering line Case Number: CM17-0900999" == body(words, parts.get("header"))


def test_bodies_begin_behind_the_fixed_sentence() -> None:
    words = make_letter(summary="The worker fell.")
    assert "The worker fell." == body(words, split_text(words).get("case_summary"))


def test_a_missing_section_is_none() -> None:
    words = make_letter().replace("The Expert Reviewer has the following credentials:", "")
    assert split_text(words).get("reviewer_credentials") is None


def test_a_heading_inside_a_line_begins_no_section() -> None:
    words = make_letter(summary="See CLINICAL CASE SUMMARY and more.\nThe worker fell.")
    expected = "See CLINICAL CASE SUMMARY and more. The worker fell."
    assert expected == body(words, split_text(words).get("case_summary"))


def test_labels_quoted_in_a_rationale_stay_in_it() -> None:
    rationale = "The label\nDecision rationale: and\nMAXIMUS guideline: are only quoted here."
    words = make_letter(issues=make_issue(rationale=rationale))
    (issue,) = split_text(words).issues
    assert " ".join(rationale.split()) == body(words, issue.rationale)


def test_an_outcome_word_in_a_rationale_begins_no_issue() -> None:
    rationale = "The board said in one word:\nUpheld\nand that was all."
    words = make_letter(issues=make_issue(rationale=rationale) + "\n" + make_issue())
    first, second = split_text(words).issues
    assert "The board said in one word: Upheld and that was all." == body(words, first.rationale)
    assert second.outcome is not None


def test_a_part_that_is_not_printed_is_none() -> None:
    issue = "A splint: Upheld\n\nClaims Administrator guideline: None.\n\nDecision rationale: No.\n"
    (parts,) = split_text(make_letter(issues=issue)).issues
    assert parts.imr_guideline is None
    assert [parts.heading, parts.claims_administrator_guideline, parts.rationale] == parts.parts


@pytest.mark.parametrize(
    "heading",
    [
        "Labs to include: EKG",
        "Physical therapy, 2 times a\nweek for 6 weeks",
        "Cream with menthol 10%, camphor 3%: 120 grams",
        "Retrospective: X-ray (DOS 12/29/16)",
    ],
)
def test_a_heading_in_text_is_all_of_its_lines(heading: str) -> None:
    issues = make_issue() + "\n" + make_issue(heading=heading)
    letter = read_letter(make_letter(issues=issues).encode())
    assert " ".join(heading.split()) == letter.record.issues[1].disputed_service


def test_a_text_with_all_sections_and_no_issue_is_no_letter() -> None:
    words = make_letter(issues="Decision rationale: lost.\n")
    with pytest.raises(UnknownLayout, match="no issue can be read"):
        read_letter(words.encode())
