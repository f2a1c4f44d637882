"""Cells of a page: runs of text that stand together on one line, and their place on the page."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from imr_extract.readers.pieces import Drawn, Piece

SAME_ROW = 2.5  # points between baselines
_CELL_GAP = 2.5  # type sizes between parts of one line and what only stands beside it
_BAND = 0.08  # share of the page's height: its margins
_USUAL_LINE = 14.0  # points between lines, where a page has too few to measure

DIGITS = re.compile(r"\d+")


class Cell(NamedTuple):
    """What stands together on one line of a page."""

    page: int  # index
    pieces: tuple[Piece, ...]
    text: str
    left: float
    right: float
    top: float
    baseline: float
    size: float
    font: str
    holder: int

    @property
    def key(self) -> str:
        """The text in lower case with zeros for numbers, which differ from page to page."""
        return " ".join(DIGITS.sub("0", self.text).split()).lower()


class PageCells(NamedTuple):
    """The cells of a page, and what they are measured by."""

    cells: list[Cell]
    body: list[Cell]  # those drawn by the object that draws most of the text
    height: float
    line: float  # usual distance between lines, in points


def _cells_from_top(page: int, pieces: Iterable[Piece]) -> list[Cell]:
    """The cells of a page, from top to bottom and from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.baseline):
        if rows and piece.baseline - rows[-1][0].baseline < SAME_ROW:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [cell for row in rows for cell in _cells_of_row(page, row)]


def _cells_of_row(page: int, row: list[Piece]) -> Iterator[Cell]:
    together: list[Piece] = []
    for piece in sorted(row, key=lambda piece: piece.box.left):
        if together and (
            piece.box.left - max(before.box.right for before in together)
            > _CELL_GAP * max(piece.size, together[-1].size)
            or piece.holder != together[-1].holder
        ):
            yield _cell(page, together)
            together = []
        together.append(piece)
    yield _cell(page, together)


def _cell(page: int, pieces: list[Piece]) -> Cell:
    main = max(pieces, key=lambda piece: len(piece.text))
    return Cell(
        page=page,
        pieces=tuple(pieces),
        text=" ".join("".join(piece.text for piece in pieces).split()),
        left=min(piece.box.left for piece in pieces),
        right=max(piece.box.right for piece in pieces),
        top=min(piece.box.top for piece in pieces),
        baseline=main.baseline,
        size=main.size,
        font=main.font,
        holder=main.holder,
    )


def cells_on_page(at: int, page: Drawn) -> PageCells:
    """The cells of the page with index `at`."""
    cells = _cells_from_top(at, page.pieces)
    holders = Counter[int]()
    for cell in cells:
        holders[cell.holder] += len(cell.text)
    main = holders.most_common(1)[0][0] if holders else -1
    body = [cell for cell in cells if cell.holder == main]
    distances = [
        round(below.baseline - above.baseline)
        for above, below in zip(body, body[1:], strict=False)
        if below.baseline - above.baseline > SAME_ROW
    ]
    line = float(statistics.mode(sorted(distances))) if distances else _USUAL_LINE
    return PageCells(cells, body, page.height, line)


def main_holder(page: PageCells) -> int:
    """The holder that draws most of the page's text; -1 for an empty page."""
    return page.body[0].holder if page.body else -1


def left_margin(page: PageCells) -> float:
    """Where the lines of the text begin."""
    lefts = Counter(round(cell.left) for cell in page.body)
    return float(lefts.most_common(1)[0][0]) if lefts else 0.0


def in_margin(cell: Cell, page: PageCells) -> bool:
    """Whether the cell stands in the margin at the top or at the bottom of the page."""
    return not in_body(cell.baseline, page.height)


def in_body(baseline: float, height: float) -> bool:
    """Whether a line of a page of this height stands between its margins."""
    return height * _BAND < baseline < height * (1 - _BAND)


def lies_on_text(cell: Cell, page: PageCells) -> bool:
    """Whether the cell is printed over lines of the text."""
    return any(
        other is not cell
        and other.holder == main_holder(page)
        and min(other.right, cell.right) - max(other.left, cell.left) > cell.size / 2
        and other.top + 1 < cell.baseline - 1
        and cell.top + 1 < other.baseline - 1
        for other in page.body
    )
