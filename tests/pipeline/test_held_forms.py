"""A letter has one record, whatever its holders have done to the file."""

import pytest
from corpus import pdf, without_source
from thinning import quick_every

import held
from imr_extract import extract_bytes
from imr_extract.readers import ReaderChoice, repair
from imr_extract.readers.layers import PlacedLine

LETTERS = ("mixed-outcomes", "one-issue-upheld", "twenty-issues")


READ: list[tuple[ReaderChoice, str]] = [
    *(("pdfium", name) for name in LETTERS),
    ("pdfplumber", "one-issue-upheld"),
]


@pytest.mark.parametrize(("reader", "name"), quick_every(len(READ), READ))
@pytest.mark.parametrize("form", held.FORMS)
def test_every_form_of_a_letter_gives_its_record(
    form: str, reader: ReaderChoice, name: str
) -> None:
    original = extract_bytes(pdf(name), reader=reader)
    change, has_note = held.FORMS[form]
    record = extract_bytes(change(pdf(name)), reader=reader)
    expected, found = without_source(original), without_source(record)
    notes = [note for note in found.pop("notes") if note not in expected["notes"]]
    expected.pop("notes")
    assert expected == found
    assert {"source"} >= {note["field"] for note in notes}
    if has_note:
        assert {"left_out", "conflict"} & {note["code"] for note in notes}
    else:
        assert [] == notes


def shifted(words: str) -> str:
    """The words as a font without a table of letters gives them."""
    return "".join(chr(ord(letter) - 29) for letter in words)


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        (shifted("The worker walks daily."), "The worker walks daily."),
        (f"Decision: {shifted('The request is denied.')}", "Decision: The request is denied."),
        (f"Decision:{shifted(' The request is denied.')}", "Decision: The request is denied."),
        (shifted("Care."), "Care."),
        (shifted("2009, Section(s): Opioids."), "2009, Section(s): Opioids."),
        ("The worker walks daily.", "The worker walks daily."),
        ("a stray \x03 mark", "a stray \x03 mark"),
        (f"{shifted('12 34')}", shifted("12 34")),
    ],
)
def test_a_shifted_run_is_put_right_and_nothing_else(printed: str, right: str) -> None:
    line = PlacedLine(printed, 72.0, 100.0, False)
    ((found,),) = repair.repaired([[line]])
    assert (right, right != printed) == (found.text, found.is_repaired)
