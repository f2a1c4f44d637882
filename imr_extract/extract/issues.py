"""The issues as printed: service, outcome, guideline texts, rationale, and what its end says."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from imr_extract.layouts.modified_requests import modified_request
from imr_extract.layouts.spec import Layout
from imr_extract.record.model import Note
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text import near_matches
from imr_extract.text.document import Found, IssueSections, NormalizedText, Section

# The verdict stands at the rationale's end; a plan for weaning may follow it.
_VERDICT_WITHIN = 700
_REPORTED_WITHIN = 200  # the rows of what is reported end here, and reach no further back

_AGREEING = {("upheld", "not_necessary"), ("overturned", "necessary")}

_PARTS = {
    "claims_administrator_guideline": "claims_administrator_guideline_text",
    "imr_guideline": "imr_guideline_text",
    "rationale": "rationale",
}


def extract(
    normalized: NormalizedText, issue: IssueSections, layout: Layout, field: str
) -> Iterator[Found | Note]:
    """The printed values of one issue, as paths under `field` ("issues[0]")."""
    yield from _heading(normalized, issue, layout, field)
    yield from _outcome(normalized, issue, layout, f"{field}.outcome")
    promised = {**layout.issues.labels, **layout.issues.parts}
    for part, name in _PARTS.items():
        if part not in promised:
            continue
        section: Section | None = getattr(issue, part)
        misread = section is not None and _is_misread(normalized, section, layout)
        rule = "issues.misread_label" if misread else f"issues.{part}"
        value = _body(normalized, section, f"{field}.{name}", rule) if section else None
        if value and misread:
            yield _misread(f"{field}.{name}", "its label")
        yield value or Note(
            field=f"{field}.{name}",
            code="not_in_letter" if section else "section_missing",
            message="nothing stands behind its label" if section else "its label is not there",
        )
    rationale, outcome = issue.rationale, issue.outcome
    if rationale and outcome and rationale.body <= outcome.body < rationale.end:
        verdict = "not_necessary" if outcome.name == "upheld" else "necessary"
        span = normalized.span(outcome.body, outcome.end)
        yield Found(f"{field}.stated_verdict", verdict, (span,), "issues.verdict_sentence")
    elif rationale is not None:
        yield from _verdict(normalized, rationale, outcome, field)


def _outcome(
    normalized: NormalizedText, issue: IssueSections, layout: Layout, field: str
) -> Iterator[Found | Note]:
    """The outcome as printed, or a note that says why there is none."""
    headed = layout.issues.shape == "headed"
    if issue.outcome is None:
        message = "no sentence states the outcome of this issue alone"
        if headed and issue.service is not None:
            message = "the heading ends with an outcome that is neither of the two"
        elif headed:
            message = "the heading ends without an outcome word"
        yield Note(field=field, code="not_in_letter", message=message)
        return
    span = normalized.span(issue.outcome.body, issue.outcome.end)
    if not headed:
        yield Found(field, issue.outcome.name, (span,), "issues.outcome_sentence")
        return
    words = _letters(normalized.text[issue.outcome.body : issue.outcome.end])
    if words in _printed(layout.issues.outcomes, issue.outcome.name):
        yield Found(field, issue.outcome.name, (span,), "issues.outcome_word")
    else:
        yield Found(field, issue.outcome.name, (span,), "issues.misread_outcome")
        yield _misread(field, "the outcome word")


def _is_misread(normalized: NormalizedText, section: Section, layout: Layout) -> bool:
    """Whether the label of a part has other letters than all that the layout prints."""
    printed = _printed(layout.issues.labels, section.name)
    return bool(printed) and _letters(normalized.text[section.start : section.body]) not in printed


def _printed(wordings: Mapping[Any, tuple[str, ...]], name: str) -> list[str]:
    """The letters of the words that a layout prints for a part or an outcome."""
    return [near_matches.letters_of(wording) for wording in wordings.get(name, ())]


@lru_cache(maxsize=256)  # letters print few labels and outcomes
def _letters(words: str) -> str:
    return near_matches.letters(words)


def _misread(field: str, what: str) -> Note:
    return Note(field=field, code="misread", message=f"{what} is not printed letter for letter")


def letter_outcome(normalized: NormalizedText, outcome: Section) -> Found:
    """The outcome of a letter that its issues do not state, as printed."""
    span = normalized.span(outcome.body, outcome.end)
    return Found("outcome", outcome.name, (span,), "issues.mixed_outcome")


def _heading(
    normalized: NormalizedText, issue: IssueSections, layout: Layout, field: str
) -> Iterator[Found]:
    if issue.service is not None:
        span = normalized.span(issue.service.start, issue.service.end)
        words = normalized.text[issue.service.start : issue.service.end]
        yield Found(f"{field}.disputed_service", words, (span,), "issues.service")
        return
    start = issue.heading.body
    end = issue.outcome.start if issue.outcome else issue.heading.end
    words = normalized.text[start:end].rstrip(" :")
    form = modified_request(layout, words)
    if form is None:
        span = normalized.span(start, start + max(len(words), 1))
        yield Found(f"{field}.disputed_service", words, (span,), "issues.plain_heading")
        return
    rule, match = form
    for name in ("disputed_service", "original_request", "authorized"):
        left, right = match.span(name)
        yield Found(
            f"{field}.{name}",
            match[name],
            (normalized.span(start + left, start + right),),
            f"issues.{rule.id}",
        )


def _body(normalized: NormalizedText, section: Section, field: str, rule: str) -> Found | None:
    words = normalized.text[section.body : section.end].rstrip()
    if not words:
        return None
    span = normalized.span(section.body, section.body + len(words))
    return Found(field, words, (span,), rule)


def _verdict(
    normalized: NormalizedText, rationale: Section, outcome: Section | None, field: str
) -> Iterator[Found | Note]:
    """What the last sentence on necessity says; "unclear" where there is none near the end."""
    for start, end in _last_sentences(normalized.text, rationale):
        hit = _verdict_in(normalized.text, start, end)
        if hit is None:
            continue
        row, at, stop = hit
        value = row.value or "unclear"
        yield Found(f"{field}.stated_verdict", value, (normalized.span(at, stop),), row.id)
        if outcome is not None and (outcome.name, value) not in _AGREEING:
            yield Note(
                field=f"{field}.stated_verdict",
                code="conflict",
                message="the rationale's end says otherwise than the printed outcome, "
                "which is taken",
            )
        return
    last = next(_last_sentences(normalized.text, rationale), None)
    if last is not None:
        yield Found(f"{field}.stated_verdict", "unclear", (normalized.span(*last),), "verdict.none")


def _last_sentences(text: str, rationale: Section) -> Iterator[tuple[int, int]]:
    """The sentences of the rationale's end, the last one first."""
    end = rationale.body + len(text[rationale.body : rationale.end].rstrip())
    first = max(rationale.body, end - _VERDICT_WITHIN)
    while end > first:
        start = max(text.rfind(". ", rationale.body, end - 1) + 2, rationale.body)
        if start == 1:
            start = rationale.body
        yield start, end
        end = start - 1


def _verdict_in(text: str, start: int, end: int) -> tuple[CompiledRow, int, int] | None:
    """The rule and place of the last verdict in a sentence; of two that end alike, the first rule.

    What the sentence reports of the denial under review is not the reviewer's verdict.
    """
    verdicts = list(cues("verdict", "verdict").matches(text, start, end))
    reporting = cues("verdict", "reported").called(text, start, end) if verdicts else ()
    hits = [
        (match.end(), -order, row, match.start())
        for order, (row, match) in enumerate(verdicts)
        if not _is_reported(text, start, match.start(), reporting)
    ]
    if not hits:
        return None
    stop, _, row, at = max(hits, key=lambda hit: hit[:2])
    return row, at, stop


def _is_reported(text: str, start: int, at: int, rows: Sequence[CompiledRow]) -> bool:
    """Whether the words of `text[start:at]` make what follows somebody else's verdict."""
    near = max(start, at - _REPORTED_WITHIN)
    return any(row.pattern.search(text, near, at) for row in rows)
