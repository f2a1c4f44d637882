"""What the report reads of a record, and records as lines of JSON.

Records of this version and of earlier ones are read: a field that an earlier one lacks is taken as
absent. What the report does not count, as rationales and treatments, is not decoded.
"""

import datetime as dt

import msgspec
from msgspec import UNSET, Struct, UnsetType

from imr_extract.record.json_line import NotRecords


class Source(Struct, frozen=True):
    """Where the letter came from."""

    sha256: str | None = None
    reader: str | None = None
    letter: int | None = None  # which letter of its file
    ocr: dict[str, object] | None = None


class Case(Struct, frozen=True):
    """The dates of the header, and the days between them where the record has them."""

    case_number: str | None = None
    date_assigned: str | None = None
    decision_date: str | None = None
    ur_denial_date: str | None = None
    application_received: str | None = None
    priority: str | None = None
    days_from_denial: int | None = None
    days_from_application: int | None = None
    days_from_assignment: int | None = None


class Reviewer(Struct, frozen=True):
    """The reviewer's credentials."""

    licensure_states: list[str] = []
    specialties: list[str] = []


class Patient(Struct, frozen=True):
    """The injured worker."""

    age: int | None = None
    gender: str | None = None


class Injury(Struct, frozen=True):
    """When the worker was hurt."""

    date: str | None = None
    days_to_decision: int | None = None


class Diagnosis(Struct, frozen=True):
    """A condition of the worker."""

    text: str
    body_parts: list[str] = []
    icd10cm: str | None = None


class Citation(Struct, frozen=True):
    """A guideline that a side cites."""

    body: str
    title: str | None = None
    year: int | None = None


class Issue(Struct, frozen=True):
    """A disputed service with its determination."""

    disputed_service: str
    outcome: str | None
    category: str | None = None
    subcategory: str | None = None
    drugs: list[str] = []
    body_parts: list[str] = []
    claims_administrator_guideline_text: str | None = None
    claims_administrator_guidelines: list[Citation] = []
    imr_guideline_text: str | None = None
    imr_guidelines: list[Citation] = []


class Note(Struct, frozen=True):
    """A row of the record's notes."""

    field: str
    code: str


class Grade(Struct, frozen=True):
    """Of a value's evidence, how far its rule can be trusted."""

    grade: str


class Failure(Struct, frozen=True):
    """What went wrong with an input."""

    code: str


class Letter(Struct, frozen=True):
    """A record, or an error object where `error` is set."""

    source: Source
    layout: str | None = None
    case: Case = Case()
    reviewer: Reviewer = Reviewer()
    patient: Patient = Patient()
    injury: Injury = Injury()
    diagnoses: list[Diagnosis] = []
    issues: list[Issue] | UnsetType = UNSET
    outcome: str | None = None
    notes: list[Note] = []
    evidence: dict[str, list[Grade]] = {}
    error: Failure | None = None


_decoder = msgspec.json.Decoder(Letter)


def decode(line: bytes, where: str) -> Letter:
    """The letter of a line of JSON. Raises `NotRecords`, which names the line by `where`."""
    try:
        letter = _decoder.decode(line)
    except msgspec.DecodeError as error:  # its message names keys and types, never values
        raise NotRecords(f"{where} is no record ({error}); {_NEXT}") from None
    if letter.error is None and (letter.layout is None or letter.issues is UNSET):
        raise NotRecords(f"{where} is no whole record: it has no layout or no issues; {_NEXT}")
    return letter


_NEXT = "give records that `imr-extract extract` wrote, without --fields"


def issues_of(letter: Letter) -> list[Issue]:
    """The issues of a record; none of an error object."""
    return [] if isinstance(letter.issues, UnsetType) else letter.issues


def exact(date: str | None) -> dt.date | None:
    """The day that a date names; None for one that is less exact, or no date of the calendar."""
    if date is None or len(date) != len("2015-06-03"):
        return None
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        return None


def days(given: int | None, start: str | None, end: str | None) -> int | None:
    """Whole days between two dates: as the record gives them, else counted; None if not exact."""
    if given is not None:
        return given
    first, last = exact(start), exact(end)
    return None if first is None or last is None else (last - first).days
