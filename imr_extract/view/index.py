"""The index page: one row per letter."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from imr_extract.errors import ImrError
from imr_extract.record.model import Record
from imr_extract.text.plurals import counted
from imr_extract.view.template import fill
from imr_extract.view.values import shown


class IndexEntry(NamedTuple):
    """What the index says of a letter, which has a page of its own."""

    page: str  # the page's file name
    name: str  # the letter's
    case_number: str | None
    outcome: str | None
    issues: int
    overturned: int
    to_look_at: int  # values with a note that says more than that they are absent
    absent: int
    categories: tuple[str, ...]
    services: tuple[str, ...]


class FailedInput(NamedTuple):
    """What the index says of an input that has no page."""

    name: str
    error: ImrError


def entry_of(record: Record, page: str) -> IndexEntry:
    """The row of a letter whose page has the file name `page`."""
    rows = shown(record)
    return IndexEntry(
        page,
        record.source.name,
        record.case.case_number,
        record.outcome,
        len(record.issues),
        sum(issue.outcome == "overturned" for issue in record.issues),
        sum(row.warns for row in rows),
        sum(not row.words and not row.warns for row in rows),
        tuple(dict.fromkeys(issue.category for issue in record.issues if issue.category)),
        tuple(issue.disputed_service for issue in record.issues),
    )


def index_page(title: str, entries: Sequence[IndexEntry | FailedInput]) -> bytes:
    """The index of these letters as UTF-8, in their order; their pages lie beside it."""
    return fill(
        "index.html",
        f"{title} - imr-extract",
        header=_header(title, entries),
        rows="\n".join(_rows(entries)),
    )


def _header(title: str, entries: Sequence[IndexEntry | FailedInput]) -> str:
    letters = [entry for entry in entries if isinstance(entry, IndexEntry)]
    failed = len(entries) - len(letters)
    issues = sum(letter.issues for letter in letters)
    facts = [counted(len(letters), "letter"), counted(issues, "issue")]
    if failed:
        facts.append(f'<span class="warn">{failed:,} without a record</span>')
    return f'<h1>{escape(title)}</h1>\n<p class="facts">{" · ".join(facts)}</p>'


def _rows(entries: Sequence[IndexEntry | FailedInput]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, FailedInput):
            yield (
                f'<tr class="warns"><td></td><td>{escape(entry.name)}</td><td colspan="6" '
                f'class="warn">{escape(entry.error.message)} [{escape(entry.error.code)}]</td></tr>'
            )
            continue
        outcome = entry.outcome or "none"
        yield (
            f'<tr class="{"warns" if entry.to_look_at else ""}" '
            f'data-words="{escape(" ".join(entry.services))}">'
            f'<td><a href="{escape(quote(entry.page))}">'
            f"{escape(entry.case_number or entry.name)}</a></td><td>{escape(entry.name)}</td>"
            f'<td><span class="badge {outcome}">{outcome.replace("_", " ")}</span></td>'
            f"<td>{escape(', '.join(entry.categories))}</td>"
            f'<td class="number">{entry.issues}</td><td class="number">{entry.overturned}</td>'
            f'<td class="number">{entry.to_look_at or ""}</td>'
            f'<td class="number">{entry.absent or ""}</td></tr>'
        )
