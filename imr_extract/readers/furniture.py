"""Page furniture: running heads and feet, page and line numbers, stamps, told by what they are.

Furniture belongs to the pages and not to the text: it returns at the same place, numbers apart; it
stands away from the text, in another type, drawn by another hand. No single sign is enough, since
letters print labels at the top of several pages as well; two of them are.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from imr_extract.readers.layers import PlacedLine
from imr_extract.readers.pieces import Drawn, Piece
from imr_extract.readers.visibility import Kind

_CELL_GAP = 2.5  # type sizes between parts of one line and what only stands beside it
_SAME_ROW = 2.5  # points between baselines
_SAME_PLACE = 5.0  # points between the places of furniture on two pages
_BAND = 0.08  # share of the page's height: its margins
_FAR = 1.8  # line distances from the text
_VERY_FAR = 3.5
_ENOUGH = 2  # signs
_APART = 20.0  # points, in published letters, between the text and what is none
_END_LINES = 3  # at the top and at the bottom of a page, for the quick look
_FEWEST_NUMBERS = 6  # lines in a row with numbers 1, 2, 3, ...: pleading paper
_SMALL_PART = 0.2  # share of the page's letters that an overlay may hold

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]")

#: What a lone line in the margin may say to be taken for furniture without a second page to
#: compare: numbers of pages and documents, what fax machines, browsers and document systems print.
SHAPES = (
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
        """The text without what differs from page to page."""
        return " ".join(_DIGITS.sub("0", self.text).split()).lower()


class _Page(NamedTuple):
    cells: list[Cell]
    body: list[Cell]  # those in the fonts and by the hand that most letters have
    height: float
    line: float  # usual distance of lines


class _Group(NamedTuple):
    """Cells that say the same at the same place of several pages, numbers apart."""

    cells: list[Cell]


def may_be_furniture(pages: Sequence[Sequence[PlacedLine]]) -> bool:
    """Whether lines at the ends of pages, as read, look as if they were no part of the text.

    A quick look, which only says that the pages are worth the careful one.
    """
    places: set[tuple[str, int]] = set()
    for page in pages:
        ends = (*page[:_END_LINES], *page[max(len(page) - _END_LINES, _END_LINES) :])
        for line in ends:
            key = _DIGITS.sub("0", line.text)
            if any((key, _place(line) + near) in places for near in (-1, 0, 1)):
                return True
        places.update((_DIGITS.sub("0", each.text), _place(each)) for each in ends)
        apart = [one for one, other in _ends(page) if abs(one.baseline - other.baseline) > _APART]
        if any(shape.fullmatch(each.text.strip()) for each in apart for shape in SHAPES):
            return True
        if sum(line.text[0].isdigit() for line in page) > len(page) / 2:
            return True
    return False


def _ends(page: Sequence[PlacedLine]) -> list[tuple[PlacedLine, PlacedLine]]:
    """The first and the last line of a page, each with its neighbour."""
    return [(page[0], page[1]), (page[-1], page[-2])] if len(page) > 1 else []


def _place(line: PlacedLine) -> int:
    """The place of a line on its page, so coarse that the next one counts as the same."""
    return round(line.baseline / _SAME_PLACE)


def furniture(pages: Sequence[Drawn]) -> list[dict[int, Kind]]:
    """For each page, the pieces that are furniture, by their order.

    `pages` hold only what can be seen, and stand upright.
    """
    found: list[dict[int, Kind]] = [{} for _ in pages]
    for at, page in enumerate(pages):
        found[at].update(dict.fromkeys(_line_numbers(page), "numbers"))
    kept = [
        page._replace(pieces=[each for each in page.pieces if each.order not in found[at]])
        for at, page in enumerate(pages)
    ]
    prepared = [_prepared(at, page) for at, page in enumerate(kept)]
    fonts = _main_fonts(prepared)
    returning = [
        group for group in _groups(prepared) if _signs_of_group(group, prepared, fonts) >= _ENOUGH
    ]
    told = {(cell.page, cell.pieces[0].order) for group in returning for cell in group.cells}
    for group in returning:
        if not any(_shares_a_row(cell, prepared[cell.page], told) for cell in group.cells):
            _leave_out(group.cells, "running", found)
    for each in prepared:
        outermost = _outermost(each, found)
        for cell in each.cells:
            if cell.pieces[0].order in found[cell.page]:
                continue
            if _is_overlay(cell, each, fonts):
                _leave_out([cell], "stamp", found)
            elif cell in outermost and _is_lone_furniture(cell, each):
                _leave_out([cell], "running", found)
    return found


def _leave_out(cells: Iterable[Cell], kind: Kind, found: list[dict[int, Kind]]) -> None:
    for cell in cells:
        found[cell.page].update((piece.order, kind) for piece in cell.pieces)


def cells_of(page: int, pieces: Iterable[Piece]) -> list[Cell]:
    """The cells of a page, from top to bottom and from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.baseline):
        if rows and piece.baseline - rows[-1][0].baseline < _SAME_ROW:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [cell for row in rows for cell in _cells_of_row(page, row)]


