"""Pages as pictures: set straight, told from pages of text, logos left out."""

import io

import pytest
from corpus import FIXTURES, NAMES, pdf
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from scanned import Printer, pdf_of, pictures, scanned

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import ReaderChoice, read
from imr_extract.readers.ocr import page as ocr_page
from imr_extract.readers.ocr import picture as ocr_picture
from imr_extract.scans import OcrMode, Scans, on_each_page
from imr_extract.text.document import Document

PICTURES = FIXTURES / "bad" / "image-only.pdf"
LINES = ("CLINICAL CASE SUMMARY", "The knee was swollen after", "the fall from the ladder.")


def document_of(data: bytes, ocr: OcrMode, reader: ReaderChoice = "auto") -> Document:
    return read(data, reader, DEFAULT_LIMITS, Scans(ocr))


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Printer:
    engine = Printer(*LINES)
    engine.install(monkeypatch)
    return engine


@pytest.mark.parametrize("angle", [0.0, 0.6, -1.7, 2.8])
def test_a_leaning_page_is_set_straight(angle: float) -> None:
    (page,) = pictures(pdf(NAMES[0]), 100)[:1]
    level = ocr_picture.straight(page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255))
    assert abs(level.angle + angle) <= 0.3
    assert 0 == level.quarters


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270])
def test_a_page_on_its_side_is_turned(turn: Image.Transpose) -> None:
    (page,) = pictures(pdf(NAMES[0]), 100)[:1]
    level = ocr_picture.straight(page.transpose(turn))
    assert (1, page.size) == (level.quarters, level.picture.size)


def test_places_on_a_turned_page_are_those_on_the_page_as_shown() -> None:
    """A dot, found again where it was after the page was turned by a quarter and a little."""
    page = Image.new("L", (400, 600), 255)
    draw = ImageDraw.Draw(page)
    for left in range(40, 360, 30):
        draw.rectangle((left, 60, left + 8, 540), fill=0)  # lines that run down the page
    level = ocr_picture.straight(page.rotate(1.0, Image.Resampling.BICUBIC, fillcolor=255))
    assert 1 == level.quarters
    box = level.picture.point(lambda dot: 255 if dot < 128 else 0).getbbox()
    assert box is not None
    x, y = level.shown_at((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    assert (abs(x - 200) < 8, abs(y - 300) < 8) == (True, True)


def test_a_page_as_large_as_its_dots_are_many_is_drawn_as_paper() -> None:
    """Some programs make a point of every dot of a scan: the page is two feet wide."""
    data = scanned(pdf(NAMES[0]), dpi=200)
    as_points = pdf_of(pictures(pdf(NAMES[0])), dpi=72)
    with PdfDocument(data) as small, PdfDocument(as_points) as large:
        assert large[0].get_width() > 2 * small[0].get_width()
        (drawn, scale), (drawn_large, scale_large) = (
            ocr_picture.draw(each[0]) for each in (small, large)
        )
    assert drawn.size == drawn_large.size
    assert scale_large < scale


def test_only_pages_without_text_are_read_by_ocr(printer: Printer) -> None:
    letter = pdf("page-breaks-front")
    text_only = document_of(letter, "off")
    assert (text_only, 0) == (document_of(letter, "auto"), printer.pages)
    every = document_of(letter, "force")
    assert ("ocr", text_only.pages) == (every.reader, printer.pages)


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_a_picture_among_pages_of_text_is_read_in_its_place(
    printer: Printer, reader: ReaderChoice
) -> None:
    pages = _mixed("Page one has its own text.", None, "So has page three.")
    document = document_of(pages, "auto", reader)
    assert [1, 2, 3] == sorted({line.page for line in document.lines})
    assert document.recognized is not None
    assert ([2], 1) == (list(document.recognized.pages), printer.pages)
    assert "own text" in document.text
    assert LINES[1] in document.text
    assert reader == document.reader


def test_a_number_stamped_on_a_scan_does_not_make_it_a_page_of_text(printer: Printer) -> None:
    document = document_of(_mixed(None, stamp="DEF000413"), "auto")
    assert ("ocr", 1) == (document.reader, printer.pages)
    assert LINES[0] in document.text


def test_a_short_page_of_text_is_left_alone(printer: Printer) -> None:
    assert document_of(_mixed("The end."), "auto").text == "The end.\n"
    assert 0 == printer.pages


def test_blank_pages_are_not_read(printer: Printer) -> None:
    blank = Image.new("L", (1700, 2200), 250)
    with pytest.raises(errors.NoTextLayer):
        document_of(pdf_of([blank]), "auto")
    assert 0 == printer.pages


def test_pictures_without_anything_readable_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Printer().install(monkeypatch)
    with pytest.raises(errors.NoTextLayer, match="OCR finds none"):
        document_of(PICTURES.read_bytes(), "auto")
    with pytest.raises(errors.NoTextLayer, match="--ocr auto"):
        document_of(PICTURES.read_bytes(), "off")


def test_each_page_is_announced(printer: Printer) -> None:
    heard: list[None] = []
    with on_each_page(lambda: heard.append(None)):
        document_of(scanned(pdf("page-breaks-front")), "auto")
    assert printer.pages == len(heard) > 1


def test_a_page_on_its_head_is_read_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read unsurely may stand on its head."""
    printer = Printer(*LINES, confidence=0.5)
    printer.install(monkeypatch)
    document_of(scanned(pdf("one-issue-upheld")), "auto")
    assert 2 * document_of(pdf("one-issue-upheld"), "off").pages == printer.pages


@pytest.mark.parametrize(
    ("head", "logos"),
    [
        (" " * 70 + "Federal Services", 1),
        (" " * 70 + "Federal 1°!!", 1),
        ("Federal Services", 0),  # where lines of text begin
        (" " * 70 + "Page: 3", 0),  # a label
        (" " * 70 + "CM17-0900101", 0),  # a fact
        (" " * 38 + "NOTICE OF REVIEW", 0),  # in the middle
    ],
)
def test_a_logo_at_the_head_of_a_page_is_no_text(
    head: str, logos: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = [
        "The worker was seen for pain of the knee and the hip after a fall from the ladder at work."
    ]
    Printer(head, "", "", "", *body * 6).install(monkeypatch)
    with PdfDocument(scanned(pdf(NAMES[0]))) as document:
        page = ocr_page.read(document[0], "auto", 60)
    assert page is not None
    assert (logos, 7 - logos) == (page.logo, len(page.lines))


def _mixed(*texts: str | None, stamp: str = "") -> bytes:
    """A PDF of pages with these words, or with a picture where there are none."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(612, 792), invariant=1)
    scan = pictures(pdf("one-issue-upheld"), 100)[0]
    for words in texts:
        if words is None:
            canvas.drawImage(ImageReader(scan), 0, 0, 612, 792)
        canvas.drawString(72, 40 if words is None else 700, words or stamp)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
