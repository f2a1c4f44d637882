"""Files of several letters, and letters among other documents: each letter gives its own record."""

import msgspec
import pytest
from corpus import NAMES, PLAIN_HEADER, make_issue, make_letter, note_of, pdf, text

from bundles import COVER, DENIAL, FAX, FORM, MAIL, PROOF, as_pdf, as_text
from imr_extract import ErrorRecord, Record, extract_all, extract_bytes
from imr_extract.errors import SeveralLetters, UnknownLayout
from imr_extract.pipeline.letter import Letter, read_letters
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import Note

ONE, TWO, THREE = "one-issue-upheld", "mixed-outcomes", "all-overturned"
FACTS = {"number": "CM17-0900101", "date": "April 11, 2017", "word": "UPHOLD"}
REASONS = "The splint would not help. The request is not medically necessary."
WORDS = {
    "upheld": "UPHOLD",
    "overturned": "OVERTURN",
    "partially_overturned": "PARTIAL OVERTURN",
}
COVER_OF_ONE, PROOF_OF_ONE = COVER.format(**FACTS), PROOF.format(**FACTS)
WALKER = (
    "An enrollee has requested a walker for treatment of her ataxia. Findings: The physician "
    "reviewer found that her gait is unsafe. Therefore, the walker is medically necessary."
)
SCAN = (
    "A 50-year-old male enrollee has requested a scan of the spine. Findings: The physician "
    "reviewer found that the pain is new. The scan is not medically necessary."
)


def words(name: str) -> str:
    return text(name).decode()


def records(data: bytes) -> list[Record]:
    found = extract_all(data)
    assert all(isinstance(each, Record) for each in found)
    return [each for each in found if isinstance(each, Record)]


def says(record: Record) -> bytes:
    """All that the record says of the letter; where it stands in its file is no part of that."""
    notes = [each for each in record.notes if each.code not in ("left_out", "duplicate")]
    tree = msgspec.to_builtins(msgspec.structs.replace(record, notes=notes))
    del tree["source"]
    return msgspec.json.encode(tree)


def places(found: list[Record]) -> list[tuple[int | None, int | None, list[int] | None]]:
    return [
        (each.source.letter, each.source.letters, each.source.pages_of_letter) for each in found
    ]


def notes_of(record: Record, code: str) -> list[Note]:
    return [each for each in record.notes if each.code == code]


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_alone_is_the_file(name: str) -> None:
    for data in (pdf(name), text(name)):
        (record,) = records(data)
        assert (1, 1) == (record.source.letter, record.source.letters)
        assert [] == notes_of(record, "left_out")


@pytest.mark.parametrize(
    ("before", "behind", "kinds"),
    [
        ([COVER_OF_ONE], [PROOF_OF_ONE], ["a cover letter", "a proof of service"]),
        ([PROOF_OF_ONE, COVER_OF_ONE], [], ["a cover letter", "a proof of service"]),
        ([FAX], [DENIAL], ["a fax sheet", "a utilization review denial"]),
        ([FORM], [], ["an application form"]),
        ([], [FORM, PROOF_OF_ONE], ["an application form", "a proof of service"]),
        ([DENIAL, FORM, COVER_OF_ONE], [FAX], ["a utilization review denial", "a fax sheet"]),
    ],
)
@pytest.mark.parametrize("name", [ONE, "page-breaks-issues", "guideline-forms"])
def test_documents_around_a_letter_are_left_out_and_told(
    name: str, before: list[str], behind: list[str], kinds: list[str]
) -> None:
    alone = extract_bytes(text(name))
    number, word = alone.case.case_number or "", WORDS[alone.outcome or "upheld"]
    before, behind = (
        [each.replace(FACTS["number"], number).replace("UPHOLD", word) for each in parts]
        for parts in (before, behind)
    )
    pages = alone.source.pages or 0
    first = len(before) + 1
    for data in (
        as_text([*before, words(name), *behind]),
        as_pdf([*before, pdf(name), *behind]),
    ):
        (record,) = records(data)
        assert says(alone) == says(record)
        assert [first, first + pages - 1] == record.source.pages_of_letter
        (note,) = notes_of(record, "left_out")
        assert "source" == note.field
        assert [] == [kind for kind in kinds if kind not in note.message]


