"""Statements: the places of a narrative that state conditions of the worker, and how.

The wording is in `data/cues/diagnoses.toml`.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from imr_extract.clinical import context
from imr_extract.clinical.diagnoses import list_parts
from imr_extract.clinical.vocabulary import conditions, icd10cm
from imr_extract.rules.patterns import Match, compile_pattern
from imr_extract.rules.table import CompiledRow, RuleTable, cues
from imr_extract.text.sentences import Sentence

Manner = Literal["diagnosis", "history", "stated"]

_FIRST = compile_pattern(r" ?\(?1 ?[.)] ?(?=\p{L})")
_NEXT = r"(?<![\d.,/-])\(?{} ?[.)] ?(?=\p{{L}})"
_ITEM_END = compile_pattern(r"[.;](?= |$)")
# Kinds of context that take a statement from the worker: those that reach it from anywhere in its
# clause, and those that must stand near it.
_WHOLE_CLAUSE = frozenset(("family", "hypothetical", "guideline", "disputed"))
_TAKES_BACK = _WHOLE_CLAUSE | {"negated", "possible"}
_NEAR = 45  # characters before a cue in which a negation reaches it
_HEADS = ("diagnoses.diagnoses_colon", "diagnoses.diagnoses_verb", "diagnoses.assessment")
_LONGEST_FRAGMENT = 10  # words of a sentence that continues a list
_PRESUPPOSED = "presupposed"
_LONGEST_ITEM = 160  # characters from one number of a numbered list to the next


class DiagnosisStatement(NamedTuple):
    """Stretches of the text (normalized offsets) that list conditions; one per printed number."""

    lists: tuple[tuple[int, int], ...]
    manner: Manner
    rule: str


class StatedConditions(NamedTuple):
    """The statements of a narrative about the worker's conditions, in order.

    `hurt` are stretches that state which regions were hurt, without a diagnosis; `called` are the
    words that call the worker by a condition ("is diabetic"), with the rule's id.
    """

    statements: list[DiagnosisStatement]
    hurt: list[DiagnosisStatement]
    called: list[tuple[int, int, str]]


def find(text: str, narrative: list[Sentence], *, enrollee: bool = False) -> StatedConditions:
    """The statements of the narrative; those that are denied, or name no condition, are left out.

    With `enrollee` also those of decisions that mention the patient's conditions in passing, as
    what he has a service for ("for treatment of her gout", "the patient's gout").
    """
    table, kind_of = _rows(enrollee=enrollee)
    stated = StatedConditions([], [], [])
    for number, sentence in enumerate(narrative):
        cued: list[_Cue] = []
        for row in table.called(text, sentence.start, sentence.end):
            kind = kind_of[row]
            for match in row.pattern.finditer(text, sentence.start, sentence.end):
                if kind == "hurt":
                    stated.hurt.extend(_hurt(text, match, sentence.end, row.id))
                elif kind == "adjective":
                    stated.called.append((*match.span("item"), row.id))
                else:
                    cued.append(_Cue(match, _manner(row.value), row.id))
        if cued:
            cued = _apart(text, sentence, cued)
            stated.statements.extend(_statements(text, sentence, cued, narrative))
        if stated.statements and stated.statements[-1].lists[-1][1] == sentence.end:
            stated.statements[-1] = _continued(text, stated.statements[-1], narrative[number + 1 :])
    return stated


@cache
def _rows(*, enrollee: bool) -> tuple[RuleTable, dict[CompiledRow, str]]:
    """The rows of all tables as one, so that a sentence is looked at once, with their tables."""
    files = {"statement": "diagnoses", "hurt": "diagnoses", "adjective": "diagnoses"}
    if enrollee:
        files |= {"condition": "enrollee", _PRESUPPOSED: "enrollee"}
    kind_of = {row: table for table, file in files.items() for row in cues(file, table)}
    return RuleTable(kind_of), kind_of


@cache
def _presupposing() -> frozenset[str]:
    """Rules that say what the worker has even where their sentence denies something of it."""
    return frozenset(row.id for row in cues("enrollee", _PRESUPPOSED))


class _Cue(NamedTuple):
    match: Match
    manner: Manner
    rule: str


def _statements(
    text: str, sentence: Sentence, cued: list[_Cue], narrative: list[Sentence]
) -> Iterator[DiagnosisStatement]:
    for index, (match, manner, rule) in enumerate(cued):
        listed = match.groupdict().get("list") is not None
        start, end = match.span("list") if listed else (match.end(), sentence.end)
        numbered = () if listed else _numbered(text, start, narrative[-1].end)
        if manner != "diagnosis" and not numbered and not _may_state(sentence, start, end):
            continue
        if (manner == "stated" and _elsewhere(text, sentence, match)) or (
            rule not in _presupposing() and _negated(text, sentence, match)
        ):
            continue
        if listed or numbered:
            yield DiagnosisStatement(numbered or ((start, end),), manner, rule)
            continue
        end = _end(text, start, end)
        if index + 1 < len(cued):
            end = min(end, cued[index + 1].match.start())
        if rule in _presupposing():
            behind = cues("enrollee", "possession_end").matches(text, start, end)
            end = min((found.start() for _, found in behind), default=end)
        end = _before_excluded(text, start, end, sentence.end)
        if start < end:
            yield DiagnosisStatement(((start, end),), manner, rule)


def _may_state(sentence: Sentence, start: int, end: int) -> bool:
    """Whether these words of a sentence can say, outside a list of diagnoses, what somebody has."""
    run = [word for word in sentence.words if word.end > start and word.start < end]
    if not run:
        return False
    return run[0].start < start or conditions.may_state(run) or icd10cm.holds_term(run)


def _elsewhere(text: str, sentence: Sentence, cue: Match) -> bool:
    """Whether the sentence of a cue decides, or its clause reports a study or an examination."""
    clause: int | None = None
    for row in cues("diagnoses", "elsewhere").called(text, sentence.start, sentence.end):
        if not row.pattern.search(text, sentence.start, sentence.end):
            continue
        if not row.value:
            return True
        if clause is None:
            clause = _clause_end(text, _end(text, cue.end(), sentence.end), sentence.end)
        if row.pattern.search(text, sentence.start, clause):
            return True
    return False


def _clause_end(text: str, start: int, end: int) -> int:
    """Where the clause that reaches at least to `start` ends; `end` where nothing ends it."""
    found = cues("diagnoses", "clause_end").matches(text, start, end)
    return min((match.start() for _, match in found), default=end)


def _continued(
    text: str, statement: DiagnosisStatement, following: list[Sentence]
) -> DiagnosisStatement:
    """The statement with the sentences behind it that only name more: "Assessment: A. B."."""
    if statement.rule not in _HEADS:
        return statement
    more: list[tuple[int, int]] = []
    for sentence in following:
        if len(sentence.words) > _LONGEST_FRAGMENT or any(
            row.pattern.search(text, sentence.start, sentence.end)
            for row in cues("diagnoses", "no_fragment")
        ):
            break
        if not conditions.find(text, sentence.words):
            break
        more.append((sentence.start, sentence.end))
    return statement._replace(lists=(*statement.lists, *more))


def _hurt(text: str, match: Match, end: int, rule: str) -> Iterator[DiagnosisStatement]:
    within = match.groupdict().get("list") is not None
    start, stop = match.span("list") if within else (match.end(), end)
    stop = _end(text, start, stop)
    if start < stop:
        yield DiagnosisStatement(((start, stop),), "stated", rule)


def _apart(text: str, sentence: Sentence, cued: list[_Cue]) -> list[_Cue]:
    """The cues without those inside others: of two that overlap the first and longest is kept.

    A statement of a diagnosis holds what comes behind it, up to the next one.
    """
    cued.sort(key=lambda cue: (cue.match.start(), -cue.match.end()))
    kept: list[_Cue] = []
    for cue in cued:
        if kept:
            last = kept[-1]
            start = cue.match.start()
            inside = last.manner == "diagnosis" and cue.manner != "diagnosis"
            if start < last.match.end() or (
                inside and start < _end(text, last.match.end(), sentence.end)
            ):
                continue
        kept.append(cue)
    return kept


def _manner(value: str | None) -> Manner:
    return "diagnosis" if value == "diagnosis" else "history" if value == "history" else "stated"


def _negated(text: str, sentence: Sentence, cue: Match) -> bool:
    """Whether the words before the cue deny or doubt it, or say it of somebody else."""
    at = cue.start()
    if context.subject(text, sentence.start, at, sentence.end):
        return True
    return any(
        scope.start <= at < scope.end and (scope.kind in _WHOLE_CLAUSE or scope.start >= at - _NEAR)
        for scope in context.scopes(text, sentence.start, cue.end())
        if scope.kind in _TAKES_BACK
    )


@lru_cache(maxsize=64)  # asked of the same cue up to three times
def _end(text: str, start: int, end: int) -> int:
    """Where the list that begins at `start` ends; what a formal title holds does not end it."""
    rows = cues("diagnoses", "list_end").called(text, start, end)
    at = start
    while True:
        stops = [match.start() for row in rows if (match := row.pattern.search(text, at, end))]
        stop = min(stops, default=end)
        titled = list_parts.title_over(text, start, stop, end) if stop < end else None
        if titled is None:
            return stop
        at = titled.end


def _before_excluded(text: str, start: int, end: int, stop: int) -> int:
    """Where the list `text[start:end]` ends, without items of which a verb behind it says no.

    "Neck strain; a fracture was ruled out": of one item, or of all behind the last semicolon.
    """
    verb = next(
        (m for row in cues("context", "backward") if (m := row.pattern.match(text, end + 1, stop))),
        None,
    )
    if verb is None:
        return end
    several = verb.group().lower().startswith(("were", "are", "have"))
    separators = (";", ",") if several else (";", ",", " and ")
    places = (text.rfind(separator, start, end) for separator in separators)
    return next((at for at in places if at >= 0), start)


def _numbered(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The items of a printed list "1. ... 2. ..." that begins at `start`; none where none does."""
    first = _FIRST.match(text, start, end)
    if first is None:
        return ()
    starts, marks = [first.end()], [first.start()]
    while True:
        pattern = compile_pattern(_NEXT.format(len(starts) + 1))
        following = pattern.search(text, starts[-1], min(end, starts[-1] + _LONGEST_ITEM))
        if following is None:
            break
        starts.append(following.end())
        marks.append(following.start())
    stop = _ITEM_END.search(text, starts[-1], end)
    return tuple(zip(starts, [*marks[1:], stop.start() if stop else end], strict=True))
