"""Context: which words of a sentence are said of something denied, possible, planned or past.

The scopes and terminators follow ConText (Harkema, Dowling, Thornblade and Chapman, 2009), the
pseudo-negations NegEx (Chapman and others, 2001); the words are in `data/cues/context.toml`.
"""

from typing import NamedTuple

from imr_extract.rules.table import CompiledRow, cues

_SUBJECT = 90  # characters before a statement in which its subject stands


class Scope(NamedTuple):
    """A stretch of text (normalized offsets) that a context rule reaches, and its effect."""

    start: int
    end: int
    kind: str  # the row's value: "negated", "possible", "planned", "denied", "other_person" ...
    rule: str


class Modifier(NamedTuple):
    """Words that reach forward from where they stand, and what they make of what they reach."""

    start: int
    end: int
    kind: str
    words: str


def scopes(text: str, start: int, end: int) -> list[Scope]:
    """The scopes inside one sentence `text[start:end]`."""
    found = []
    stops: list[tuple[int, str | None]] | None = None
    pseudo: list[tuple[int, int]] | None = None
    for forward, table in ((True, "forward"), (False, "backward")):
        for row, match in cues("context", table).matches(text, start, end):
            if stops is None or pseudo is None:
                stops, pseudo = _stops(text, start, end), _pseudo(text, start, end)
            if any(left < match.end() and match.start() < right for left, right in pseudo):
                continue
            kind = row.value or ""
            places = [at for at, only in stops if only in (None, kind)]
            if forward:
                reach = min((at for at in places if at >= match.end()), default=end)
                found.append(Scope(match.end(), reach, kind, row.id))
            else:
                reach = max((at for at in places if at <= match.start()), default=start)
                found.append(Scope(reach, match.start(), kind, row.id))
    return found


def modifiers(text: str, start: int, end: int) -> list[Modifier]:
    """The words of `text[start:end]` that reach forward, in order, pseudo-negations left out."""
    found = [
        Modifier(match.start(), match.end(), row.value or "", match.group())
        for row, match in cues("context", "forward").matches(text, start, end)
    ]
    pseudo = _pseudo(text, start, end) if found else []
    return sorted(
        scope
        for scope in found
        if not any(left < scope.end and scope.start < right for left, right in pseudo)
    )


def subject(text: str, start: int, at: int, end: int) -> CompiledRow | None:
    """The row by which what `text[start:at]` ends with takes away from what is stated at `at`.

    `text[start:end]` is the sentence.

    "A coworker" sustained it, "patients" are diagnosed with it, somebody "disputes that" it is.
    """
    near = max(start, at - _SUBJECT)
    for row in cues("context", "subject").called(text, start, end):
        if row.pattern.search(text, near, at):
            return row
    return None


def _stops(text: str, start: int, end: int) -> list[tuple[int, str | None]]:
    """Where scopes end: each place, and the one kind that ends there, None for all kinds."""
    found = cues("context", "terminator").matches(text, start, end)
    return [(match.start(), row.value) for row, match in found]


def _pseudo(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The words that look like a negation and are none ("no doubt", "not only")."""
    return [match.span() for _, match in cues("context", "pseudo").matches(text, start, end)]
