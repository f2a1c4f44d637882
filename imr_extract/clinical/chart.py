"""The chart: the sentences that name a treatment or a study, read once for both."""

from typing import NamedTuple

from imr_extract.clinical import care, marks
from imr_extract.clinical.care import Reading
from imr_extract.clinical.marks import Mark
from imr_extract.clinical.prose import Sentence


class Noted(NamedTuple):
    """A sentence with what it names and what it states."""

    sentence: Sentence
    marks: list[Mark]
    reading: Reading


def chart(text: str, story: list[Sentence]) -> list[Noted]:
    """The sentences of `story` that name anything, in order."""
    noted = []
    for sentence in story:
        found = marks.find(text, sentence)
        if any(mark.role != "none" for mark in found):
            noted.append(Noted(sentence, found, care.read(text, sentence)))
    return noted
