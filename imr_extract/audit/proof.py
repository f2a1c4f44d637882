"""Proof: do these words of a letter give this value?

Each value is checked independently of the extractors: its words are normalized again, and must give
the value.
"""

import datetime as dt
import math
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from imr_extract.extract.citation_text import guideline_rules
from imr_extract.layouts.spec import Layout, timed
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.assembly import letter_outcome
from imr_extract.readers.text import from_string
from imr_extract.rules.patterns import (
    compile_pattern,
    expand,
    parse_date,
    parse_number,
    with_hyphens,
)
from imr_extract.rules.table import cues
from imr_extract.text import misread_figures, near_matches
from imr_extract.text.document import Value
from imr_extract.text.normalization import normalize
from imr_extract.text.sentences import words

# Values that are the letter's own words, each run of white space as one space.
_OWN_WORDS = frozenset(
    "case_number licensure_states specialties mechanism text code disputed_service "
    "original_request authorized claims_administrator_guideline_text imr_guideline_text rationale "
    "title sections".split()
)

_INTERVAL = "days_"  # whole days between two printed dates
_ISO_DATE = compile_pattern(r"\d{4}(?:-\d{2}){0,2}")
_PRINTED_DATE = compile_pattern(expand("{date}"))
# In digits, in a word, and in two: "twenty-four".
_NUMBERS = [
    compile_pattern(shape)
    for shape in (r"\d[\d,]*(?:\.\d+)?", r"\b\p{L}+\b", r"\b\p{L}+[- ]\p{L}+\b")
]
# Tables of cue rows whose `value` is the value: of these rows one that matches must mean it.
_CUES = {
    "gender": ("patient", ("gender", "title", "pronoun")),
    "stated_verdict": ("verdict", ("verdict",)),
    "count": ("reviewers", ("count",)),
    "outcome": ("cover", ("outcome",)),
}
# The verdict on necessity that a sentence with the outcome states.
_VERDICTS = {"upheld": "not_necessary", "overturned": "necessary"}
_UNREAD = frozenset({"unclear"})  # said where no row matches


class ProofContext(NamedTuple):
    """What else of the letter is needed to read its words."""

    layout: Layout
    latest_year: int | None  # of the decision, for years of two digits


def gives(field: str, value: Value, printed: Sequence[str], reading: ProofContext) -> bool:
    """Whether the words `printed`, one string a span, give `value` at the path `field`.

    A value of a closed list (a kind, a category) has no printed form of its own: any words do.
    """
    name = field.rpartition(".")[2]
    normalized = [_fold(each) for each in printed]
    if not normalized or not all(normalized):
        return False
    if isinstance(value, list):
        return len(value) == len(printed) and all(
            gives(name, item, [each], reading) for item, each in zip(value, printed, strict=True)
        )
    if name in _OWN_WORDS:
        return _is_own(str(value), normalized) or _is_chapter(str(value), normalized[0])
    if name.startswith(_INTERVAL):
        return _is_interval(value, normalized, reading.latest_year)
    if isinstance(value, (int, float)):
        numbers = _numbers(normalized[0], of_a_year=name == "year")
        return _comes_out(value, numbers) or (name in _CUES and _is_cue(name, value, normalized[0]))
    if _ISO_DATE.fullmatch(value):
        return value in _dates(normalized[0], reading.latest_year)
    if name == "outcome":
        outcomes = [_outcome(each, reading.layout) for each in normalized]
        return letter_outcome(outcomes) == value or _is_cue(name, value, normalized[0])
    if name == "stated_verdict":
        outcome = _outcome(normalized[0], reading.layout)
        if outcome is not None and value == _VERDICTS.get(outcome):
            return True
    return name not in _CUES or value in _UNREAD or _is_cue(name, value, normalized[0])


def _fold(printed: str) -> str:
    """The words with line ends and broken words mended, as the extractors see them."""
    if not printed.strip():
        return ""
    return normalize(from_string(printed, DEFAULT_LIMITS)).text


def _is_own(value: str, normalized: Sequence[str]) -> bool:
    """Whether the value is the words; of several spans, made of words of theirs."""
    if len(normalized) == 1:
        plain = with_hyphens(normalized[0]).replace(" ", "")
        return value in (normalized[0], plain, misread_figures.repaired_number(normalized[0]))
    there = {word.singular for each in normalized for word in words(each, 0, len(each))}
    return all(word.singular in there for word in words(value, 0, len(value)))


def _is_chapter(value: str, normalized: str) -> bool:
    """Whether the words name the chapter of ODG that the value is."""
    printed = guideline_rules().odg.get(value, ())
    return any(compile_pattern(each, ignore_case=True).fullmatch(normalized) for each in printed)


def _dates(normalized: str, latest_year: int | None) -> list[str | None]:
    return [
        parse_date(match.group(), latest_year)
        for match in _PRINTED_DATE.finditer(normalized, overlapped=True)
    ] + [misread_figures.repaired_date(normalized)]


def _is_interval(value: object, normalized: Sequence[str], latest_year: int | None) -> bool:
    """Whether the value is the days from the first of two printed dates to the second."""
    if len(normalized) < 2:
        return False
    first, last = (
        {date for date in _dates(printed, latest_year) if date and len(date) == len("2017-01-09")}
        for printed in (normalized[0], normalized[-1])
    )
    days = {(dt.date.fromisoformat(b) - dt.date.fromisoformat(a)).days for a in first for b in last}
    return value in days


def _numbers(normalized: str, *, of_a_year: bool) -> list[float | int | None]:
    """The numbers in the words, in digits and in letters; years of two digits as they are meant."""
    found: list[float | int | None] = []
    for pattern in _NUMBERS:
        for match in pattern.finditer(normalized, overlapped=True):
            number = match.group().replace(",", "")
            found.append(float(number) if "." in number else parse_number(number))
    if of_a_year:  # "updated 11/23/16"
        found += [2000 + number for number in found if isinstance(number, int)]
    return found


def _comes_out(value: float, numbers: Sequence[float | int | None]) -> bool:
    """Whether the value is one of the numbers, or what two or three of them make.

    "2 times a week for 6 weeks" are 12 sessions, "two sessions and eight sessions" are 10.
    """
    there = [number for number in numbers if number is not None]
    return value in there or any(
        value in (math.prod(some), sum(some))
        for count in (2, 3)
        for some in combinations(there, count)
    )


def _outcome(normalized: str, layout: Layout) -> str | None:
    """What the words say: a printed outcome word, or a sentence of the layout's verdicts."""
    values = {each: value for value, rows in layout.issues.outcomes.items() for each in rows}
    if normalized in values:
        return values[normalized]
    if values and (hit := near_matches.closest(normalized, values)):
        return values[hit[0]]
    for row in sorted(layout.issues.verdicts, key=lambda row: row.tier):
        if timed(layout, row).fullmatch(normalized):
            return row.outcome
    return None


def _is_cue(name: str, value: float | str, normalized: str) -> bool:
    """Whether the words are a cue for the value."""
    file, tables = _CUES[name]
    rows = [row for table in tables for row in cues(file, table)]
    return any(row.value == str(value) and row.pattern.fullmatch(normalized) for row in rows)
