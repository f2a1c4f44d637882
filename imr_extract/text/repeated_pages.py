"""Repeated pages: a page that was scanned, copied or sent twice stands in the file twice.

Its headings and issues would be read as those of another letter, or as issues of their own.
"""

from itertools import groupby

from imr_extract.text.document import Document, Line, Remark, Span

_LEAST_LETTERS = 200  # of a page; shorter ones may be alike by chance, as those between letters are
_WHAT = "a page that stands in the file twice"


def of_one_page(document: Document, page: int) -> Document:
    """The document of one page's lines."""
    lines = tuple(line for line in document.lines if line.page == page)
    return document._replace(lines=lines, part=Span(lines[0].start, lines[-1].end))


def find(document: Document) -> list[int]:
    """The pages with the same lines as the page before, in order."""
    if document.pages == 1:
        return []
    found: list[int] = []
    above: list[Line] = []
    for page, group in groupby(document.lines, key=_page):
        lines = list(group)
        if _are_alike(document.text, above, lines):
            found.append(page)
        above = lines
    return found


def left_out(document: Document, pages: list[int]) -> Document:
    """The document without the lines of these pages, which a remark names."""
    kept = tuple(line for line in document.lines if line.page not in pages)
    both = sorted({at for page in pages for at in (page - 1, page)})
    remark = Remark("left_out", _WHAT, tuple(both))
    return document._replace(lines=kept, remarks=(*document.remarks, remark))


def _page(line: Line) -> int:
    return line.page


def _are_alike(text: str, one: list[Line], other: list[Line]) -> bool:
    """Whether two pages have the same lines, and letters enough."""
    if len(one) != len(other) or other[-1].end - other[0].start < _LEAST_LETTERS:
        return False
    return all(
        text[line.start : line.end] == text[twin.start : twin.end]
        for line, twin in zip(one, other, strict=True)
    )
