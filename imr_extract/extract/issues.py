"""The issues as printed: service, outcome, guideline texts, rationale, and what its end says."""

from collections.abc import Iterator

from imr_extract.document import Folded, Found, Section
from imr_extract.model import Note
from imr_extract.rules import Layout, cues
from imr_extract.sections import IssueSections, heading_form

# The verdict stands at the rationale's end; a plan for weaning may follow it.
_VERDICT_WITHIN = 700

_AGREEING = {("upheld", "not_necessary"), ("overturned", "necessary")}

_PARTS = {
    "claims_administrator_guideline": "claims_administrator_guideline_text",
    "imr_guideline": "imr_guideline_text",
    "rationale": "rationale",
}


def extract(folded: Folded, issue: IssueSections, layout: Layout, field: str) -> Iterator[Found | Note]:
    """The printed values of one issue, as paths under `field` ("issues[0]")."""
    yield from _heading(folded, issue, layout, field)
    if issue.outcome is None:
        yield Note(
            field=f"{field}.outcome",
            code="not_in_letter",
            message="the heading ends without an outcome word",
        )
    else:
        span = folded.span(issue.outcome.body, issue.outcome.end)
        yield Found(f"{field}.outcome", issue.outcome.name, (span,), "issues.outcome_word")
    for part, name in _PARTS.items():
        section: Section | None = getattr(issue, part)
        value = _body(folded, section, f"{field}.{name}", f"issues.{part}") if section else None
        yield value or Note(
            field=f"{field}.{name}",
            code="not_in_letter" if section else "section_missing",
            message="nothing stands behind its label" if section else "its label is not there",
        )
    if issue.rationale is not None:
        yield from _verdict(folded, issue.rationale, issue.outcome, field)


def _heading(folded: Folded, issue: IssueSections, layout: Layout, field: str) -> Iterator[Found]:
    start = issue.heading.start
    end = issue.outcome.start if issue.outcome else issue.heading.end
    words = folded.text[start:end].rstrip(" :")
    form = heading_form(layout, words)
    if form is None:
        span = folded.span(start, start + max(len(words), 1))
        yield Found(f"{field}.disputed_service", words, (span,), "issues.plain_heading")
        return
    rule, match = form
    for name in ("disputed_service", "original_request", "authorized"):
        left, right = match.span(name)
        yield Found(
            f"{field}.{name}",
            match[name],
            (folded.span(start + left, start + right),),
            f"issues.{rule.id}",
        )


def _body(folded: Folded, section: Section, field: str, rule: str) -> Found | None:
    words = folded.text[section.body : section.end].rstrip()
    if not words:
        return None
    span = folded.span(section.body, section.body + len(words))
    return Found(field, words, (span,), rule)


def _verdict(
    folded: Folded, rationale: Section, outcome: Section | None, field: str
) -> Iterator[Found | Note]:
    """What the rationale's last words on necessity say; "unclear" where it has none."""
    start = max(rationale.body, rationale.end - _VERDICT_WITHIN)
    hits = []
    for order, row in enumerate(cues("verdict", "verdict")):
        for match in row.pattern.finditer(folded.text, start, rationale.end):
            hits.append((match.end(), -order, row, match.start()))
    if not hits:
        end = folded.text.rfind(" ", rationale.body, rationale.end) + 1 or rationale.body
        words = (end, max(rationale.end, end + 1))
        if rationale.body < rationale.end:
            spans = (folded.span(*words),)
            yield Found(f"{field}.stated_verdict", "unclear", spans, "verdict.none")
        return
    end, _, row, at = max(hits, key=lambda hit: hit[:2])
    yield Found(
        f"{field}.stated_verdict", row.value or "unclear", (folded.span(at, end),), row.id
    )
    if outcome is not None and (outcome.name, row.value) not in _AGREEING:
        yield Note(
            field=f"{field}.stated_verdict",
            code="conflict",
            message="the rationale's end says otherwise than the printed outcome, which is taken",
        )