def test_three_letters_give_three_records_in_order() -> None:
    alone = [says(extract_bytes(text(name))) for name in (ONE, TWO, THREE)]
    for data in (
        as_text([words(ONE), words(TWO), words(THREE)]),
        as_pdf([pdf(ONE), pdf(TWO), pdf(THREE)]),
        as_text([COVER_OF_ONE, words(ONE), PROOF_OF_ONE, FORM, words(TWO), DENIAL, words(THREE)]),
        as_pdf([FAX, pdf(ONE), PROOF_OF_ONE, pdf(TWO), DENIAL, FORM, pdf(THREE), PROOF_OF_ONE]),
    ):
        found = records(data)
        assert alone == [says(each) for each in found]
        assert [1, 2, 3] == [each.source.letter for each in found]
        assert {3} == {each.source.letters for each in found}


def test_letters_on_one_page_are_parted() -> None:
    both = f"{make_letter()}\n\n{words(TWO)}"
    assert [says(extract_bytes(make_letter().encode())), says(extract_bytes(text(TWO)))] == [
        says(each) for each in records(both.encode())
    ]


def test_a_letter_whose_header_is_cut_off_is_one_of_its_own() -> None:
    headless = make_letter(header="")
    found = records(as_text([words(ONE), headless, words(TWO)]))
    assert [1, 2, 3] == [each.source.letter for each in found]
    assert found[1].case.case_number is None
    assert says(found[1]) == says(extract_bytes(headless.encode()))


def test_a_cover_letter_serves_where_the_header_is_missing() -> None:
    data = as_text([COVER_OF_ONE, make_letter(header="")])
    (letter,) = read_letters(data, ReadingOptions(evidence=True))
    assert isinstance(letter, Letter)
    record = letter.record
    assert ("CM17-0900101", "2017-04-11") == (record.case.case_number, record.case.decision_date)
    assert note_of(record, "case.case_number") is None
    assert note_of(record, "case.date_assigned") is not None
    assert isinstance(record.evidence, dict)
    (place,) = record.evidence["case.case_number"]
    assert "CM17-0900101" == letter.document.text[place.start : place.end]
    assert 1 == place.page


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"number": "CM17-0900777"}, "case.case_number"),
        ({"word": "OVERTURN"}, "outcome"),
        ({"word": "PARTIAL OVERTURN"}, "outcome"),
    ],
)
def test_a_cover_letter_that_says_otherwise_gives_a_conflict(
    facts: dict[str, str], field: str
) -> None:
    (record,) = records(as_text([COVER.format(**{**FACTS, **facts}), words(ONE)]))
    assert ("CM17-0900101", "upheld") == (record.case.case_number, record.outcome)
    assert [field] == [each.field for each in notes_of(record, "conflict")]


def test_covers_go_to_the_letters_that_they_name() -> None:
    cover = COVER.format(**{**FACTS, "word": "OVERTURN"})
    found = records(as_text([words(ONE), cover, words(TWO)]))
    assert [["outcome"], []] == [
        [each.field for each in notes_of(record, "conflict")] for record in found
    ]


def test_the_same_letter_again_is_marked() -> None:
    for data in (
        as_text([words(ONE), words(TWO), words(ONE)]),
        as_pdf([pdf(ONE), FAX, pdf(TWO), pdf(ONE)]),
    ):
        found = records(data)
        assert [0, 0, 1] == [len(notes_of(each, "duplicate")) for each in found]
        assert "letter 1" in notes_of(found[2], "duplicate")[0].message


