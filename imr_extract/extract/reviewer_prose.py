"""Credentials stated in sentences, of one reviewer or of a panel."""

from collections.abc import Iterator
from functools import cache

from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, Pattern, alternatives, compile_pattern, parse_number
from imr_extract.rules.table import cues, names_with_and, names_with_commas
from imr_extract.text.document import Found, NormalizedText, Section

_BETWEEN = compile_pattern(r"\s*(?:,\s*(?:and|&)\s|,|;|\s(?:and|&)\s)\s*(?:also |in )?")
_AND = compile_pattern(r"\band\b")
_EDGES = " .,;:"


def extract(
    normalized: NormalizedText, section: Section | None, *, panel: bool
) -> Iterator[Found | Note]:
    """Specialties; of one reviewer the states of licensure, of a panel the number of reviewers.

    Each value stands once, where it is first said. Without a section of credentials the whole
    letter is asked for the number only.
    """
    if panel:
        yield _count(normalized, section)
    tables = (("specialties", "specialty"), ("licensure_states", "state"))
    for field, table in tables[:1] if panel else tables:
        items = list(_items(normalized.text, table, section)) if section else []
        first: dict[str, tuple[int, int]] = {}
        for start, end in items:
            first.setdefault(normalized.text[start:end].casefold(), (start, end))
        if first:
            yield Found(
                f"reviewer.{field}",
                [normalized.text[start:end] for start, end in first.values()],
                tuple(normalized.span(start, end) for start, end in first.values()),
                f"reviewers.{table}",
            )
        else:
            yield Note(
                field=f"reviewer.{field}",
                code="not_in_letter" if section else "section_missing",
                message="the credentials do not state it"
                if section
                else "the letter has no reviewer credentials",
            )


def _items(text: str, table: str, section: Section) -> Iterator[tuple[int, int]]:
    """The items of every list that a row of the table finds, in the printed order."""
    lists = sorted(
        {
            match.span("list")
            for row in cues("reviewers", table)
            for match in row.pattern.finditer(text, section.body, section.end)
        }
    )
    at = section.body
    for start, end in lists:
        if start >= at:
            yield from _split(text, start, end)
            at = end


@cache
def _whole_names() -> Pattern:
    names = alternatives((*names_with_and(), *names_with_commas()))
    names = _AND.sub("(?:and|&)", names)
    return compile_pattern(rf"(?:{names})\b", ignore_case=True)


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of `text[start:end]`: split at commas and "and", but not inside a known name."""
    at = scan = start
    while at < end:
        whole = _whole_names().match(text, at, end)
        scan = max(scan, whole.end() if whole else at)
        between = _BETWEEN.search(text, scan, end)
        stop = between.start() if between else end
        left, right = at, stop
        while left < right and text[left] in _EDGES:
            left += 1
        while right > left and text[right - 1] in _EDGES:
            right -= 1
        if left < right:
            yield left, right
        at = scan = between.end() if between else end


def _count(normalized: NormalizedText, section: Section | None) -> Found | Note:
    text = normalized.text
    spans = [(section.start, section.end)] if section else []
    for start, end in (*spans, (0, len(text))):
        # Of a panel some sentences name only a part: the largest number counts.
        stated = [
            (_number(match, row.value), -order, match.span(), row.id)
            for order, row in enumerate(cues("reviewers", "count"))
            for match in row.pattern.finditer(text, start, end)
        ]
        if stated and (best := max(stated, key=lambda row: row[:2]))[0]:
            count, _, span, rule = best
            return Found("reviewer.count", count, (normalized.span(*span),), rule)
    return Note(field="reviewer.count", code="not_in_letter", message="nothing states it")


def _number(match: Match, value: str | None) -> int:
    """The number that a match states: the row's value, or that of its group."""
    return int(value) if value else parse_number(match["count"]) or 0
