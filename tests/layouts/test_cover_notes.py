"""Notes above and below a letter, in sentences of those who pass it on. It stays one, and read."""

from functools import cache

import pytest
from corpus import FIXTURES

from imr_extract import Record, extract_bytes
from imr_extract.errors import UnknownLayout
from imr_extract.layouts.cover_notes import is_note, note_words

NOTES = (
    "Please see the attached decision for your records.",
    "Dear Ms. Ostrow, enclosed is the IMR decision we discussed.",
    "Two of the three requests were overturned, so we can go ahead with those. Thank you.",
    """We received the determination below on March 4, 2017 and forward it to all parties. Please
calendar the 30 days to appeal it. Should you have any questions, please do not hesitate to
contact our office.""",
)
# Nobody speaks in these, or is spoken to: below a letter they may be its own last words.
APART = (
    "The original was mailed to the injured worker on 3/4/2017.",
    "Spoke with the adjuster on 3/6/2017, the authorization is on its way.",
)
LETTERS = (
    "text/mixed-outcomes.txt",
    "layouts/dwc-notice-2013/two-decisions.txt",
    "layouts/dwc-professional-review/necessary.txt",
    "layouts/dwc-decisions-2014/three-items.txt",
    "layouts/dmhc-findings/y2010-findings.txt",
)
# What texts say that quote a letter, or are about one.
QUOTING = (
    "In my view the state has built a machine that says no, and this is what it prints.",
    "Below is the kind of letter that most of my patients receive.",
    "I have typed it out because the scan was too faint.",
    "The court then quoted the determination in its entirety.",
    "It cost me two years, and here is the piece of paper that ended it.",
    "Students should mark the sentence that decides the case.",
    "They say it is evidence based, and you can see for yourself what that means.",
)
# The last words of a letter's reasons.
REASONS = (
    "The request was sent to the office on 3/4/2017 and is not supported by the guideline.",
    "The provider has been asked for the records of this year without an answer.",
    "The claims administrator authorized six visits, leaving the original request eligible.",
)


def letter(path: str) -> str:
    return (FIXTURES / path).read_text(encoding="utf-8").rstrip()


def said_by(record: Record) -> tuple[object, ...]:
    return (record.layout, record.case, record.patient, record.issues, record.outcome)


@cache
def alone(path: str) -> tuple[object, ...]:
    return said_by(extract_bytes(letter(path).encode()))


@pytest.mark.parametrize("words", note_words().proof.examples)
def test_every_example_is_a_note(words: str) -> None:
    assert is_note(words, 0, len(words))


@pytest.mark.parametrize("words", [*note_words().proof.near_misses, *QUOTING])
def test_a_near_miss_is_none(words: str) -> None:
    assert not is_note(words, 0, len(words))


def test_a_word_is_listed_once_in_a_list_and_weighs_as_its_list() -> None:
    table = note_words()
    assert set(table.words) == {*table.weights, "never", "never_below"}
    refused = table.words["never"]
    assert [] == [kind for kind in table.weights if table.words[kind] & refused]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("path", LETTERS)
def test_a_letter_with_a_note_is_read_as_it_is(path: str, note: str, gap: str) -> None:
    words = letter(path)
    for around in (f"{note}{gap}{words}\n", f"{words}{gap}{note}\n"):
        record = extract_bytes(around.encode())
        assert alone(path) == said_by(record)
        assert "left_out" in {each.code for each in record.notes}


@pytest.mark.parametrize("path", LETTERS)
def test_a_note_without_a_stop_is_one_too(path: str) -> None:
    words, note = letter(path), "Original to follow by mail, as we discussed"
    for around in (f"{note}\n{words}\n", f"{words}\n{note}\n"):
        assert alone(path) == said_by(extract_bytes(around.encode()))


@pytest.mark.parametrize("note", APART)
@pytest.mark.parametrize("path", LETTERS)
def test_a_note_in_which_nobody_speaks_stands_apart(path: str, note: str) -> None:
    words = letter(path)
    for around in (f"{note}\n{words}\n", f"{words}\n\n{note}\n"):
        assert alone(path) == said_by(extract_bytes(around.encode()))


@pytest.mark.parametrize("words", QUOTING)
def test_a_letter_that_is_quoted_stays_refused(words: str) -> None:
    quoted = letter(LETTERS[0])
    for around in (f"{words}\n\n{quoted}\n", f"{quoted}\n\n{words}\n"):
        with pytest.raises(UnknownLayout):
            extract_bytes(around.encode())


# "Dear Ms. Ostrow" begins a cover letter, below which any letter is one.
@pytest.mark.parametrize("note", [NOTES[0], NOTES[2], APART[0]])
@pytest.mark.parametrize("kind", ["letter-in-a-frame", "quoted-at-length", "news-article"])
def test_a_note_makes_no_letter_of_a_text_about_letters(kind: str, note: str) -> None:
    for path in sorted((FIXTURES / "negatives").glob(f"{kind}-*.txt")):
        words = path.read_text(encoding="utf-8").rstrip()
        for around in (f"{note}\n\n{words}\n", f"{words}\n\n{note}\n"):
            with pytest.raises(UnknownLayout):
                extract_bytes(around.encode())


@pytest.mark.parametrize("last", REASONS)
def test_the_last_words_of_the_reasons_are_no_note(last: str) -> None:
    record = extract_bytes(f"{letter(LETTERS[0])}\n{last}\n".encode())
    assert str(record.issues[-1].rationale).endswith(last)
