"""The letter's text as HTML: page by page, with its lines, headings in bold, and every mark."""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import Document, Span
from imr_extract.view.marks import Claim, MarkedRun, pieces
from imr_extract.view.values import ShownValue

_LINE = compile_pattern(r"[^\n]+")
_FULL = 0.7  # of the longest line of a page: a shorter one ends where the letter wants it to


class _Marks(NamedTuple):
    """What is marked in the letter."""

    rows: list[ShownValue]
    claims: list[Claim]
    headings: list[Span]
    firsts: dict[int, int]  # number of a value -> where its first words begin


def pages(
    document: Document, rows: list[ShownValue], headings: list[Span], numbers: range
) -> Iterator[str]:
    """The pages of these numbers that hold anything, and others with marks, each a section."""
    marked = {each.page for row in rows for each in row.evidence}
    claims = [
        Claim(Span(each.start, each.end), row.number, row.is_passage)
        for row in rows
        for each in row.evidence
    ]
    firsts = {row.number: row.evidence[0].start for row in rows if row.evidence}
    marks = _Marks(rows, claims, headings, firsts)
    at = 0
    for number, page in enumerate(document.text.split("\f"), start=1):
        if page.strip() and (number in numbers or number in marked):
            yield (
                f'<section class="page" aria-label="Page {number}">'
                f'<p class="folio">Page {number} of {document.pages}</p>'
                f'<div class="text">{"".join(_lines(page, at, marks))}</div></section>'
            )
        at += len(page) + 1


def _lines(page: str, offset: int, marks: _Marks) -> Iterator[str]:
    """The lines of a page that begins at `offset` in the document, with their line ends.

    The end of a full line is marked, for a narrow screen breaks lines itself.
    """
    done, full = 0, False
    longest = max((len(line) for line in page.split("\n")), default=0)
    for match in _LINE.finditer(page):
        between = page[done : match.start()]
        yield '<span class="fold">\n</span>' if between == "\n" and full else between
        done, full = match.end(), len(match[0].rstrip()) > _FULL * longest
        line = Span(offset + match.start(), offset + match.end())
        for piece in pieces(line, marks.claims, marks.headings):
            yield _piece(page[piece.start - offset : piece.end - offset], piece, marks)


def _piece(text: str, piece: MarkedRun, marks: _Marks) -> str:
    html = f"<b>{escape(text)}</b>" if piece.bold and text.strip() else escape(text)
    if not piece.values:
        return html
    of = [marks.rows[number] for number in piece.values]
    anchors = "".join(
        f'<span id="w{row.number}"></span>' for row in of if marks.firsts[row.number] == piece.start
    )
    kind = "passage" if piece.passage else "find"
    title = "" if piece.passage else f' title="{escape(", ".join(row.path for row in of))}"'
    numbers = " ".join(str(number) for number in piece.values)
    return (
        f'{anchors}<mark class="{kind} g-{of[0].group}" data-values="{numbers}" '
        f'data-at="{piece.start}-{piece.end}" role="button" tabindex="-1"{title}>{html}</mark>'
    )
