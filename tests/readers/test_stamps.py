"""Stamps over a page: one that says that the letter does not hold has a note of its own."""

import pytest
from corpus import pdf

from held import _aslant as aslant
from held import annotated, overlaid
from imr_extract import extract_bytes

SAID = "a stamp says that the letter is void, amended or a draft (pages 1, 2, 3)"


@pytest.mark.parametrize(
    ("words", "is_void"),
    [
        ("VOID", True),
        ("V O I D", True),
        ("AMENDED", True),
        ("DRAFT", True),
        ("SUPERSEDED - see letter of May 2", True),
        ("COPY", False),
        ("CONFIDENTIAL", False),
        ("RECEIVED", False),
    ],
)
def test_words_aslant_are_left_out_and_their_sense_is_noted(words: str, is_void: bool) -> None:
    notes = extract_bytes(overlaid(aslant(words, 45, 40))(pdf("mixed-outcomes"))).notes
    assert "left_out" in {note.code for note in notes}
    assert is_void == (SAID in {note.message for note in notes})


def test_a_stamp_of_a_viewer_has_a_note() -> None:
    notes = extract_bytes(annotated(pdf("mixed-outcomes"))).notes
    assert any(note.message.startswith("a stamp is laid over the page") for note in notes)
