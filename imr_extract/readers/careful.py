"""Reading of a PDF's pages object by object, for all but the plainest files.

There are two passes, so that a long file is never held in memory: the first lists what each page
draws and finds what is not part of the letter; the second reads the pages without it.
"""

import ctypes
import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import furniture, geometry, pieces, stamps, visibility
from imr_extract.readers.geometry import Character, Frame
from imr_extract.readers.layers import PlacedLine, Rectangle
from imr_extract.readers.printed import BOLD_FROM, LINE_END_HYPHEN, Printed, printed_lines
from imr_extract.readers.visibility import Kind
from imr_extract.text.document import Remark

#: What is left out, in the words of the note.
KINDS: dict[Kind, str] = {
    "angle": "printed aslant or sideways",
    "outside": "outside the page",
    "hidden": "that cannot be seen",
    "covered": "under a bar",
    "repeated": "printed a second time over the same text",
    "marked": "marked as no part of the text",
    "running": "of running heads and feet",
    "stamp": "stamped on the page",
    "numbers": "of line numbers",
}
_ON_PAPER: frozenset[Kind] = frozenset(("angle", "marked"))  # of these, those that can be seen
_VOID = "a stamp says that the letter is void, amended or a draft"


class _PagePlan(NamedTuple):
    """What the second pass needs to know of a page."""

    shown: int  # degrees that a viewer turns the page by
    rotation: int  # degrees that set its text upright
    slope: float
    without: frozenset[int]  # objects
    bars: dict[int, list[Rectangle]]  # over parts of objects
    lines: list[PlacedLine] | None  # where the first pass could read them
    is_void: bool = False  # by what is laid over it


def read(
    pdf: pypdfium2.PdfDocument, limits: Limits, *, places: bool = False
) -> tuple[list[list[PlacedLine]], list[Remark]]:
    """The lines of each page, and what was left out of them.

    With `places` each line has the place of its characters. Raises `TooLarge`.
    """
    plans, remarks = _plans(pdf, limits, places=places)
    lines = [
        _read_page(pdf, at, plan, places) if plan.lines is None else plan.lines
        for at, plan in enumerate(plans)
    ]
    return lines, remarks


def cleaned(pdf: pypdfium2.PdfDocument, limits: Limits) -> tuple[bytes | None, list[Remark]]:
    """The file as another reader may read it: upright, without what is left out; and what that is.

    None in place of a file that has nothing to leave out. Raises `TooLarge`.
    """
    plans, remarks = _plans(pdf, limits, places=False)
    changed = False
    for at, plan in enumerate(plans):
        page = pdf[at]
        page.set_rotation(plan.rotation)
        if plan.without:
            pieces.leave_out(page, plan.without, with_forms=True)
            page.gen_content()
        changed |= bool(plan.without) or plan.rotation != plan.shown
        page.close()
    if not changed:
        return None, remarks
    copy = io.BytesIO()
    pdf.save(copy)
    return copy.getvalue(), remarks


