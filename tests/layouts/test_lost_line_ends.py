"""Letters in text that lost some line ends: a heading stands behind other words."""

import re

import pytest
from corpus import text

from imr_extract import extract_bytes
from imr_extract.errors import UnknownLayout

HEADINGS = (
    "HOW THE IMR FINAL DETERMINATION WAS MADE",
    "CLINICAL CASE SUMMARY",
    "IMR ISSUES, DECISIONS AND RATIONALES",
)


def glued(words: str, heading: str) -> str:
    assert words.count(heading) == 1
    return re.sub(rf"\s+{heading}", f" {heading}", words)


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("name", ["one-issue-upheld", "mixed-outcomes"])
def test_a_heading_behind_a_sentence_is_still_one(name: str, heading: str) -> None:
    words = text(name).decode()
    alone, record = extract_bytes(words.encode()), extract_bytes(glued(words, heading).encode())
    assert (alone.layout, alone.case) == (record.layout, record.case)
    assert alone.issues == record.issues
    assert alone.diagnoses == record.diagnoses


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_letter_quoted_with_such_headings_stays_refused(heading: str) -> None:
    words = glued(text("mixed-outcomes").decode(), heading)
    framed = f"A teacher shows her class how such a letter looks and what it leaves out.\n\n{words}"
    with pytest.raises(UnknownLayout):
        extract_bytes(framed.encode())


@pytest.mark.parametrize("heading", HEADINGS[::2])
def test_a_sentence_that_names_the_heading_is_none(heading: str) -> None:
    words = re.sub(
        rf"\s+{heading}\n",
        f" as the part called {heading} says.\n",
        text("mixed-outcomes").decode(),
    )
    with pytest.raises(UnknownLayout):
        extract_bytes(words.encode())
