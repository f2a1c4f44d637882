"""Checks: what a letter says that cannot be true at once, and what it discloses of a person.

Nothing is changed in what was found: each fault becomes a note on the value that is in doubt.
Where header and summary, or heading and rationale, differ, the extractors of these say so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from imr_extract.layouts import remarks
from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, parse_date, parse_number
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText, Section, Span

# What comes first and what later, in the life of a case.
_ORDER = (
    ("case.date_of_injury", "case.ur_denial_date"),
    ("case.date_of_injury", "case.decision_date"),
    ("case.ur_denial_date", "case.application_received"),
    ("case.ur_denial_date", "case.decision_date"),
    ("case.application_received", "case.decision_date"),
    ("case.date_assigned", "case.decision_date"),
    ("injury.date_in_summary", "case.decision_date"),
)
# Names of services and treatments, in which an amount may be said twice.
_COUNTED = ("disputed_service", "original_request", "authorized", "text")
# Characters that a match may have before and behind a word that its row names.
_WITHIN = 80
# So many first lines of a letter may hold remarks on it.
_FIRST_LINES = 15
# The field of a note on words of the letter that no value holds.
_LETTER = "source"


def check(
    normalized: NormalizedText, summary: Section | None, found: Sequence[Found]
) -> Iterator[Note]:
    """A note for each contradiction and each kind of personal data; `found` are all values."""
    by_field = {fact.field: fact for fact in found}
    yield from _order(by_field)
    decided = by_field.get("case.decision_date") or by_field.get("case.date_assigned")
    birth = _birth(normalized, int(str(decided.value)[:4]) if decided else None)
    yield from _studies_and_life(by_field, birth[0] if birth else None)
    yield from _ages(normalized, summary, by_field)
    yield from _counts(found)
    yield from _standing(normalized)
    yield from _personal(normalized, found, birth[1] if birth else None)


def _matches(table: str, text: str) -> Iterable[tuple[CompiledRow, Match]]:
    return cues("checks", table).matches(text, 0, len(text), within=_WITHIN)


def _conflict(field: str, message: str) -> Note:
    return Note(field=field, code="conflict", message=message)


def _after(one: str, other: str) -> bool:
    """Whether an ISO date is surely later than another; of less exact ones what both state."""
    exact = min(len(one), len(other))
    return one[:exact] > other[:exact]


def _standing(normalized: NormalizedText) -> Iterator[Note]:
    """What says that the letter is void, amended or a draft: a line of its own, or a sentence."""
    text = normalized.text
    message = "the letter says of itself that it is void, amended or a draft"
    first_lines = min(_FIRST_LINES, len(normalized.lines))
    if any(each.is_void for each in remarks.above(normalized, 0, first_lines)):
        yield _conflict(_LETTER, message)
        return
    for row, match in _matches("standing", text):
        line = normalized.lines[normalized.line_index(match.start())]
        around = text[line.start : match.start()] + text[match.end() : line.end]
        if row.value == "sentence" or not any(map(str.isalnum, around)):
            yield _conflict(_LETTER, message)
            return


def _order(by_field: Mapping[str, Found]) -> Iterator[Note]:
    for first, later in _ORDER:
        one, other = by_field.get(first), by_field.get(later)
        if one and other and _after(str(one.value), str(other.value)):
            yield _conflict(first, f"is later than {later}")


def _birth(
    normalized: NormalizedText, latest_year: int | None
) -> tuple[str, tuple[int, int] | None] | None:
    """The first date of birth, and the first one stated to the day; None without any."""
    stated: list[tuple[str, tuple[int, int]]] = [
        (date, match.span("date"))
        for _, match in _matches("birth", normalized.text)
        if (date := parse_date(match["date"], latest_year)) is not None
    ]
    if not stated:
        return None
    return stated[0][0], next((place for date, place in stated if len(date) == 10), None)


def _studies_and_life(by_field: Mapping[str, Found], birth: str | None) -> Iterator[Note]:
    """Dates outside of the time between the worker's birth and the decision."""
    decided = by_field.get("case.decision_date")
    for field, found in by_field.items():
        date = str(found.value)
        if field.startswith("diagnostics[") and field.endswith("].date"):
            if decided and _after(date, str(decided.value)):
                yield _conflict(field, "is later than case.decision_date")
        elif field != "injury.date":
            continue
        if birth and _after(birth, date):
            yield _conflict(field, "is before the date of birth that the letter prints")


def _ages(
    normalized: NormalizedText, summary: Section | None, by_field: Mapping[str, Found]
) -> Iterator[Note]:
    """Another age of the worker than the one taken, in the summary or in a rationale."""
    taken = by_field.get("patient.age")
    if taken is None or summary is None:
        return
    ages = {
        parse_number(match["age"])
        for _, match in _matches("age_again", normalized.text)
        if match.start() >= summary.body and not _of_another(normalized.text, match.start())
    } - {None, taken.value}
    if ages:
        yield _conflict("patient.age", "the letter says another age elsewhere; the first is taken")


def _of_another(text: str, start: int) -> bool:
    """Whether the sentence, up to `start`, speaks of a person who is not the worker."""
    sentence = text.rfind(". ", 0, start) + 1
    return any(row.pattern.search(text, sentence, start) for row in cues("checks", "other_person"))


def _counts(found: Sequence[Found]) -> Iterator[Note]:
    for fact in found:
        if fact.field.rpartition(".")[2] not in _COUNTED:
            continue
        if any(
            parse_number(match["words"]) != int(match["digits"])
            for _, match in _matches("count_twice", str(fact.value))
        ):
            yield _conflict(fact.field, "a number in words and its digits beside it differ")


def _personal(
    normalized: NormalizedText, found: Sequence[Found], birth: tuple[int, int] | None
) -> Iterator[Note]:
    """A note for each kind of personal data and value that holds it, or on the letter."""
    stated = [("a full date of birth", birth)] if birth else []
    stated += [
        (row.value or "", match.span()) for row, match in _matches("personal", normalized.text)
    ]
    notes = {
        (field, what): None
        for what, place in stated
        for field in _holding(found, normalized.span(*place))
    }
    for field, what in notes:
        yield Note(field=field, code="personal_data", message=f"holds what looks like {what}")


def _holding(found: Sequence[Found], span: Span) -> list[str]:
    """The values whose words hold the span; the letter itself where none does."""
    fields = [
        fact.field
        for fact in found
        if any(place.start <= span.start and span.end <= place.end for place in fact.spans)
    ]
    return fields or [_LETTER]
