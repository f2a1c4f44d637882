"""To be filled: mechanism."""

from collections.abc import Iterator

from imr_extract.clinical.prose import Sentence
from imr_extract.document import Folded, Found
from imr_extract.model import Note


def extract(folded: Folded, story: list[Sentence]) -> Iterator[Found | Note]:
    """The values of this part of the record, from the sentences of the case summary."""
    yield Note(field="injury.mechanism", code="not_in_letter", message="not read yet")
