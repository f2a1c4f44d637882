"""Rows: what the report counts of a letter, in the columns of two tables."""

import re
from collections.abc import Iterable, Sequence

from imr_extract.report.letters import Citation, Letter, days, issues_of
from imr_extract.report.naming import NOT_CLASSIFIED, chapter_of, diagnosis_of, drugs_of, service_of

_HEALTH_PLANS = "dmhc-"  # layouts of the other programme begin so
_NO_EVIDENCE = "did not cite any"
_PLACE = re.compile(r"\[\d+\]")
_MONTHS_A_QUARTER = 3

LETTERS = {
    "id": "BIGINT",
    "digest": "VARCHAR",  # of the file, with the letter's number in it
    "case_number": "VARCHAR",
    "programme": "VARCHAR",
    "layout": "VARCHAR",
    "reader": "VARCHAR",
    "ocr": "BOOLEAN",
    "outcome": "VARCHAR",
    "priority": "VARCHAR",
    "decided": "VARCHAR",
    "year": "VARCHAR",
    "quarter": "VARCHAR",
    "age": "BIGINT",
    "gender": "VARCHAR",
    "specialties": "VARCHAR[]",
    "states": "VARCHAR[]",
    "claim_days": "BIGINT",
    "denial_days": "BIGINT",
    "application_days": "BIGINT",
    "assignment_days": "BIGINT",
    "diagnoses": "VARCHAR[]",
    "notes": "STRUCT(field VARCHAR, code VARCHAR)[]",
    "grades": "STRUCT(field VARCHAR, grade VARCHAR)[]",
}
DECISIONS = {
    "letter": "BIGINT",
    "overturned": "BOOLEAN",  # NULL where no outcome was read
    "category": "VARCHAR",
    "subcategory": "VARCHAR",
    "service": "VARCHAR",
    "parts": "VARCHAR[]",
    "drugs": "STRUCT(generic VARCHAR, printed VARCHAR)[]",
    "ur_bodies": "VARCHAR[]",
    "imr_bodies": "VARCHAR[]",
    "ur_chapters": "VARCHAR[]",
    "imr_chapters": "VARCHAR[]",
    "ur_cites": "VARCHAR",
    "imr_cites": "VARCHAR",
    "agreement": "VARCHAR",
}


def letter_row(letter: Letter, number: int) -> dict[str, object]:
    """The row of a letter in `LETTERS`; `number` is its id."""
    case, injury = letter.case, letter.injury
    decided = case.decision_date
    source = letter.source
    return {
        "id": number,
        "digest": source.sha256 and f"{source.sha256}:{source.letter or 1}",
        "case_number": case.case_number,
        "programme": programme_of(letter.layout),
        "layout": letter.layout,
        "reader": source.reader,
        "ocr": source.ocr is not None,
        "outcome": letter.outcome,
        "priority": case.priority,
        "decided": decided,
        "year": year_of(decided),
        "quarter": quarter_of(decided),
        "age": letter.patient.age,
        "gender": letter.patient.gender,
        "specialties": letter.reviewer.specialties,
        "states": letter.reviewer.licensure_states,
        "claim_days": days(injury.days_to_decision, injury.date, decided),
        "denial_days": days(case.days_from_denial, case.ur_denial_date, decided),
        "application_days": days(case.days_from_application, case.application_received, decided),
        "assignment_days": days(case.days_from_assignment, case.date_assigned, decided),
        "diagnoses": list(dict.fromkeys(diagnosis_of(diagnosis) for diagnosis in letter.diagnoses)),
        "notes": [{"field": plain(note.field), "code": note.code} for note in letter.notes],
        "grades": [
            {"field": plain(path), "grade": place.grade}
            for path, places in letter.evidence.items()
            for place in places[:1]
        ],
    }


def decision_rows(letter: Letter, number: int) -> list[dict[str, object]]:
    """The rows of a letter's issues in `DECISIONS`; `number` is the letter's id."""
    rows: list[dict[str, object]] = []
    for issue in issues_of(letter):
        ours, theirs = issue.imr_guidelines, issue.claims_administrator_guidelines
        rows.append(
            {
                "letter": number,
                "overturned": None if issue.outcome is None else issue.outcome == "overturned",
                "category": issue.category or NOT_CLASSIFIED,
                "subcategory": issue.subcategory or NOT_CLASSIFIED,
                "service": service_of(issue),
                "parts": list(dict.fromkeys(issue.body_parts)),
                "drugs": [each._asdict() for each in drugs_of(issue)],
                "ur_bodies": _once(guideline.body for guideline in theirs),
                "imr_bodies": _once(guideline.body for guideline in ours),
                "ur_chapters": _once(map(chapter_of, theirs)),
                "imr_chapters": _once(map(chapter_of, ours)),
                "ur_cites": _cites(theirs, issue.claims_administrator_guideline_text),
                "imr_cites": _cites(ours, issue.imr_guideline_text),
                "agreement": _agreement(theirs, ours),
            }
        )
    return rows


def programme_of(layout: str | None) -> str:
    """Whose letters those of a layout are: "workers" (compensation) or "health" (plans)."""
    return "health" if layout is not None and layout.startswith(_HEALTH_PLANS) else "workers"


def year_of(date: str | None) -> str | None:
    """The year of a date of the record."""
    return None if date is None else date[:4]


def quarter_of(date: str | None) -> str | None:
    """The quarter of a date, as "2017 Q1"; None where the month is not known."""
    if date is None or len(date) < len("2017-01"):
        return None
    quarter = (int(date[5:7]) - 1) // _MONTHS_A_QUARTER + 1
    return f"{date[:4]} Q{quarter}" if quarter in range(1, 5) else None


def plain(path: str) -> str:
    """The path of a value without its places in lists."""
    return _PLACE.sub("", path)


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _cites(citations: Sequence[Citation], text: str | None) -> str:
    """What a side says it rests on: a guideline, nothing, or something that was not read."""
    if citations:
        return "guideline"
    if text is None:
        return "no statement"
    return "no evidence" if _NO_EVIDENCE in text.lower() else "not read"


def _agreement(theirs: Sequence[Citation], ours: Sequence[Citation]) -> str:
    """How the chapters that the two sides cite compare."""
    one, other = set(map(chapter_of, theirs)), set(map(chapter_of, ours))
    if not one and not other:
        return "neither side cites"
    if not one or not other:
        return "only the reviewer cites" if other else "only the claims administrator cites"
    if one == other:
        return "both cite the same"
    return "some in common" if one & other else "both cite, none in common"