def _cells_of_row(page: int, row: list[Piece]) -> Iterator[Cell]:
    together: list[Piece] = []
    for piece in sorted(row, key=lambda each: each.box.left):
        if together and (
            piece.box.left - max(each.box.right for each in together)
            > _CELL_GAP * max(piece.size, together[-1].size)
            or piece.holder != together[-1].holder
        ):
            yield _cell(page, together)
            together = []
        together.append(piece)
    yield _cell(page, together)


def _cell(page: int, pieces: list[Piece]) -> Cell:
    main = max(pieces, key=lambda each: len(each.text))
    return Cell(
        page=page,
        pieces=tuple(pieces),
        text=" ".join("".join(each.text for each in pieces).split()),
        left=min(each.box.left for each in pieces),
        right=max(each.box.right for each in pieces),
        top=min(each.box.top for each in pieces),
        baseline=main.baseline,
        size=main.size,
        font=main.font,
        holder=main.holder,
    )


def _prepared(at: int, page: Drawn) -> _Page:
    cells = cells_of(at, page.pieces)
    holders = Counter[int]()
    for cell in cells:
        holders[cell.holder] += len(cell.text)
    main = holders.most_common(1)[0][0] if holders else -1
    body = [cell for cell in cells if cell.holder == main]
    distances = [
        round(below.baseline - above.baseline)
        for above, below in zip(body, body[1:], strict=False)
        if below.baseline - above.baseline > _SAME_ROW
    ]
    line = float(statistics.mode(sorted(distances))) if distances else 14.0
    return _Page(cells, body, page.height, line)


def _main_fonts(pages: Iterable[_Page]) -> frozenset[tuple[str, int]]:
    """Fonts and sizes that print the text: each a twentieth of all letters at least."""
    letters: Counter[tuple[str, int]] = Counter()
    for page in pages:
        for cell in page.cells:
            for piece in cell.pieces:
                letters[piece.font, round(piece.size)] += len(piece.text)
    enough = letters.total() / 20
    return frozenset(each for each, count in letters.items() if count >= enough)


def _groups(pages: Sequence[_Page]) -> Iterator[_Group]:
    """Cells of half of the pages and two at least; the first or each second page may lack them."""
    by_key: dict[str, list[Cell]] = defaultdict(list)
    for page in pages:
        for cell in page.cells:
            by_key[cell.key].append(cell)
    for cells in by_key.values():
        rest = cells
        while len(rest) > 1:
            first = rest[0]
            same = [each for each in rest if _same_place(first, each, pages)]
            rest = [each for each in rest if each not in same]
            on = {each.page for each in same}
            if len(on) > 1 and len(on) * 2 >= len(pages) - 1:
                yield _Group(same)


def _shares_a_row(cell: Cell, page: _Page, returning: set[tuple[int, int]]) -> bool:
    """Whether text by the same hand that does not return stands on the cell's row.

    Then it is a cell of a table: several letters in one file have the same table on their first
    pages, with other numbers in it.
    """
    return any(
        abs(each.baseline - cell.baseline) < _SAME_ROW
        and each.holder == cell.holder
        and (each.page, each.pieces[0].order) not in returning
        for each in page.body
    )


def _same_place(one: Cell, other: Cell, pages: Sequence[_Page]) -> bool:
    from_top = abs(one.baseline - other.baseline)
    heights = pages[one.page].height - pages[other.page].height
    return min(from_top, abs(one.baseline - other.baseline - heights)) < _SAME_PLACE


