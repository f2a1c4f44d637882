"""Page furniture: running heads and feet, page and line numbers, and stamps.

Furniture belongs to the pages and not to the text. It recurs at the same place with other numbers,
stands away from the text, is set in another font, or is drawn by another object of the file. One
such sign is not enough, since letters also print labels at the top of several pages; two are.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from imr_extract.readers.layers import PlacedLine, usual_distance
from imr_extract.readers.page_cells import (
    DIGITS,
    SAME_ROW,
    Cell,
    PageCells,
    cells_on_page,
    in_body,
    in_margin,
    left_margin,
    lies_on_text,
    main_holder,
)
from imr_extract.readers.pieces import Drawn, Piece
from imr_extract.readers.visibility import Kind

_SAME_PLACE = 5.0  # points between the places of furniture on two pages
_FAR = 1.8  # usual line distances between a cell and the text
_VERY_FAR = 3.5
_IN_TEXT = 1.5  # usual line distances from a line of the text to the next one
_ON_TEXT = 0.8  # a line that is printed over the text is nearer
_ENOUGH = 2  # signs that make furniture
_APART = 20.0  # points between text and furniture in published letters
_END_LINES = 3  # at the top and at the bottom of a page, for the quick test
_FEWEST_NUMBERS = 6  # lines in a row with numbers 1, 2, 3, ...: pleading paper
_SMALL_PART = 0.2  # share of the page's letters that an overlay may hold

_LETTERS = re.compile(r"[^\W\d_]")

# The text of a line in the margin that is furniture even without a second page to compare: numbers
# of pages and documents, and what fax machines, browsers and document systems print.
_SHAPES = (
    re.compile(r"\W*(?:page|pg\.?|p\.)?\s*\d{1,4}\s*(?:(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE),
    re.compile(r"\W*[ivxl]{1,6}\W*"),
    re.compile(r"[A-Z][A-Z_ -]{1,24}\d{4,10}"),
    re.compile(r".*\b(?:page|pg\.?|p\.)\s*\d{1,4}\s*(?:of|/)\s*\d{1,4}\b.*", re.IGNORECASE),
    re.compile(r".*\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b.*\b\d{1,2}:\d{2}\b.*", re.DOTALL),
    re.compile(r".*\bP\.?\s*\d{1,4}(?:\s*/\s*\d{1,4})?\s*"),
    re.compile(r"(?:https?://|www\.)\S+(?:\s+\d{1,4}/\d{1,4})?", re.IGNORECASE),
    re.compile(r".*\benvelope id\b.*", re.IGNORECASE),
    re.compile(r".*\b(?:electronically|e-?)\s?(?:filed|served|recorded)\b.*", re.IGNORECASE),
)


class _RepeatedCells(NamedTuple):
    """Cells with the same text, numbers apart, at the same place of several pages."""

    cells: list[Cell]


def may_be_furniture(pages: Sequence[Sequence[PlacedLine]], heights: Sequence[float]) -> bool:
    """Whether lines at the top or bottom of pages of these heights may be furniture.

    A quick test on the lines as read, of pages without forms; `furniture` then decides.
    """
    texts: dict[tuple[str, int], str] = {}
    for page, height in zip(pages, heights, strict=True):
        ends = (*page[:_END_LINES], *page[max(len(page) - _END_LINES, _END_LINES) :])
        placed = [(line, DIGITS.sub("0", line.text), _place(line)) for line in ends]
        for line, key, place in placed:
            spots = ((key, place - 1), (key, place), (key, place + 1))
            before = {texts[spot] for spot in spots if spot in texts}
            if before and not (
                before == {line.text} and _is_in_text(line, page, height, usual_distance(pages))
            ):
                return True
        texts.update(((key, place), line.text) for line, key, place in placed)
        apart = [one for one, other in _ends(page) if abs(one.baseline - other.baseline) > _APART]
        if any(shape.fullmatch(line.text.strip()) for line in apart for shape in _SHAPES):
            return True
        if sum([line.text[0].isdigit() for line in page]) > len(page) / 2:
            return True
    return False


def _is_in_text(line: PlacedLine, page: Sequence[PlacedLine], height: float, usual: float) -> bool:
    """Whether a line that recurs is part of the text, for all that `furniture` could find.

    On a page without forms only its font and its distance from the left could be signs, as its
    numbers do not count the pages and it stands as lines of the text do.
    """
    distances = [abs(line.baseline - other.baseline) for other in page if other is not line]
    nearest = min(distances, default=height)
    return in_body(line.baseline, height) and _ON_TEXT * usual < nearest < _IN_TEXT * usual


def _ends(page: Sequence[PlacedLine]) -> list[tuple[PlacedLine, PlacedLine]]:
    """The first and the last line of a page, each with its neighbour."""
    return [(page[0], page[1]), (page[-1], page[-2])] if len(page) > 1 else []


def _place(line: PlacedLine) -> int:
    """The height of a line on its page in coarse steps; neighbouring steps count as the same."""
    return round(line.baseline / _SAME_PLACE)


def furniture(pages: Sequence[Drawn]) -> list[dict[int, Kind]]:
    """For each page, the pieces that are furniture: their order and kind.

    `pages` are upright and hold only visible pieces.
    """
    found: list[dict[int, Kind]] = [{} for _ in pages]
    for at, page in enumerate(pages):
        found[at].update(dict.fromkeys(_line_numbers(page), "numbers"))
    kept = [
        page._replace(pieces=[piece for piece in page.pieces if piece.order not in found[at]])
        for at, page in enumerate(pages)
    ]
    prepared = [cells_on_page(at, page) for at, page in enumerate(kept)]
    fonts = _main_fonts(prepared)
    recurring_groups = [
        group for group in _groups(prepared) if _signs_of_group(group, prepared, fonts) >= _ENOUGH
    ]
    recurring = {
        (cell.page, cell.pieces[0].order) for group in recurring_groups for cell in group.cells
    }
    for group in recurring_groups:
        if not any(_shares_a_row(cell, prepared[cell.page], recurring) for cell in group.cells):
            _leave_out(group.cells, "running", found)
    for page_cells in prepared:
        outermost = _outermost(page_cells, found)
        for cell in page_cells.cells:
            if cell.pieces[0].order in found[cell.page]:
                continue
            if _is_overlay(cell, page_cells, fonts):
                _leave_out([cell], "stamp", found)
            elif cell in outermost and _is_lone_furniture(cell, page_cells):
                _leave_out([cell], "running", found)
    return found


def _leave_out(cells: Iterable[Cell], kind: Kind, found: list[dict[int, Kind]]) -> None:
    for cell in cells:
        found[cell.page].update((piece.order, kind) for piece in cell.pieces)


def _main_fonts(pages: Iterable[PageCells]) -> frozenset[tuple[str, int]]:
    """Fonts and sizes that print the text: those of at least a twentieth of all letters."""
    letters: Counter[tuple[str, int]] = Counter()
    for page in pages:
        for cell in page.cells:
            for piece in cell.pieces:
                letters[piece.font, round(piece.size)] += len(piece.text)
    enough = letters.total() / 20
    return frozenset(font for font, count in letters.items() if count >= enough)


def _groups(pages: Sequence[PageCells]) -> Iterator[_RepeatedCells]:
    """Cells that recur on half of the pages, at least two; one page may lack them besides."""
    by_key: dict[str, list[Cell]] = defaultdict(list)
    for page in pages:
        for cell in page.cells:
            by_key[cell.key].append(cell)
    for cells in by_key.values():
        rest = cells
        while len(rest) > 1:
            first = rest[0]
            same = [cell for cell in rest if _same_place(first, cell, pages)]
            rest = [cell for cell in rest if cell not in same]
            on = {cell.page for cell in same}
            if len(on) > 1 and len(on) * 2 >= len(pages) - 1:
                yield _RepeatedCells(same)


def _shares_a_row(cell: Cell, page: PageCells, recurring: set[tuple[int, int]]) -> bool:
    """Whether the cell's row also holds text of the same holder that does not recur.

    Then it is a cell of a table: several letters in one file have the same table on their first
    pages, with other numbers in it.
    """
    return any(
        abs(other.baseline - cell.baseline) < SAME_ROW
        and other.holder == cell.holder
        and (other.page, other.pieces[0].order) not in recurring
        for other in page.body
    )


def _same_place(one: Cell, other: Cell, pages: Sequence[PageCells]) -> bool:
    from_top = abs(one.baseline - other.baseline)
    heights = pages[one.page].height - pages[other.page].height
    return min(from_top, abs(one.baseline - other.baseline - heights)) < _SAME_PLACE


def _signs_of_group(
    group: _RepeatedCells, pages: Sequence[PageCells], fonts: frozenset[tuple[str, int]]
) -> int:
    """How many signs there are that these cells are no part of the text."""
    first = group.cells[0]
    on = {cell.page for cell in group.cells}
    apart = [_distance(cell, pages[cell.page], group) for cell in group.cells]
    away = min(apart) >= _FAR * pages[first.page].line
    margin = all(in_margin(cell, pages[cell.page]) for cell in group.cells)
    signs = int(away or margin)
    signs += sum(apart) / len(apart) >= _VERY_FAR * pages[first.page].line
    signs += (first.font, round(first.size)) not in fonts
    signs += 2 * all(cell.holder != main_holder(pages[cell.page]) for cell in group.cells)
    signs += 2 * any(lies_on_text(cell, pages[cell.page]) for cell in group.cells)
    signs += 2 * _counts_pages(group)
    signs += len(on) > 2 and len(on) == len(pages) and margin
    signs += abs(first.left - left_margin(pages[first.page])) > 2 * first.size
    return signs if away or margin or signs > _ENOUGH + 1 else 0


def _distance(cell: Cell, page: PageCells, group: _RepeatedCells | None = None) -> float:
    """From a cell to the nearest line of the text, in points from baseline to baseline."""
    others = [
        abs(other.baseline - cell.baseline)
        for other in page.body
        if other is not cell and (group is None or other not in group.cells)
    ]
    return min(others, default=page.height)


def _counts_pages(group: _RepeatedCells) -> bool:
    """Whether a number in the cells grows with the page number."""
    numbers = [
        (cell.page, [int(number) for number in DIGITS.findall(cell.text)]) for cell in group.cells
    ]
    return any(
        len({value[column] - page for page, value in numbers}) == 1
        for column in range(min(len(value) for _, value in numbers))
    )


def _is_overlay(cell: Cell, page: PageCells, fonts: frozenset[tuple[str, int]]) -> bool:
    """Whether the cell belongs to a form object that holds a small part of the page's text."""
    main = main_holder(page)
    if cell.holder in (main, -1):
        return False
    letters = sum(len(other.text) for other in page.cells)
    own = sum(len(other.text) for other in page.cells if other.holder == cell.holder)
    if own > letters * _SMALL_PART:
        return False
    return (
        (cell.font, round(cell.size)) not in fonts
        or in_margin(cell, page)
        or lies_on_text(cell, page)
    )


