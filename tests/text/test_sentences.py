"""Words of sentences: their forms, their places, and which of them belong together."""

import pytest

from imr_extract.text.sentences import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Both knees", ["both", "+knees"]),
        (
            "right-sided pain,  left/right (50%)",
            ["right", "+sided", "+pain", "left", "+right", "50%"],
        ),
        ("Colles\u2019 fracture; Quervain's", ["colles", "+fracture", "quervain's"]),
        ("No. 3 and St. Ann", ["no", "+3", "+and", "+st", "+ann"]),
        ("C5\n7.5 mg.", ["c5", "7.5", "+mg"]),
        (" (a)(b", ["a", "b"]),
        (" ,- ", []),
        ("", []),
    ],
)
def test_words_and_whether_they_continue_a_phrase(text: str, expected: list[str]) -> None:
    found = words(text, 0, len(text))
    assert expected == [f"{'+' if word.joined else ''}{word.text}" for word in found]


def test_places_of_words_are_those_of_the_text() -> None:
    text = "Seen today: the therapies' \u201cknees\u201d,  and 7.5% more."
    found = words(text, 5, len(text) - 1)
    printed = ["today", "the", "therapies", "knees", "and", "7.5%", "more"]
    assert printed == [text[word.start : word.end] for word in found]
    assert ["today", "the", "therapy", "knee", "and", "7.5%", "more"] == [
        word.singular for word in found
    ]
