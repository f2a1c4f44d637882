"""What a cover letter says of the determination that it comes with.

It is no part of the letter. Its facts serve where the letter's own header is missing; where both
state one and differ, a note says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from imr_extract.layouts.letters.bounds import Lines
from imr_extract.layouts.letters.other_documents import heads
from imr_extract.record.model import Note
from imr_extract.rules.patterns import parse_date
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText

_FILE = "cover"


class Cover(NamedTuple):
    """The facts of a cover letter, by field of the record.

    Its date may be the day on which it was mailed, so it is not compared with the letter's.
    """

    lines: Lines
    facts: Mapping[str, Found]
    compared: frozenset[str] = frozenset({"case.case_number", "outcome"})

    @property
    def case_number(self) -> str | None:
        """The case that it is about, where it says so."""
        found = self.facts.get("case.case_number")
        return None if found is None else str(found.value)

    def with_table(self, found: Sequence[Found]) -> "Cover":
        """With the facts of a header table that the cover letter prints, too."""
        table = {fact.field: fact for fact in found}
        return self._replace(
            facts={**self.facts, **table}, compared=self.compared | frozenset(table)
        )


def read(normalized: NormalizedText, lines: Lines) -> Iterator[Cover]:
    """The cover letters among these lines, in order.

    A cover letter names the final determination; other documents around it do not.
    """
    if lines.start == lines.end:
        return
    begun = [head.line for head in heads(normalized, *lines, ("documents", "mail", "separators"))]
    pages = [
        index
        for index in range(lines.start + 1, lines.end)
        if normalized.lines[index].line.page != normalized.lines[index - 1].line.page
    ]
    cuts = sorted({lines.start, lines.end, *begun, *pages})
    for block in (Lines(*pair) for pair in zip(cuts, cuts[1:], strict=False)):
        outcome = next(_outcomes(normalized, block), None)
        if outcome is not None:
            facts = (outcome, *_case(normalized, block))
            yield Cover(block, {fact.field: fact for fact in facts})


def _outcomes(normalized: NormalizedText, block: Lines) -> Iterator[Found]:
    text, start, end = _interval(normalized, block)
    for row in cues(_FILE, "outcome"):
        for match in row.pattern.finditer(text, start, end):
            yield _found(normalized, "outcome", str(row.value), row, match.span())


def _case(normalized: NormalizedText, block: Lines) -> Iterator[Found]:
    text, start, end = _interval(normalized, block)
    for row in cues(_FILE, "case_number"):
        numbers = list(row.pattern.finditer(text, start, end))
        if len({match["value"] for match in numbers}) == 1:
            match = numbers[0]
            yield _found(normalized, "case.case_number", match["value"], row, match.span("value"))
    dates = list(_dates(normalized, block))
    if len({date.value for date in dates}) == 1:
        yield dates[0]


def _dates(normalized: NormalizedText, block: Lines) -> Iterator[Found]:
    """The days that stand alone on a line, or say that they are the letter's."""
    for line in normalized.lines[block.start : block.end]:
        for row in cues(_FILE, "decision_date"):
            match = row.pattern.match(normalized.text[line.start : line.end])
            date = parse_date(match["value"], None) if match else None
            if match and date and len(date) == len("2017-01-30"):
                left, right = match.span("value")
                place = (line.start + left, line.start + right)
                yield _found(normalized, "case.decision_date", date, row, place)


def _interval(normalized: NormalizedText, block: Lines) -> tuple[str, int, int]:
    return normalized.text, normalized.lines[block.start].start, normalized.lines[block.end - 1].end


def _found(
    normalized: NormalizedText, field: str, value: str, row: CompiledRow, place: tuple[int, int]
) -> Found:
    return Found(field, value, (normalized.span(*place),), row.id)


def add(
    cover: Cover, found: Sequence[Found], notes: Sequence[Note], outcome: str | None
) -> tuple[list[Found], list[Note]]:
    """The values and notes of a letter with what its cover letter adds to them.

    `outcome` is what the letter's issues come to; None where that is unknown.
    """
    having = {fact.field: fact.value for fact in found}
    if outcome is not None:
        having["outcome"] = outcome
    added = [fact for field, fact in cover.facts.items() if field not in having]
    filled = {fact.field for fact in added}
    kept = [note for note in notes if note.field not in filled]
    conflicts = [
        Note(
            field=field,
            code="conflict",
            message=f"the cover letter states {_what(field)} otherwise",
        )
        for field in sorted(cover.compared)
        if field in having and field in cover.facts and having[field] != cover.facts[field].value
    ]
    return [*found, *added], [*kept, *conflicts]


def _what(field: str) -> str:
    return field.rpartition(".")[2].replace("_", " ")
