"""Which cover letter belongs to which letter of a file, and which letters say the same."""

from collections.abc import Sequence

import msgspec

from imr_extract.extract import case, cover_letter
from imr_extract.extract.cover_letter import Cover
from imr_extract.layouts.letters import LetterPart
from imr_extract.layouts.spec import Layout
from imr_extract.pipeline import assembly
from imr_extract.record.model import Record
from imr_extract.text.document import Found, NormalizedText, Section


def of_parts(normalized: NormalizedText, parts: Sequence[LetterPart]) -> list[Cover | None]:
    """The cover letter of each letter: the one before it, or one that names its case."""
    texts = [
        normalized.text[_start(normalized, letter) : _end(normalized, letter)] for letter in parts
    ]
    covers: list[Cover | None] = [None] * len(parts)
    for number, part in enumerate(parts):
        for lines, near in (
            (part.bounds.before, (number, number - 1)),
            (part.bounds.behind, (number,)),
        ):
            for cover in cover_letter.read(normalized, lines):
                named = [at for at in near if at >= 0 and (cover.case_number or "") in texts[at]]
                covers[named[0] if named else number] = cover
    return covers


def _start(normalized: NormalizedText, part: LetterPart) -> int:
    return normalized.lines[part.bounds.letter.start].start


def _end(normalized: NormalizedText, part: LetterPart) -> int:
    return normalized.lines[part.bounds.letter.end - 1].end


def with_table(normalized: NormalizedText, cover: Cover, layout: Layout) -> Cover:
    """The cover letter with the values of header labels in it."""
    lines = normalized.lines[cover.lines.start : cover.lines.end]
    section = Section("header", lines[0].start, lines[0].start, lines[-1].end)
    found = case.extract(normalized, section, layout)
    return cover.with_table([value for value in found if isinstance(value, Found)])


def outcome_of(found: Sequence[Found], issues: int) -> str | None:
    """The outcome of the letter as a whole; None where it cannot be determined."""
    stated = {value.field: str(value.value) for value in found if value.field.endswith("outcome")}
    of_issues = [stated.get(f"issues[{index}].outcome") for index in range(issues)]
    return stated.get("outcome") or assembly.letter_outcome(of_issues)


def content(record: Record) -> bytes:
    """The content of a letter, which is the same in two copies of it."""
    decided = [
        (issue.disputed_service.casefold(), issue.outcome, issue.rationale)
        for issue in record.issues
    ]
    said = (record.case, record.reviewer, record.patient, decided, record.outcome)
    return msgspec.json.encode(said)