def _signs_of_group(
    group: _Group, pages: Sequence[_Page], fonts: frozenset[tuple[str, int]]
) -> int:
    """How many signs say that these cells are no part of the text."""
    first = group.cells[0]
    on = {each.page for each in group.cells}
    apart = [_distance(each, pages[each.page], group) for each in group.cells]
    away = min(apart) >= _FAR * pages[first.page].line
    margin = all(_in_band(each, pages[each.page]) for each in group.cells)
    signs = int(away or margin)
    signs += sum(apart) / len(apart) >= _VERY_FAR * pages[first.page].line
    signs += (first.font, round(first.size)) not in fonts
    signs += 2 * all(each.holder != _main_holder(pages[each.page]) for each in group.cells)
    signs += 2 * any(_lies_on_text(each, pages[each.page]) for each in group.cells)
    signs += 2 * _counts_pages(group)
    signs += len(on) > 2 and len(on) == len(pages) and margin
    signs += abs(first.left - _margin(pages[first.page])) > 2 * first.size
    return signs if away or margin or signs > _ENOUGH + 1 else 0


def _main_holder(page: _Page) -> int:
    return page.body[0].holder if page.body else -1


def _margin(page: _Page) -> float:
    """Where the lines of the text begin."""
    lefts = Counter(round(each.left) for each in page.body)
    return float(lefts.most_common(1)[0][0]) if lefts else 0.0


def _in_band(cell: Cell, page: _Page) -> bool:
    return not page.height * _BAND < cell.baseline < page.height * (1 - _BAND)


def _distance(cell: Cell, page: _Page, group: _Group | None = None) -> float:
    """From a cell to the nearest line of the text, in points from baseline to baseline."""
    others = [
        abs(each.baseline - cell.baseline)
        for each in page.body
        if each is not cell and (group is None or each not in group.cells)
    ]
    return min(others, default=page.height)


def _lies_on_text(cell: Cell, page: _Page) -> bool:
    """Whether the cell is printed over lines of the text."""
    return any(
        each is not cell
        and each.holder == _main_holder(page)
        and min(each.right, cell.right) - max(each.left, cell.left) > cell.size / 2
        and each.top + 1 < cell.baseline - 1
        and cell.top + 1 < each.baseline - 1
        for each in page.body
    )


def _counts_pages(group: _Group) -> bool:
    """Whether a number in it goes up by the same step from page to page."""
    numbers = [
        (each.page, [int(number) for number in _DIGITS.findall(each.text)]) for each in group.cells
    ]
    return any(
        len({value[column] - page for page, value in numbers}) == 1
        for column in range(min(len(value) for _, value in numbers))
    )


def _is_overlay(cell: Cell, page: _Page, fonts: frozenset[tuple[str, int]]) -> bool:
    """Whether another hand drew the cell: a small part of the page, in a form of its own."""
    main = _main_holder(page)
    if cell.holder in (main, -1):
        return False
    letters = sum(len(each.text) for each in page.cells)
    own = sum(len(each.text) for each in page.cells if each.holder == cell.holder)
    if own > letters * _SMALL_PART:
        return False
    return (
        (cell.font, round(cell.size)) not in fonts
        or _in_band(cell, page)
        or _lies_on_text(cell, page)
    )


def _outermost(page: _Page, found: list[dict[int, Kind]]) -> list[Cell]:
    """The cells of the first and of the last line that are left."""
    left = [each for each in page.cells if each.pieces[0].order not in found[each.page]]
    if not left:
        return []
    ends = (min(each.baseline for each in left), max(each.baseline for each in left))
    return [each for each in left if min(abs(each.baseline - end) for end in ends) < _SAME_ROW]


def _is_lone_furniture(cell: Cell, page: _Page) -> bool:
    """Whether a line of one page stands in the margin, away from the text, and has its shape."""
    away = _distance(cell, page) >= _FAR * page.line
    if not (away and _in_band(cell, page)):
        return False
    return any(shape.fullmatch(cell.text) for shape in SHAPES)


def _line_numbers(page: Drawn) -> list[int]:
    """Numbers 1, 2, 3, ... one below the other, beside the text: pleading paper."""
    columns: dict[int, list[Piece]] = defaultdict(list)
    for piece in page.pieces:
        if piece.text.strip().isdecimal() and len(piece.text.strip()) <= 2:
            columns[round(piece.box.right / 4)].append(piece)
    words = [each for each in page.pieces if _LETTERS.search(each.text)]
    edge = min((each.box.left for each in words), default=0.0)
    far_edge = max((each.box.right for each in words), default=page.width)
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
