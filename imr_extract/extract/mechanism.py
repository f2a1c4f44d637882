"""How the injury happened: the phrase of the case summary that tells it."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from imr_extract.clinical.prose import Sentence
from imr_extract.document import Folded, Found
from imr_extract.model import Note
from imr_extract.patterns import Match, Pattern, compile_pattern
from imr_extract.rules import Row, load

_FIELD = "injury.mechanism"
_NEED_A_SIGN = frozenset({"happened", "told", "named"})
_EDGES = " .,;:-\u2013\"'\u201c\u201d"


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of which the patterns are made, as fragments of patterns."""

    subjects: tuple[str, ...]
    leads: tuple[str, ...]
    stops: tuple[str, ...]
    doing: tuple[str, ...]
    did: tuple[str, ...]
    suffered: tuple[str, ...]
    events: tuple[str, ...]
    care: tuple[str, ...]
    empty: tuple[str, ...]
    signs: tuple[str, ...]


class Mechanisms(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/mechanism.toml`."""

    words: Words
    fragments: dict[str, str]
    absent: tuple[Row, ...]
    explicit: tuple[Row, ...]
    framed: tuple[Row, ...]
    happened: tuple[Row, ...]
    told: tuple[Row, ...]
    named: tuple[Row, ...]
    other: tuple[Row, ...]
    past: tuple[Row, ...]


class Line(NamedTuple):
    """A sentence as the rules are tried on it."""

    start: int
    end: int
    lowered: str
    signed: bool  # whether it has one of `signs`


class Rule(NamedTuple):
    """A row ready for use."""

    id: str
    pattern: Pattern
    words: tuple[str, ...] = ()  # as in `Row`


@cache
def mechanisms() -> Mechanisms:
    """The shipped wordings."""
    return load("mechanism.toml", Mechanisms)


@cache
def _fragments() -> dict[str, str]:
    """What the names in braces stand for; later ones may stand in those before them."""
    words = mechanisms().words
    # No going back into it: the phrase begins behind all of it.
    lead = {"{lead}": f"(?>(?:{_any(words.leads)} )*)"}
    shapes = {f"{{{name}}}": _any([source]) for name, source in mechanisms().fragments.items()}
    return (
        lead
        | shapes
        | {
            "{empty}": _any(words.empty),
            "{event}": _any(words.events),
            "{doing}": _any(words.doing),
            "{did}": _any(words.did),
            "{suffered}": _any(words.suffered),
            "{subject}": _any(words.subjects),
            "{tail}": r"(?:[^.;]|\.(?=\S))*",
            "{short}": r"[^.,;]{1,60}\b",
        }
    )


@cache
def _stop() -> Pattern:
    return compile_pattern(_any(mechanisms().words.stops), ignore_case=True)


@cache
def _care() -> Pattern:
    return compile_pattern(rf"\b{_any(mechanisms().words.care)}", ignore_case=True)


def _any(sources: Sequence[str]) -> str:
    return f"(?:{'|'.join(sources)})"


@cache
def rules(table: str) -> tuple[Rule, ...]:
    """The compiled rows of one table, in file order."""
    rows: tuple[Row, ...] = getattr(mechanisms(), table)
    return tuple(Rule(f"mechanism.{row.id}", _compiled(row.pattern), row.words) for row in rows)


def _compiled(source: str) -> Pattern:
    for name, fragment in _fragments().items():
        source = source.replace(name, fragment)
    return compile_pattern(source, ignore_case=True)


@cache
def signs() -> frozenset[str]:
    """Words of which one stands in every sentence that tells a mechanism."""
    words = mechanisms().words
    verbs = (*words.doing, *words.did, *words.suffered)
    return frozenset((*words.signs, *(word for word in verbs if word.isalpha())))


def extract(folded: Folded, story: list[Sentence]) -> Iterator[Found | Note]:
    """`injury.mechanism`, from the sentences of the case summary."""
    found = _find(folded.text, story)
    if found is None:
        message = "the case summary does not tell how the injury happened"
        yield Note(field=_FIELD, code="not_in_letter", message=message)
        return
    start, end, rule = found
    yield Found(_FIELD, folded.text[start:end], (folded.span(start, end),), rule)


def _find(text: str, story: list[Sentence]) -> tuple[int, int, str] | None:
    """The telling phrase with the rule that found it; None where nothing tells it.

    What is said of "the mechanism of injury" decides; then the first sentence that tells what
    happened; then an event that is only named.
    """
    lines = [_line(text, each) for each in story]
    for line in lines:
        if _first(text, line, ("absent",)):
            return None
        if found := _first(text, line, ("explicit",)):
            return found
    for line in lines:
        if found := _told(text, line):
            return found
    for line in lines:
        found = _first(text, line, ("named",))
        if found and not _first(text, line, ("other", "past")):
            return found
    return None


def _line(text: str, sentence: Sentence) -> Line:
    start, end, words = sentence
    signed = not signs().isdisjoint(word.text for word in words)
    return Line(start, end, text[start:end].lower(), signed)


def _told(text: str, line: Line) -> tuple[int, int, str] | None:
    """The phrase that tells what happened, in a sentence that may go on to, or be of, other things.

    Of an injury it is told even then; an event, only before they begin.
    """
    found = _first(text, line, ("framed", "happened", "told"))
    if found is None or _first(text, line, ("past",)):
        return None
    other = _first(text, line, ("other",))
    if other is None:
        return found
    if framed := _first(text, line, ("framed",)):
        return framed
    happened = _first(text, line, ("happened",))
    return happened if happened and happened[0] < other[0] else None


def _first(text: str, line: Line, tables: Sequence[str]) -> tuple[int, int, str] | None:
    """The phrase that begins first, of those that the rules of some tables find in a sentence."""
    hits = []
    for table in tables:
        if not line.signed and table in _NEED_A_SIGN:
            continue
        for rule in rules(table):
            if rule.words and not any(word in line.lowered for word in rule.words):
                continue
            match = rule.pattern.search(text, line.start, line.end)
            if match is None:
                continue
            start, end = _phrase(text, match)
            if "mechanism" not in match.groupdict() or not _care().search(text, start, end):
                hits.append((start, end, rule.id))
    return min(hits, default=None)


def _phrase(text: str, match: Match) -> tuple[int, int]:
    """The telling phrase up to its first stop, without punctuation and blanks around it."""
    start, end = match.span("mechanism") if "mechanism" in match.groupdict() else match.span()
    if stop := _stop().search(text, start + 1, end):
        end = stop.start()
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end
