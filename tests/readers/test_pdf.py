"""PDFs: both readers give the same lines, and say what is wrong with a file."""

import contextlib
from typing import get_args

import pytest
from corpus import FIXTURES, NAMES, pdf, text
from thinning import quick_every

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.readers import ReaderChoice, read
from imr_extract.readers import pdf as pdfium_reader
from imr_extract.text.normalization import normalize
from pdf import Document as PdfFile
from pdf import Permission

READERS: list[ReaderChoice] = [choice for choice in get_args(ReaderChoice) if choice != "auto"]

HEADINGS = [
    "HOW THE IMR FINAL DETERMINATION WAS MADE",
    "CLINICAL CASE SUMMARY",
    "IMR ISSUES, DECISIONS AND RATIONALES",
]


def page_of(*lines: tuple[str, float, str]) -> bytes:
    """A one-page PDF with lines of (font, height from the bottom, words); F1 plain, F2 bold."""
    file = PdfFile()
    plain, bold = file.add_font("Times-Roman"), file.add_font("Times-Bold")
    content = "".join(
        f"BT /{font} 11 Tf 1 0 0 1 72 {height:g} Tm ({words}) Tj ET\n"
        for font, height, words in lines
    )
    file.add_page(content.encode("cp1252"), f"/Font << /F1 {plain} 0 R /F2 {bold} 0 R >>")
    return file.to_bytes(Permission())


@pytest.mark.parametrize("reader", READERS)
def test_lines_have_page_place_and_weight(reader: ReaderChoice) -> None:
    data = page_of(("F2", 700, "Heading"), ("F1", 680, "first"), ("F1", 666, "second"))
    document = read(data, reader, DEFAULT_LIMITS)
    assert reader == document.reader
    assert ["Heading", "first", "second"] == [
        document.text[line.start : line.end] for line in document.lines
    ]
    assert [True, False, False] == [line.bold for line in document.lines]
    assert [72, 72, 72] == [line.left for line in document.lines]
    assert [92, 112, 126] == [line.baseline for line in document.lines]
    assert [1, 1, 1] == [line.page for line in document.lines]


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_line_stands_for_a_paragraph_gap(reader: ReaderChoice) -> None:
    heights = (700, 686, 672, 650, 636)
    data = page_of(*(("F1", height, f"line {height}") for height in heights))
    expected = "line 700\nline 686\nline 672\n\nline 650\nline 636\n"
    assert expected == read(data, reader, DEFAULT_LIMITS).text


@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_both_readers_and_the_text_have_the_same_words(name: str) -> None:
    documents = [read(pdf(name), reader, DEFAULT_LIMITS) for reader in READERS]
    documents.append(read(text(name), "auto", DEFAULT_LIMITS))
    pdfium, plumber, plain = (sorted(normalize(document).text.split()) for document in documents)
    assert pdfium == plumber
    # The date of "Application Received" may stand elsewhere in the header; no word is lost.
    assert pdfium == plain


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_section_headings_are_bold_and_prose_is_not(name: str, reader: ReaderChoice) -> None:
    document = read(pdf(name), reader, DEFAULT_LIMITS)
    weights = {document.text[line.start : line.end]: line.bold for line in document.lines}
    assert [True] * 3 == [weights[heading] for heading in HEADINGS]
    assert False in weights.values()


def test_line_end_hyphens_of_pdfium_are_two_lines_again() -> None:
    lines = read(pdf("hyphens-and-urls"), "pdfium", DEFAULT_LIMITS).text.split("\n")
    broken = [at for at, line in enumerate(lines) if line.endswith("radicul-")]
    assert ["opathy"] == [lines[at + 1].split()[0] for at in broken]
    assert "\ufffe" not in "".join(lines)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.9, 0.99])
def test_a_pdf_cut_off_anywhere_is_damaged(share: float, reader: ReaderChoice) -> None:
    whole = pdf("twenty-issues")
    with pytest.raises(errors.DamagedPdf):
        read(whole[: int(len(whole) * share)], reader, DEFAULT_LIMITS)


@pytest.mark.parametrize("reader", READERS)
def test_a_pdf_with_nothing_inside_is_damaged(reader: ReaderChoice) -> None:
    with pytest.raises(errors.DamagedPdf):
        read(b"%PDF-1.7\nnothing of use\n%%EOF\n", reader, DEFAULT_LIMITS)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("start", range(0, 12000, 1500))
def test_zeros_inside_a_pdf_give_a_document_or_a_typed_error(
    start: int, reader: ReaderChoice
) -> None:
    data = bytearray(pdf("one-issue-upheld"))
    data[start : start + 200] = bytes(200)
    with contextlib.suppress(errors.ImrError):
        assert read(bytes(data), reader, DEFAULT_LIMITS).lines


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("truncated", errors.DamagedPdf),
        ("password", errors.PasswordRequired),
        ("image-only", errors.NoTextLayer),
        ("empty", errors.Empty),
        ("junk", errors.UnsupportedType),
        ("html", errors.UnsupportedType),
        ("zip", errors.UnsupportedType),
    ],
)
def test_each_bad_pdf_has_its_error(
    name: str, error: type[errors.ImrError], reader: ReaderChoice
) -> None:
    with pytest.raises(error):
        read((FIXTURES / "bad" / f"{name}.pdf").read_bytes(), reader, DEFAULT_LIMITS)


@pytest.mark.parametrize("reader", READERS)
def test_limits_hold_for_pdfs(reader: ReaderChoice) -> None:
    with pytest.raises(errors.TooLarge, match="1 pages"):
        read(pdf("one-issue-upheld"), reader, Limits(pages=1))
    with pytest.raises(errors.TooLarge, match="500 characters"):
        read(pdf("one-issue-upheld"), reader, Limits(characters=500))


def test_a_mark_behind_leading_bytes_is_still_a_pdf() -> None:
    document = read(b"\n\n" + pdf("one-issue-upheld"), "auto", DEFAULT_LIMITS)
    assert "application/pdf" == document.media_type


def test_text_that_cannot_be_prose_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    original = pdfium_reader.read
    monkeypatch.setattr(
        pdfium_reader,
        "read",
        lambda *given: original(*given)._replace(text="\ufffd" * 5000),
    )
    assert "pdfplumber" == read(pdf("one-issue-upheld"), "auto", DEFAULT_LIMITS).reader
    assert "pdfium" == read(pdf("one-issue-upheld"), "pdfium", DEFAULT_LIMITS).reader
