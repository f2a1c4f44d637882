"""A search through records as lines of JSON: a small FTS5 index of some of them at a time."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import NamedTuple

import msgspec

from imr_extract.record.json_line import NotRecords, is_error
from imr_extract.record.model import Issue, Record
from imr_extract.search.hits import CLOSE, OPEN, SEARCHED, Hit, Search, SearchTally, pieces
from imr_extract.search.places import Decision, Opener, Places

_BATCH = 200  # records whose issues are in the index at a time
_TABLE = f"CREATE VIRTUAL TABLE found USING fts5({', '.join(SEARCHED)})"
_QUERY = (
    "SELECT rowid, highlight(found, 0, ?, ?), highlight(found, 1, ?, ?) FROM found "
    "WHERE found MATCH ? ORDER BY rowid"
)
_MARKS = (OPEN, CLOSE, OPEN, CLOSE)


class Line(NamedTuple):
    """A record or an error object as JSON."""

    location: str  # for messages
    data: bytes
    file: str | None  # the path of the letter; None where only its record was read
    opener: Opener | None


class _Candidate(NamedTuple):
    record: Record
    position: int
    line: Line

    @property
    def issue(self) -> Issue:
        return self.record.issues[self.position]


_record = msgspec.json.Decoder(Record)


def in_records(
    lines: Iterable[Line], search: Search, places: Places, tally: SearchTally
) -> Iterator[Hit]:
    """The decisions that are found, in the order of the lines. Raises `NotRecords`."""
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute(_TABLE)
        records = _decoded(lines, tally)
        while batch := list(islice(records, _BATCH)):
            candidates = [
                _Candidate(record, number, line)
                for record, line in batch
                for number in range(len(record.issues))
            ]
            index.execute("DELETE FROM found")
            index.executemany(
                f"INSERT INTO found (rowid, {', '.join(SEARCHED)}) VALUES (?, ?, ?)",  # noqa: S608
                ((at, *_texts(candidate)) for at, candidate in enumerate(candidates)),
            )
            for at, *marked in index.execute(_QUERY, [*_MARKS, search.expression]).fetchall():
                if _fits(candidates[at], search):
                    yield _hit(candidates[at], marked, places)


def _decoded(lines: Iterable[Line], tally: SearchTally) -> Iterator[tuple[Record, Line]]:
    for line in lines:
        try:
            if not is_error(line.data):
                tally.letters += 1
                yield _record.decode(line.data), line
        except msgspec.DecodeError:
            raise NotRecords(
                f"{line.location} is not a record of this version; extract the letters again"
            ) from None


def _texts(each: _Candidate) -> tuple[str, str | None]:
    return each.issue.disputed_service, each.issue.rationale


def _fits(each: _Candidate, search: Search) -> bool:
    issue, decided = each.issue, each.record.case.decision_date
    return search.conditions.hold(issue.outcome, issue.category, issue.disputed_service, decided)


def _hit(each: _Candidate, marked: list[str | None], places: Places) -> Hit:
    record, issue, line = each.record, each.issue, each.line
    found = [
        piece for field, text in zip(SEARCHED, marked, strict=True) for piece in pieces(field, text)
    ]
    decision = Decision(record.source, each.position, record.evidence)
    return Hit(
        file=line.file or record.source.name,
        letter=record.source.letter,
        case_number=record.case.case_number,
        decision_date=record.case.decision_date,
        issue=issue.number,
        outcome=issue.outcome,
        category=issue.category,
        disputed_service=issue.disputed_service,
        passages=places.passages(found, decision, line.opener),
    )
