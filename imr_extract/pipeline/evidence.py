"""Evidence: each value of a record with the words that gave it."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import UNSET

from imr_extract.pipeline.confidence import grade_at
from imr_extract.record import paths
from imr_extract.record.model import Box, Evidence, Record
from imr_extract.text.document import Document, Found, Span, page_of

# The letter's outcome is derived from the outcomes of its issues.
LETTER_OUTCOME = "letter.outcome"


def collect(
    record: Record,
    document: Document,
    found: Iterable[Found],
    boxes: Mapping[Span, Sequence[Box]] | None = None,
) -> dict[str, list[Evidence]]:
    """The evidence of every value of the record, in record order.

    `boxes` gives the rectangles of each span; without it the evidence has none.
    """
    by_field = {each.field: each for each in found}
    by_field.setdefault("outcome", _letter_outcome(record, by_field))

    def evidence(span: Span, value: Found) -> Evidence:
        return Evidence(
            start=span.start,
            end=span.end,
            page=page_of(document, span),
            rule=value.rule,
            grade=grade_at(value, document, span),
            boxes=UNSET if boxes is None else list(boxes.get(span, ())),
        )

    return {
        path: [evidence(span, by_field[path]) for span in _spans(by_field[path])]
        for path, _ in paths.values(record)
    }


def _spans(found: Found) -> Sequence[Span]:
    """The spans of a value; for a list one per item, even where all come from one name."""
    value, spans = found.value, found.spans
    return spans * len(value) if isinstance(value, list) and len(spans) == 1 else spans


def _letter_outcome(record: Record, by_field: Mapping[str, Found]) -> Found:
    outcomes = (by_field.get(f"issues[{index}].outcome") for index in range(len(record.issues)))
    spans = tuple(span for outcome in outcomes if outcome for span in outcome.spans)
    return Found("outcome", record.outcome or "", spans, LETTER_OUTCOME)
