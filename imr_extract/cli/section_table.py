"""How `imr-extract sections` shows a letter's sections."""

from bisect import bisect_right

import msgspec
from rich.table import Table

from imr_extract.cli.cells import shown as shown_value
from imr_extract.pipeline.letter import Letter
from imr_extract.record.json_line import json_line
from imr_extract.text.document import Section, document_span

_FIRST_WORDS = 48  # characters of a section shown in the table


class SectionRow(msgspec.Struct, frozen=True):
    """A section of the letter, or with `issue` set, a part of that issue."""

    name: str
    issue: int | None
    start: int
    end: int
    page: int


def rows(letter: Letter) -> list[SectionRow]:
    """All sections in printed order, each issue's parts behind the section that holds them."""
    found = [_row(letter, section, None) for section in letter.sections.by_name.values()]
    for number, issue in enumerate(letter.sections.issues, start=1):
        found.extend(_row(letter, part, number) for part in issue.parts)
    return found


def _row(letter: Letter, section: Section, issue: int | None) -> SectionRow:
    span = document_span(letter.normalized, section)
    lines = letter.document.lines
    first = max(bisect_right([line.start for line in lines], span.start) - 1, 0)
    return SectionRow(section.name, issue, span.start, span.end, lines[first].page)


def table(letter: Letter, shown: list[SectionRow]) -> Table:
    """The sections for a terminal, with their first words."""
    grid = Table(
        title=shown_value(f"{letter.record.source.name}: {letter.layout.id}"),
        title_justify="left",
        expand=True,
    )
    for heading in ("section", "issue", "page", "start", "end"):
        grid.add_column(heading, justify="left" if heading == "section" else "right")
    grid.add_column("first words", overflow="ellipsis", no_wrap=True, ratio=1)  # what is left
    for row in shown:
        words = " ".join(letter.document.text[row.start : row.end].split())[:_FIRST_WORDS]
        words = shown_value(words)
        issue = "" if row.issue is None else str(row.issue)
        grid.add_row(row.name, issue, str(row.page), str(row.start), str(row.end), words)
    return grid


def as_json(letter: Letter, shown: list[SectionRow]) -> bytes:
    """The sections as one line of JSON."""
    tree = {"source": letter.record.source, "layout": letter.layout.id, "sections": shown}
    return json_line(tree) + b"\n"
