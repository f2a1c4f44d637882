"""What stands before a decision without headings: a reference number, labels, cells of a table.

Such decisions begin with their first sentence. People keep them with the number of the case above
it, with the labels of the state's search page, or as a cell of its published table.
"""

from collections.abc import Iterator

from imr_extract.layouts.spec import Layout, timed
from imr_extract.text.document import NormalizedText

# Stretches of a preface on one line, one after the other.
_MOST_STRETCHES = 30


def is_line(normalized: NormalizedText, layout: Layout, index: int) -> bool:
    """Whether all of the line may stand before a decision."""
    line = normalized.lines[index]
    return line.end in _ends(normalized, layout, line.start, line.end)


def ends(normalized: NormalizedText, layout: Layout, index: int) -> Iterator[int]:
    """Where a decision may begin on the line, behind a preface on it, the first place first."""
    line = normalized.lines[index]
    yield from _ends(normalized, layout, line.start, line.end)


def _ends(normalized: NormalizedText, layout: Layout, at: int, end: int) -> Iterator[int]:
    rows = [timed(layout, row) for row in layout.detect.preface]
    for _ in range(_MOST_STRETCHES):
        matches = (row.match(normalized.text, at, end) for row in rows)
        behind = max((match.end() for match in matches if match), default=at)
        if behind == at:
            return
        at = behind
        yield at
