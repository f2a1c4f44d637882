"""The chart: the sentences that name a treatment or a study, read once for both."""

from typing import NamedTuple

from imr_extract.clinical.treatments import mentions, treatment_statements
from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.treatments.treatment_statements import Reading
from imr_extract.text.sentences import Sentence


class AnnotatedSentence(NamedTuple):
    """A sentence with what it names and what it states."""

    sentence: Sentence
    mentions: list[Mention]
    reading: Reading


def annotate(text: str, narrative: list[Sentence]) -> list[AnnotatedSentence]:
    """The sentences of `narrative` that name anything, in order."""
    annotated = []
    for sentence in narrative:
        found = mentions.find(text, sentence)
        if any(mention.role != "none" for mention in found):
            annotated.append(
                AnnotatedSentence(sentence, found, treatment_statements.read(text, sentence))
            )
    return annotated
