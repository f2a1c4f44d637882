"""The worker's age and gender, as the case summary first states them."""

from collections.abc import Iterator

from imr_extract.document import Folded, Found, Section
from imr_extract.model import Note
from imr_extract.patterns import Match, parse_number
from imr_extract.rules import CompiledRow, cues

# Working ages and beyond; the youngest that California lets work in entertainment are left out.
_AGES = range(12, 111)

# How far behind the age the noun may stand that says man or woman: "58 year old right-hand-dominant
# female".
_NOUN_WITHIN = 80

# Pronouns of both genders stand in many summaries (a spouse, a supervisor, a slip of the pen); one
# gender counts where it has this many times the pronouns of the other.
_CLEAR_MAJORITY = 3


def extract(folded: Folded, summary: Section | None) -> Iterator[Found | Note]:
    """Age and gender from the case summary, or a note for each that it does not give."""
    if summary is None:
        for field in ("age", "gender"):
            yield Note(
                field=f"patient.{field}",
                code="section_missing",
                message="the letter has no case summary",
            )
        return
    age = _age(folded, summary)
    yield age or Note(
        field="patient.age", code="not_in_letter", message="the case summary states no age"
    )
    yield _gender(folded, summary)


def _age(folded: Folded, summary: Section) -> Found | None:
    hits = []
    for row in cues("patient", "age"):
        for match in row.pattern.finditer(folded.text, summary.body, summary.end):
            years = parse_number(match["age"])
            if years is not None and years in _AGES:
                hits.append((match.start(), row.id, years, match.span("age")))
                break
    if not hits:
        return None
    _, rule, years, (start, end) = min(hits)
    return Found("patient.age", years, (folded.span(start, end),), rule)


def _gender(folded: Folded, summary: Section) -> Found | Note:
    text, body, end = folded.text, summary.body, summary.end
    nouns, titles = cues("patient", "gender"), cues("patient", "title")
    by_age = min(
        (
            match.end()
            for row in cues("patient", "age")
            if (match := row.pattern.search(text, body, end))
        ),
        default=body,
    )
    hit = (
        _first(nouns, text, by_age, min(end, by_age + _NOUN_WITHIN))
        or _first(nouns, text, body, min(end, body + _NOUN_WITHIN))
        or _first(titles, text, body, end)
    )
    if hit:
        row, match = hit
        return Found("patient.gender", row.value or "", (folded.span(*match.span()),), row.id)
    counts = [
        (row, list(row.pattern.finditer(text, body, end))) for row in cues("patient", "pronoun")
    ]
    counts.sort(key=lambda each: -len(each[1]))
    (row, most), (_, fewest) = counts
    if not most:
        return Note(
            field="patient.gender",
            code="not_in_letter",
            message="the case summary has no word that tells it",
        )
    if len(most) < _CLEAR_MAJORITY * len(fewest):
        return Note(
            field="patient.gender",
            code="ambiguous",
            message=f"the case summary has {len(most)} pronouns of one gender and "
            f"{len(fewest)} of the other",
        )
    return Found("patient.gender", row.value or "", (folded.span(*most[0].span()),), row.id)


def _first(
    rows: tuple[CompiledRow, ...], text: str, start: int, end: int
) -> tuple[CompiledRow, Match] | None:
    """The earliest match of any row in `text[start:end]`."""
    hits = [(row, match) for row in rows if (match := row.pattern.search(text, start, end))]
    return min(hits, key=lambda hit: hit[1].start()) if hits else None
