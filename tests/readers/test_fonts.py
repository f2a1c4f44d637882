"""Fonts: broken programs, and widths that are not the font's own, have a note."""

import random
import zlib

import hostile
import pytest
from damage import told_of
from pdfminer.fontmetrics import FONT_METRICS

from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read, widths
from pdf import Document as PdfFile
from pdf import Permission

ONE_WIDTH = "/FirstChar 97 /LastChar 97 /Widths [500]"


@pytest.mark.parametrize("permission", [None, Permission()], ids=["plain", "ciphered"])
@pytest.mark.parametrize("wraps", [False, True], ids=["simple", "composite"])
def test_a_damaged_program_of_a_font_has_a_note(permission: Permission | None, wraps: bool) -> None:
    program = zlib.compress(random.Random(1).randbytes(2000))  # noqa: S311 - not a secret
    for data, said in ((program, ()), (program[:1000] + b"\0" + program[1001:], ("conflict",))):
        file = PdfFile()
        stream = file.add("<< /Length %d /Filter /FlateDecode /Length1 2000 >>", data)
        descriptor = file.add(f"<< /Type /FontDescriptor /FontName /A /FontFile2 {stream} 0 R >>")
        own = f"/BaseFont /A /FontDescriptor {descriptor} 0 R"
        inner = file.add(f"<< /Type /Font /Subtype /CIDFontType2 {own} >>") if wraps else 0
        font = file.add(
            f"<< /Type /Font /Subtype /Type0 /DescendantFonts [{inner} 0 R] "
            "/BaseFont /A /Encoding /Identity-H >>"
            if wraps
            else f"<< /Type /Font /Subtype /TrueType {own} {ONE_WIDTH} >>"
        )
        plain = file.add_font("Times-Roman")
        file.add_page(
            b"BT /F 11 Tf 72 700 Td (a word) Tj ET", f"/Font << /F {plain} 0 R /G {font} 0 R >>"
        )
        remarks = read(file.to_bytes(permission), "pdfium", DEFAULT_LIMITS).remarks
        assert said == tuple(remark.code for remark in remarks)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"408", b"208"),
        (b"408", b"-408"),
        (b"408", b"4 08"),
        (b"408", b"/408"),
        (b"/FirstChar", b"/FirstChat"),
        (b"/Widths", b"/Width"),
        (b"32 /L", b"31 /L"),
        (b"TimesNewRomanPSMT", b"ArialMT"),
    ],
)
def test_widths_that_are_not_the_fonts_have_a_note(old: bytes, new: bytes) -> None:
    """Blanks are found by the widths of letters."""
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /TimesNewRomanPSMT /FirstChar 32 "
        b"/LastChar 35 /Widths [250 333 408 500] "
        b"/Encoding /WinAnsiEncoding /FontDescriptor << /Type /FontDescriptor >> >>"
    )
    shown = hostile.stream(b"BT /F 12 Tf 72 700 Td (words) Tj ET")

    def file_with(font: bytes) -> bytes:
        return hostile.one_page(shown, font, resources=b"/Font << /F 5 0 R /G 6 0 R >>")

    assert old in font
    assert "nothing" == told_of(file_with(font))
    assert "conflict" == told_of(file_with(font.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        (b"[3 [250] 36 [722 667] 70 71 444]", "nothing"),
        (b"[3 [250] 36 [722 867] 70 71 444]", "conflict"),
        (b"[3 [250] 36 [722 667] 70 71 644]", "conflict"),
        (b"[3 [250] 36 [722 6670667] 70 71 444]", "conflict"),
        (b"[3 [250] 36 [722 /667] 70 71 444]", "conflict"),
        (b"[3 [250] 36 [722 667] 70 71]", "conflict"),
        (b"[3 [250] -36 [722 667]]", "conflict"),
        (b"[3 [250] 99 [100]]", "nothing"),  # of a code whose letter is not known
        (b"444", "conflict"),
    ],
)
def test_widths_of_a_composite_font_are_those_of_its_letters(widths: bytes, said: str) -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /TimesNewRomanPSMT /Encoding /Identity-H "
        b"/ToUnicode 7 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 1000 "
        b"/BaseFont /TimesNewRomanPSMT /W %b >>] >>" % widths
    )
    meaning = (
        b"2 beginbfchar <0003> <0020> <0024> <0041> endbfchar "
        b"2 beginbfrange <0025> <0025> <0042> <0046> <0046> <0063> endbfrange"
    )
    shown = hostile.stream(b"BT /F 12 Tf 72 700 Td (words) Tj ET")
    fonts = b"/Font << /F 5 0 R /G 6 0 R >>"
    data = hostile.one_page(shown, font, hostile.stream(meaning), resources=fonts)
    assert said == told_of(data)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"", b"", "nothing"),
        (b"/Flags 34", b"/Flags 4", "nothing"),
        (b"/Encoding", b"/EncodinG", "conflict"),
        (b"/WinAnsi", b"/WinAnsj", "conflict"),
    ],
)
def test_a_font_without_its_encoding_has_a_note(old: bytes, new: bytes, said: str) -> None:
    """A reader takes another one, in which dashes and signs differ."""
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 97 /LastChar 97 /Widths [500] "
        b"/Encoding /WinAnsiEncoding /FontDescriptor << /Flags 34 >> >>"
    )
    shown = hostile.stream(b"BT /F 12 Tf 72 700 Td (words) Tj ET")
    spoiled = font.replace(old, new) if old else font
    data = hostile.one_page(shown, spoiled, resources=b"/Font << /F 5 0 R /G 6 0 R >>")
    assert said == told_of(data)