def _outermost(page: PageCells, found: list[dict[int, Kind]]) -> list[Cell]:
    """The cells of the first and of the last line that are not furniture already."""
    left = [cell for cell in page.cells if cell.pieces[0].order not in found[cell.page]]
    if not left:
        return []
    ends = (min(cell.baseline for cell in left), max(cell.baseline for cell in left))
    return [cell for cell in left if min(abs(cell.baseline - end) for end in ends) < SAME_ROW]


def _is_lone_furniture(cell: Cell, page: PageCells) -> bool:
    """Whether the cell stands in the margin, away from the text, and reads like furniture."""
    away = _distance(cell, page) >= _FAR * page.line
    if not (away and in_margin(cell, page)):
        return False
    return any(shape.fullmatch(cell.text) for shape in _SHAPES)


def _line_numbers(page: Drawn) -> list[int]:
    """The order of pieces that number the lines of pleading paper, beside the text."""
    columns: dict[int, list[Piece]] = defaultdict(list)
    for piece in page.pieces:
        if piece.text.strip().isdecimal() and len(piece.text.strip()) <= 2:
            columns[round(piece.box.right / 4)].append(piece)
    words = [piece for piece in page.pieces if _LETTERS.search(piece.text)]
    edge = min((piece.box.left for piece in words), default=0.0)
    far_edge = max((piece.box.right for piece in words), default=page.width)
    beside = [
        piece
        for column, pieces in columns.items()
        for piece in (*pieces, *columns.get(column + 1, ()))
        if piece.box.right <= edge or piece.box.left >= far_edge
    ]
    ordered = sorted({piece.order: piece for piece in beside}.values(), key=lambda p: p.baseline)
    values = [int(piece.text) for piece in ordered]
    steps = [after - before for before, after in zip(values, values[1:], strict=False)]
    if len(values) >= _FEWEST_NUMBERS and steps.count(1) >= len(steps) * 0.8:
        return [piece.order for piece in ordered]
    return []
