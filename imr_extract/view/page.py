"""The page of one letter: its text with every value marked, beside the list of the values."""

from collections.abc import Iterator
from html import escape

from imr_extract.record.model import Note, Record, Source
from imr_extract.text.document import Document, Span
from imr_extract.text.plurals import counted
from imr_extract.view.template import fill
from imr_extract.view.text import pages
from imr_extract.view.values import ShownValue, by_heading, shown


def letter_page(record: Record, document: Document, headings: list[Span]) -> bytes:
    """The page as UTF-8: one file that needs no other.

    `record` has evidence, which refers to `document`. `headings` are set in bold.
    """
    rows = shown(record)
    return fill(
        "letter.html",
        f"{record.case.case_number or record.source.name} - imr-extract",
        header=_header(record, rows),
        pages="\n".join(pages(document, rows, headings, _shown_pages(record))),
        list="\n".join(_list(rows)),
    )


def _shown_pages(record: Record) -> range:
    """The pages of the file on which the letter stands."""
    first, last = record.source.pages_of_letter or (1, record.source.pages or 1)
    return range(first, last + 1)


def _header(record: Record, rows: list[ShownValue]) -> str:
    outcome = record.outcome or "no outcome"
    overturned = sum(issue.outcome == "overturned" for issue in record.issues)
    values = sum(bool(row.words) for row in rows)
    warning = sum(row.warns for row in rows)
    absent = sum(not row.words and not row.warns for row in rows)
    facts = [
        counted(values, "value"),
        f"{counted(len(record.issues), 'issue')}, {overturned} overturned",
        f'<span class="warn">{warning} in doubt</span>' if warning else "none in doubt",
        f"{absent} not given",
    ]
    source = record.source
    return (
        f"<h1>{escape(record.case.case_number or source.name)}</h1>\n"
        f'<p class="badge {escape(record.outcome or "none")}">'
        f"{escape(outcome.replace('_', ' '))}</p>\n"
        f'<p class="facts">{" · ".join(facts)}</p>\n'
        f'<p class="quiet">{escape(_file(source))} · {escape(record.layout)} · read with '
        f"{escape(source.reader or '?')} · "
        f'<span class="digest">sha256 {escape(source.sha256 or "?")}</span></p>'
    )


def _file(source: Source) -> str:
    if (source.letters or 1) == 1:
        return source.name
    return f"{source.name}, letter {source.letter} of {source.letters}"


def _list(rows: list[ShownValue]) -> Iterator[str]:
    for section, items in by_heading(rows):
        first = items[0][1][0]
        group = first.path.partition(".")[0].partition("[")[0]
        count = f" <span>{sum(1 for item, _ in items if item)}</span>" if first.item else ""
        yield f'<section class="group g-{escape(group)}"><h2>{escape(section)}{count}</h2>'
        for item, inside in items:
            if item:
                yield f"<h3>{escape(item)}</h3>"
            yield f"<ul>{''.join(_entry(row) for row in inside)}</ul>"
        yield "</section>"


def _entry(row: ShownValue) -> str:
    state = "warns" if row.warns else "" if row.words else "absent"
    if row.words:
        value = "".join(f'<span class="word">{escape(word)}</span>' for word in row.words)
    else:
        value = '<span class="nothing">not given</span>'
    places = ", ".join(
        f"page {each.page}, characters {each.start}-{each.end}" for each in row.evidence
    )
    rules = ", ".join(dict.fromkeys(each.rule for each in row.evidence))
    target = f"w{row.number}" if row.evidence else f"v{row.number}"
    return (
        f'<li class="{state}"><a class="value g-{row.group}" id="v{row.number}" href="#{target}" '
        f'data-value="{row.number}" data-path="{escape(row.path)}" data-rule="{escape(rules)}" '
        f'data-place="{escape(places)}"><span class="name">{escape(row.name)}</span>'
        f'<span class="words">{value}</span></a>{"".join(_note(note) for note in row.notes)}</li>'
    )


def _note(note: Note) -> str:
    return (
        f'<p class="note"><span class="code">{escape(note.code.replace("_", " "))}</span> '
        f"{escape(note.message)}</p>"
    )