@pytest.mark.parametrize(
    "font",
    [
        b"/Subtype /Type1 /BaseFont /Helvetica",
        b"/Subtype /TrueType /BaseFont /ABCDEF+Arial /FirstChar 65 /LastChar 66 /Widths [667 0]",
        b"/Subtype /TrueType /BaseFont /ArialNarrow /FirstChar 65 /LastChar 65 /Widths [547]",
        (
            b"/Subtype /TrueType /BaseFont /ArialMT /Encoding /WinAnsiEncoding /FirstChar 183 "
            b"/LastChar 183 /Widths [333]"
        ),
        (
            b"/Subtype /Type1 /BaseFont /Courier-Bold /Encoding << /BaseEncoding /WinAnsiEncoding "
            b"/Differences [65 /fi] >> /FirstChar 65 /LastChar 65 /Widths [520]"
        ),
        b"/Subtype /Type3 /FontBBox [0 0 9 9]",
    ],
)
def test_usual_fonts_have_no_note(font: bytes) -> None:
    shown = hostile.stream(b"BT /F 12 Tf 72 700 Td (words) Tj ET")
    font = b"<< /Type /Font %s >>" % font
    data = hostile.one_page(shown, font, resources=b"/Font << /F 5 0 R /G 6 0 R >>")
    assert "nothing" == told_of(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Resources", b"/ResourceS"),
        (b"/Font", b"/Fond"),
        (b"/F 5 0 R", b"/E 5 0 R"),
        (b"/F 5 0 R", b"/F 9 0 R"),
        (b"/F 5 0 R", b"/F 1 0 R"),  # which is the catalog
        (b"/F 12", b"/G 12"),
    ],
)
def test_a_font_that_is_not_there_has_a_note(old: bytes, new: bytes) -> None:
    """PDFium prints the words in another one, whose blanks are elsewhere."""
    good = hostile.one_page(hostile.stream(hostile.SHOWN))
    assert "nothing" == told_of(good)
    assert old in good
    assert "conflict" == told_of(good.replace(old, new))


def test_a_form_uses_its_own_fonts_or_the_pages() -> None:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
    page = b"/Font << /F 5 0 R >> /XObject << /X 6 0 R >>"
    shown = hostile.SHOWN.replace(b"/F", b"/G")
    own = form + b"/Resources << /Font << /G 5 0 R >> >>"
    for content, entries, said in (
        (hostile.SHOWN, form, "nothing"),
        (shown, own, "nothing"),
        (shown, form, "conflict"),
    ):
        drawn = hostile.stream(content, entries)
        assert said == told_of(hostile.one_page(hostile.stream(b"/X Do"), drawn, resources=page))


def test_the_widths_of_standard_fonts_are_those_of_the_second_reader() -> None:
    for name, row in widths._standard_widths().items():
        assert row == {letter: FONT_METRICS[name][1].get(letter, 0) for letter in row}
