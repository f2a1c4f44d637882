"""The record: what one letter becomes. The public contract; `imr-extract schema` is made from it.

Every key is always there, but for `review_type` and `reviewer.count`, which only letters of some
layouts have. ``None`` and ``[]`` mean that the letter does not give the value; where
the layout promises one, a row of ``notes`` says why it is absent. Text values are the letter's own
words with white space folded. Dates are ISO 8601 and as exact as the letter: ``2015-06-03``,
``2015-06`` or ``2015``.
"""

from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

SCHEMA_VERSION = "1.1"

# The first and the last of some pages of a file, from 1, both included.
PageRange = Annotated[list[int], Meta(min_length=2, max_length=2)]
IsoDate = Annotated[str, Meta(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Outcome = Literal["upheld", "overturned"]
LetterOutcome = Literal["upheld", "overturned", "partially_overturned"]
Verdict = Literal["necessary", "not_necessary", "unclear"]
Laterality = Literal["left", "right", "bilateral"]
TreatmentKind = Literal[
    "medication",
    "physical_medicine",
    "injection",
    "surgery",
    "device",
    "work_modification",
    "self_care",
    "psychotherapy",
    "other",
]
ReviewType = Literal[
    "medical_necessity",
    "experimental_investigational",
    "urgent_care",  # emergency or urgent services, asked for after the fact
]
NoteCode = Literal[
    "not_in_letter",  # the letter does not print the value
    "section_missing",  # the part of the letter that would hold the value is not there
    "ambiguous",  # several readings stand, none better than the others
    "conflict",  # two places of the letter contradict each other
    "rejected",  # words were found that look like the value and are not a valid one
    "personal_data",  # the letter says more of a person than it should
    "left_out",  # pages or lines of the file that are no part of the letter
    "ocr",  # the text was recognised in a picture, and may hold wrong characters
    "misread",  # a word of a closed list was read in spite of one or two wrong characters
    "imprecise",  # a date or an amount was understood in part
    "duplicate",  # the same letter stands in the file once more
    "incomplete",  # a part of the letter seems to be missing or could not be placed
]
ErrorCode = Literal[
    "unreadable",
    "empty",
    "unsupported_type",
    "damaged_pdf",
    "password_required",
    "no_text_layer",
    "unknown_layout",
    "several_letters",
    "slow_layout",
    "too_large",
    "timed_out",
    "out_of_memory",
    "crashed",
    "no_ocr_engine",
    "ocr_failed",
    "internal",
]


# How far the rule behind a value can be trusted.
Grade = Literal["high", "medium", "low"]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the record's parts: strict when decoded, and like them immutable and by keyword."""


class Ocr(Part, frozen=True, kw_only=True):
    """How a text was recognised in pictures."""

    engine: str
    version: str
    dpi: int  # resolution at which the pages were drawn for the engine


class Source(Part, frozen=True, kw_only=True):
    """The input that a record or an error is about."""

    name: str  # file name without its folder; "-" for standard input
    sha256: str | None  # of the input bytes, in hexadecimal; None where they could not be read
    media_type: str | None  # "application/pdf" or "text/plain"; None where not recognised
    bytes: int | None  # length of the input; None where it could not be read
    pages: int | None  # pages of the PDF, or parts of a text between form feeds
    letter: int | None  # which letter of the file, from 1; None in an error about the whole file
    letters: int | None  # how many letters the file holds; None where that was not found out
    pages_of_letter: PageRange | None  # the pages on which the letter begins and ends
    reader: str | None  # "pdfium", "pdfplumber", "text", or "ocr" where all of the text is by OCR
    ocr: Ocr | None  # None where no text was recognised in pictures
    program: str  # version of imr-extract
    rules: str  # digest of the rules and layouts; another one may read letters in another way


class Case(Part, frozen=True, kw_only=True):
    """The header table of the letter."""

    case_number: str | None
    date_assigned: IsoDate | None
    date_of_injury: IsoDate | None
    decision_date: IsoDate | None
    ur_denial_date: IsoDate | None  # when utilization review denied or modified the request
    priority: Literal["standard", "expedited"] | None
    application_received: IsoDate | None
    # Whole days to the decision; None where a date is missing or is no whole day.
    days_from_denial: int | None
    days_from_application: int | None
    days_from_assignment: int | None


class Reviewer(Part, frozen=True, kw_only=True):
    """The expert reviewer's credentials, in the printed order; of a panel, those of all."""

    licensure_states: list[str]
    specialties: list[str]  # each once
    # How many reviewers decided; only in layouts whose letters may come of a panel.
    count: int | UnsetType = UNSET


class Patient(Part, frozen=True, kw_only=True):
    """The injured worker, as the case summary first states it."""

    age: int | None  # whole years
    gender: Literal["male", "female"] | None


class Injury(Part, frozen=True, kw_only=True):
    """When and how the worker was hurt."""

    date: IsoDate | None  # the header's date of injury; the summary's where the header has none
    date_in_summary: IsoDate | None
    days_to_decision: int | None  # whole days from `date`; None where a day is not stated
    mechanism: str | None  # the phrase that states how it happened
    body_parts: list[str]  # regions said to be injured or diagnosed, in order of mention


class Diagnosis(Part, frozen=True, kw_only=True):
    """A condition that the case summary states the worker has."""

    text: str
    code: str | None  # the printed ICD code
    # The code of ICD-10-CM whose title or inclusion term the words are, without the encounter.
    icd10cm: str | None
    body_parts: list[str]
    laterality: Laterality | None


class Treatment(Part, frozen=True, kw_only=True):
    """A treatment that the worker has had or is having."""

    text: str
    kind: TreatmentKind
    status: Literal["current", "prior"]
    drugs: list[str]  # generic ingredient names


class Diagnostic(Part, frozen=True, kw_only=True):
    """A study that was done."""

    text: str
    date: IsoDate | None


class Guideline(Part, frozen=True, kw_only=True):
    """One citation of a treatment guideline."""

    body: str  # "MTUS", "ODG", "ACOEM", ...; "other" where no known body is named
    title: str | None  # chapter; of ODG in its own name, whatever the letter prints
    year: int | None  # of the edition, or of its last update
    sections: list[str]  # names after "Section(s):", or topics, in the printed order
    edition: str | None  # "3rd Edition", as printed
    page: str | None  # "47-49", as printed
    url: str | None  # a web address, whole


class Issue(Part, frozen=True, kw_only=True):
    """One disputed treatment, with its determination."""

    number: int  # 1 for the first
    disputed_service: str
    original_request: str | None  # set where utilization review had authorized a part
    authorized: str | None  # that part
    outcome: Outcome | None  # of the utilization review denial, as printed
    category: str | None
    subcategory: str | None
    drugs: list[str]
    quantity: float | int | None
    unit: str | None
    body_parts: list[str]
    claims_administrator_guideline_text: str | None
    claims_administrator_guidelines: list[Guideline]
    imr_guideline_text: str | None
    imr_guidelines: list[Guideline]
    rationale: str | None
    stated_verdict: Verdict | None  # what the rationale's own end says; None without a rationale


class Note(Part, frozen=True, kw_only=True):
    """Why a promised value is absent, or what contradicts it."""

    field: str  # path in the record: "patient.age", "issues[1].outcome"
    code: NoteCode
    message: str  # never holds words of the letter


class Box(NamedTuple):
    """A rectangle on a page, in points from the page's top left corner; printed as a list."""

    page: int  # 1 for the first
    left: float
    top: float
    right: float
    bottom: float


class Evidence(Part, frozen=True, kw_only=True):
    """Words of the letter that give a value: `text[start:end]` of what `imr-extract text` prints.

    Folded, they are the value or the printed form that the rule makes the value from.
    """

    start: int  # in code points
    end: int  # not included
    page: int  # of its first character; 1 for the first
    rule: str  # the rule that found it; `imr-extract explain` shows the rule
    grade: Grade  # of the rule
    boxes: list[Box] | UnsetType = UNSET  # a rectangle a printed line; only where asked for


class Record(Part, frozen=True, kw_only=True):
    """One determination letter."""

    schema_version: str
    source: Source
    layout: str
    case: Case
    reviewer: Reviewer
    patient: Patient
    injury: Injury
    diagnoses: list[Diagnosis]
    treatments: list[Treatment]
    diagnostics: list[Diagnostic]
    issues: list[Issue]
    outcome: LetterOutcome | None
    notes: list[Note]
    # What was asked of the reviewers; only in layouts whose letters state it.
    review_type: ReviewType | UnsetType = UNSET
    # Only where asked for: each value's path with the words that gave it, in record order; of a
    # list of words, one an item.
    evidence: dict[str, list[Evidence]] | UnsetType = UNSET

    def to_dict(self) -> dict[str, Any]:
        """The record as dictionaries, lists, texts and numbers, in the model's order."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built

    def to_json(self) -> str:
        """The record as the line of JSON that the command line writes, without its line end."""
        return msgspec.json.encode(self).decode()


class ErrorInfo(Part, frozen=True, kw_only=True):
    """What went wrong with an input, and what to do about it."""

    code: ErrorCode
    message: str  # one line; never holds words of the letter


class ErrorRecord(Part, frozen=True, kw_only=True):
    """What an input gives that could not be made a record."""

    schema_version: str
    source: Source
    error: ErrorInfo
    path: str | UnsetType = UNSET  # as the input was named; only in the file of --errors-to
