"""Diagnostics: the studies that were done, from the case summary."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from imr_extract.clinical.treatments import study_names
from imr_extract.clinical.treatments.annotation import AnnotatedSentence
from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.treatments.study_names import Name
from imr_extract.clinical.vocabulary import therapies
from imr_extract.record.model import Note
from imr_extract.rules.patterns import Match, compile_pattern, is_cut_short, parse_date
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText
from imr_extract.text.sentences import Sentence

_FILE = "diagnostics"
_DIGIT = compile_pattern(r"\d")  # stands in every date


class Dated(NamedTuple):
    """A date and its normalized interval.

    `day` is None where there is no such day, or with `cut_short` where no year is printed.
    """

    day: str | None
    start: int
    end: int
    cut_short: bool


class Study(NamedTuple):
    """A study as stated at one place.

    `pieces` are intervals of the normalized text; `name` is the vocabulary's; `where` are regions
    and sides; `rank` is 0 for a named study, 1 for one that says no site and needs one, 2 for
    words for studies.
    """

    pieces: tuple[tuple[int, int], ...]
    text: str
    name: str
    where: frozenset[str]
    around: int  # words besides those that name the study
    rank: int
    date: Dated | None
    rule: str


def extract(
    normalized: NormalizedText, annotated: list[AnnotatedSentence] | None, latest_year: int | None
) -> Iterator[Found | Note]:
    """`diagnostics[]`, in order of first mention; a note where the summary mentions none.

    `annotated` is the case summary, None where the letter has none; `latest_year` is the
    decision's, for two-digit years.
    """
    found: list[Study] = []
    for sentence in annotated or ():
        if not sentence.reading.decided:
            for study in _studies(normalized.text, sentence, latest_year):
                _add(found, study)
    least = min((study.rank for study in found), default=0)
    found = [study for study in found if study.rank == least]
    if least > 1:
        found = found[:1]
    if not found:
        yield Note(
            field="diagnostics",
            code="section_missing" if annotated is None else "not_in_letter",
            message="the letter has no case summary"
            if annotated is None
            else "the case summary mentions no study that was done",
        )
    for index, study in enumerate(found):
        spans = tuple(normalized.span(start, end) for start, end in study.pieces)
        yield Found(f"diagnostics[{index}].text", study.text, spans, study.rule)
        if study.date is not None:
            yield from _day(normalized, f"diagnostics[{index}].date", study.date, study.rule)


def _day(normalized: NormalizedText, field: str, date: Dated, rule: str) -> Iterator[Found | Note]:
    """The date of a study, with a note where it is less exact than printed, or none."""
    if date.day is None and date.cut_short:
        yield Note(field=field, code="imprecise", message="the letter prints it without a year")
        return
    if date.day is None:
        yield Note(field=field, code="rejected", message="it is no calendar date")
        return
    yield Found(field, date.day, (normalized.span(date.start, date.end),), rule)
    if date.cut_short:
        yield Note(
            field=field,
            code="imprecise",
            message="the letter prints the date more exactly than it was understood",
        )


def _studies(text: str, annotated: AnnotatedSentence, latest_year: int | None) -> Iterator[Study]:
    mentions = [mention for mention in annotated.mentions if mention.kind == therapies.STUDY]
    if not mentions:
        return
    mentions = _apart(text, mentions)
    sentence, reading = annotated.sentence, annotated.reading
    others = [
        mention
        for mention in annotated.mentions
        if mention.kind != therapies.STUDY and mention.role != "none"
    ]
    starts = [mention.start for mention in (*mentions, *others)]
    stated = reading.statements
    done = _done(text, sentence, mentions)
    for index, mention in enumerate(mentions):
        if _missing(text, sentence, mention):
            continue
        rule = _done_anyway(text, sentence, mention)
        if rule is None and not reading.wished(mention.start, mention.end):
            rule = next(
                (
                    statement.rule
                    for statement in stated
                    if statement.start <= mention.start and mention.end <= statement.end
                ),
                None,
            ) or _evidence(text, sentence, mention, done)
        if rule is None:
            continue
        limit = mentions[index + 1].start if index + 1 < len(mentions) else sentence.end
        sharing = _sharing(text, mention, mentions[index + 1 :])
        nearest = min((at for at in starts if at >= mention.end), default=sentence.end)
        until = min(limit, nearest, _bracket_end(text, mention.end, sentence.end))
        for name in study_names.names(text, sentence, mention, limit, sharing):
            date = _date(text, sentence, name, mention, until, latest_year)
            yield _study(text, name, mention, date, rule)


def _bracket_end(text: str, at: int, end: int) -> int:
    """Where the bracket closes in which `at` stands; `end` where it stands in none."""
    depth = 0
    for index in range(at, end):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth < 0:
            return index
    return end


def _apart(text: str, mentions: list[Mention]) -> list[Mention]:
    """The marks without those in brackets that say the one before in other words."""
    apart: list[Mention] = []
    for mention in mentions:
        said = apart and text[apart[-1].end : mention.start] in (" (", "(")
        if not said or apart[-1].role == "generic":
            apart.append(mention)
    return apart


def _sharing(text: str, mention: Mention, following: list[Mention]) -> Mention | None:
    """The last study of those joined to this one by no more than commas and "and"; None for none.

    Commas alone join nothing: "x-rays, CT of the neck" is no list that shares a site.
    """
    last = mention
    joint = ""
    for other in following:
        between = text[last.end : other.start]
        if not any(row.pattern.fullmatch(between) for row in cues(_FILE, "and")):
            break
        last, joint = other, between.strip()
    return last if joint not in ("", ",") else None


def _called(text: str, sentence: Sentence, table: str) -> Sequence[CompiledRow]:
    """The rows of a table that can match in a sentence."""
    return cues(_FILE, table).called(text, sentence.start, sentence.end)


def _done(text: str, sentence: Sentence, mentions: list[Mention]) -> tuple[tuple[str, int], ...]:
    """The rules that state behind a study that it was done, each with where it does so last.

    What is stated behind all studies goes for each, wherever it is stated.
    """
    found = ((row, _last(text, sentence, mentions, row)) for row in _called(text, sentence, "done"))
    return tuple((row.id, at) for row, at in found if at is not None)


def _last(text: str, sentence: Sentence, mentions: list[Mention], row: CompiledRow) -> int | None:
    """Where a match begins behind the last study, else the last match behind the first study.

    Once for all studies: a search from each of them takes the square of the sentence's length.
    """
    if match := row.pattern.search(text, mentions[-1].end, sentence.end):
        return match.start()
    if len(mentions) == 1:
        return None
    matches = row.pattern.finditer(text, mentions[0].end, sentence.end, overlapped=True)
    return max((match.start() for match in matches), default=None)


def _evidence(
    text: str, sentence: Sentence, mention: Mention, done: tuple[tuple[str, int], ...]
) -> str | None:
    """The rule that says that the study was done; None where no rule does."""
    for rule, last in done:
        if last >= mention.end:
            return rule
    for row in cues(_FILE, "value"):
        if row.pattern.match(text, mention.end, sentence.end):
            return row.id
    for row in _called(text, sentence, "known"):
        if row.pattern.search(text, sentence.start, mention.start):
            return row.id
    return None


def _done_anyway(text: str, sentence: Sentence, mention: Mention) -> str | None:
    """The rule that says that it was done, although the sentence asks for it later."""
    for row in _called(text, sentence, "done_anyway"):
        if row.pattern.match(text, mention.end, sentence.end):
            return row.id
    return None


def _missing(text: str, sentence: Sentence, mention: Mention) -> bool:
    before = text[max(sentence.start, mention.start - 60) : mention.start]
    if any(row.pattern.search(before) for row in _called(text, sentence, "missing")):
        return True
    # Results that nobody has are results of a study that was done.
    if any(row.pattern.search(before) for row in _called(text, sentence, "resulted")):
        return False
    lacking = _called(text, sentence, "lacking")
    return any(row.pattern.search(text[mention.end : sentence.end]) for row in lacking)


def _study(text: str, name: Name, mention: Mention, date: Dated | None, rule: str) -> Study:
    printed = " ".join(text[left:right] for left, right in name.pieces)
    rank = 0
    if mention.role == "generic":
        rank = 2
    elif not name.where and mention.name in therapies.studies().bare:
        rank = 1
    around = len(printed.split()) - len(text[mention.start : mention.end].split())
    return Study(name.pieces, printed, mention.name, name.where, around, rank, date, rule)


def _date(
    text: str, sentence: Sentence, name: Name, mention: Mention, limit: int, latest_year: int | None
) -> Dated | None:
    """The date of the study as its own statement prints it; None where it prints none."""
    if not _DIGIT.search(text, sentence.start, limit):
        return None
    for row in cues(_FILE, "dated"):
        match = row.pattern.match(text, mention.end, limit)
        if match:
            return _dated(match, latest_year)
    for row in cues(_FILE, "dated_before"):
        match = row.pattern.search(text, sentence.start, min(mention.start, name.pieces[0][0]))
        if match:
            return _dated(match, latest_year)
    for row in cues(_FILE, "dated_sentence"):
        match = row.pattern.match(text, sentence.start, mention.start)
        if match:
            return _dated(match, latest_year)
    for row in cues(_FILE, "without_year"):
        if match := row.pattern.match(text, mention.end, limit):
            return Dated(None, *match.span("date"), cut_short=True)
    return None


def _dated(match: Match, latest_year: int | None) -> Dated:
    day = parse_date(match["date"], latest_year)
    start, end = match.span("date")
    cut_short = day is not None and is_cut_short(match.string, start, day)
    return Dated(day, start, end, cut_short)


def _add(found: list[Study], new: Study) -> None:
    """Add a study, or merge it with an earlier mention of the same; the fuller site stays."""
    for index, old in enumerate(found):
        if old.name != new.name or not (old.where <= new.where or new.where <= old.where):
            continue
        if old.date and new.date and old.date.day != new.date.day and old.where == new.where:
            continue
        best = new if (len(new.where), new.around) > (len(old.where), old.around) else old
        found[index] = best._replace(date=best.date or old.date or new.date)
        return
    found.append(new)
