"""The worker's age and gender, as the case summary first states them."""

from collections.abc import Iterable, Iterator

from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, parse_number
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText, Rejected, Section

# Working ages and beyond; the youngest that California lets work in entertainment are left out.
_AGES = range(12, 111)

# Characters that a match may have around the word of its row ("year").
_AGE_WITHIN = 60

# How far behind the age the noun may stand that says man or woman: "58 year old right-hand-dominant
# female".
_OTHER_WITHIN = 60  # characters before words in which somebody else is named
_NOUN_WITHIN = 80

# Pronouns of both genders stand in many summaries (a spouse, a supervisor, a slip of the pen); one
# gender counts where it has this many times the pronouns of the other.
_CLEAR_MAJORITY = 3


def extract(
    normalized: NormalizedText, summary: Section | None
) -> Iterator[Found | Note | Rejected]:
    """Age and gender from the case summary, or a note for each that it does not give."""
    if summary is None:
        for field in ("age", "gender"):
            yield Note(
                field=f"patient.{field}",
                code="section_missing",
                message="the letter has no case summary",
            )
        return
    text, body, end = normalized.text, summary.body, summary.end
    ages: list[tuple[CompiledRow, Match]] = []
    for row, match in cues("patient", "age").matches(text, body, end, within=_AGE_WITHIN):
        if _of_another(text, body, match.start()):
            span = normalized.span(*match.span("age"))
            yield Rejected("patient.age", span, row.id, "it is the age of another person")
        else:
            ages.append((row, match))
    yield from _age(normalized, ages)
    yield from _gender(normalized, summary, min((match.end() for _, match in ages), default=body))


def _age(
    normalized: NormalizedText, ages: Iterable[tuple[CompiledRow, Match]]
) -> Iterator[Found | Note | Rejected]:
    """The first age that a worker can have, of all that the rows of `ages` found."""
    field = "patient.age"
    hits: dict[str, tuple[int, str, int, tuple[int, int]]] = {}  # the first of each row
    for row, match in ages:
        if row.id in hits:
            continue
        years = parse_number(match["age"])
        if years is not None and years in _AGES:
            hits[row.id] = (match.start(), row.id, years, match.span("age"))
        else:
            span = normalized.span(*match.span("age"))
            yield Rejected(field, span, row.id, "a worker cannot have that age")
    if not hits:
        yield Note(field=field, code="not_in_letter", message="the case summary states no age")
        return
    (_, rule, years, interval), *later = sorted(hits.values())
    yield Found(field, years, (normalized.span(*interval),), rule)
    for _, other, _, interval in later:
        yield Rejected(
            field, normalized.span(*interval), other, "another match stands there or further up"
        )


def _gender(
    normalized: NormalizedText, summary: Section, by_age: int
) -> Iterator[Found | Note | Rejected]:
    """The gender by a noun behind the age, which ends at `by_age`, or by other words."""
    text, body, end = normalized.text, summary.body, summary.end
    nouns, titles = cues("patient", "gender"), cues("patient", "title")
    hit = (
        _first(nouns, text, by_age, min(end, by_age + _NOUN_WITHIN))
        or _first(nouns, text, body, min(end, body + _NOUN_WITHIN))
        or _first(titles, text, body, end, other="other_title")
    )
    if hit:
        row, match = hit
        yield Found("patient.gender", row.value or "", (normalized.span(*match.span()),), row.id)
    else:
        yield from _gender_by_pronouns(normalized, summary)


def _of_another(text: str, start: int, at: int, table: str = "other") -> bool:
    """Whether what `text[start:at]` ends with says the next words of somebody else."""
    near = max(start, at - _OTHER_WITHIN)
    return any(row.pattern.search(text, near, at) for row in cues("patient", table))


def _gender_by_pronouns(
    normalized: NormalizedText, summary: Section
) -> Iterator[Found | Note | Rejected]:
    field = "patient.gender"
    counts = [
        (row, list(row.pattern.finditer(normalized.text, summary.body, summary.end)))
        for row in cues("patient", "pronoun")
    ]
    counts.sort(key=lambda row: -len(row[1]))
    (row, most), (other, fewest) = counts
    if not most:
        yield Note(
            field=field,
            code="not_in_letter",
            message="the case summary has no word that states it",
        )
        return
    span = normalized.span(*most[0].span())
    if len(most) >= _CLEAR_MAJORITY * len(fewest):
        yield Found(field, row.value or "", (span,), row.id)
    else:
        yield Note(
            field=field,
            code="ambiguous",
            message=f"the case summary has {len(most)} pronouns of one gender and "
            f"{len(fewest)} of the other",
        )
        yield Rejected(field, span, row.id, _against(most, fewest))
    if fewest:
        yield Rejected(field, normalized.span(*fewest[0].span()), other.id, _against(fewest, most))


def _against(these: list[Match], others: list[Match]) -> str:
    return f"{len(these)} pronouns of this gender, {len(others)} of the other"


def _first(
    rows: Iterable[CompiledRow], text: str, start: int, end: int, *, other: str = "other"
) -> tuple[CompiledRow, Match] | None:
    """The earliest match of any row in `text[start:end]` that is not said of somebody else."""
    hits = [
        (row, match)
        for row in rows
        for match in row.pattern.finditer(text, start, end)
        if not _of_another(text, start, match.start(), other)
    ]
    return min(hits, key=lambda hit: hit[1].start()) if hits else None