def _plans(
    pdf: pypdfium2.PdfDocument, limits: Limits, *, places: bool
) -> tuple[list[_PagePlan], list[Remark]]:
    """How to read each page, and what is left out."""
    plans: list[_PagePlan] = []
    seen: list[pieces.Drawn] = []
    counts: dict[Kind, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    characters = 0
    for number in range(len(pdf)):
        page = pdf[number]
        textpage = page.get_textpage()
        characters += textpage.count_chars()
        if characters > limits.characters:
            raise errors.TooLarge(limits.characters, "characters")
        plan, drawn = _plan(page, textpage, counts, number + 1, places)
        plans.append(plan)
        seen.append(drawn)
        textpage.close()
        page.close()
    for at, found in enumerate(furniture.furniture(seen)):
        if found:
            without = plans[at].without | found.keys()
            left_out = [piece for piece in seen[at].pieces if piece.order in found]
            is_void = plans[at].is_void or stamps.say_void(left_out)
            plans[at] = plans[at]._replace(without=without, lines=None, is_void=is_void)
        for kind in found.values():
            counts[kind][at + 1] += 1
    remarks = list(_remarks(counts))
    if void := tuple(at for at, plan in enumerate(plans, start=1) if plan.is_void):
        remarks.append(Remark("conflict", _VOID, void))
    return plans, remarks


def _plan(
    page: pypdfium2.PdfPage,
    textpage: pypdfium2.PdfTextPage,
    counts: dict[Kind, dict[int, int]],
    number: int,
    places: bool,
) -> tuple[_PagePlan, pieces.Drawn]:
    """How to read a page, and what can be seen on it; counts the rest in `counts`."""
    shown, rotation = page.get_rotation(), geometry.quarter(textpage) * 90
    page.set_rotation(rotation)
    drawn = pieces.drawn(page, textpage)
    unseen = visibility.unseen(drawn)
    kept = [piece for piece in drawn.pieces if piece.order not in unseen.whole]
    slope = geometry.slope_of((each.angle, len(each.text)) for each in kept)
    for order, kind in unseen.whole.items():
        counts[kind][number] += order not in unseen.silent
    if unseen.bars:
        counts["covered"][number] += len(unseen.bars)
    left_out = [each for each in drawn.pieces if unseen.whole.get(each.order) in _ON_PAPER]
    is_void = stamps.say_void(left_out)
    plan = _PagePlan(shown, rotation, slope, frozenset(unseen.whole), unseen.bars, None, is_void)
    if rotation == shown and not unseen.whole and not unseen.bars:
        plan = plan._replace(lines=_lines(page, textpage, plan, Frame(page), places))
    return plan, drawn._replace(pieces=kept, patches=[])


def _remarks(counts: dict[Kind, dict[int, int]]) -> Iterator[Remark]:
    for kind, words in KINDS.items():
        pages = {page: count for page, count in counts[kind].items() if count}
        if pages:
            yield Remark("left_out", f"text {words}", tuple(sorted(pages)), sum(pages.values()))


def _read_page(
    pdf: pypdfium2.PdfDocument, number: int, plan: _PagePlan, places: bool
) -> list[PlacedLine]:
    page = pdf[number]
    page.set_rotation(plan.shown)  # the first pass has turned it
    shown = Frame(page)
    page.set_rotation(plan.rotation)
    if plan.without:
        pieces.leave_out(page, plan.without)
    textpage = page.get_textpage()
    lines = _lines(page, textpage, plan, shown, places)
    textpage.close()
    page.close()
    return lines


def _lines(
    page: pypdfium2.PdfPage,
    textpage: pypdfium2.PdfTextPage,
    plan: _PagePlan,
    shown: Frame,
    places: bool,
) -> list[PlacedLine]:
    """The lines of a page that stands upright, in reading order."""
    frame = Frame(page)
    covered = _under_bars(page, textpage, frame, plan.bars)
    lines = list(printed_lines(textpage.raw))
    if covered:
        lines = _without(lines, covered)
    boxes = shown if places else None
    placed = [_placed(line, textpage, frame, boxes) for line in lines]
    size = _type_size(textpage)
    if geometry.is_out_of_order([line.baseline for line in placed], size * 1.2):
        characters = (
            character for character in _characters(textpage, frame) if character.at not in covered
        )
        rows = geometry.in_reading_order(characters, plan.slope)
        lines = [Printed(*geometry.with_blanks(row)) for row in rows]
        placed = [_placed(line, textpage, frame, boxes) for line in lines if line.text.strip()]
    return placed


def _placed(
    line: Printed, textpage: pypdfium2.PdfTextPage, frame: Frame, shown: Frame | None
) -> PlacedLine:
    first = line.indexes[len(line.text) - len(line.text.lstrip())]
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(textpage.raw, first, x, y)
    left, baseline = frame.point(x.value, y.value)
    bold = pdfium.FPDFText_GetFontWeight(textpage.raw, first) >= BOLD_FROM
    boxes = [shown.rectangle(textpage.raw, index) for index in line.indexes] if shown else None
    return PlacedLine(line.text, left, baseline, bold, boxes)


def _type_size(textpage: pypdfium2.PdfTextPage) -> float:
    """The middle of the sizes of type that the page is printed in; 12 where none is known."""
    count = textpage.count_chars()
    sizes = [
        abs(pdfium.FPDFText_GetFontSize(textpage.raw, at))
        for at in range(0, count, max(count // 100, 1))
    ]
    sizes = sorted(size for size in sizes if size > 1)
    return sizes[len(sizes) // 2] if sizes else 12.0


def _characters(textpage: pypdfium2.PdfTextPage, frame: Frame) -> Iterator[Character]:
    """The printed characters of a page, without those that PDFium adds."""
    raw = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if pdfium.FPDFText_IsGenerated(raw, index) == 1 or code in (0, 10, 13):
            continue
        pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        left, baseline = frame.point(x.value, y.value)
        box = frame.rectangle(textpage.raw, index)
        size = box.bottom - box.top if box else 0.0
        letter = "-" if chr(code) == LINE_END_HYPHEN else chr(code)
        yield Character(index, letter, left, baseline, box.right if box else left, size)


def _under_bars(
    page: pypdfium2.PdfPage,
    textpage: pypdfium2.PdfTextPage,
    frame: Frame,
    bars: dict[int, list[Rectangle]],
) -> frozenset[int]:
    """The characters of partly covered objects whose middle lies under a bar."""
    if not bars:
        return frozenset()
    handles = {
        _address(item.handle): bars[item.order]
        for item in pieces.objects(page)
        if item.order in bars
    }
    under = set()
    for index in range(textpage.count_chars()):
        over = handles.get(_address(pdfium.FPDFText_GetTextObject(textpage.raw, index)))
        box = frame.rectangle(textpage.raw, index) if over else None
        if over and box and any(_holds(bar, box) for bar in over):
            under.add(index)
    return frozenset(under)


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value


def _holds(bar: Rectangle, box: Rectangle) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return bar.left <= x <= bar.right and bar.top <= y <= bar.bottom


def _without(lines: list[Printed], indexes: frozenset[int]) -> list[Printed]:
    """The lines without these characters; a line of which nothing is left is dropped."""
    kept = []
    for line in lines:
        pairs = [
            (letter, index)
            for letter, index in zip(line.text, line.indexes, strict=True)
            if index not in indexes
        ]
        if any(not letter.isspace() for letter, _ in pairs):
            kept.append(Printed("".join(letter for letter, _ in pairs), [i for _, i in pairs]))
    return kept
