"""Phrases of a vocabulary in a run of words."""

import pytest

from imr_extract.clinical.treatments import mentions
from imr_extract.clinical.vocabulary.phrases import Phrases
from imr_extract.text.sentences import sentences, words

PHRASES = Phrases(
    [
        (phrase, phrase)
        for phrase in (
            "brace",
            "brace fitting",
            "knee brace",
            "knee brace liner pad",
            "hot pack",
            "pack",
        )
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a brace", ["brace"]),
        ("brace fitting", ["brace fitting"]),
        ("brace for the knee", ["brace"]),
        ("knee pain", []),
        ("a knee", []),
        ("knee brace liner", ["knee brace"]),  # the longer phrase is not all there
        ("knee brace liner pads", ["knee brace liner pad"]),
        ("knee, brace", ["brace"]),  # a comma parts words
        ("hot packs and knee-brace", ["hot pack", "knee brace"]),
        ("", []),
    ],
)
def test_the_longest_phrase_at_a_word_is_found(text: str, expected: list[str]) -> None:
    run = words(text, 0, len(text))
    hits = PHRASES.find(run)
    assert expected == [hit.meaning for hit in hits]
    assert expected == [
        " ".join(word.singular for word in run[hit.first : hit.last + 1]) for hit in hits
    ]


def test_a_phrase_ends_with_its_sentence() -> None:
    text = "She asked for physical. Therapy helped, and ibuprofen. An MRI was normal."
    narrative = sentences(text, 0, len(text))
    each = [(index, found) for index, found in mentions.of_sentences(text, narrative) if found]
    assert each == [
        (index, found)
        for index, sentence in enumerate(narrative)
        if (found := mentions.find(text, sentence))
    ]
    for index, found in each:
        run = narrative[index].words
        assert all(
            (run[mention.first].start, run[mention.last].end) == (mention.start, mention.end)
            for mention in found
        )
    named = {text[mention.start : mention.end] for _, found in each for mention in found}
    assert {"ibuprofen", "MRI"} <= named
    assert not any("physical" in words_of and "Therapy" in words_of for words_of in named)
