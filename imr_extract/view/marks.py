"""Marks: the letter's text cut into pieces, each with the values whose words it belongs to."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imr_extract.text.document import Span


class Claim(NamedTuple):
    """A span with the number of the value that it gives."""

    span: Span
    value: int
    passage: bool  # shown as a frame around what was found inside it, not as a find itself


class MarkedRun(NamedTuple):
    """A run of text inside one printed line that belongs to the same values throughout."""

    start: int
    end: int
    values: tuple[int, ...]  # the innermost first; () for text that gave nothing
    passage: bool  # whether all of its values are passages
    bold: bool


def pieces(line: Span, claims: Sequence[Claim], headings: Sequence[Span]) -> Iterator[MarkedRun]:
    """The pieces that tile `line`, in order; spans may overlap and hold each other."""
    touching = [claim for claim in claims if _touches(claim.span, line)]
    bold = [span for span in headings if _touches(span, line)]
    cuts = {line.start, line.end}
    for span in (*bold, *(claim.span for claim in touching)):
        cuts.update((max(span.start, line.start), min(span.end, line.end)))
    ordered = sorted(cuts)
    for start, end in zip(ordered, ordered[1:], strict=False):
        piece = Span(start, end)
        over = [claim for claim in touching if _touches(claim.span, piece)]
        over.sort(key=lambda claim: (_length(claim.span), claim.value))
        values = tuple(dict.fromkeys(claim.value for claim in over))
        passage = all(claim.passage for claim in over)
        is_bold = any(_touches(span, piece) for span in bold)
        yield MarkedRun(start, end, values, bool(values) and passage, is_bold)


def _touches(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end


def _length(span: Span) -> int:
    return span.end - span.start
