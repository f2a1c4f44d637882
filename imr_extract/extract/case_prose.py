"""The case where no table states it: dates and numbers in sentences."""

from collections.abc import Iterable, Iterator

from imr_extract.layouts.spec import Layout, timed
from imr_extract.record.model import Note
from imr_extract.rules.patterns import parse_date
from imr_extract.text.document import Found, NormalizedText

_WORDS = frozenset({"case_number", "priority"})


def extract(
    normalized: NormalizedText, layout: Layout, having: Iterable[str]
) -> Iterator[Found | Note]:
    """The fields that rows of the layout give, except those of `having`; the first match counts."""
    done = set(having)
    found: dict[str, Found | None] = {}
    for row in layout.case:
        field = f"case.{row.value}"
        if field in done or found.get(field):
            continue
        match = timed(layout, row).search(normalized.text)
        found.setdefault(field, None)
        if match is None:
            continue
        words = match["value"]
        value = words if row.value in _WORDS else parse_date(words, None)
        if row.value == "priority":
            value = words.lower()
        if value is not None:
            found[field] = Found(
                field, value, (normalized.span(*match.span("value")),), f"prose.{row.id}"
            )
    for field, fact in found.items():
        yield fact or Note(
            field=field, code="not_in_letter", message="no sentence of the letter states it"
        )
