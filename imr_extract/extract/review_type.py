"""What was asked of the reviewers: whether a service is needed, or proven, or was urgent."""

from collections.abc import Iterable, Iterator

from imr_extract.record.model import Note
from imr_extract.rules.table import cues
from imr_extract.text.document import Found, NormalizedText, Section


def extract(
    normalized: NormalizedText, sections: Iterable[Section | None]
) -> Iterator[Found | Note]:
    """The type, from the first section that states it; rows are tried in file order."""
    for section in sections:
        if section is None:
            continue
        for row in cues("review_type", "type"):
            matches = list(row.pattern.finditer(normalized.text, section.body, section.end))
            if matches:
                span = normalized.span(*matches[-1].span())
                yield Found("review_type", row.value or "", (span,), row.id)
                return
    yield Note(field="review_type", code="not_in_letter", message="no sentence states it")
