"""Headings, labels and outcome words where a copy prints them: misread, glued, without weight."""

import pytest
from corpus import PLAIN_ISSUE, make_issue, make_letter, normalized

from imr_extract.layouts import landmarks
from imr_extract.layouts.landmarks import Landmark
from imr_extract.layouts.loader import shipped
from imr_extract.text import near_matches

(LAYOUT,) = (layout for layout in shipped() if layout.id == "dwc-issues")
PARTS = ["claims_administrator_guideline", "imr_guideline", "rationale"]
SECTIONS = ["determination_method", "reviewer_credentials", "case_summary", "issues"]
LABEL = "Claims Administrator guideline:"


def found(words: str, kind: str) -> list[Landmark]:
    return [each for each in landmarks.find(normalized(words), LAYOUT) if each.kind == kind]


def names(words: str, kind: str) -> list[str]:
    return [each.name for each in found(words, kind)]


def test_a_published_letter_has_each_of_its_landmarks() -> None:
    letter = make_letter()
    assert SECTIONS == names(letter, "section")
    assert PARTS == names(letter, "label")
    assert ["upheld"] == names(letter, "outcome")
    assert all(each.exact and not each.wrong for each in found(letter, "label"))


def test_a_letter_copied_as_one_line_a_paragraph_has_them_too() -> None:
    letter = " ".join(make_letter(summary="The worker fell from a roof. " * 12).split())
    assert SECTIONS == names(letter, "section")
    assert PARTS == names(letter, "label")
    assert ["upheld"] == names(letter, "outcome")
    assert not any(each.exact for each in found(letter, "label"))


@pytest.mark.parametrize(
    "printed",
    [
        "Claims Administrator guidelines:",
        "Claims Adminstrator guideline:",
        "Cla1ms Administrator guideiine:",
        "CLAIMS ADMINISTRATOR GUIDELINE:",
        "Claims Administrator guideline",
        "Claims Administrator's guideline:",
        "Claims  Administrator guideline :",
        "Claims Administrator guideline -",
        "Claims\nAdministrator guideline:",
        "ClaimsAdministrator guideline:",
        "* Claims Administrator guideline:",
    ],
)
def test_a_label_that_is_printed_otherwise(printed: str) -> None:
    letter = make_letter(issues=PLAIN_ISSUE.replace(LABEL, printed))
    assert PARTS == names(letter, "label")


@pytest.mark.parametrize(
    "prose",
    [
        "The label\nDecision rationale: and\nMAXIMUS guideline: are only quoted here.",
        "The file was sent. The\nclaims administrator guidelines were not in it.",
        "The denial gave its own\nDecision rationale in two lines.",
        "The decision rational to us\ndecision rationing is another thing.",
    ],
)
def test_what_is_no_label(prose: str) -> None:
    assert PARTS == names(make_letter(issues=make_issue(rationale=prose)), "label")


@pytest.mark.parametrize(
    ("heading", "printed"),
    [
        ("IMR ISSUES, DECISIONS AND RATIONALES", "1MR ISSUES, DECISIONS AND RATIONALES"),
        ("IMR ISSUES, DECISIONS AND RATIONALES", "IMR ISSUES. DECIS1ONS AND RAT1ONALES"),
        ("IMR ISSUES, DECISIONS AND RATIONALES", "IMR ISSUES,\nDECISIONS AND RATIONALES"),
        ("CLINICAL CASE SUMMARY", "CLIN1CAL CASE SUMMARY"),
        ("CLINICAL CASE SUMMARY", "Clinical Case Summary"),
        ("has the following credentials:", "has the foliowing credentials"),
        ("FINAL DETERMINATION WAS", "FlNAL DETERMINATI0N WAS"),
    ],
)
def test_a_section_heading_that_is_misread(heading: str, printed: str) -> None:
    letter = make_letter().replace(heading, printed)
    assert letter != make_letter()
    assert SECTIONS == names(letter, "section")


@pytest.mark.parametrize(
    ("printed", "value", "wrong"),
    [
        (": Upheld", "upheld", 0),
        (": UPHELD.", "upheld", 0),
        (" - Upheld", "upheld", 0),
        (" (Overturned)", "overturned", 0),
        (" Overturned", "overturned", 0),
        (": Upheid", "upheld", 1),
        (": Uphled", "upheld", 1),
        (": 0verturned", "overturned", 1),
        (": Ovcrturmed", "overturned", 2),
        (": Partially Overturned", "", 0),
        (" Partially Overturned", "", 0),
        (": Modified", "", 0),
    ],
)
def test_an_outcome_that_is_printed_otherwise(printed: str, value: str, wrong: int) -> None:
    (outcome,) = found(make_letter(issues=make_issue(outcome=printed)), "outcome")
    assert (value, wrong) == (outcome.name, outcome.wrong)


@pytest.mark.parametrize("printed", ["", ": see below", " was held", ": Updated", ": Offered"])
def test_what_is_no_outcome(printed: str) -> None:
    assert [] == found(make_letter(issues=make_issue(outcome=printed)), "outcome")


def test_a_word_between_two_of_the_list_is_neither() -> None:
    assert ("upheld", 0) == near_matches.closest("Upheld", ["upheld", "overturned"])
    assert near_matches.closest("cats", ["cots", "cuts"]) is None
    assert near_matches.closest("up", ["upheld"]) is None


def test_letters_are_all_that_counts() -> None:
    known = ("Decision rationale",)
    assert [] == list(near_matches.begin("no place to look at", (), known))
    hits = list(near_matches.begin("It was * Deci-sion Rationale : so", (0, 7), known))
    assert [(7, "Decision rationale", near_matches.Near(9, 28, 0))] == hits
    assert not list(near_matches.begin("Decision made", (0,), known))
    assert not list(near_matches.begin("Decision rationaleness", (0,), known))
    assert not list(near_matches.begin("Decision rationale", (0,), ("::",)))


@pytest.mark.parametrize(
    "printed", ["Partially Overturmed", "Parlially Upheld", "Over turned", "Uphe1d"]
)
def test_what_is_near_an_outcome_ends_with_a_word_that_may_end_one(printed: str) -> None:
    known = ("Upheld", "Overturned", "Partially Overturned", "Partially Upheld")
    assert near_matches.closest(printed, known)
    assert near_matches.may_end(printed.rsplit(maxsplit=1)[-1], known)


@pytest.mark.parametrize("word", ["2013", "therapy", "Received", "necessary"])
def test_a_word_that_ends_no_outcome(word: str) -> None:
    assert not near_matches.may_end(word, ("Upheld", "Overturned", "Partially Overturned"))


@pytest.mark.parametrize(
    "before",
    ["was denied. ", "was denied, ", "by \u00c9MILE NO\u00cbL, MD. ", "(A B, C) WAS CUT? "],
)
def test_a_heading_whose_line_end_was_lost(before: str) -> None:
    heading = "IMR ISSUES, DECISIONS AND RATIONALES"
    letter = make_letter().replace(f"\n{heading}", f"\n{before}{heading}")
    text = normalized(letter)
    assert text.text.index(heading) in landmarks._begun(text)