def test_a_letter_that_cannot_be_read_costs_the_others_nothing() -> None:
    broken = make_letter(issues="What stood here cannot be read.\n")
    found = extract_all(as_text([words(ONE), broken, words(TWO)]), name="bundle.txt")
    assert [True, False, True] == [isinstance(each, Record) for each in found]
    error = found[1]
    assert isinstance(error, ErrorRecord)
    assert "unknown_layout" == error.error.code
    assert (2, 3, [4, 4]) == (
        error.source.letter,
        error.source.letters,
        error.source.pages_of_letter,
    )


def test_one_letter_is_asked_for_and_several_are_there() -> None:
    with pytest.raises(SeveralLetters, match="holds 2 letters; use extract_all"):
        extract_bytes(as_text([words(ONE), words(TWO)]))


def test_health_plan_decisions_in_one_text_are_parted() -> None:
    found = records(f"{WALKER}\n\n{SCAN}".encode())
    assert ["overturned", "upheld"] == [each.outcome for each in found]
    assert [50] == [each.patient.age for each in found if each.patient.age]


def test_letters_of_both_programmes_stand_in_one_file() -> None:
    found = records(as_text([WALKER, words(TWO), SCAN]))
    assert ["dmhc-findings", "dwc-issues", "dmhc-findings"] == [each.layout for each in found]
    assert says(found[1]) == says(extract_bytes(text(TWO)))


def test_a_mail_around_a_letter_is_left_out() -> None:
    (record,) = records((MAIL + words(ONE) + "\nKind regards,\nWanda\n").encode())
    assert says(record) == says(extract_bytes(text(ONE)))
    assert notes_of(record, "left_out")


def test_a_heading_that_a_letter_quotes_begins_none() -> None:
    quoted = make_issue(
        rationale="The letter of last year said otherwise, below its heading\n"
        "CLINICAL CASE SUMMARY and before its end. The request is not medically necessary."
    )
    (record,) = records(make_letter(issues=quoted).encode())
    assert 1 == len(record.issues)
    assert "CLINICAL CASE SUMMARY" in (record.issues[0].rationale or "")


def test_running_heads_with_labels_of_the_header_begin_no_letter() -> None:
    head = "Case Number: CM17-0900999   Date of Injury: 01/09/2017\n"
    pages = [head + page for page in make_letter(issues=make_issue() * 3).split("\n\n") if page]
    assert 1 == len(extract_all("\f".join(pages).encode()))


def test_a_running_page_of_the_rationale_is_kept() -> None:
    reasons = "The splint would not help. It is not medically necessary by the first criterion.\f"
    reasons += "By the second criterion it is not medically necessary either.\n"
    (record,) = records(make_letter(issues=make_issue(rationale=reasons)).encode())
    assert (record.issues[0].rationale or "").endswith("either.")


def test_what_is_no_letter_stays_none() -> None:
    for parts in (
        [COVER_OF_ONE, PROOF_OF_ONE],
        [DENIAL],
        [FORM, FAX],
        [PLAIN_HEADER, PROOF_OF_ONE],
    ):
        with pytest.raises(UnknownLayout):
            extract_all(as_text(parts))


def test_header_tables_of_several_letters_are_no_running_heads() -> None:
    found = records(as_pdf([words(ONE), words(THREE)]))
    alone = [extract_bytes(text(name)).case for name in (ONE, THREE)]
    assert alone == [each.case for each in found]


def test_documents_around_a_letter_of_a_paragraph_a_line() -> None:
    def copied(part: str) -> str:
        return "\n".join(" ".join(each.split()) for each in part.split("\n\n") if each.strip())

    parts = [COVER_OF_ONE, make_letter(), PROOF_OF_ONE]
    (record,) = records("\n".join(map(copied, parts)).encode())
    assert [REASONS] == [each.rationale for each in record.issues]
    assert notes_of(record, "left_out")
