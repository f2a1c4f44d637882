"""Remarks above and below a letter: of its state and its handling. It stays a letter, and read."""

import pytest
from corpus import FIXTURES, text

from imr_extract import Record, extract_all, extract_bytes
from imr_extract.errors import UnknownLayout

WRAPPED = """This determination has been rescinded, and the one that was issued on
March 4, 2017 stands in its place."""
VOID = (
    "This determination has been rescinded.",
    "VOID - see letter of 3/4/2017",
    "AMENDED DETERMINATION",
    "Superseded by the letter of March 4, 2017",
    "DRAFT",
    "Please disregard the earlier letter.",
    "The determination below was withdrawn on May 2.",
    WRAPPED,
)
HANDLING = (
    "Copy for file",
    "Received 3/4/2017 by claims department",
    "RECEIVED MAR 04 2017",
    "Scanned on 3/4/2017 at the mailroom",
    "For your records.",
)
LETTERS = (
    "text/mixed-outcomes.txt",
    "layouts/dwc-notice-2013/two-decisions.txt",
    "layouts/dwc-professional-review/necessary.txt",
    "layouts/dwc-decisions-2014/three-items.txt",
    "layouts/dmhc-findings/y2010-findings.txt",
    "layouts/dmhc-findings/y2002-short.txt",
)


def letter(path: str) -> str:
    return (FIXTURES / path).read_text(encoding="utf-8").rstrip()


def is_void(record: Record) -> bool:
    return any(each.code == "conflict" and "is void" in each.message for each in record.notes)


def said(record: Record) -> tuple[object, ...]:
    return (record.layout, record.case, record.patient, record.issues, record.outcome)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("remark", [*VOID, *HANDLING])
@pytest.mark.parametrize("path", LETTERS)
def test_a_letter_with_a_remark_is_read_as_it_is(path: str, remark: str, gap: str) -> None:
    words = letter(path)
    alone = extract_bytes(words.encode())
    above = extract_bytes(f"{remark}{gap}{words}\n".encode())
    below = extract_bytes(f"{words}{gap}{remark}\n".encode())
    assert said(alone) == said(above) == said(below)
    assert (is_void(above), is_void(below)) == (remark in VOID,) * 2
    assert not is_void(alone)
    assert "left_out" in {note.code for note in below.notes}


def test_several_remarks_are_left_out_together() -> None:
    words = letter(LETTERS[0])
    stamped = f"{HANDLING[1]}\n{VOID[0]}\n\n{words}\n\n{VOID[1]}\n{HANDLING[0]}\n"
    record = extract_bytes(stamped.encode())
    assert said(record) == said(extract_bytes(words.encode()))
    assert is_void(record)


@pytest.mark.parametrize("remark", [VOID[0], VOID[4]])
def test_a_remark_on_one_of_two_letters_is_said_of_that(remark: str) -> None:
    one, two = (text(name).decode().rstrip() for name in ("one-issue-upheld", "mixed-outcomes"))
    for data, expected in (
        (f"{one}\n\n{remark}\n\f{two}\n", [True, False]),
        (f"{one}\n\f{remark}\n\n{two}\n", [False, True]),
    ):
        found = [each for each in extract_all(data.encode()) if isinstance(each, Record)]
        assert expected == [is_void(each) for each in found]
        assert [said(each) for each in found] == [
            said(extract_bytes(words.encode())) for words in (one, two)
        ]


@pytest.mark.parametrize(
    "words",
    [
        "The patient asked how long such a review takes.",
        "Received six visits of therapy since the last request was made.",
        "This determination shows well how reviewers weigh such evidence.",
    ],
)
def test_other_sentences_around_a_letter_still_say_that_it_is_quoted(words: str) -> None:
    quoted = letter(LETTERS[0])
    for around in (f"{words}\n\n{quoted}\n", f"{quoted}\n\n{words}\n"):
        with pytest.raises(UnknownLayout):
            extract_bytes(around.encode())


@pytest.mark.parametrize("kind", ["letter-in-a-frame", "quoted-at-length", "news-article"])
def test_a_remark_makes_no_letter_of_a_text_about_letters(kind: str) -> None:
    for path in sorted((FIXTURES / "negatives").glob(f"{kind}-*.txt")):
        words = path.read_text(encoding="utf-8").rstrip()
        for around in (f"{VOID[0]}\n\n{words}\n", f"{words}\n\n{VOID[1]}\n"):
            with pytest.raises(UnknownLayout):
                extract_bytes(around.encode())


@pytest.mark.parametrize(
    "last",
    [
        "The decision of the plan was sent to the claims office and is not medically necessary.",
        "Received treatment has not helped, so that it is not medically necessary.",
    ],
)
def test_the_last_words_of_a_rationale_are_no_remark(last: str) -> None:
    record = extract_bytes(f"{letter(LETTERS[0])} {last}\n".encode())
    assert str(record.issues[-1].rationale).endswith(last)
