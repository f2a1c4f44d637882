"""Grades: how far the rule behind a value can be trusted, and records of trusted values only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from imr_extract.record.model import Grade, Note
from imr_extract.record.paths import Steps, steps, written
from imr_extract.rules.table import load
from imr_extract.text.document import Document, Found, Span, page_of

GRADES: tuple[Grade, ...] = ("high", "medium", "low")  # the best first

# Codes of notes that doubt a value without changing it.
_DOUBTS = frozenset({"incomplete", "misread"})

# An item without these would be none: with the value goes the item.
_NEEDED = frozenset({"body", "disputed_service", "kind", "status", "text"})


@cache
def _table() -> dict[str, Grade]:
    stated = load("grades.toml", dict[Grade, tuple[str, ...]])
    return {name: grade for grade, names in stated.items() for name in names}


@cache
def grade_of(rule: str) -> Grade:
    """The grade of a rule, else of its family; `low` for a rule that the table does not know."""
    table = _table()
    return table.get(rule) or table.get(rule.partition(".")[0] + ".") or "low"


def grade_at(found: Found, document: Document, span: Span) -> Grade:
    """The grade of a value that was found there: a lower one where OCR read the page.

    `low` where a check of the letter doubts the value.
    """
    if found.doubted:
        return "low"
    grade = grade_of(found.rule)
    recognized = document.recognized
    if recognized is None or page_of(document, span) not in recognized.pages:
        return grade
    return GRADES[min(GRADES.index(grade) + 1, len(GRADES) - 1)]


def doubted(found: Iterable[Found], notes: Iterable[Note]) -> list[Found]:
    """The values, with those marked that a note says may not be whole or right."""
    fields = {note.field for note in notes if note.code in _DOUBTS}
    return [value._replace(doubted=value.field in fields) if fields else value for value in found]


def filter_by_grade(
    found: Sequence[Found], least: Grade, document: Document | None = None
) -> tuple[list[Found], list[Note]]:
    """The values of this grade or a better one, and a note for each field that lost some.

    With the document that they stand in, those that OCR read have a lower grade.

    An item of a list goes as a whole where a value goes without which it would be none; those
    behind it move up.
    """
    worse = GRADES[GRADES.index(least) + 1 :]
    dropped = {
        steps(value.field): grade for value in found if (grade := _grade(value, document)) in worse
    }
    items = {
        path[:-1]: grade
        for path, grade in dropped.items()
        if path[-1] in _NEEDED and isinstance(path[-2], int)
    }
    left_out = Counter((item[:-1], grade) for item, grade in items.items())
    kept: list[Found] = []
    places: dict[Steps, int] = {}
    counts = Counter[Steps]()
    for value in found:
        path = steps(value.field)
        if any(item in items for item in _items(path)):
            continue
        if path in dropped:
            left_out[path, dropped[path]] += 1
            continue
        for item in _items(path):
            if item not in places:
                places[item] = counts[item[:-1]]
                counts[item[:-1]] += 1
        kept.append(value._replace(field=_moved(path, places)))
    return kept, [_note(_moved(path, places), grade, n) for (path, grade), n in left_out.items()]


def _grade(found: Found, document: Document | None) -> Grade:
    if document is None or not found.spans:
        return "low" if found.doubted else grade_of(found.rule)
    return grade_at(found, document, found.spans[0])


def _items(path: Steps) -> list[Steps]:
    """The items of lists that a path goes through, the outermost first."""
    return [path[:at] for at, step in enumerate(path, start=1) if isinstance(step, int)]


def _moved(path: Steps, places: Mapping[Steps, int]) -> str:
    """The path with the places that its items have among those that are kept."""
    return written([places.get(path[:at], step) for at, step in enumerate(path, start=1)])


def _note(field: str, grade: Grade, count: int) -> Note:
    what = "a value" if count == 1 else f"{count} values"
    return Note(field=field, code="rejected", message=f"{what} of grade {grade} left out")


def limit_of(notes: Iterable[Note]) -> Grade | None:
    """The grade with which `filter_by_grade` gives these notes; None where it left nothing out.

    Where several grades do, because the letter has no value of one of them, it is the lowest.
    """
    left_out = {
        grade
        for note in notes
        for grade in GRADES[1:]
        if note.code == "rejected" and note.message.endswith(f" of grade {grade} left out")
    }
    better = (grade for grade, worse in zip(GRADES, GRADES[1:], strict=False) if worse in left_out)
    return next(better, None)
