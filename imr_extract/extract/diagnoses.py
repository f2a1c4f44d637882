"""Diagnoses: the conditions that the case summary states the worker has, and the regions hurt."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from imr_extract.clinical.diagnoses import (
    condition_regions,
    coordination,
    diagnosis_statements,
    segments,
)
from imr_extract.clinical.diagnoses.coordination import ConditionEntry
from imr_extract.clinical.diagnoses.segments import Segment
from imr_extract.clinical.diagnoses.shared_words import Interval
from imr_extract.clinical.vocabulary import conditions, icd10cm, sites
from imr_extract.clinical.vocabulary.conditions import Condition
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.record.model import Note
from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText, Span
from imr_extract.text.sentences import Sentence, Word, words

# A code of ICD-10 or ICD-9 as printed beside its diagnosis.
_CODE_WORDS = (
    r"[\[(]?(?:ICD-?(?:9|10)?(?:-CM)?(?: code)?[ :-]*)?\b"
    r"(?P<code>[A-TV-Z]\d[\dA-Z]\.[\dA-Z]{1,4}|(?:[EV]\d{2,3}|\d{3})\.\d{1,2})\b[\])]?"
)
_CODE = compile_pattern(_CODE_WORDS)
_CODE_BEHIND_ENCOUNTER = compile_pattern(
    rf",? ?(?i:initial|subsequent|sequela)(?:[ ,][\p{{L}} ]{{0,40}})?[ ,-]*{_CODE_WORDS}"
)
_ICD_10 = compile_pattern(r"[A-UW-Z]\d[\dA-Z]\.")  # of ICD-9 some begin with V, and E with 3 digits
_EDGES = " .,;:&-\u2013\"\u201c\u201d'"
_LONGEST_UNKNOWN = 8  # words of an item of a list that no vocabulary knows


class StatedDiagnosis(NamedTuple):
    """A diagnosis as a statement words it; another may word it once more."""

    intervals: tuple[Interval, ...]
    text: str
    code: Interval | None
    run: tuple[Word, ...]  # its words
    heads: list[Hit[Condition]]  # the conditions and the anatomy that they name
    places: list[Hit[str]]
    essence: frozenset[str]  # its words, sites by their region ("lumbar spine" as "low back")
    statement: int  # number of the statement that names it
    rule: str


class FoundDiagnosis(NamedTuple):
    """A diagnosis before it is written to the record."""

    stated: StatedDiagnosis
    icd10cm: str | None  # the code whose title or inclusion term the words are
    regions: list[tuple[str, Span]]  # with the words that name them


def extract(
    normalized: NormalizedText, narrative: list[Sentence], *, enrollee: bool = False
) -> Iterator[Found | Note]:
    """`diagnoses` and `injury.body_parts`, from the sentences of the case summary.

    `enrollee` says that the narrative is of a health plan's enrollee, as in `find`.
    """
    collected = diagnosis_statements.find(normalized.text, narrative, enrollee=enrollee)
    stated = _distinct(list(_diagnoses(normalized.text, collected)))
    found = [_found(normalized, each) for each in stated]
    for index, diagnosis in enumerate(found):
        yield from _values(normalized, diagnosis, f"diagnoses[{index}]")
    if not found:
        yield Note(
            field="diagnoses",
            code="not_in_letter" if narrative else "section_missing",
            message="the case summary states no diagnosis"
            if narrative
            else "the letter has no case summary",
        )
    yield _body_parts(normalized, collected, found, given=bool(narrative))


def _diagnoses(
    text: str, stated: diagnosis_statements.StatedConditions
) -> Iterator[StatedDiagnosis]:
    collected: list[tuple[int, StatedDiagnosis]] = []
    for number, statement in enumerate(stated.statements):
        for start, end in statement.lists:
            for entry in coordination.entries(text, start, end):
                if _counts(text, entry, statement.manner):
                    diagnosis = _diagnosis(
                        text, entry.intervals, entry.part, number, statement.rule
                    )
                    if not diagnosis.run and collected and collected[-1][1].code is None:
                        before = collected[-1][1]._replace(code=diagnosis.code)  # "gout, M10.9"
                        collected[-1] = (collected[-1][0], before)
                    if not _rejected(diagnosis.text, known=entry.part.is_condition):
                        collected.append((start, diagnosis))
    for start, end, rule in stated.called:
        collected.append((start, _diagnosis(text, ((start, end),), None, -1, rule)))
    collected.sort(key=lambda each: each[0])
    yield from (diagnosis for _, diagnosis in collected)


def _counts(text: str, entry: ConditionEntry, manner: diagnosis_statements.Manner) -> bool:
    """Whether a statement of this manner makes the entry a diagnosis."""
    intervals, part = entry
    if part.doubted:
        return False
    begun = intervals[0] == (part.start, part.end)
    run = part.run if begun else words(text, *intervals[0])
    if manner != "diagnosis":
        lone = manner == "stated"
        return any(
            conditions.states_condition(hit, run[: hit.first], lone=lone) for hit in part.heads
        )
    kinds = {hit.meaning.kind for hit in part.heads}
    if kinds and kinds != {"surgical"}:
        return True
    after = segments.is_status(run)
    if kinds:
        return after
    return not after and len(_printed(text, intervals).split()) <= _LONGEST_UNKNOWN


def _rejected(phrase: str, *, known: bool) -> bool:
    return any(row.pattern.fullmatch(phrase) for row in _rejecting(known=known))


@cache
def _rejecting(*, known: bool) -> list[CompiledRow]:
    """The rows of what is no condition; some only of words in which no vocabulary knows one."""
    return [row for row in cues("diagnoses", "reject") if not (known and row.value == "unknown")]


def _printed(text: str, intervals: tuple[Interval, ...]) -> str:
    return " ".join(text[start:end] for start, end in intervals)


def _diagnosis(
    text: str, intervals: tuple[Interval, ...], part: Segment | None, number: int, rule: str
) -> StatedDiagnosis:
    """The diagnosis of these intervals, without a printed code and words that say nothing.

    `part` is the part of a list that names it, if it stands in one.
    """
    bare, code = _without_code(text, intervals)
    phrase = _printed(text, bare)
    if part is not None and bare == ((part.start, part.end),):
        run, heads, places = part.run, part.heads, part.places
    else:
        run = words(phrase, 0, len(phrase))
        heads, places = conditions.find(phrase, run), sites.find(run)
    essence = _essence(run, places)
    return StatedDiagnosis(bare, phrase, code, run, heads, places, essence, number, rule)


def _without_code(
    text: str, intervals: tuple[Interval, ...]
) -> tuple[tuple[Interval, ...], Interval | None]:
    """The intervals without printed codes and words that say nothing, and the first code."""
    code: Interval | None = None
    kept: list[Interval] = []
    for start, end in intervals:
        pointed = text.find(".", start, end) >= 0  # as every code is
        codes = list(_CODE.finditer(text, start, end)) if pointed else []
        if codes and code is None:
            code = codes[0].span("code")
        fillers = [match for _, match in cues("diagnoses", "filler").matches(text, start, end)]
        at = start
        for match in sorted((*codes, *fillers), key=lambda each: each.start()):
            kept.append((at, match.start()))
            at = match.end()
        kept.append((at, end))
    if code is None and (behind := _CODE_BEHIND_ENCOUNTER.match(text, intervals[-1][1])):
        code = behind.span("code")
    return tuple(each for each in (_bare(text, *interval) for interval in kept) if each), code


def _bare(text: str, start: int, end: int) -> Interval | None:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and (text[end - 1] in _EDGES or text[end - 1] in "[("):
        end -= 1
    return (start, end) if start < end else None


def _found(normalized: NormalizedText, stated: StatedDiagnosis) -> FoundDiagnosis:
    """The diagnosis with its code and its regions."""
    icd = icd10cm.code_of(stated.run)
    regions = condition_regions.find(stated.run, stated.heads, stated.places)
    regions = regions or sites.of_title(icd)
    where = [normalized.span(*_place(normalized.text, stated, region)) for region in regions]
    return FoundDiagnosis(stated, icd, list(zip(regions, where, strict=True)))


def _values(
    normalized: NormalizedText, diagnosis: FoundDiagnosis, field: str
) -> Iterator[Found | Note]:
    stated, icd, regions = diagnosis
    spans = tuple([normalized.span(*interval) for interval in stated.intervals])
    yield Found(f"{field}.text", stated.text, spans, stated.rule)
    if stated.code is not None:
        start, end = stated.code
        printed = normalized.text[start:end]
        yield Found(f"{field}.code", printed, (normalized.span(start, end),), "diagnoses.code")
        if icd and _contradicts(printed, icd):
            yield Note(
                field=f"{field}.icd10cm",
                code="conflict",
                message="the printed code is not that of the diagnosis' words",
            )
    if icd is not None:
        yield Found(f"{field}.icd10cm", icd, spans, "diagnoses.icd10cm")
    if regions:
        named = [region for region, _ in regions]
        where = tuple([span for _, span in regions])
        yield Found(f"{field}.body_parts", named, where, "anatomy.terms")
    side = sites.laterality(stated.run)
    if side is not None:
        yield Found(f"{field}.laterality", side, spans, "anatomy.sides")


def _contradicts(printed: str, code: str) -> bool:
    """Whether a printed code is one of ICD-10, and neither `code` nor above or below it."""
    if not _ICD_10.match(printed):
        return False
    return not (printed.startswith(code) or code.startswith(printed))


def _place(text: str, diagnosis: StatedDiagnosis, region: str) -> Interval:
    """The words of a diagnosis that name a region; its first where only all together do."""
    first, *others = diagnosis.intervals
    for start, end in diagnosis.intervals if others else ():
        run = words(text, start, end)
        if region in condition_regions.find(run, conditions.find(text, run), sites.find(run)):
            return start, end
    return first


def _distinct(collected: list[StatedDiagnosis]) -> list[StatedDiagnosis]:
    """The diagnoses without those said twice; of these the fullest, at the first one's place."""
    kept: list[StatedDiagnosis] = []
    for diagnosis in collected:
        if _summed(diagnosis, kept):
            continue
        for index, other in enumerate(kept):
            if _same(diagnosis, other):
                if len(diagnosis.run) > len(other.run):
                    kept[index] = diagnosis
                break
        else:
            kept.append(diagnosis)
    return kept


