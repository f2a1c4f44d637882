"""The vocabularies of treatments and studies: sound rows, and what their phrases mean."""

from collections import Counter

import pytest

from imr_extract.clinical.vocabulary import therapies
from imr_extract.text.sentences import words


def find(text: str) -> list[tuple[str, str, str]]:
    hits = therapies.find(text, words(text, 0, len(text)))
    return [(hit.meaning.kind, hit.meaning.role, text[hit.start : hit.end]) for hit in hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xrays, x rays", [("study", "term", "xrays"), ("study", "term", "x rays")]),
        ("PT and pt", [("physical_medicine", "term", "PT")]),
        ("ultrasound therapy", [("physical_medicine", "term", "ultrasound therapy")]),
        ("physical therapy evaluation", [("", "none", "physical therapy evaluation")]),
        ("ice", [("self_care", "bare", "ice")]),
        ("imaging", [("study", "generic", "imaging")]),
    ],
)
def test_longest_phrase_decides(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert find(text) == expected


def test_no_kind_holds_a_phrase_twice() -> None:
    for kind, table in therapies.treatments().kinds().items():
        for name in ("terms", "heads", "capitals"):
            counted = Counter(phrase.lower() for phrase in getattr(table, name))
            assert [] == [(kind, each) for each, n in counted.items() if n > 1]


def test_abbreviations_name_studies_there_are() -> None:
    phrases = {phrase for phrase, _ in therapies.rows()}
    names = {name for table in therapies.studies().tables() for name in table}
    for short, name in therapies.studies().short.items():
        assert short in phrases
        assert name in names


@pytest.mark.parametrize("phrase", ["pain medications", "NSAIDs", "topical analgesic creams"])
def test_class_words_cover_drugs(phrase: str) -> None:
    assert therapies.covered(phrase)


def test_every_misspelled_word_stands_in_a_phrase_and_is_no_other_word() -> None:
    printed = {word for phrase, _ in therapies.rows() for word in phrase.split()}
    spellings = therapies.treatments().spellings
    assert set(spellings) <= printed
    wrong = [variant for variants in spellings.values() for variant in variants]
    assert len(wrong) == len(set(wrong))
    assert set(wrong).isdisjoint(spellings)
