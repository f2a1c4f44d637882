"""Pieces: the text objects of a page with their place and look.

PDFium's text page gives letters only. Whether text belongs to the letter, or is a stamp, a hidden
layer or a running head, shows in how the objects of the page are drawn, so they are listed here.
"""

import ctypes
import math
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract.readers.geometry import Frame
from imr_extract.readers.layers import Rectangle

_MOST_NESTED = 8  # forms inside forms; qpdf and PDFium draw a line as well
_INVISIBLE_MODES = frozenset((3, 7))  # neither filled nor stroked: PDF 32000-1, table 106
_STROKED_MODE = 1
_USUAL_TEXT = 256  # units; most objects print a part of a line
_DIRECT_MARK = "Artifact"  # the standard's own word for what is no part of the text

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Piece(NamedTuple):
    """One text object. Its place is that on the upright page, in points from the top left."""

    order: int  # of all objects of the page, as they are drawn
    holder: int  # the order of the outermost form that it is drawn by; -1 for the page itself
    text: str
    box: Rectangle
    x: float  # of its origin
    baseline: float
    angle: float  # degrees, anticlockwise; 0 is level
    size: float  # of the type, in points
    font: str
    is_drawn: bool  # by its render mode and opacity
    is_light: bool  # as white paper
    is_clipped: bool  # away, all of it
    is_artifact: bool  # marked as no part of the text


class Patch(NamedTuple):
    """A filled rectangle or a picture, which may lie over or under text."""

    order: int
    box: Rectangle
    is_picture: bool
    is_light: bool


class Drawn(NamedTuple):
    """What a page draws."""

    pieces: list[Piece]
    patches: list[Patch]
    width: float
    height: float


class _Object(NamedTuple):
    handle: object
    order: int
    holder: int
    matrix: Matrix  # of the form that it is in
    kind: int


def objects(page: pypdfium2.PdfPage) -> Iterator[_Object]:
    """All objects of a page in the order in which they are drawn; forms before their objects."""
    order = -1

    def walk(holder: object, matrix: Matrix, outermost: int, depth: int) -> Iterator[_Object]:
        nonlocal order
        form = depth > 0
        count = pdfium.FPDFFormObj_CountObjects if form else pdfium.FPDFPage_CountObjects
        get = pdfium.FPDFFormObj_GetObject if form else pdfium.FPDFPage_GetObject
        for at in range(count(holder)):
            handle = get(holder, at)
            order += 1
            kind = pdfium.FPDFPageObj_GetType(handle)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MOST_NESTED:
                inner = order if outermost < 0 else outermost
                yield _Object(handle, order, outermost, matrix, kind)
                yield from walk(handle, _times(_matrix(handle), matrix), inner, depth + 1)
            else:
                yield _Object(handle, order, outermost, matrix, kind)

    yield from walk(page.raw, _IDENTITY, -1, 0)


def leave_out(page: pypdfium2.PdfPage, orders: frozenset[int], *, with_forms: bool = False) -> None:
    """Leave these objects of the page out of text pages that are loaded afterwards.

    With `with_forms` a form that prints no other text is left out, too: only so is it left out of
    a copy of the file.
    """
    forms: dict[int, object] = {}
    empty: set[int] = set()
    printing: set[int] = set()
    for item in objects(page):
        if item.order in orders:
            pdfium.FPDFPageObj_SetIsActive(item.handle, False)
            empty.add(item.holder)
        elif item.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            printing.add(item.holder)
        elif item.kind == pdfium.FPDF_PAGEOBJ_FORM:
            forms[item.order] = item.handle
    for order in (empty - printing) & forms.keys() if with_forms else ():
        pdfium.FPDFPageObj_SetIsActive(forms[order], False)


def drawn(page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage) -> Drawn:
    """What the page draws, seen upright: the page's rotation must be set before."""
    frame = Frame(page)
    pieces: list[Piece] = []
    patches: list[Patch] = []
    fonts: dict[int, str] = {}
    for item in objects(page):
        if item.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            piece = _piece(item, textpage, frame, fonts)
            if piece.text.strip():
                pieces.append(piece)
        elif item.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            patches.append(Patch(item.order, _box(item, frame), True, False))
        elif item.kind == pdfium.FPDF_PAGEOBJ_PATH and _is_solid(item.handle):
            patches.append(Patch(item.order, _box(item, frame), False, _is_light(item.handle)))
    return Drawn(pieces, patches, frame.width, frame.height)


