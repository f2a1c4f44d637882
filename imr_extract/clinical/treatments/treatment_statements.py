"""Statements of treatment: what a sentence says was done for the worker, and what it only plans.

The wordings are rows of `data/cues/treatments.toml`; its header says what each table means.
"""

from collections.abc import Iterable
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
_FILE = "treatments"
_VOID_REACH = 100  # characters before a statement in which words take it back

Cue = tuple[Match, CompiledRow, StatementKind]


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
    decided = any(True for _ in _matches(text, sentence, "decision"))
    if decided:
        return SentenceReading([], (), True)
    stops = [match for _, match in _matches(text, sentence, "stop")]
    cut = sorted(match.start() for match in stops)
    wishes = _wishes(text, sentence, cut)
    reading = SentenceReading([], wishes, False)
    opened = _cues(text, sentence, reading)
    # A list continues behind words for how a treatment went; a verb's object does not.
    outcomes = [match.start() for _, match in _matches(text, sentence, "outcome")]
    bounds = [*cut, *(wish.start for wish in wishes)]
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


def _matches(text: str, sentence: Sentence, table: str) -> Iterable[tuple[CompiledRow, Match]]:
    """The matches in a sentence of the rows of a table."""
    return cues(_FILE, table).matches(text, sentence.start, sentence.end)


def _wishes(text: str, sentence: Sentence, stops: list[int]) -> tuple[Wish, ...]:
    resumed = sorted(match.start() for _, match in _matches(text, sentence, "resumed"))
    found = [
        Wish(
            match.start(),
            next((at for at in resumed if at >= match.end()), sentence.end),
            row.value is not None,
        )
        for row, match in _matches(text, sentence, "plan")
    ]
    for _, match in _matches(text, sentence, "undone"):
        begun = max((at for at in stops if at <= match.start()), default=sentence.start)
        # A semicolon parts what was asked for from what was had.
        reach = max(begun, text.rfind(";", sentence.start, match.start()))
        found.append(Wish(reach, match.end(), False))
    return tuple(found)


def _cues(text: str, sentence: Sentence, reading: SentenceReading) -> list[Cue]:
    """The cues that open a statement, in order; where cues overlap, the one that begins first.

    Only "continued" holds inside a plan: what is continued or stopped was there before.
    """
    found: list[Cue] = []
    table, sort_of = _openers()
    for row, match in table.matches(text, sentence.start, sentence.end):
        kind = sort_of[row]
        if any(
            wish.start <= match.start() and match.end() <= wish.end
            for wish in reading.wishes
            if kind != "continued" or not wish.keeps
        ):
            continue
        if not _void(text, sentence.start, match.start(), kind):
            found.append((match, row, kind))
    found.sort(key=lambda cue: (cue[0].start(), _KINDS.index(cue[2])))
    kept: list[Cue] = []
    end = sentence.start
    for cue in found:
        if cue[2] == "stated_before":  # "was given" may mean what stands before it or behind it
            kept.append(cue)
        elif cue[0].start() >= end:
            kept.append(cue)
            end = cue[0].end()
    return kept


@cache
def _openers() -> tuple[RuleTable, dict[CompiledRow, StatementKind]]:
    """The rows that open statements as one table, so that a sentence is looked at once for all."""
    sort_of = {row: kind for kind in _KINDS for row in cues(_FILE, kind)}
    return RuleTable(sort_of), sort_of


def _void(text: str, start: int, at: int, kind: StatementKind) -> bool:
    """Whether the words right before `at` take the statement back."""
    before = text[max(start, at - _VOID_REACH) : at]
    return any(row.pattern.search(before) for row in cues(_FILE, "void") if row.value != kind)
