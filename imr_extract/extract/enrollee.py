"""Age and gender of somebody whom the decision only calls "the patient" or "an enrollee".

Most such decisions state neither. Ages of things and of others stand in them, and "her" may be a
physician, so a word counts only where a rule ties it to the patient.
"""

from collections import Counter
from collections.abc import Iterator

from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, parse_number
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText
from imr_extract.text.sentences import Sentence

_OLDEST = 115
# Pronouns of both genders stand in some decisions; one counts where it has this many times those
# of the other.
_CLEAR_MAJORITY = 3


def extract(normalized: NormalizedText, narrative: list[Sentence]) -> Iterator[Found | Note]:
    """`patient.age` and `patient.gender`, or a note for each that no sentence states."""
    start, end = (narrative[0].start, narrative[-1].end) if narrative else (0, 0)
    yield _age(normalized, start, end) or Note(
        field="patient.age", code="not_in_letter", message="no sentence states the patient's age"
    )
    yield _gender(normalized, narrative, start, end)


def about(text: str, narrative: list[Sentence]) -> list[Sentence]:
    """The sentences that are about the patient, not about what studies found."""
    rows = cues("enrollee", "about")
    return [
        sentence
        for sentence in narrative
        if any(row.pattern.search(text, sentence.start, sentence.end) for row in rows)
    ]


def _age(normalized: NormalizedText, start: int, end: int) -> Found | None:
    hits = []
    for row in cues("enrollee", "age"):
        for match in row.pattern.finditer(normalized.text, start, end):
            years = parse_number(match["age"])
            if years is None or years > _OLDEST:
                continue
            # An age in months or days is no whole year, or one.
            value = years // 12 if row.value == "months" else 0 if row.value == "days" else years
            hits.append((match.start(), row.id, value, match.span("age")))
            break
    if not hits:
        return None
    _, rule, value, (left, right) = min(hits)
    return Found("patient.age", value, (normalized.span(left, right),), rule)


def _gender(
    normalized: NormalizedText, narrative: list[Sentence], start: int, end: int
) -> Found | Note:
    nouns = [
        (row, match)
        for row in cues("enrollee", "noun")
        if (match := row.pattern.search(normalized.text, start, end))
    ]
    if nouns:
        row, match = min(nouns, key=lambda hit: hit[1].start())
        return _found_gender(normalized, row, match)
    found = [hit for sentence in narrative for hit in _pronouns(normalized.text, sentence)]
    counts = Counter(row.value for row, _ in found)
    if not counts:
        return Note(
            field="patient.gender", code="not_in_letter", message="no word states the gender"
        )
    (most, times), *others = counts.most_common()
    if others and times < _CLEAR_MAJORITY * others[0][1]:
        return Note(
            field="patient.gender", code="ambiguous", message="pronouns of both genders stand in it"
        )
    return _found_gender(normalized, *next(hit for hit in found if hit[0].value == most))


def _found_gender(normalized: NormalizedText, row: CompiledRow, match: Match) -> Found:
    span = match.span("gender") if "gender" in match.groupdict() else match.span()
    return Found("patient.gender", row.value or "", (normalized.span(*span),), row.id)


def _pronouns(text: str, sentence: Sentence) -> Iterator[tuple[CompiledRow, Match]]:
    """The pronouns of a sentence, except those of somebody else named before them."""
    for row in cues("patient", "pronoun"):
        for match in row.pattern.finditer(text, sentence.start, sentence.end):
            before = text[sentence.start : match.start()]
            if not any(other.pattern.search(before) for other in cues("enrollee", "other")):
                yield row, match
