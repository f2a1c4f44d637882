"""Folding: single blanks, whole words, and the way back to every character."""

import pytest
from corpus import NAMES, normalized, pdf
from hypothesis import given
from hypothesis import strategies as st

from imr_extract.errors import Empty
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read
from imr_extract.text.document import Document, NormalizedText, Span
from imr_extract.text.normalization import normalize


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("one  two\n three\f\n four", "one two three four", id="blanks"),
        pytest.param("was non-\ncertified", "was non-certified", id="printed-hyphen"),
        pytest.param("an x-\nray", "an x-ray", id="x-ray"),
        pytest.param("radicul-\nopathy", "radiculopathy", id="second-half-no-word"),
        pytest.param("electro-\nmyography", "electromyography", id="first-half-of-words"),
        pytest.param("https://a.example/b-\nc.html", "https://a.example/b-c.html", id="address"),
        pytest.param("from 8-14-\n2017", "from 8-14-2017", id="date"),
        pytest.param("a dash -\nand more", "a dash - and more", id="dash"),
        pytest.param("anti-\n(inflammatory)", "anti- (inflammatory)", id="bracket"),
        pytest.param("one\u00a0\u00a0two", "one two", id="hard-blanks"),
        pytest.param("radicul-\n\n \f opathy", "radiculopathy", id="over-a-page-break"),
        pytest.param("CERVICO-\nTHORACIC", "CERVICOTHORACIC", id="capitals"),
    ],
)
def test_folding(words: str, expected: str) -> None:
    assert expected == normalized(words).text


def test_gaps_are_larger_than_usual_spaces() -> None:
    lines = normalized("a\nb\nc\n\nd\n\n\ne\nf\fg\nh").lines
    assert [None, False, False, True, True, False, None, False] == [line.gap for line in lines]


def test_a_blank_line_behind_every_line_is_no_gap() -> None:
    lines = normalized("a\n\nb\n\nc\n\n\n\nd\n\ne").lines
    assert [None, False, False, True, False] == [line.gap for line in lines]


def test_a_span_goes_over_what_was_folded() -> None:
    text = normalized("has  radicul-\nopathy now")
    at = text.text.index("radiculopathy")
    assert Span(5, 20) == text.span(at, at + len("radiculopathy"))
    assert "radicul-\nopathy" == text.document.text[5:20]


def test_line_at_knows_the_starts_of_lines_only() -> None:
    text = normalized("one two\nthree")
    first, second = text.line_at(0), text.line_at(8)
    assert first is not None
    assert second is not None
    assert (0, 7) == (first.start, first.end)
    assert (8, 13) == (second.start, second.end)
    assert text.line_at(4) is None
    assert [0, 0, 1, 1] == [text.line_index(at) for at in (0, 7, 8, 12)]


def assert_all_maps(text: NormalizedText, document: Document) -> None:
    at = -1
    for position, character in enumerate(text.text):
        if character != " ":
            origin = text.origin(position)
            assert character == document.text[origin]
            assert origin > at
            at = origin


@given(st.text(alphabet=st.sampled_from("ab1- \n\f\t\u00a0\u2003.)radicul")))
def test_every_character_of_lines_and_hyphens_maps_back(words: str) -> None:
    try:
        text = normalized(words)
    except Empty:
        return
    assert_all_maps(text, text.document)


@given(st.text())
def test_every_character_of_any_text_maps_back(words: str) -> None:
    try:
        text = normalized(words)
    except Empty:
        return
    assert_all_maps(text, text.document)
    assert "  " not in text.text


@pytest.mark.parametrize("name", NAMES)
def test_every_character_of_the_fixtures_maps_back(name: str) -> None:
    document = read(pdf(name), "pdfium", DEFAULT_LIMITS)
    assert_all_maps(normalize(document), document)
