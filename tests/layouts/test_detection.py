"""Which texts are letters of a known layout."""

from pathlib import Path

import pytest
from corpus import FIXTURES, NAMES, make_letter, normalized, pdf, text

from imr_extract.errors import UnknownLayout, UnsupportedType
from imr_extract.layouts import detection
from imr_extract.layouts.loader import shipped
from imr_extract.layouts.spec import Layout
from imr_extract.pipeline.letter import read_letter
from imr_extract.text.document import NormalizedText


def detect(text: NormalizedText) -> Layout:
    return detection.detect(text, shipped()).layout


def rank(text: NormalizedText) -> list[detection.Detection]:
    return detection.rank(text, shipped())


@pytest.mark.parametrize("name", NAMES)
def test_each_fixture_is_of_the_layout(name: str) -> None:
    assert "dwc-issues" == read_letter(pdf(name)).layout.id
    assert "dwc-issues" == detect(normalized(text(name).decode())).id


@pytest.mark.parametrize("name", ["news-article.txt", "ur-denial.txt"])
def test_texts_about_reviews_are_no_letters(name: str) -> None:
    with pytest.raises(UnknownLayout, match="nearest: "):
        detect(normalized((FIXTURES / "bad" / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("phrase", shipped()[0].detect.required)
def test_every_required_phrase_is_required(phrase: str) -> None:
    letter = make_letter()
    assert "dwc-issues" == detect(normalized(letter)).id
    with pytest.raises(UnknownLayout):
        detect(normalized(letter.replace(phrase, "Something else")))


def test_the_score_is_the_sum_of_the_phrases_found() -> None:
    (best, *_) = rank(normalized(make_letter()))
    weights = {phrase.text: phrase.weight for phrase in best.layout.detect.phrases}
    assert best.fits
    assert sum(weights[phrase] for phrase in best.phrases) == best.score
    assert set(best.phrases) == {phrase for phrase in weights if phrase in make_letter()}


def test_required_phrases_alone_are_not_enough() -> None:
    (best, *_) = rank(
        normalized(
            "Case Number: 1\nIMR ISSUES, DECISIONS AND RATIONALES\nDecision rationale: none."
        )
    )
    assert not best.missing
    assert not best.fits


NEGATIVES = sorted((FIXTURES / "negatives").glob("*.txt"))


def test_there_are_negatives_enough() -> None:
    assert len(NEGATIVES) >= 80
    assert len({path.stem.rpartition("-")[0] for path in NEGATIVES}) >= 10


@pytest.mark.parametrize("path", NEGATIVES, ids=lambda path: path.stem)
def test_what_is_no_letter_is_refused(path: Path) -> None:
    with pytest.raises((UnknownLayout, UnsupportedType), match=r"nearest: |a web page"):
        read_letter(path.read_bytes())


@pytest.mark.parametrize(
    "path",
    # Those of other programmes share little, and a record names headings inside a line only.
    [path for path in NEGATIVES if not path.stem.startswith(("other-programme", "data-and-docs"))],
    ids=lambda path: path.stem,
)
def test_each_negative_is_near_a_layout(path: Path) -> None:
    """Each prints what scores: it is hard to refuse."""
    best = max(rank(normalized(path.read_text(encoding="utf-8"))), key=lambda each: each.score)
    assert best.score >= 2


def test_headings_inside_a_sentence_make_no_letter() -> None:
    said = " ".join(f"it then says {phrase}, as all do," for phrase in shipped()[0].detect.required)
    words = make_letter(issues=f"The clerk read on: {said} and so on. " * 3)
    for phrase in shipped()[0].detect.required:
        words = words.replace(f"\n{phrase}", "\nSomething else")
    with pytest.raises(UnknownLayout, match="lacks"):
        detect(normalized(words))


def test_a_letter_copied_as_one_line_is_a_letter() -> None:
    letter = make_letter(summary="The worker is a 36 year old female who fell. " * 9)
    assert "dwc-issues" == detect(normalized(" ".join(letter.split()))).id


def test_a_text_that_prints_nothing_of_any_layout_is_near_none() -> None:
    with pytest.raises(UnknownLayout, match="nearest: none; "):
        detect(normalized("A recipe for bread.\nFlour and water."))
