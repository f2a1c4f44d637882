"""A search in a SQLite file that `extract` or `sync` wrote, by its full-text index."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from imr_extract.record.model import Evidence, Source
from imr_extract.record.shape import Tree, place
from imr_extract.search.hits import CLOSE, OPEN, SEARCHED, Hit, Search, SearchTally, pieces
from imr_extract.search.places import Decision, Opener, Places
from imr_extract.writers.errors import OutputNotReadable
from imr_extract.writers.table_file import reader
from imr_extract.writers.tables import Column, letters

_ISSUE = ("number", "position", "outcome", "category", "disputed_service")
_LETTER = ("case_number", "case_decision_date", "evidence")
_MARKED = tuple(f"highlight(issues_search, {at}, ?, ?)" for at in range(len(SEARCHED)))


def in_database(
    path: Path, search: Search, places: Places, opener: Opener | None, tally: SearchTally
) -> Iterator[Hit]:
    """The decisions that are found, in the order of their rows.

    Raises `OutputNotReadable` where the file is no database of this version.
    """
    source = _source_columns()
    of_letter = (*_LETTER, *(each.name for each in source))
    columns = [
        *_MARKED,
        *(f"issues.{name}" for name in _ISSUE),
        *(f"letters.{name}" for name in of_letter),
    ]
    query = (
        f"SELECT {', '.join(columns)} FROM issues_search "  # noqa: S608 - names of ours
        "JOIN issues ON issues.id = issues_search.rowid JOIN letters ON letters.id = letter_id "
        "WHERE issues_search MATCH ? ORDER BY issues_search.rowid"
    )
    values = [OPEN, CLOSE] * len(_MARKED) + [search.expression]
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            tally.letters += file.execute("SELECT count(*) FROM letters").fetchone()[0]
            for row in file.execute(query, values):
                hit = _hit(row, search, places, opener, source)
                if hit is not None:
                    yield hit
    except (sqlite3.Error, ValueError) as error:  # ValueError: msgspec's own, too
        raise OutputNotReadable(
            f"{path}: holds no letters of this version ({type(error).__name__})"
        ) from None


def _source_columns() -> list[Column]:
    return [column for column in letters().columns if column.path[0] == "source"]


def _hit(
    row: Sequence[Any],
    search: Search,
    places: Places,
    opener: Opener | None,
    columns: list[Column],
) -> Hit | None:
    """The decision of a row; None where it is not as the search asks."""
    marked, row = row[: len(_MARKED)], row[len(_MARKED) :]
    number, position, outcome, category, service = row[: len(_ISSUE)]
    case_number, decided, evidence, *rest = row[len(_ISSUE) :]
    if not search.conditions.hold(outcome, category, service, decided):
        return None
    tree: Tree = {}
    for cell, each in zip(rest, columns, strict=True):
        place(tree, each.path, reader(each.shape)(cell))
    source = msgspec.convert(tree["source"], Source)
    found = [
        piece for field, text in zip(SEARCHED, marked, strict=True) for piece in pieces(field, text)
    ]
    spans = msgspec.json.decode(evidence, type=dict[str, list[Evidence]]) if evidence else UNSET
    return Hit(
        file=source.name,
        letter=source.letter,
        case_number=case_number,
        decision_date=decided,
        issue=number,
        outcome=outcome,
        category=category,
        disputed_service=service,
        passages=places.passages(found, Decision(source, position, spans), opener),
    )
