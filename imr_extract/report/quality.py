"""Quality: what the figures rest on, so that a reader can judge them."""

from dataclasses import replace

from imr_extract.report.store import ReportStore
from imr_extract.report.tables import ReportColumn, ReportSection, ReportTable, percent, shares

_MEANINGS = {
    "not_in_letter": "the letter does not print the value",
    "section_missing": "the part of the letter that would give it is missing",
    "ambiguous": "more than one reading is possible, none better than the others",
    "conflict": "two places of the letter contradict each other",
    "rejected": "words look like the value but are not a valid one",
    "personal_data": "the letter gives more personal data than it should",
    "left_out": "pages or lines of the file that are no part of the letter",
    "ocr": "the text was recognised in a page image",
    "misread": "a word was read despite one or two wrong characters",
    "imprecise": "a date or an amount was understood in part",
    "duplicate": "the file holds the letter more than once",
    "incomplete": "a part of the letter seems to be missing or could not be placed",
}
_GRADES = ("high", "medium", "low")


def quality(store: ReportStore, account: ReportTable) -> ReportSection:
    """What was left out, then notes, layouts, readers and grades."""
    tables = [account, notes(store), note_kinds(store), layouts(store), readers(store)]
    graded = grades(store)
    text = (
        "These records have no evidence, so the grades of the rules behind the values cannot "
        "be counted: `imr-extract extract --evidence` writes it, and a report made from a folder "
        "of letters always counts them."
    )
    if graded is None:
        return ReportSection("quality", "What the figures rest on", tuple(tables), text)
    return ReportSection("quality", "What the figures rest on", (*tables, graded))


def note_kinds(store: ReportStore) -> ReportTable:
    """In how many letters each kind of note stands."""
    found = store.rows(
        "SELECT note.code, count(DISTINCT id) FROM (SELECT id, unnest(notes) AS note FROM letters) "
        "GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    rows = [(code, _MEANINGS.get(code, ""), count) for code, count in found]
    labels = {"code": "Kind of note", "meaning": "Meaning"}
    return shares("note_kinds", "Notes by kind", labels, rows, _letters(store))


def notes(store: ReportStore) -> ReportTable:
    """In how many letters a value has a note, by field and kind."""
    found = store.rows(
        "SELECT note.field, note.code, count(DISTINCT id) FROM "
        "(SELECT id, unnest(notes) AS note FROM letters) GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    )
    labels = {"field": "Field", "code": "Kind of note"}
    made = shares("notes", "Values absent or in doubt", labels, found, _letters(store))
    note = "A missing value without a note is one that letters of the layout need not give."
    return replace(made, note=note)


def layouts(store: ReportStore) -> ReportTable:
    """Letters by layout."""
    found = store.rows("SELECT layout, count(*) FROM letters GROUP BY ALL ORDER BY 2 DESC, 1")
    return shares("layouts", "Letters by layout", {"layout": "Layout"}, found, _letters(store))


def readers(store: ReportStore) -> ReportTable:
    """Letters by the reader of their text, recognised in pictures or not."""
    found = store.rows(
        "SELECT coalesce(reader, 'not recorded'), CASE WHEN ocr THEN 'recognised (OCR)' "
        "ELSE 'in the file' END, count(*) FROM letters GROUP BY ALL ORDER BY 3 DESC, 1, 2"
    )
    labels = {"reader": "Reader", "text": "Text"}
    return shares("readers", "Letters by reader", labels, found, _letters(store))


def _letters(store: ReportStore) -> int:
    return int(store.one("SELECT count(*) FROM letters"))


def grades(store: ReportStore) -> ReportTable | None:
    """Values by the grade of the rule that found them; None where no record has evidence."""
    found = store.rows(
        "SELECT g.field, count(*), "
        + ", ".join(f"count(*) FILTER (g.grade = '{grade}')" for grade in _GRADES)
        + " FROM (SELECT unnest(grades) AS g FROM letters) GROUP BY ALL ORDER BY 1"
    )
    if not found:
        return None
    columns = (
        ReportColumn("field", "Field", "text"),
        ReportColumn("values", "Values", "count"),
        *(ReportColumn(grade, f"Grade {grade}", "count") for grade in _GRADES),
    )
    n, high = sum(row[1] for row in found), sum(row[2] for row in found)
    seen = f"{percent(high / n)} of values come from rules of the highest grade."
    return ReportTable(
        "grades", "Values by the grade of their rule", seen, "values", n, columns, tuple(found),
        note="The documentation says how often rules of each grade are right.", shown=60,
    )  # fmt: skip
