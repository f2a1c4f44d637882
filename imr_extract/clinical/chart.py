"""The chart: the sentences of a case summary that name a treatment or a study, read once for both."""

from typing import NamedTuple

from imr_extract.clinical import care, mentions
from imr_extract.clinical.care import Reading
from imr_extract.clinical.mentions import Mark
from imr_extract.clinical.prose import Sentence


class Noted(NamedTuple):
    """A sentence with what it names and what it states."""

    sentence: Sentence
    marks: list[Mark]
    reading: Reading


def chart(text: str, story: list[Sentence]) -> list[Noted]:
    """The sentences of `story` that name anything, in order; () where there is no summary."""
    noted = []
    for sentence in story:
        marks = mentions.join(text, mentions.marks(text, sentence))
        if any(mark.role != "none" for mark in marks):
            noted.append(Noted(sentence, marks, care.read(text, sentence)))
    return noted
