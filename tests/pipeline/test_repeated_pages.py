"""A page that stands in a file twice is read once; a letter that does so, twice."""

import io

import pikepdf
import pytest
from corpus import pdf, text

from imr_extract import Record, extract_all, extract_bytes

NAME = "mixed-outcomes"


def with_page_twice(data: bytes, page: int) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as file:
        file.pages.insert(page, file.pages[page - 1])
        out = io.BytesIO()
        file.save(out, encryption=False)
        return out.getvalue()


def said(record: Record) -> tuple[object, ...]:
    return (record.case, record.patient, record.issues, record.diagnoses, record.outcome)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_is_there_twice_is_read_once(page: int) -> None:
    record = extract_bytes(with_page_twice(pdf(NAME), page))
    assert said(extract_bytes(pdf(NAME))) == said(record)
    left = [note.message for note in record.notes if note.code == "left_out"]
    assert [f"a page that stands in the file twice (pages {page}, {page + 1})"] == left


def test_the_same_holds_for_text() -> None:
    first, *rest = text(NAME).split(b"\f")
    record = extract_bytes(b"\f".join((first, first, *rest)))
    assert said(extract_bytes(text(NAME))) == said(record)
    assert "left_out" in {note.code for note in record.notes}


def test_a_letter_of_one_page_may_be_there_twice() -> None:
    words = " ".join(text("one-issue-upheld").decode().split("\f")).encode()
    found = [each for each in extract_all(words + b"\f" + words) if isinstance(each, Record)]
    assert 2 == len(found)
    assert said(found[0]) == said(found[1]) == said(extract_bytes(words))
    assert "duplicate" in {note.code for note in found[1].notes}


def test_pages_that_differ_in_a_letter_are_both_read() -> None:
    first, second, *rest = text(NAME).split(b"\f")
    other = second.replace(b"the", b"that", 1)
    assert other != second
    record = extract_bytes(b"\f".join((first, second, other, *rest)))
    assert said(extract_bytes(text(NAME))) != said(record)
