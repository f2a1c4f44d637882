"""The chart: the sentences that name a treatment or a study, read once for both."""

from collections.abc import Iterator
from typing import NamedTuple

from imr_extract.clinical.treatments import mentions, treatment_statements
from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.treatments.treatment_statements import LISTS, SentenceReading
from imr_extract.text.sentences import Sentence


class AnnotatedSentence(NamedTuple):
    """A sentence with what it names and what it states."""

    sentence: Sentence
    mentions: list[Mention]
    reading: SentenceReading


def annotate(text: str, narrative: list[Sentence]) -> list[AnnotatedSentence]:
    """The sentences of `narrative` that name anything, in order."""
    annotated = []
    items = _numbered_items(text, narrative)
    for index, found in mentions.of_sentences(text, narrative):
        if any(mention.role != "none" for mention in found):
            sentence = narrative[index]
            reading = items.get(sentence.start) or treatment_statements.read(text, sentence)
            annotated.append(AnnotatedSentence(sentence, found, reading))
    return annotated


def _numbered_items(text: str, narrative: list[Sentence]) -> dict[int, SentenceReading]:
    """How each item of a list with numbers that sentences hold is read, by its start.

    "Treatment: 1. Massage. 2. A cane." is five sentences: its numbers and items stand apart. The
    items are what the sentence of the first number says: had, or only planned.
    """
    items: dict[int, SentenceReading] = {}
    for index, sentence in enumerate(narrative[:-1]):
        if not text.endswith((" 1.", " 1)"), sentence.start, sentence.end):
            continue
        head = treatment_statements.read(text, sentence)
        listed = head.statements[-1] if head.statements else None
        if listed is not None and (listed.kind not in LISTS or listed.end != sentence.end):
            listed = None
        planned = head.wished(sentence.end - 1, sentence.end)
        if listed is None and not planned:
            continue
        for item in _following(text, narrative[index + 1 :]):
            if listed is not None:
                stated = [listed._replace(start=item.start, end=item.end)]
                items[item.start] = SentenceReading(stated, (), False)
            else:
                items[item.start] = treatment_statements.planned(text, item)
    return items


def _following(text: str, narrative: list[Sentence]) -> Iterator[Sentence]:
    """The items behind a number: every other sentence, as long as the next number follows."""
    for number, index in enumerate(range(0, len(narrative), 2), start=2):
        yield narrative[index]
        if index + 1 == len(narrative) or not _is_number(text, narrative[index + 1], number):
            return


def _is_number(text: str, sentence: Sentence, number: int) -> bool:
    return text[sentence.start : sentence.end].strip("().") == str(number)
