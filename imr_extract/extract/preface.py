"""The case number that people keep above a decision without a header of its own."""

from collections.abc import Iterator

from imr_extract.layouts.letters.bounds import Bounds
from imr_extract.layouts.spec import Layout, timed
from imr_extract.text.document import Found, NormalizedText

_FIELD = "case.case_number"
_GROUP = "case_number"


def extract(normalized: NormalizedText, layout: Layout, bounds: Bounds) -> Iterator[Found]:
    """`case.case_number` from what stands before the decision in its file, `normalized`.

    Nothing where no number stands there, or where several do: they may be those of other cases.
    """
    start = normalized.lines[bounds.before.start].start
    end = normalized.lines[bounds.letter.start].start if bounds.at is None else bounds.at
    found = [
        (match.span(_GROUP), f"case.{row.id}")
        for row in layout.detect.preface
        if f"<{_GROUP}>" in row.pattern
        for match in timed(layout, row).finditer(normalized.text, start, end)
    ]
    numbers = {normalized.text[left:right] for (left, right), _ in found}
    if len(numbers) == 1:
        span, rule = found[0]
        yield Found(_FIELD, numbers.pop(), (normalized.span(*span),), rule)