def _piece(
    item: _Object, textpage: pypdfium2.PdfTextPage, frame: Frame, fonts: dict[int, str]
) -> Piece:
    a, b, c, d, e, f = _times(_matrix(item.handle), item.matrix)
    ax, ay = frame.matrix[0] * a + frame.matrix[2] * b, frame.matrix[1] * a + frame.matrix[3] * b
    x, baseline = frame.point(e, f)
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(item.handle, size)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(item.handle)
    colour = _colour(item.handle, stroked=mode == _STROKED_MODE)
    box = _box(item, frame)
    return Piece(
        order=item.order,
        holder=item.holder,
        text=_text(item.handle, textpage),
        box=box,
        x=x,
        baseline=baseline,
        angle=math.degrees(math.atan2(-ay, ax)),
        size=size.value * math.hypot(c, d),
        font=_font(item.handle, fonts),
        is_drawn=mode not in _INVISIBLE_MODES and colour[3] > _LEAST_ALPHA,
        is_light=mode == 0 and min(colour[:3]) >= _LIGHT,
        is_clipped=_is_clipped(item, box, frame),
        is_artifact=_is_artifact(item.handle),
    )


_LEAST_ALPHA = 12  # of 255: fainter print is not seen on paper
_LIGHT = 245  # of 255, each colour: cannot be seen on white paper
_SOLID = 250  # of 255: nothing shows through


def _colour(handle: object, *, stroked: bool = False) -> tuple[int, int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint(255) for _ in range(4))
    get = pdfium.FPDFPageObj_GetStrokeColor if stroked else pdfium.FPDFPageObj_GetFillColor
    if not get(handle, red, green, blue, alpha):
        return 0, 0, 0, 255
    return red.value, green.value, blue.value, alpha.value


def _is_light(handle: object) -> bool:
    return min(_colour(handle)[:3]) >= _LIGHT


def _is_solid(handle: object) -> bool:
    """Whether a path is a filled rectangle that hides what lies under it."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
    return (
        fill.value != pdfium.FPDF_FILLMODE_NONE
        and pdfium.FPDFPath_CountSegments(handle) in (4, 5)
        and _colour(handle)[3] >= _SOLID
        and not pdfium.FPDFPageObj_HasTransparency(handle)
    )


def _is_clipped(item: _Object, box: Rectangle, frame: Frame) -> bool:
    """Whether nothing of the object lies within its clipping path."""
    clip = pdfium.FPDFPageObj_GetClipPath(item.handle)
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        xs: list[float] = []
        ys: list[float] = []
        for at in range(pdfium.FPDFClipPath_CountPathSegments(clip, path)):
            x, y = ctypes.c_float(), ctypes.c_float()
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, at)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            xs.append(x.value)
            ys.append(y.value)
        if not xs:
            continue
        window = _seen((min(xs), min(ys), max(xs), max(ys)), item.matrix, frame)
        if (
            min(box.right, window.right) - max(box.left, window.left) <= 0
            or min(box.bottom, window.bottom) - max(box.top, window.top) <= 0
        ):
            return True
    return False


def _is_artifact(handle: object) -> bool:
    return any(
        _mark_name(pdfium.FPDFPageObj_GetMark(handle, at)) == _DIRECT_MARK
        for at in range(max(pdfium.FPDFPageObj_CountMarks(handle), 0))
    )


def _mark_name(mark: object) -> str:
    buffer = (ctypes.c_ushort * 64)()
    length = ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length):
        return ""
    return bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace")


def _text(handle: object, textpage: pypdfium2.PdfTextPage) -> str:
    units = (ctypes.c_ushort * _USUAL_TEXT)()
    size = pdfium.FPDFTextObj_GetText(handle, textpage.raw, units, ctypes.sizeof(units))
    if size > ctypes.sizeof(units):
        units = (ctypes.c_ushort * (size // 2))()
        pdfium.FPDFTextObj_GetText(handle, textpage.raw, units, size)
    return bytes(units)[: max(size - 2, 0)].decode("utf-16-le", "replace")


def _font(handle: object, fonts: dict[int, str]) -> str:
    font = pdfium.FPDFTextObj_GetFont(handle)
    address = ctypes.cast(font, ctypes.c_void_p).value or 0
    if address not in fonts:
        size = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 1))
        pdfium.FPDFFont_GetBaseFontName(font, buffer, size)
        fonts[address] = buffer.value.decode("latin-1")
    return fonts[address]


def _bounds(handle: object) -> tuple[float, float, float, float]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _box(item: _Object, frame: Frame) -> Rectangle:
    return _seen(_bounds(item.handle), item.matrix, frame)


def _seen(bounds: tuple[float, float, float, float], matrix: Matrix, frame: Frame) -> Rectangle:
    """A rectangle of a form's axes, as it is seen."""
    left, bottom, right, top = bounds
    if matrix == _IDENTITY:
        return frame.around(left, bottom, right, top)
    a, b, c, d, e, f = matrix
    corners = [
        frame.point(a * x + c * y + e, b * x + d * y + f)
        for x, y in ((left, bottom), (left, top), (right, bottom), (right, top))
    ]
    xs, ys = zip(*corners, strict=True)
    return Rectangle(min(xs), min(ys), max(xs), max(ys))


def _matrix(handle: object) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix of `first` and then `second`."""
    if second == _IDENTITY:
        return first
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )
