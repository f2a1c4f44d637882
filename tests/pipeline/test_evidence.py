"""The words behind every value: which, on which page, and where on it."""

import io
from functools import cache

import jsonschema
import msgspec
import pdfplumber
import pypdfium2
import pytest
from corpus import NAMES, pdf, text, variants
from thinning import quick_every

from imr_extract import extract_bytes
from imr_extract.audit.proof import ProofContext, gives
from imr_extract.pipeline.evidence import collect
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import ReaderChoice
from imr_extract.record import paths
from imr_extract.record.model import Box, Evidence, Record
from imr_extract.record.schema import json_schema

PAGE = (612, 792)  # points of a letter page
BROKEN = "hyphens-and-urls"  # values that go over line ends
LONG = "page-breaks-issues"  # a rationale that goes over a page's end


@cache
def record_of(name: str, reader: ReaderChoice = "pdfium") -> Record:
    return extract_bytes(pdf(name), reader=reader, boxes=True)


def evidence_of(record: Record) -> dict[str, list[Evidence]]:
    assert record.evidence is not msgspec.UNSET
    return record.evidence


def boxes_of(evidence: Evidence) -> list[Box]:
    assert evidence.boxes is not msgspec.UNSET
    return evidence.boxes


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_evidence_in_the_order_of_the_record(name: str) -> None:
    for letter in variants(name).values():
        evidence = collect(letter.record, letter.document, letter.found)
        assert list(evidence) == [path for path, _ in paths.values(letter.record)]
        assert all(evidence.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_words_at_each_span_give_the_value(name: str) -> None:
    for letter in variants(name).values():
        words = letter.document.text
        decided = letter.record.case.decision_date
        reading = ProofContext(letter.layout, int(decided[:4]) if decided else None)
        evidence = collect(letter.record, letter.document, letter.found)
        for path, value in paths.values(letter.record):
            printed = [words[each.start : each.end] for each in evidence[path]]
            assert gives(path, value, printed, reading), (path, printed)


@pytest.mark.parametrize("name", NAMES)
def test_lists_of_words_have_one_span_an_item(name: str) -> None:
    letter = read_letter(pdf(name), ReadingOptions(evidence=True))
    evidence = evidence_of(letter.record)
    for path, value in paths.values(letter.record):
        if isinstance(value, list):
            assert len(evidence[path]) == len(value), path


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_the_number_of_form_feeds_before_the_words(name: str) -> None:
    for letter in variants(name).values():
        for spans in collect(letter.record, letter.document, letter.found).values():
            for each in spans:
                assert each.page == letter.document.text.count("\f", 0, each.start) + 1


def test_the_outcome_of_the_letter_shows_that_of_each_issue() -> None:
    letter = read_letter(pdf("mixed-outcomes"), ReadingOptions(evidence=True))
    words = [
        letter.document.text[each.start : each.end]
        for each in evidence_of(letter.record)["outcome"]
    ]
    assert words == ["Upheld", "Overturned", "Upheld"]


def test_without_being_asked_for_there_is_no_evidence_in_the_record() -> None:
    tree = msgspec.json.decode(msgspec.json.encode(extract_bytes(pdf(BROKEN))))
    assert "evidence" not in tree


def test_evidence_is_the_last_key_and_has_no_boxes_unless_they_are_asked_for() -> None:
    record = extract_bytes(pdf(BROKEN), evidence=True)
    tree = msgspec.json.decode(msgspec.json.encode(record))
    assert list(tree)[-1] == "evidence"
    (first,) = tree["evidence"]["case.case_number"]
    assert list(first) == ["start", "end", "page", "rule", "grade"]


def test_evidence_changes_nothing_else_of_the_record() -> None:
    plain = extract_bytes(pdf(BROKEN))
    shown = extract_bytes(pdf(BROKEN), boxes=True)
    assert msgspec.structs.replace(shown, evidence=msgspec.UNSET) == plain


def test_a_record_with_evidence_and_boxes_is_of_the_schema() -> None:
    tree = msgspec.json.decode(msgspec.json.encode(record_of(LONG)))
    jsonschema.validate(tree, json_schema())
    tree["evidence"]["patient.age"][0]["boxes"][0][1] = "left"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, json_schema())


def test_the_evidence_of_text_has_no_boxes() -> None:
    record = extract_bytes(text(BROKEN), boxes=True)
    assert all(boxes_of(each) == [] for spans in evidence_of(record).values() for each in spans)


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("name", quick_every(4, [BROKEN, LONG, "non-ascii", "redactions"]))
def test_what_stands_in_the_boxes_of_a_span_are_its_words(name: str, reader: ReaderChoice) -> None:
    """pdfplumber reads what is inside each rectangle, whoever drew it."""
    words = read_letter(pdf(name), ReadingOptions(reader=reader)).document.text
    with pdfplumber.open(io.BytesIO(pdf(name))) as letter:
        pages = letter.pages
        for path, spans in evidence_of(record_of(name, reader)).items():
            for each in spans:
                inside = ""
                for box in boxes_of(each):
                    # Half a point of room: a character is inside where its middle is.
                    area = (box.left - 0.5, box.top - 0.5, box.right + 0.5, box.bottom + 0.5)
                    inside += pages[box.page - 1].within_bbox(area).extract_text()
                expected = "".join(words[each.start : each.end].split())
                assert "".join(inside.split()) == expected, path


def test_a_span_over_line_ends_has_a_box_a_line() -> None:
    record = record_of(BROKEN)
    words = read_letter(pdf(BROKEN)).document.text
    several = 0
    for spans in evidence_of(record).values():
        for each in spans:
            lines = [line for line in words[each.start : each.end].split("\n") if line.strip("\f ")]
            assert len(boxes_of(each)) == len(lines)
            several += len(lines) > 1
    assert several > 5


def test_a_span_over_a_page_end_has_boxes_on_both_pages() -> None:
    pages = {
        tuple(sorted({box.page for box in boxes_of(each)}))
        for spans in evidence_of(record_of(LONG)).values()
        for each in spans
    }
    assert (1, 2) in pages


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_boxes_lie_on_the_page_from_the_top_left(reader: ReaderChoice) -> None:
    evidence = evidence_of(record_of(LONG, reader))
    for spans in evidence.values():
        for each in spans:
            for box in boxes_of(each):
                assert 0 < box.left < box.right < PAGE[0]
                assert 0 < box.top < box.bottom < PAGE[1]
    first = boxes_of(evidence["case.case_number"][0])[0]
    assert first.page == 1
    assert first.top < PAGE[1] / 4


def test_boxes_of_a_page_that_is_turned_and_cut_are_those_that_one_sees() -> None:
    upright = boxes_of(evidence_of(record_of("mixed-outcomes"))["case.case_number"][0])[0]
    document = pypdfium2.PdfDocument(pdf("mixed-outcomes"))
    page = document[0]  # the issue can be read on the others
    page.set_cropbox(20, 10, PAGE[0], PAGE[1] - 30)
    page.set_rotation(90)
    page.close()
    turned = io.BytesIO()
    document.save(turned)
    document.close()
    record = extract_bytes(turned.getvalue(), boxes=True)
    box = boxes_of(evidence_of(record)["case.case_number"][0])[0]
    # Turned by 90 degrees clockwise, what was at the top is at the right. Of the page's 792 points
    # 40 are cut off, 30 of them at the top and 20 at the left.
    seen = (PAGE[1] - 10 - upright.bottom, upright.left - 20)
    assert (box.left, box.top) == pytest.approx(seen, abs=0.05)
    assert box.right - box.left == pytest.approx(upright.bottom - upright.top, abs=0.05)