def _summed(diagnosis: StatedDiagnosis, earlier: list[StatedDiagnosis]) -> bool:
    """Whether a formal title says once more what several diagnoses before it say together."""
    parts = [other.essence for other in earlier if other.essence < diagnosis.essence]
    return len(parts) > 1 and frozenset().union(*parts) == diagnosis.essence


def _same(one: StatedDiagnosis, other: StatedDiagnosis) -> bool:
    if one.statement == other.statement:
        return _plain(one.run) == _plain(other.run)
    return one.essence <= other.essence or other.essence <= one.essence


_SMALL = frozenset(("a", "an", "the", "of", "to", "for", "and", "in", "with", "at", "on"))


def _plain(run: tuple[Word, ...]) -> list[str]:
    return sorted(word.singular for word in run if word.text not in _SMALL)


def _essence(run: tuple[Word, ...], places: list[Hit[str]]) -> frozenset[str]:
    hits = [hit for hit in places if hit.meaning != sites.NO_REGION]
    within = {index for hit in hits for index in range(hit.first, hit.last + 1)}
    rest = {
        word.singular
        for index, word in enumerate(run)
        if index not in within and word.text not in _SMALL
    }
    return frozenset(rest | {hit.meaning for hit in hits})


def _hurt(normalized: NormalizedText, start: int, end: int) -> list[tuple[int, str, Span]]:
    """The regions that a claim names, and those of its conditions: "headaches" is the head."""
    run = words(normalized.text, start, end)
    found = [
        (hit.start, hit.end, hit.meaning)
        for hit in sites.find(run)
        if hit.meaning != sites.NO_REGION
    ]
    for named in conditions.find(normalized.text, run):
        found += [(named.start, named.end, region) for region in named.meaning.regions]
    return [(left, region, normalized.span(left, right)) for left, right, region in found]


def _body_parts(
    normalized: NormalizedText,
    stated: diagnosis_statements.StatedConditions,
    found: list[FoundDiagnosis],
    *,
    given: bool,
) -> Found | Note:
    """The regions of the stated injuries and of the diagnoses, by first mention."""
    collected: list[tuple[int, str, Span]] = []
    for diagnosis in found:
        first = diagnosis.stated.intervals[0][0]
        collected += [(first, region, span) for region, span in diagnosis.regions]
    for statement in stated.hurt:
        for start, end in statement.lists:
            collected += _hurt(normalized, start, end)
    if not collected:
        return Note(
            field="injury.body_parts",
            code="not_in_letter" if given else "section_missing",
            message="no region is said to be injured or diagnosed",
        )
    collected.sort(key=lambda each: each[0])
    spans: dict[str, Span] = {}
    for _, region, span in collected:
        spans.setdefault(region, span)
    return Found("injury.body_parts", list(spans), tuple(spans.values()), "diagnoses.regions")
