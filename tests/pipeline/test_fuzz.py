"""Spoiled fixture PDFs, and texts like letters: a record or a typed error, whatever comes in."""

import io
import random
from collections.abc import Iterator
from typing import get_args

import fuzz
import makes
import msgspec
import pikepdf
import pytest
from corpus import FIXTURES, make_issue, make_letter
from hypothesis import given, settings
from hypothesis import strategies as st
from spoiled import said_of

from imr_extract import ImrError, Record, extract_bytes
from imr_extract.batch import Outcome, Task, run
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import ErrorCode

LETTERS = fuzz.of_each_make(
    [path.read_bytes() for path in sorted(fuzz.LETTERS.glob("*.pdf"))[::6]], aes=False
)
CASES = 200


def tasks() -> Iterator[Task]:
    for index in range(CASES):
        yield Task(index, str(index).encode(), fuzz.spoiled(LETTERS, str(index)))


@pytest.mark.slow
def test_spoiled_pdfs_give_an_error_the_same_record_or_a_note() -> None:
    """In worker processes, since PDFium may crash in native code."""
    outcomes = list(run(tasks(), fuzz.OPTIONS, jobs=2))
    assert list(range(CASES)) == [outcome.index for outcome in outcomes]
    assert {outcome.error for outcome in outcomes} <= {None, *get_args(ErrorCode)} - {"internal"}
    found = [
        fuzz.finding_of(outcome, fuzz.unspoiled(LETTERS, outcome.path.decode()))
        for outcome in outcomes
    ]
    assert [] == [finding.line for finding in found if finding.is_fault]
    assert {"error", "same", "noted"} <= {finding.said for finding in found}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "same"),
        ({"source": {}}, "same"),
        ({"injury": {}}, "silent"),
        ({"injury": {}, "notes": [{"field": "injury", "code": "misread"}]}, "noted"),
        ({"issues": [{"outcome": "upheld"}]}, "silent"),
        ({"issues": [{"outcome": "overturned"}]}, "lost"),
        ({"issues": []}, "lost"),
        ({"notes": [{"field": "case", "code": "conflict"}]}, "same"),
    ],
)
def test_a_record_of_a_spoiled_letter_is_compared_as_a_whole(
    change: dict[str, object], said: str
) -> None:
    good = {
        "source": {"name": "a"},
        "injury": {"date": "2015"},
        "issues": [{"outcome": "upheld", "rationale": "because"}],
        "notes": [{"field": "case", "code": "conflict"}],
    }
    spoiled = Outcome(0, b"", msgspec.json.encode(good | change), None, 0, None, "")
    assert said == said_of(spoiled, msgspec.json.encode(good))


@pytest.mark.parametrize("make", makes.MAKES)
def test_each_make_gives_the_record_of_the_letter(make: str) -> None:
    letter = (FIXTURES / "pdf" / "mixed-outcomes.pdf").read_bytes()
    found = Outcome(0, b"", fuzz.record_of(makes.MAKES[make](letter)), None, 0, None, "")
    assert "same" == said_of(found, fuzz.record_of(letter))
    assert make in makes.AES or makes.MAKES[make](letter) == makes.MAKES[make](letter)


@pytest.mark.parametrize("mutation", fuzz.MUTATIONS, ids=lambda each: each.__name__)
def test_a_mutation_spoils_and_its_seed_tells_how(mutation: fuzz.Mutation) -> None:
    good, other, *_ = (letter.data for letter in LETTERS)

    def spoil() -> list[bytes]:
        chances = (random.Random(number) for number in range(10))  # noqa: S311 - not a secret
        return [mutation(good, other, chance) for chance in chances]

    first = spoil()
    assert first == spoil()
    assert len(set(first) - {good}) > 5


def test_text_that_is_damaged_is_not_taken_for_another_kind_of_text() -> None:
    letter = makes.flate((FIXTURES / "pdf" / "mixed-outcomes.pdf").read_bytes())
    start = letter.index(b"stream\n", letter.index(b"/FlateDecode")) + len(b"stream\n")
    said: set[str] = set()
    for at in range(start, start + 400, 9):
        spoiled = letter[:at] + bytes([letter[at] ^ 16]) + letter[at + 1 :]
        try:
            record = extract_bytes(spoiled)
        except ImrError as error:
            said.add(error.code)
        else:
            said |= {note.code for note in record.notes} & {"conflict"}
    assert {"damaged_pdf", "conflict"} == said


def test_a_note_on_a_page_that_has_lost_its_text_is_the_letters() -> None:
    with pikepdf.open(FIXTURES / "pdf" / "verdict-wordings.pdf") as pdf:
        pdf.pages[-1].Contents = pdf.make_stream(b"q")  # which is never closed
        copy = io.BytesIO()
        pdf.save(copy, encryption=False)
    notes = extract_bytes(copy.getvalue()).notes
    assert ("source", "incomplete") in {(note.field, note.code) for note in notes}


LABELS = st.sampled_from(
    [
        "Case Number:",
        "Date Assigned: 01/02/2017",
        "Date of Injury:",
        "Decision Date: 13/45/2017",
        "CLINICAL CASE SUMMARY",
        "IMR ISSUES, DECISIONS AND RATIONALES",
        "The Expert Reviewer has the following credentials:",
        "State(s) of Licensure: California",
        "Claims Administrator guideline:",
        "MAXIMUS guideline: Decision based on",
        "Decision rationale:",
        "A splint: Overturned",
        "1. A wrap: Upheld",
        "was diagnosed with a strain of the left knee, and",
        "Treatment has included ibuprofen 600 mg #60,",
        "An MRI dated 5/5/2015 of the",
        "is a 45 year old",
        "The worker was hurt when",
        "is not medically necessary.",
        "\n",
        "\n\n",
        "\f",
        "-\n",
        "(",
        "\u2019",
        "\u202e",
        "\u00a0",
    ]
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSERTS = st.lists(st.one_of(LABELS, WORDS), max_size=12).map(" ".join)


@st.composite
def letters(draw: st.DrawFn) -> str:
    """The skeleton of a letter with anything in its parts, and something anywhere at last."""
    count = draw(st.integers(0, 4))
    issues = "\n".join(
        make_issue(heading=draw(INSERTS), maximus=draw(INSERTS), rationale=draw(INSERTS))
        for _ in range(count)
    )
    letter = make_letter(
        credentials=draw(INSERTS),
        summary=f"The worker is a 36 year old female. {draw(INSERTS)}",
        issues=issues + draw(INSERTS),
    )
    at = draw(st.integers(0, len(letter)))
    return letter[:at] + draw(INSERTS) + letter[at + draw(st.integers(0, 40)) :]


@given(letters())
@settings(max_examples=150)
def test_whatever_stands_in_a_letter_its_values_are_words_of_it(letter: str) -> None:
    data = letter.encode()
    try:
        found = read_letter(data, ReadingOptions(evidence=True))
    except ImrError:
        return
    record = found.record
    assert record == msgspec.json.decode(msgspec.json.encode(record), type=Record)
    assert record == extract_bytes(data, evidence=True)
    assert list(range(1, len(record.issues) + 1)) == [issue.number for issue in record.issues]
    length = len(found.document.text)
    for places in (record.evidence or {}).values():
        for place in places:
            assert 0 <= place.start < place.end <= length
            assert 1 <= place.page <= record.source.pages  # type: ignore[operator]


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_give_a_typed_error(data: bytes, head: bytes) -> None:
    with pytest.raises(ImrError):
        extract_bytes(head + data)
    with pytest.raises(ImrError):
        extract_bytes(head + data + b"\n%%EOF\n")
