"""Statements of treatment: what a sentence says was done for the worker, and what it only plans.

The wordings are rows of `data/cues/treatments.toml`; its header says what each table means.
"""

from collections import defaultdict
from functools import cache
from typing import Literal, NamedTuple, get_args

from imr_extract.rules.patterns import Match
from imr_extract.rules.table import CompiledRow, RuleTable, cues
from imr_extract.text.sentences import Sentence

StatementKind = Literal[
    "list",
    "drugs",
    "surgery",
    "continued",
    "work",
    "past_event",
    "effect",
    "device",
    "stated_before",
]

# The tables of statements. Where two rows match at one place the earlier table holds.
_KINDS: tuple[StatementKind, ...] = get_args(StatementKind)
# Kinds whose items may stand anywhere in the statement; a verb takes what stands beside it.
LISTS = ("list", "drugs", "surgery")
# The tables of what bounds a statement, or makes the sentence or a part of it no history.
_BOUNDS = ("decision", "stop", "plan", "resumed", "undone", "outcome", "void")
_FILE = "treatments"
_VOID_REACH = 100  # characters before a statement in which words take it back

Cue = tuple[Match, CompiledRow, StatementKind]
Called = dict[str, list[CompiledRow]]  # by table


class TreatmentStatement(NamedTuple):
    """A stretch of the normalized text that names what was done.

    `status` is "prior" or "current"; `rule` the row that matched. A "stated_before"
    statement has its treatment at its end, every other one at its start.
    """

    start: int
    end: int
    kind: StatementKind
    status: str
    rule: str
    first_only: bool  # what follows its first treatment is not its own


class Wish(NamedTuple):
    """A stretch only planned or asked for; `keeps` where it may go on with what there is."""

    start: int
    end: int
    keeps: bool


class SentenceReading(NamedTuple):
    """What a sentence states, in order and not overlapping, and the parts that are only wished for.

    `decided` is set where the whole sentence is about the decision under review.
    """

    statements: list[TreatmentStatement]
    wishes: tuple[Wish, ...]
    decided: bool

    def wished(self, start: int, end: int) -> bool:
        """Whether the interval is only planned, requested, recommended or decided on."""
        return self.decided or any(w.start <= start and end <= w.end for w in self.wishes)


def read(text: str, sentence: Sentence) -> SentenceReading:
    """The statements of a sentence."""
    called = _called(text, sentence)
    if any(row.pattern.search(text, sentence.start, sentence.end) for row in called["decision"]):
        return SentenceReading([], (), True)
    stops = [match for _, match in _matches(text, sentence, called["stop"])]
    cut = sorted([match.start() for match in stops])
    reading = SentenceReading([], _wishes(text, sentence, cut, called), False)
    opened = _cues(text, sentence, reading, called)
    if not opened:
        return reading
    # A list continues behind words for how a treatment went; a verb's object does not.
    outcomes = [match.start() for _, match in _matches(text, sentence, called["outcome"])]
    bounds = [*cut, *(wish.start for wish in reading.wishes)]
    bounds += (match.start() for match, _, _ in opened)
    closed = [match.end() for match in stops]
    closed += [match.end() for match, _, kind in opened if kind != "stated_before"]
    for match, row, kind in opened:
        if kind == "stated_before":
            before = (at for at in closed if at <= match.start())
            start, end = max(before, default=sentence.start), match.start()
        else:
            if kind in LISTS:
                ends = [at for at in bounds if at not in outcomes]
            else:
                ends = [*bounds, *outcomes]
            behind = (at for at in ends if at >= match.end())
            start, end = match.end(), min(behind, default=sentence.end)
        inherited = reading.statements[-1].status if reading.statements else "prior"
        planned = reading.wished(match.start(), match.end())
        reading.statements.append(
            TreatmentStatement(
                start, end, kind, row.value or inherited, row.id, planned or kind == "work"
            )
        )
    return reading


def planned(text: str, sentence: Sentence) -> SentenceReading:
    """The reading of an item of a plan: what is not continued is only wished for."""
    reading = read(text, sentence)
    kept = [statement for statement in reading.statements if statement.kind == "continued"]
    return SentenceReading(kept, (Wish(sentence.start, sentence.end, True),), reading.decided)


def _called(text: str, sentence: Sentence) -> Called:
    """The rows that can match in a sentence, by their table."""
    table, table_of = _rows()
    called: Called = defaultdict(list)
    for row in table.called(text, sentence.start, sentence.end):
        called[table_of[row]].append(row)
    return called


@cache
def _rows() -> tuple[RuleTable, dict[CompiledRow, str]]:
    """The rows of all tables as one, so that a sentence is looked at once for all; their tables."""
    table_of = {row: table for table in (*_KINDS, *_BOUNDS) for row in cues(_FILE, table)}
    return RuleTable(table_of), table_of


def _matches(
    text: str, sentence: Sentence, rows: list[CompiledRow]
) -> list[tuple[CompiledRow, Match]]:
    """The matches of these rows in a sentence."""
    start, end = sentence.start, sentence.end
    return [(row, match) for row in rows for match in row.pattern.finditer(text, start, end)]


def _wishes(text: str, sentence: Sentence, stops: list[int], called: Called) -> tuple[Wish, ...]:
    planned = _matches(text, sentence, called["plan"])
    undone = _matches(text, sentence, called["undone"])
    if not planned and not undone:
        return ()
    resumed = sorted([match.start() for _, match in _matches(text, sentence, called["resumed"])])
    found = [
        Wish(
            match.start(),
            next((at for at in resumed if at >= match.end()), sentence.end),
            row.value is not None,
        )
        for row, match in planned
    ]
    for _, match in undone:
        begun = max((at for at in stops if at <= match.start()), default=sentence.start)
        # A semicolon parts what was asked for from what was had.
        reach = max(begun, text.rfind(";", sentence.start, match.start()))
        found.append(Wish(reach, match.end(), False))
    return tuple(found)


def _cues(text: str, sentence: Sentence, reading: SentenceReading, called: Called) -> list[Cue]:
    """The cues that open a statement, in order; where cues overlap, the one that begins first.

    Only "continued" holds inside a plan: what is continued or stopped was there before.
    """
    found: list[Cue] = []
    for kind in _KINDS:
        if kind not in called:
            continue
        for row, match in _matches(text, sentence, called[kind]):
            start, end = match.span()
            wishes = [wish for wish in reading.wishes if kind != "continued" or not wish.keeps]
            if any(wish.start <= start and end <= wish.end for wish in wishes):
                continue
            if not _is_void(text, sentence.start, start, kind, called["void"]):
                found.append((match, row, kind))
    found.sort(key=lambda cue: cue[0].start())  # at one place, in the order of the tables
    kept: list[Cue] = []
    end = sentence.start
    for cue in found:
        if cue[2] == "stated_before":  # "was given" may mean what stands before it or behind it
            kept.append(cue)
        elif cue[0].start() >= end:
            kept.append(cue)
            end = cue[0].end()
    return kept


def _is_void(text: str, start: int, at: int, kind: StatementKind, rows: list[CompiledRow]) -> bool:
    """Whether the words right before `at` take the statement back."""
    before = text[max(start, at - _VOID_REACH) : at]
    return any(row.pattern.search(before) for row in rows if row.value != kind)
