"""Words that a page does not show, shows otherwise than it holds them, or in signs of its own."""

import hostile
import pytest
from corpus import pdf, without_source

import unseen
from held import Form
from imr_extract import Record, extract_bytes
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import ReaderChoice, read
from imr_extract.text.normalization import normalize

NAME = "mixed-outcomes"
READERS: tuple[ReaderChoice, ...] = ("pdfium", "pdfplumber")


def notes_beside(record: Record, original: Record) -> list[str]:
    return [note.code for note in record.notes if note not in original.notes]


def said(record: Record) -> dict[str, object]:
    tree = without_source(record)
    tree.pop("notes")
    return tree


@pytest.mark.parametrize("form", [*unseen.UNSEEN.values()], ids=[*unseen.UNSEEN])
def test_words_that_are_not_seen_are_left_out_with_a_note(form: Form) -> None:
    original = extract_bytes(pdf(NAME))
    record = extract_bytes(form(pdf(NAME)))
    assert said(original) == said(record)
    assert "left_out" in notes_beside(record, original)


@pytest.mark.parametrize("form", [*unseen.UNLIKE.values()], ids=[*unseen.UNLIKE])
def test_words_that_a_program_reads_otherwise_have_a_note(form: Form) -> None:
    original = extract_bytes(pdf(NAME))
    record = extract_bytes(form(pdf(NAME)))
    assert said(original) == said(record)
    assert "conflict" in notes_beside(record, original)


def page(content: bytes, font: bytes = hostile.FONT, *others: bytes) -> bytes:
    file = hostile.one_page(hostile.stream(content), *others)
    assert hostile.FONT in file
    return file.replace(hostile.FONT, font) if font != hostile.FONT else file


# A font whose codes 1 and 2 print the ligatures "fi" and "fl".
LIGATURES = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /BaseEncoding "
    b"/WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
)
MAPPED = LIGATURES.replace(b">> >>", b">> /ToUnicode 6 0 R >>")
TABLE = hostile.stream(
    b"1 begincodespacerange <00> <ff> endcodespacerange "
    b"2 beginbfchar <01> <fb01> <02> <fb02> endbfchar"
)
WITH_LIGATURES = (
    b"BT /F 11 Tf 72 700 Td (The \\001nding: a \\002exor tendon, as in the of\\001ce.) Tj ET"
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("font", "table"), [(LIGATURES, ()), (MAPPED, (TABLE,))], ids=["named", "mapped"]
)
def test_ligatures_are_their_letters(
    font: bytes, table: tuple[bytes, ...], reader: ReaderChoice
) -> None:
    text = read(page(WITH_LIGATURES, font, *table), reader, DEFAULT_LIMITS).text
    assert "The finding: a flexor tendon, as in the office." == text.strip()


# A line that ends inside a word with a soft hyphen, and one in which such a hyphen is left over.
BROKEN = (
    b"BT /F 11 Tf 72 700 Td (The request was for treatment with the hand and the de\\255) "
    b"Tj 0 -14 Td (vice, which was not tri\\255ed before the request for it was made in May.) Tj ET"
)
SOFT = hostile.stream(
    b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <ad> <00ad> endbfchar"
)
WHOLE = "the device, which was not tried before"


def test_a_soft_hyphen_parts_no_word() -> None:
    """PDFium does not say which hyphens at line ends are soft."""
    font = hostile.FONT.replace(b" >>", b" /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>")
    file = page(BROKEN, font, SOFT)
    assert WHOLE in normalize(read(file, "pdfplumber", DEFAULT_LIMITS)).text
    assert "de-vice, which was not tried" in normalize(read(file, "pdfium", DEFAULT_LIMITS)).text
    text = "with the de\u00ad\nvice, which was not tri\u00aded before\u00ad \nhand."
    document = read(text.encode(), "auto", DEFAULT_LIMITS)
    assert f"with {WHOLE}hand." == normalize(document).text


@pytest.mark.parametrize("reader", READERS)
def test_a_value_in_a_form_field_is_printed_where_it_is_shown(reader: ReaderChoice) -> None:
    original = extract_bytes(pdf(NAME), reader=reader)
    record = extract_bytes(unseen.with_case_number_in_a_field(pdf(NAME)), reader=reader)
    assert said(original) == said(record)


def test_a_field_that_is_not_shown_is_left_out() -> None:
    record = extract_bytes(unseen.with_case_number_in_a_field(pdf(NAME), flags=2))
    assert record.case.case_number is None
