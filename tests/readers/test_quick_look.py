"""The quick look at a PDF: whether its pages may be read without examining every object."""

import contextlib
import io
import zlib

import makes
import pikepdf
import pytest
from corpus import pdf

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import careful, read, references, streams
from imr_extract.readers.opening import opened
from pdf import Permission
from tests.readers.test_streams import file_of, flipped


def test_the_quick_look_knows_files_made_as_published_ones_are() -> None:
    data = makes.aes_object_streams(file_of(None))
    assert streams.Look(True, True) == streams.look(data, DEFAULT_LIMITS)
    assert not any(streams.look(each, DEFAULT_LIMITS).is_plain for each in flipped(data))
    assert not streams.look(makes.aes(file_of(None)), DEFAULT_LIMITS).is_plain
    for other in (file_of(None), file_of(Permission(user="secret")), file_of(None, packed=False)):
        assert not streams.look(other, DEFAULT_LIMITS).is_plain


def test_fonts_in_the_clear_are_examined_and_the_pages_read_quickly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = makes.aes_object_streams(pdf("one-issue-upheld"))
    end = good.rindex(b"startxref")
    clear = good[:end] + b"99 0 obj\n<< /BaseFont /Times-Roman >>\nendobj\n" + good[end:]
    assert streams.Look(True) == streams.look(clear, DEFAULT_LIMITS)
    assert ((), True, False) == opened(clear, DEFAULT_LIMITS)[1:]
    monkeypatch.setattr(careful, "read", None)
    assert read(good, "pdfium", DEFAULT_LIMITS) == read(clear, "pdfium", DEFAULT_LIMITS)


def with_form(printed: bytes, box: list[int]) -> bytes:
    """A published letter with a form on its first page that draws this in the box."""
    with pikepdf.open(io.BytesIO(pdf("one-issue-upheld"))) as file:
        form = file.make_stream(
            printed, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=pikepdf.Array(box)
        )
        page = file.pages[0]
        name = page.add_resource(form, pikepdf.Name.XObject)
        page.contents_add(file.make_stream(b"q %b Do Q" % str(name).encode()))
        copy = io.BytesIO()
        file.save(copy)
    return makes.aes_object_streams(copy.getvalue())


@pytest.mark.parametrize(
    ("printed", "box", "is_quick"),
    [
        (b"0 g 0 0 20 20 re f", [0, 0, 20, 20], True),
        (b"0 g 0 0 600 780 re f", [0, 0, 600, 780], False),
        (b"BT /F1 12 Tf 5 5 Td (x) Tj ET", [0, 0, 20, 20], False),
    ],
    ids=["beside the text", "over the text", "prints text"],
)
def test_a_form_that_prints_no_text_and_lies_over_none_is_read_quickly(
    monkeypatch: pytest.MonkeyPatch, printed: bytes, box: list[int], is_quick: bool
) -> None:
    data = with_form(printed, box)
    carefully = []

    def read_carefully(*_: object, **__: object) -> tuple[list[object], list[object]]:
        carefully.append(data)
        return [], []

    monkeypatch.setattr(careful, "read", read_carefully)
    with contextlib.suppress(errors.NoTextLayer):
        read(data, "pdfium", DEFAULT_LIMITS)
    assert is_quick is not bool(carefully)


def look_at_content(monkeypatch: pytest.MonkeyPatch, content: bytes) -> streams.Look:
    """The quick look at a file whose page has this content, not packed, and a packed one."""
    flate = b"/Filter /FlateDecode"
    parts = [
        (b"", content),
        (flate, zlib.compress(b"BT (word) Tj ET")),
        (
            flate + b" /Type /ObjStm /First 4 /N 1",
            zlib.compress(b"8 0 << /Contents [1 0 R 2 0 R] >>"),
        ),
    ]
    data = b"/Encrypt\n" + b"".join(
        b"%d 0 obj\n<< %b /Length %d >>\nstream\n%b\nendstream\nendobj\n"
        % (number, entries, len(part), part)
        for number, (entries, part) in enumerate(parts, start=1)
    )
    monkeypatch.setattr(streams, "decipher", lambda _: lambda _, __, stream: stream.strip(b"\n"))
    monkeypatch.setattr(references, "places", lambda _: {})
    return streams.look(data, DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (b"/P << /MCID 0 >> BDC BT /F 12 Tf 72 700 Td ( ) Tj ET EMC", True),
        (b"BT /F 12 Tf 72 700 Td (word) Tj ET", False),
        (b"BT /F 12 Tf 72 700 Td <48> Tj ET", False),
        (b"BT /F 12 Tf 72 700 Td ( ) Tj \xf1\x02 ET", False),
        (b"BT /F 12 Tf 72 700 Td ( ) Tj", False),
        (b"1 g BT /F 12 Tf 72 700 Td ( ) Tj ET", False),
        (b"", False),
    ],
)
def test_content_that_is_not_packed_may_print_blanks_only(
    monkeypatch: pytest.MonkeyPatch, content: bytes, is_plain: bool
) -> None:
    assert is_plain is look_at_content(monkeypatch, content).is_plain


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"0 obj\n<< /Type /ObjStm", b"0 obz\n<< /Type /ObjStm"),
        (b"/First ", b"/Furst "),
        (b"/Filter /FlateDecode >>", b"/Filter /FlateDecode >."),
        (b"/Length ", b"/Length 1"),
        (b"/Filter /FlateDecode >>", b"/Filter./FlateDecode >>"),
    ],
)
def test_the_quick_look_refuses_a_stream_whose_head_is_damaged(old: bytes, new: bytes) -> None:
    """PDFium would leave it out, with the fonts that are packed in it."""
    data = makes.aes_object_streams(file_of(None))
    assert old in data
    head, _, tail = data.partition(old)
    assert not streams.look(head + new + tail, DEFAULT_LIMITS).is_plain


FONT = (
    b"<< /Type /Font /Subtype /TrueType /BaseFont /TimesNewRomanPSMT /FirstChar 32 /LastChar 35 "
    b"/Widths 4 0 R /Encoding /WinAnsiEncoding >>"
)


@pytest.mark.parametrize(
    ("array", "font", "fits"),
    [
        (b"[250 333 408 500]", FONT, True),
        (b"[250 0 0 500]", FONT, True),  # of letters that are not used
        (b"[250 333 408 700]", FONT, False),
        (b"[250 3330408 500]", FONT, False),
        (b"[250 333 4 8 500]", FONT, False),
        (b"[250 333 4(8 500]", FONT, False),
        (b"[250 333 408 500", FONT, False),
        (b"[250 333 408 500]", FONT.replace(b"32", b"33"), False),
        (b"[250 333 408 700]", FONT.replace(b"/Times", b"/Odd"), True),  # of a font not known
        (b"[250 333 408 500]", FONT.replace(b"/FirstChar", b"/FirstCha"), False),
        (b"[250 333 408 500]", FONT.replace(b"/Enc", b"/Own << >> /Enc"), False),
        (b"[3 [250 333]]", b"<< /W 4 0 R >>", False),
        (b"[3 [250 333]]", b"<< /W 5 0 R >>", True),  # packed with others
    ],
)
def test_widths_in_the_clear_are_those_of_the_font(array: bytes, font: bytes, fits: bool) -> None:
    data = b"%%PDF-1.5\n4 0 obj\n%b\nendobj\n" % array
    assert fits == streams._has_right_widths(data, {4: data.index(b"4 0 obj")}, font)
