"""Completeness: signs that a part of a letter is lost, or stands where another part is.

Each becomes a note `incomplete` on the value that may hold too much or too little; nothing is
changed in what was found. A letter as published gives none of them.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from imr_extract.layouts import landmarks
from imr_extract.layouts.landmarks import Landmark
from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.rules.patterns import compile_pattern, parse_number, with_hyphens
from imr_extract.rules.table import cues
from imr_extract.text.document import (
    Found,
    NormalizedLine,
    NormalizedText,
    Sections,
)

_VALUES = {
    "claims_administrator_guideline": "claims_administrator_guideline_text",
    "imr_guideline": "imr_guideline_text",
    "rationale": "rationale",
}
# A search for capitals is faster than one for the edge of a word, which is asked for behind them.
_CASE_NUMBER = compile_pattern(r"[A-Z]{2}(?<=\b..)\d\d[-\u2010-\u2015\u2212]\d{5,8}\b")
_SENTENCE_ENDS = compile_pattern(r"[.!?:;][\"'\u201d\u2019)\]]*$")
# Words that no sentence ends with, and no page before the next part of a letter.
_UNFINISHED = compile_pattern(
    r"(?:,|-|\b(?:the|an?|of|and|or|to|for|with|in|on|at|by|from|as|is|are|was|were|that|which"
    r"|has|have|had|be|been|not|this|his|her|their|its|if|than|per|into|but|also|no))$"
)
_BEGINS_LOWER = compile_pattern(r"[\"'\u201c(]?\p{Ll}{2}")
_WORD = compile_pattern(r"\p{L}{2,}")
# Words between a heading and its first label that make a text which no part holds.
_LEAST_WORDS = 4
# The longest "twenty-four (24) disputed treatments/services that remain under review" is shorter.
_COUNT_WITHIN = 120
_FULL_LINE = 0.7  # of the usual length: a paragraph may go on below


def check(
    normalized: NormalizedText, layout: Layout, parts: Sections, found: Sequence[Found]
) -> Iterator[Note]:
    """A note for each sign that something is lost, at the value that it is about."""
    if layout.issues.shape != "headed":
        return
    marks = landmarks.find(normalized, layout)
    yield from _unlabelled(normalized, parts)
    yield from _reasons_in_headings(normalized, layout, parts)
    yield from _labels_inside(parts, marks)
    yield from _second_header(normalized, parts, marks, found)
    yield from _pages(normalized, layout, parts, marks)
    yield from _counts(normalized, parts)


def _incomplete(field: str, message: str) -> Note:
    return Note(field=field, code="incomplete", message=message)


def _unlabelled(normalized: NormalizedText, parts: Sections) -> Iterator[Note]:
    """Text between the outcome of a heading and the first label stands in no part."""
    for index, issue in enumerate(parts.issues):
        if issue.outcome is None:
            continue
        text = normalized.text[issue.outcome.end : issue.heading.end]
        if len(_WORD.findall(text)) >= _LEAST_WORDS:
            missing = next(
                (name for part, name in _VALUES.items() if getattr(issue, part) is None),
                "rationale",
            )
            yield _incomplete(
                f"issues[{index}].{missing}", "text behind the heading stands under no label"
            )


def _reasons_in_headings(
    normalized: NormalizedText, layout: Layout, parts: Sections
) -> Iterator[Note]:
    """Headings that hold the last words of a rationale, whose beginning is lost."""
    for index, issue in enumerate(parts.issues):
        end = issue.outcome.start if issue.outcome else issue.heading.end
        heading = normalized.text[issue.heading.body : end]
        if any(words in heading for words in layout.detect.ends_with):
            yield _incomplete(
                f"issues[{index}].disputed_service", "holds what looks like the end of a rationale"
            )


def _labels_inside(parts: Sections, marks: Sequence[Landmark]) -> Iterator[Note]:
    """Headings and labels that stand inside a part and begin none."""
    used = {
        part.start
        for issue in parts.issues
        for part in (*issue.parts, issue.outcome)
        if part is not None
    }
    used |= {section.start for section in parts.by_name.values()}
    used |= {issue.outcome.body for issue in parts.issues if issue.outcome is not None}
    for index, issue in enumerate(parts.issues):
        for part in issue.parts[1:]:
            inside = [
                mark
                for mark in marks
                if part.body < mark.start < part.end
                and mark.start not in used
                and mark.kind != "header"
            ]
            if inside:
                what = "an outcome" if inside[0].kind == "outcome" else "a heading or a label"
                yield _incomplete(
                    f"issues[{index}].{_VALUES[part.name]}", f"holds what looks like {what}"
                )


def _second_header(
    normalized: NormalizedText,
    parts: Sections,
    marks: Sequence[Landmark],
    found: Sequence[Found],
) -> Iterator[Note]:
    """Another case number, and header labels behind the header: those of another letter."""
    number = next((fact.value for fact in found if fact.field == "case.case_number"), None)
    numbers = {with_hyphens(match.group()) for match in _CASE_NUMBER.finditer(normalized.text)} - {
        number
    }
    if number is not None and numbers:
        yield _incomplete("case.case_number", "the text holds another case number, too")
    header = parts.get("header")
    if header is None:
        return
    behind = {mark.name for mark in marks if mark.kind == "header" and mark.start >= header.end}
    for field in ("case_number", "decision_date"):
        if field in behind:
            yield _incomplete(f"case.{field}", "its label stands behind the header once more")


def _pages(
    normalized: NormalizedText, layout: Layout, parts: Sections, marks: Sequence[Landmark]
) -> Iterator[Note]:
    """Blank pages between others, and pages that end inside a sentence."""
    pages = {line.line.page for line in normalized.lines}
    for remark in normalized.document.remarks:
        if remark.code == "left_out":  # which says why there is nothing
            pages.update(remark.pages)
    if len(pages) > 1 and len(pages) < max(pages) - min(pages) + 1:
        yield _incomplete("source", "a page between others holds no text")
    begun = {mark.start for mark in marks if mark.kind in {"label", "section"}}
    begun |= {issue.heading.start for issue in parts.issues}
    for above, below in pairwise(normalized.lines):
        if above.line.page != below.line.page and _breaks_off(normalized, above, below, begun):
            field = _field_at(parts, above.end - 1)
            if field is not None:
                yield _incomplete(field, f"page {above.line.page} ends inside a sentence")
    last = normalized.lines[-1]
    words = normalized.text[last.start : last.end]
    full = len(words) >= _FULL_LINE * normalized.line_length  # what goes on fills its line
    ended = _SENTENCE_ENDS.search(words) or words.endswith(layout.detect.ends_with)
    if not ended and (full or _UNFINISHED.search(words)):
        field = _field_at(parts, last.end - 1)
        if field is not None:
            yield _incomplete(field, "the text ends inside a sentence")


def _breaks_off(
    normalized: NormalizedText, above: NormalizedLine, below: NormalizedLine, begun: set[int]
) -> bool:
    """Whether a page ends inside a sentence, or the next begins inside another one."""
    words = normalized.text[above.start : above.end]
    if below.start in begun:
        return bool(_UNFINISHED.search(words))
    ended = words.endswith((".", "!", "?"))
    full = len(words) >= _FULL_LINE * normalized.line_length
    begins = _BEGINS_LOWER.match(normalized.text, below.start)
    return bool(ended and full and begins)


def _field_at(parts: Sections, at: int) -> str | None:
    """The value that holds the character at `at`: of an issue, or the narrative's list."""
    for index, issue in enumerate(parts.issues):
        for part in issue.parts:
            if part.start <= at < part.end:
                name = _VALUES.get(part.name, "disputed_service")
                return f"issues[{index}].{name}"
    section = next((part for part in parts.by_name.values() if part.start <= at < part.end), None)
    return None if section is None else "source"


def _counts(normalized: NormalizedText, parts: Sections) -> Iterator[Note]:
    """A number of items that the letter states and that were not found."""
    text = normalized.text
    for _, match in cues("checks", "items").matches(text, 0, len(text), within=_COUNT_WITHIN):
        stated = parse_number(match["count"])
        if stated is not None and stated > len(parts.issues):
            yield _incomplete("issues", "the letter states a larger number of items")
            return
