"""Context: which words of a sentence are said of something denied, possible, planned or past."""

from typing import NamedTuple

from imr_extract.rules.table import matches


class Scope(NamedTuple):
    """A stretch of text (folded offsets) that a context rule reaches, and what it makes of it."""

    start: int
    end: int
    kind: str  # the row's value: "negated", "possible", "planned", "denied", "family"
    rule: str


def scopes(text: str, start: int, end: int) -> list[Scope]:
    """The scopes inside one sentence `text[start:end]`."""
    stops: list[int] | None = None
    found = []
    for forward, table in ((True, "forward"), (False, "backward")):
        for row, match in matches("context", table, text, start, end):
            if stops is None:
                stops = _stops(text, start, end)
            if forward:
                reach = next((stop for stop in stops if stop >= match.end()), end)
                found.append(Scope(match.end(), reach, row.value or "", row.id))
            else:
                reach = next((stop for stop in reversed(stops) if stop <= match.start()), start)
                found.append(Scope(reach, match.start(), row.value or "", row.id))
    return found


def kinds_at(found: list[Scope], start: int, end: int) -> frozenset[str]:
    """The kinds of the scopes that hold the interval."""
    return frozenset(s.kind for s in found if s.start <= start and end <= s.end)


def _stops(text: str, start: int, end: int) -> list[int]:
    return sorted(m.start() for _, m in matches("context", "terminator", text, start, end))
