"""Facts: what a label or a record says of a letter, as far as it says it.

Labels and records are read with the same types. A label need not have every key: what it does not
have is not asked. Keys that are not named here are passed over, so that records of other versions
can be judged, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath

import msgspec
from msgspec import UNSET, Struct, UnsetType

Words = list[str] | UnsetType
Text = str | UnsetType | None


class CaseFacts(Struct, frozen=True, kw_only=True):
    """As `model.Case`."""

    case_number: Text = UNSET
    date_assigned: Text = UNSET
    date_of_injury: Text = UNSET
    decision_date: Text = UNSET
    ur_denial_date: Text = UNSET
    priority: Text = UNSET
    application_received: Text = UNSET


class ReviewerFacts(Struct, frozen=True, kw_only=True):
    """As `model.Reviewer`."""

    licensure_states: Words = UNSET
    specialties: Words = UNSET
    count: int | UnsetType | None = UNSET


class PatientFacts(Struct, frozen=True, kw_only=True):
    """As `model.Patient`."""

    age: int | UnsetType | None = UNSET
    gender: Text = UNSET


class InjuryFacts(Struct, frozen=True, kw_only=True):
    """As `model.Injury`."""

    date: Text = UNSET
    mechanism: Text = UNSET
    body_parts: Words = UNSET


class ItemFacts(Struct, frozen=True, kw_only=True):
    """An item of `diagnoses`, `treatments` or `diagnostics`."""

    text: str
    kind: Text = UNSET
    status: Text = UNSET


class GuidelineFacts(Struct, frozen=True, kw_only=True):
    """As `model.Guideline`."""

    body: str | None = None
    title: str | None = None
    year: int | None = None


class IssueFacts(Struct, frozen=True, kw_only=True):
    """As `model.Issue`."""

    disputed_service: Text = UNSET
    original_request: Text = UNSET
    authorized: Text = UNSET
    outcome: Text = UNSET
    category: Text = UNSET
    subcategory: Text = UNSET
    drugs: Words = UNSET
    quantity: float | int | UnsetType | None = UNSET
    body_parts: Words = UNSET
    claims_administrator_guideline_text: Text = UNSET
    claims_administrator_guidelines: list[GuidelineFacts] | UnsetType = UNSET
    imr_guideline_text: Text = UNSET
    imr_guidelines: list[GuidelineFacts] | UnsetType = UNSET
    rationale: Text = UNSET


class SourceFacts(Struct, frozen=True, kw_only=True):
    """As `model.Source`."""

    name: str = ""
    letter: int | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What is said of one letter."""

    id: str = ""  # of a label: the name of the letter's file, without its suffix
    source: SourceFacts = SourceFacts()
    layout: str | None = None
    case: CaseFacts = CaseFacts()
    reviewer: ReviewerFacts = ReviewerFacts()
    patient: PatientFacts = PatientFacts()
    injury: InjuryFacts = InjuryFacts()
    diagnoses: list[ItemFacts] | UnsetType = UNSET
    treatments: list[ItemFacts] | UnsetType = UNSET
    diagnostics: list[ItemFacts] | UnsetType = UNSET
    issues: list[IssueFacts] | UnsetType = UNSET
    outcome: Text = UNSET
    review_type: Text = UNSET
    error: msgspec.Raw | UnsetType = UNSET  # set in an error object, which says nothing else

    @property
    def stem(self) -> str:
        """The name of the letter's file without its suffix; "" where it is unknown.

        Of a file with several letters, the second is NAME#2, as in labels.
        """
        if self.id:
            return self.id
        stem, letter = PurePath(self.source.name).stem, self.source.letter or 1
        return f"{stem}#{letter}" if letter > 1 else stem


NO_FACTS = Facts()

_one = msgspec.json.Decoder(Facts)
_one_or_many = msgspec.json.Decoder(Facts | list[Facts])


class NotReadable(Exception):
    """A file of labels or records that is none; `message` says where, and never letter words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def decode(line: bytes, where: str) -> Facts:
    """The facts of one JSON object. Raises `NotReadable` where the line is none; names `where`."""
    try:
        return _one.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReadable(f"{where} is not a record ({_reason(error)})") from None


def _reason(error: Exception) -> str:
    # The message of a validation names types and the path; that of bad JSON a byte's place.
    return str(error).replace("\n", " ")


def read_labels(path: Path) -> list[Facts]:
    """The labels of a folder (*.json and *.jsonl), or of one such file, by letter.

    Raises `NotReadable` where there are none, a file is not what it should be, or two labels are
    about one letter.
    """
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix in (".json", ".jsonl"))
    else:
        files = [path]
    labels: dict[str, Facts] = {}
    for file in files:
        for number, label in enumerate(_labels(file), start=1):
            name = label.id or (label.case.case_number or f"{file.stem}#{number}")
            if name in labels:
                raise NotReadable(f"{file.name} has a second label for {name}")
            labels[name] = msgspec.structs.replace(label, id=name)
    if not labels:
        raise NotReadable(f"{path} holds no labels (JSON or JSONL)")
    return [labels[name] for name in sorted(labels)]


def _labels(file: Path) -> Iterator[Facts]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotReadable(f"{file} cannot be read ({error.strerror})") from None
    if file.suffix == ".jsonl":
        for number, line in enumerate(data.splitlines(), start=1):
            if line.strip():
                yield decode(line, f"{file.name}, line {number},")
        return
    try:
        found = _one_or_many.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotReadable(f"{file.name} is not a label ({_reason(error)})") from None
    yield from found if isinstance(found, list) else [found]


def join(labels: Sequence[Facts], lines: Iterable[bytes]) -> tuple[list[Facts | None], int]:
    """The record of each label, None where there is none, and how many records there were.

    A record is found by its case number, and one that has none, or whose label has none, by the
    name of its file. Of several the first counts. Error objects and blank lines are no records.
    Only the records of the labels are kept. Raises `NotReadable`.
    """
    by_number = {label.case.case_number: i for i, label in enumerate(labels)}
    by_stem = {label.stem: i for i, label in enumerate(labels)}
    found: list[Facts | None] = [None] * len(labels)
    count = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = decode(line, f"line {number}")
        if record.error is not UNSET:
            continue
        count += 1
        at = by_number.get(record.case.case_number) if record.case.case_number else None
        if at is None:
            at = by_stem.get(record.stem)
            if at is not None and record.case.case_number and labels[at].case.case_number:
                at = None  # the file of one letter under the name of another
        if at is not None and found[at] is None:
            found[at] = record
    return found, count
