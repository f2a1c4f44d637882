"""The header table: labels and values in whatever order the reader gives the cells.

PDFium and pdfplumber give rows, pdfminer and `pdftotext` give columns (all labels of one, then all
its values), and the two words of one label stand on two lines. So labels and values are read as
runs: a run of labels takes the run of values behind it in order, where the two fit.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.rules.patterns import (
    HYPHEN,
    Pattern,
    alternatives,
    compile_pattern,
    parse_date,
    with_hyphens,
)
from imr_extract.text import misread_figures, near_matches
from imr_extract.text.document import Found, NormalizedText, Section

_PRIORITIES = {"standard": "standard", "expedited": "expedited", "regular": "standard"}

# A sentence names a label, too: "under the same Case Number.", "the Case Number below".
_IN_SENTENCE = r" ?[.,;]| \p{Ll}"
_NAMED_IN_SENTENCE = compile_pattern(r" ?[.,]| \p{Ll}")
_CAPITALIZED = compile_pattern(r"(?<![\p{L}\d])\p{Lu}")


class _HeaderCell(NamedTuple):
    """A label (kind "label", with the field it names) or a value (kind says of what)."""

    kind: str
    field: str
    start: int
    end: int
    misread: bool = (
        False  # whether some of its figures are no figures, or letters of a label differ
    )


def extract(
    normalized: NormalizedText, section: Section | None, layout: Layout
) -> Iterator[Found | Note]:
    """Each field of the case that the header gives, and a note for each that it does not."""
    fields = list(layout.header)
    if section is None:
        for field in fields:
            yield Note(
                field=f"case.{field}", code="section_missing", message="the letter has no header"
            )
        return
    cells = _cells(normalized, section, layout)
    misread_labels = {cell.field for cell in cells if cell.kind == "label" and cell.misread}
    pairs, spare = _pair(cells)
    for field in fields:
        cell = pairs.get(field)
        if cell is None:
            fits = any(_fits(field, value) for value in spare)
            yield Note(
                field=f"case.{field}",
                code="ambiguous" if fits else "not_in_letter",
                message="the header has a value that may belong to this label or to another"
                if fits
                else "the header does not print it",
            )
            continue
        value = _value(cell, normalized.text[cell.start : cell.end])
        if value is None:
            yield Note(field=f"case.{field}", code="rejected", message="it is no calendar date")
            continue
        spans = (normalized.span(cell.start, cell.end),)
        if cell.misread:
            yield Note(
                field=f"case.{field}",
                code="misread",
                message="some of its figures are misread, as scans have them; they were repaired",
            )
        elif field in misread_labels:
            yield Note(field=f"case.{field}", code="misread", message="letters of its label differ")
        is_sure = not cell.misread and field not in misread_labels
        rule = f"header.{field}" if is_sure else "header.misread"
        yield Found(f"case.{field}", value, spans, rule)


@cache
def _cell_pattern(layout: Layout) -> Pattern:
    labels = (
        f"(?P<{field}>(?:{alternatives(names)})(?!{_IN_SENTENCE}) ?:?)"
        for field, names in layout.header.items()
    )
    return compile_pattern(
        rf"{'|'.join(labels)}"
        rf"|(?P<value_number>\b[A-Z]{{2}}\d\d ?{HYPHEN} ?\d{{5,8}}\b)"
        r"|(?P<value_date>(?<![\d/])\d{1,2} ?/ ?\d{1,2} ?/ ?\d{4}(?![\d/]))"
        # Behind the plain shapes: what a scan makes of them.
        rf"|(?P<value_misread_number>{misread_figures.NUMBER})"
        rf"|(?P<value_misread_date>{misread_figures.DATE})"
        rf"|(?P<value_priority>\b(?i:{alternatives(_PRIORITIES)})\b)"
    )


def _cells(normalized: NormalizedText, section: Section, layout: Layout) -> list[_HeaderCell]:
    """The labels and values of the table, in order."""
    found = list(_exact_cells(normalized, section, layout))
    lacking = layout.header.keys() - {cell.field for cell in found}
    if not lacking:
        return found
    others = [
        cell
        for cell in _near_labels(normalized, section, layout, lacking)
        if not any(other.start < cell.end and cell.start < other.end for other in found)
    ]
    return sorted([*found, *others], key=lambda cell: cell.start)


def _near_labels(
    normalized: NormalizedText, section: Section, layout: Layout, lacking: Iterable[str]
) -> Iterator[_HeaderCell]:
    """Labels of these fields as a copy prints them: in another case, in one word, with a slip."""
    field_of = {name: field for field in sorted(lacking) for name in layout.header[field]}
    begun = _CAPITALIZED.finditer(normalized.text, section.start, section.end)
    starts = tuple(match.start() for match in begun)
    for _, name, place in near_matches.begin(normalized.text, starts, tuple(field_of)):
        if not _NAMED_IN_SENTENCE.match(normalized.text, place.end):
            yield _HeaderCell("label", field_of[name], place.start, place.end, place.wrong > 0)


def _exact_cells(
    normalized: NormalizedText, section: Section, layout: Layout
) -> Iterator[_HeaderCell]:
    for match in _cell_pattern(layout).finditer(normalized.text, section.start, section.end):
        name = str(match.lastgroup)
        if name.startswith("value_"):
            kind, misread = name.removeprefix("value_"), name.startswith("value_misread_")
            yield _HeaderCell(kind.removeprefix("misread_"), "", *match.span(), misread)
        else:
            yield _HeaderCell("label", name, *match.span())


def _fits(field: str, value: _HeaderCell) -> bool:
    kind = {"case_number": "number", "priority": "priority"}.get(field, "date")
    return value.kind == kind


def _pair(cells: list[_HeaderCell]) -> tuple[dict[str, _HeaderCell], list[_HeaderCell]]:
    """The value of each label that surely has one, and the values left over."""
    pairs: dict[str, _HeaderCell] = {}
    labels: list[_HeaderCell] = []
    values: list[_HeaderCell] = []
    open_labels: list[str] = []
    open_values: list[_HeaderCell] = []

    def settle() -> None:
        taken, left_labels, left_values = _zip(labels, values)
        pairs.update(taken)
        open_labels.extend(left_labels)
        open_values.extend(left_values)
        labels.clear()
        values.clear()

    for cell in cells:
        if cell.kind != "label":
            values.append(cell)
            continue
        if values:
            settle()
        labels.append(cell)
    settle()
    for kind in ("number", "date", "priority"):
        wanting = [field for field in open_labels if field not in pairs]
        wanting = [field for field in wanting if _fits(field, _HeaderCell(kind, "", 0, 0))]
        left = [value for value in open_values if value.kind == kind]
        if len(wanting) == len(left):
            pairs.update(zip(wanting, left, strict=True))
            open_values = [value for value in open_values if value not in left]
    return pairs, open_values


def _zip(
    labels: list[_HeaderCell], values: list[_HeaderCell]
) -> tuple[dict[str, _HeaderCell], list[str], list[_HeaderCell]]:
    """A run of labels with the run of values behind it: pairs, labels left, values left."""
    pairs: dict[str, _HeaderCell] = {}
    left_values: list[_HeaderCell] = []
    fields = [label.field for label in labels]
    for kind in ("number", "date", "priority"):
        wanting = [field for field in fields if _fits(field, _HeaderCell(kind, "", 0, 0))]
        having = [value for value in values if value.kind == kind]
        if wanting and len(having) >= len(wanting):
            # The first values belong to this run; more of them stand before their own label.
            pairs.update(zip(wanting, having, strict=False))
            having = having[len(wanting) :]
        left_values.extend(having)
    return pairs, [field for field in fields if field not in pairs], left_values


def _value(cell: _HeaderCell, printed: str) -> str | None:
    if cell.misread:
        repair = misread_figures.repaired_date if cell.kind == "date" else None
        return (repair or misread_figures.repaired_number)(printed)
    if cell.kind == "date":
        return parse_date(printed, None)
    if cell.kind == "priority":
        return _PRIORITIES[printed.casefold()]
    return with_hyphens(printed).replace(" ", "")
