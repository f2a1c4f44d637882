"""How the injury happened: the phrase of the case summary that states it."""

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, Pattern, compile_pattern
from imr_extract.rules.table import CompiledRow, PatternRow, RuleTable, load
from imr_extract.text.document import Found, NormalizedText
from imr_extract.text.sentences import Sentence

_FIELD = "injury.mechanism"
TABLES = ("absent", "explicit", "framed", "happened", "stated", "named", "other", "past")
_ABOUT_MECHANISM = ("absent", "explicit")
_EVENTS = ("framed", "happened", "stated")
_BEHIND_SUBJECT = "{clause}"
_FIRST_WORD = compile_pattern(r"[a-z]+(?=[ \[?-]|$)")
_EDGES = " .,;:-\u2013\"'\u201c\u201d"


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of which the patterns are made, as fragments of patterns."""

    subjects: tuple[str, ...]
    said: tuple[str, ...]
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
    absent: tuple[PatternRow, ...]
    explicit: tuple[PatternRow, ...]
    framed: tuple[PatternRow, ...]
    happened: tuple[PatternRow, ...]
    stated: tuple[PatternRow, ...]
    named: tuple[PatternRow, ...]
    other: tuple[PatternRow, ...]
    past: tuple[PatternRow, ...]


class NarrativeLine:
    """A sentence as the rules are tried on it."""

    def __init__(self, sentence: Sentence) -> None:
        self.start, self.end, self._words = sentence
        self._places: list[int] | None = None
        self._signed: bool | None = None

    def signed(self) -> bool:
        """Whether it has one of `signs`."""
        if self._signed is None:
            self._signed = not signs().isdisjoint([word.text for word in self._words])
        return self._signed

    def places(self, text: str) -> list[int]:
        """Where what the worker did can begin: behind each subject, and each word that reports."""
        if self._places is None:
            subject, said = _clause()
            self._places = []
            for match in subject.finditer(text, self.start, self.end):
                at: int | None = match.end()
                while at is not None:
                    self._places.append(at)
                    more = said.match(text, at, self.end)
                    at = more.end() if more else None
        return self._places


@cache
def mechanisms() -> Mechanisms:
    """The shipped wordings."""
    return load("mechanism.toml", Mechanisms)


@cache
def _fragments() -> dict[str, str]:
    """What the names in braces stand for."""
    words = mechanisms().words
    # No going back into the lead: the phrase begins behind all of it.
    return {
        "{lead}": f"(?>(?:{_any(words.leads)} )*)",
        "{said}": f"(?:{_any(words.said)} )*",
        "{empty}": _any(words.empty),
        "{event}": _any(words.events),
        "{doing}": _any(words.doing),
        "{did}": _any(words.did),
        "{suffered}": _any(words.suffered),
        "{subject}": _any(words.subjects),
        # The full stop of an abbreviation ("a 50 lb. box") ends no sentence.
        "{tail}": r"(?:[^.;]|\.(?=\S)|(?<=\b(?:lbs?|ft|approx|Mrs?|Ms|Dr|St))\.(?= ))*",
        "{short}": r"[^.,;]{1,60}\b",
    }


@cache
def _stop() -> Pattern:
    return compile_pattern(_any(mechanisms().words.stops), ignore_case=True)


@cache
def _care() -> Pattern:
    return compile_pattern(rf"\b{_any(mechanisms().words.care)}", ignore_case=True)


@cache
def _clause() -> tuple[Pattern, Pattern]:
    """A subject with what stands behind it up to its verb, and one word that reports."""
    dated = r"(?:, (?:on|in) [^,]{4,20},| (?:on|in) (?:or about )?\d[\d/-]{2,10},?)?"
    return _compiled(rf"\b{{subject}}{dated} "), _compiled(f"{_any(mechanisms().words.said)} ")


def _any(sources: Sequence[str]) -> str:
    return f"(?:{'|'.join(sources)})"


@cache
def rules(table: str) -> RuleTable:
    """The rows of one table, in file order."""
    rows: tuple[PatternRow, ...] = getattr(mechanisms(), table)
    return RuleTable(
        CompiledRow(
            f"mechanism.{row.id}",
            _expanded(row.pattern.removeprefix(_BEHIND_SUBJECT)),
            _BEHIND_SUBJECT if row.pattern.startswith(_BEHIND_SUBJECT) else None,
            ignore_case=True,
        )
        for row in rows
    )


@cache
def _joined(tables: tuple[str, ...]) -> RuleTable:
    """The rows of several tables as one, so that a sentence is asked about once."""
    return RuleTable(row for table in tables for row in rules(table))


@cache
def _need_a_sign() -> frozenset[CompiledRow]:
    return frozenset(_joined(("happened", "stated", "named")))


def _match(row: CompiledRow, text: str, line: NarrativeLine) -> Match | None:
    """The first match of a row in the line; what is behind a subject is matched there."""
    if row.value != _BEHIND_SUBJECT:
        return row.pattern.search(text, line.start, line.end)
    places = line.places(text)
    return next((m for at in places if (m := row.pattern.match(text, at, line.end))), None)


def _first_words(entries: Sequence[str]) -> list[str]:
    """The first word of each entry of a list; all of them begin with a whole word."""
    return [match[0] for entry in entries if (match := _FIRST_WORD.match(entry.lower()))]


def _expanded(source: str) -> str:
    for name, fragment in _fragments().items():
        source = source.replace(name, fragment)
    return source


def _compiled(source: str) -> Pattern:
    return compile_pattern(_expanded(source), ignore_case=True)


@cache
def signs() -> frozenset[str]:
    """Words of which one stands in every sentence that states a mechanism."""
    words = mechanisms().words
    return frozenset((*words.signs, *_first_words((*words.doing, *words.did, *words.suffered))))


def extract(normalized: NormalizedText, narrative: list[Sentence]) -> Iterator[Found | Note]:
    """`injury.mechanism`, from the sentences of the case summary."""
    found = _find(normalized.text, narrative)
    if found is None:
        message = "the case summary does not state how the injury happened"
        yield Note(field=_FIELD, code="not_in_letter", message=message)
        return
    start, end, rule = found
    yield Found(_FIELD, normalized.text[start:end], (normalized.span(start, end),), rule)


def _find(text: str, narrative: list[Sentence]) -> tuple[int, int, str] | None:
    """The mechanism's phrase with the rule that found it; None where there is none.

    What is said of "the mechanism of injury" decides; then the first sentence that says what
    happened; then an event that is only named.
    """
    lines = [NarrativeLine(sentence) for sentence in narrative]
    if _any_called(text, lines, _ABOUT_MECHANISM):
        for line in lines:
            if _first(text, line, ("absent",)):
                return None
            if found := _first(text, line, ("explicit",)):
                return found
    if _any_called(text, lines, _EVENTS):
        for line in lines:
            if found := _event_in(text, line):
                return found
    if not _any_called(text, lines, ("named",)):
        return None
    return next((found for line in lines if (found := _named_in(text, line))), None)


def _any_called(text: str, lines: Sequence[NarrativeLine], tables: tuple[str, ...]) -> bool:
    """Whether a rule of these tables can match in any of the lines."""
    return bool(lines and _joined(tables).called(text, lines[0].start, lines[-1].end))


def _event_in(text: str, line: NarrativeLine) -> tuple[int, int, str] | None:
    """The phrase that says what happened, in a sentence that may also speak of other things.

    An injury counts even behind those; an event, only before they begin.
    """
    found = _first(text, line, _EVENTS)
    if found is None or _first(text, line, ("past",)):
        return None
    other = _first(text, line, ("other",))
    if other is None:
        return found
    if framed := _first(text, line, ("framed",)):
        return framed
    happened = _first(text, line, ("happened",))
    return happened if happened and happened[0] < other[0] else None


def _named_in(text: str, line: NarrativeLine) -> tuple[int, int, str] | None:
    """The event that is named in a sentence which speaks of nothing else."""
    found = _first(text, line, ("named",))
    return found if found and not _first(text, line, ("other", "past")) else None


def _first(text: str, line: NarrativeLine, tables: tuple[str, ...]) -> tuple[int, int, str] | None:
    """The phrase that begins first, of those that the rules of some tables find in a sentence."""
    hits = []
    for rule in _joined(tables).called(text, line.start, line.end):
        if rule in _need_a_sign() and not line.signed():
            continue
        match = _match(rule, text, line)
        if match is None:
            continue
        start, end = _phrase(text, match)
        if "mechanism" not in match.groupdict() or not _care().search(text, start, end):
            hits.append((start, end, rule.id))
    return min(hits, default=None)


def _phrase(text: str, match: Match) -> tuple[int, int]:
    """The mechanism's phrase up to its first stop, without punctuation and blanks around it."""
    start, end = match.span("mechanism") if "mechanism" in match.groupdict() else match.span()
    if stop := _stop().search(text, start + 1, end):
        end = stop.start()
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end
