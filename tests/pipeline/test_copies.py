"""Every copy of a letter gives the record of the letter, whatever happened to it.

`make test` tries each form on a spread of the fixture letters, `make test-all` all forms on all.
"""

import contextlib
from functools import cache

import msgspec
import pytest
from corpus import FIXTURES, NAMES
from scanned import needs_tesseract

from copies import FORMS, Original, original
from imr_extract import extract_all, extract_bytes
from imr_extract.errors import ImrError
from imr_extract.record.model import Record
from imr_extract.scans import NO_OCR, Scans
from letter import read_letter as read_source

# Forms that are not read yet, each with the reason. A row that has become right fails.
PENDING: dict[str, str] = {}
# The same for single letters of a form.
PENDING_LETTERS = {
    # "electro-myography" may be printed so; what a letter prints is kept.
    ("copied", "hyphens-and-urls"): "without line ends a broken word looks like one with a hyphen",
}
# Letters without a case table: the cover letter rightly gives what it has of the case.
COVER_SERVES = {("packet", "double-spaced"), ("packet", "missing-header")}
# A page ends inside a heading; the last sentence of a heading of several stands on a line with it.
HARD = [("mailed", "long-headings"), ("copied", "part-authorized-leaving")]
OCR = ("scanned", "pictures")  # which take seconds a page
BY_TEXT = [name for name in FORMS if name not in OCR]
SPREAD = {form: NAMES[at % 7 :: 9] for at, form in enumerate(BY_TEXT)}
# A letter of one page, one of two, and one with amounts, dates and capitals.
SCANNED = ["one-issue-upheld", "no-gender", "mixed-outcomes"]


@cache
def letter_of(name: str) -> Original:
    return original(read_source(FIXTURES / "letters" / f"{name}.toml"))


@cache
def expected(name: str) -> dict[str, object]:
    return content(extract_bytes(letter_of(name).pdf))


def content(record: Record) -> dict[str, object]:
    """What the record says of the letter."""
    tree = msgspec.to_builtins(record)
    kept = (
        *("case", "reviewer", "patient", "injury"),
        *("diagnoses", "treatments", "diagnostics", "outcome"),
    )
    of_issue = (
        *("disputed_service", "outcome", "rationale", "stated_verdict"),
        *("claims_administrator_guideline_text", "imr_guideline_text"),
    )
    return {name: tree[name] for name in kept} | {
        "issues": [{name: issue[name] for name in of_issue} for issue in tree["issues"]]
    }


def other_than(name: str) -> str:
    """The letter that follows, for copies which hold another one, too."""
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)]


def copy_of(form: str, name: str) -> bytes:
    return FORMS[form](letter_of(name), letter_of(other_than(name)))


def is_right(form: str, name: str, scans: Scans = NO_OCR) -> bool:
    """Whether the copy gives a record a letter, and each is that of its letter."""
    names = [name, other_than(name)] if form == "two_in_one" else [name]
    letters = extract_all(copy_of(form, name), scans=scans)
    found = [content(letter) for letter in letters if isinstance(letter, Record)]
    right = [expected(each) for each in names]
    if (form, name) in COVER_SERVES:
        right, found = ([each | {"case": None} for each in every] for every in (right, found))
    return right == found


def check(form: str, name: str) -> None:
    reason = PENDING.get(form) or PENDING_LETTERS.get((form, name))
    if reason is None:
        assert is_right(form, name)
        return
    with contextlib.suppress(ImrError):
        if is_right(form, name):
            pytest.fail("this copy is read: take it out of the pending ones")
    pytest.xfail(reason)


@pytest.mark.parametrize(
    ("form", "name"), [*HARD, *((form, name) for form, names in SPREAD.items() for name in names)]
)
def test_a_copy_gives_the_record_of_its_letter(form: str, name: str) -> None:
    check(form, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", BY_TEXT)
def test_every_copy_of_every_letter(form: str, name: str) -> None:
    check(form, name)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("name", SCANNED)
def test_a_searchable_scan_gives_the_record_of_its_letter(name: str) -> None:
    assert is_right("scanned", name)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("name", SCANNED)
def test_pictures_give_the_record_of_their_letter(name: str) -> None:
    assert is_right("pictures", name, Scans("auto"))


def test_pending_copies_are_copies() -> None:
    assert set(PENDING) <= set(FORMS)
    assert {form for form, _ in PENDING_LETTERS} <= set(FORMS)
    assert {name for _, name in PENDING_LETTERS} <= set(NAMES)
