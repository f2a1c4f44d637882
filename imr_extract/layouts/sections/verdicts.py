"""Verdicts: sentences that state an outcome, for letters that print no outcome word."""

from collections import Counter
from itertools import groupby

from imr_extract.layouts.spec import Layout, VerdictRow, timed
from imr_extract.rules.patterns import Match
from imr_extract.text.document import NormalizedText, Section


def find(normalized: NormalizedText, layout: Layout, start: int, end: int) -> Section | None:
    """The verdict of `text[start:end]`, as a section named after its outcome; None without one.

    Rows of the lowest tier that match anything decide: the last match, or where they are votes,
    the value with the most of them.
    """
    rows = sorted(layout.issues.verdicts, key=lambda row: row.tier)
    for _, tier in groupby(rows, key=lambda row: row.tier):
        hits = _hits(normalized.text, layout, list(tier), start, end)
        if hits:
            row, match = _deciding(hits)
            return Section(row.outcome, match.start(), match.start(), match.end())
    return None


def _hits(
    text: str, layout: Layout, rows: list[VerdictRow], start: int, end: int
) -> list[tuple[VerdictRow, Match]]:
    """The matches in order of their ends, without those inside longer ones of another outcome."""
    hits = [
        (match.end(), -order, row, match)
        for order, row in enumerate(rows)
        for match in timed(layout, row).finditer(text, start, end)
    ]
    hits.sort(key=lambda hit: hit[:2])
    return [
        (row, match)
        for _, rank, row, match in hits
        if not any(
            other is not match
            and other.start() <= match.start()
            and match.end() <= other.end()
            and (match.span() != other.span() or rank < better)
            for _, better, _, other in hits
        )
    ]


def _deciding(hits: list[tuple[VerdictRow, Match]]) -> tuple[VerdictRow, Match]:
    """The last match; of votes, the last one of the outcome that has most of them."""
    votes = [hit for hit in hits if hit[0].votes]
    if not votes:
        return hits[-1]
    counts = Counter(row.outcome for row, _ in votes)
    most = max(counts.values())
    return next(hit for hit in reversed(votes) if counts[hit[0].outcome] == most)
