"""Form fields: the values of a filled-in form are printed where a viewer shows them.

Field values are annotations, which readers of a page's content do not see.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from imr_extract.readers.dictionaries import inherited, listed

_FONT = Name("/ImrFieldFont")
_SIZE = 10.0  # points, or as much as the field is high
_NOT_SHOWN = 2 | 32  # flags of annotations: hidden, not for viewers
_WITH_TEXT = frozenset(("/Tx", "/Ch"))


def fill_in(pdf: pikepdf.Pdf, page: Object) -> bool:
    """Print the values of a page's fields onto the page; returns whether there were any."""
    drawn = list(_drawn(page))
    if not drawn:
        return False
    resources = inherited(page, "/Resources")
    if not isinstance(resources, Dictionary):
        resources = page.Resources = Dictionary()
    if not isinstance(resources.get("/Font"), Dictionary):
        resources.Font = Dictionary()
    resources.Font[_FONT] = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    before = listed(page.get("/Contents"))
    first, last = Stream(pdf, b"q"), Stream(pdf, b"\nQ\n" + b"\n".join(drawn))
    page.Contents = Array([pdf.make_indirect(first), *before, pdf.make_indirect(last)])
    return True


def _drawn(page: Object) -> Iterator[bytes]:
    """Each line of each field's value, as operators."""
    for entry in listed(page.get("/Annots")):
        if not isinstance(entry, Dictionary) or entry.get("/Subtype") != Name.Widget:
            continue
        value = inherited(entry, "/V")
        if str(inherited(entry, "/FT")) not in _WITH_TEXT or not isinstance(value, String):
            continue
        flags, place = entry.get("/F", 0), entry.get("/Rect")
        if not isinstance(place, Array) or (isinstance(flags, int) and flags & _NOT_SHOWN):
            continue
        yield from _lines(str(value), [float(side) for side in place])


def _lines(value: str, place: list[float]) -> Iterator[bytes]:
    left, right = sorted((place[0], place[2]))
    bottom, top = sorted((place[1], place[3]))
    lines = value.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    step = (top - bottom) / len(lines)
    widest = max(len(words) for words in lines) or 1
    size = min(_SIZE, step * 0.9, 2 * (right - left) / widest)  # a letter is half as wide as high
    for number, line in enumerate(lines):
        baseline = top - step * (number + 0.5) - size * 0.35
        text = line.encode("cp1252", "replace")
        for mark in (b"\\", b"(", b")"):
            text = text.replace(mark, b"\\" + mark)
        yield b"BT %s %.2f Tf 1 0 0 1 %.2f %.2f Tm (%s) Tj ET" % (
            str(_FONT).encode(),
            size,
            left + 2,
            baseline,
            text,
        )
