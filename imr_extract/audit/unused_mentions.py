"""Unused mentions: what the case summary names without giving a value, and why.

Only `explain` needs them. The clinical extractors decide statement by statement and do not record
what they skip; this module looks for it, with the context rules that apply to it.
"""

from collections.abc import Iterable, Iterator, Sequence

from imr_extract.clinical import context
from imr_extract.clinical.treatments import mentions, treatment_statements
from imr_extract.clinical.vocabulary import conditions, therapies
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.document import Found, NormalizedText, Rejected, Span
from imr_extract.text.sentences import Sentence

# Tables of treatments.toml that take a sentence, or a part of it, out of what was done.
_DECISION, _WISHES = "decision", ("plan", "undone")
_KINDS = {
    "negated": "it is negated",
    "possible": "it is uncertain",
    "planned": "it is only planned or requested",
    "denied": "it is part of the decision under review",
    "family": "it is said of a family member",
    "hypothetical": "it is hypothetical",
    "guideline": "it is part of what guidelines or studies say",
    "disputed": "it is contested",
}


def find(
    normalized: NormalizedText, narrative: Sequence[Sentence], found: Iterable[Found]
) -> Iterator[Rejected]:
    """The conditions, treatments and studies that are named and not taken, in order."""
    spans: dict[str, list[Span]] = {"diagnoses": [], "treatments": [], "diagnostics": []}
    for value in found:
        spans.get(value.field.partition("[")[0], []).extend(value.spans)
    for sentence in narrative:
        yield from _conditions(normalized, sentence, spans["diagnoses"])
        yield from _care(normalized, sentence, spans)


def _conditions(
    normalized: NormalizedText, sentence: Sentence, taken: list[Span]
) -> Iterator[Rejected]:
    scopes = context.scopes(normalized.text, sentence.start, sentence.end)
    for hit in conditions.find(normalized.text, sentence.words):
        span = normalized.span(hit.start, hit.end)
        if _touched(span, taken):
            continue
        scope = next((s for s in scopes if s.start <= hit.start and hit.end <= s.end), None)
        yield Rejected(
            "diagnoses",
            span,
            "conditions.named",
            "no statement makes it a diagnosis" if scope is None else _KINDS[scope.kind],
            scope.rule if scope else None,
        )


def _care(
    normalized: NormalizedText, sentence: Sentence, taken: dict[str, list[Span]]
) -> Iterator[Rejected]:
    named = [
        mention for mention in mentions.find(normalized.text, sentence) if mention.role != "none"
    ]
    if not named:
        return
    reading = treatment_statements.read(normalized.text, sentence)
    for mention in named:
        study = mention.kind == therapies.STUDY
        field = "diagnostics" if study else "treatments"
        span = normalized.span(mention.start, mention.end)
        if _touched(span, taken["diagnostics"]) or _touched(span, taken["treatments"]):
            continue
        row: CompiledRow | None = None
        if reading.decided:
            row = _row(normalized.text, sentence, (_DECISION,), sentence.end)
            reason = "the sentence is about the decision under review"
        elif reading.wished(mention.start, mention.end):
            row = _row(normalized.text, sentence, _WISHES, mention.start)
            reason = "it is only planned, requested, recommended or not done"
        else:
            reason = "no statement says that it was done"
        rule = "studies.named" if study else "drugs.named" if mention.drugs else "treatments.named"
        yield Rejected(field, span, rule, reason, row.id if row else None)


def _row(text: str, sentence: Sentence, tables: Iterable[str], before: int) -> CompiledRow | None:
    """The row of these tables that matches in the sentence, last before `before` if one does."""
    hits = [
        (match.start() <= before, match.start(), row)
        for table in tables
        for row in cues("treatments", table)
        for match in row.pattern.finditer(text, sentence.start, sentence.end)
    ]
    return max(hits, key=lambda hit: hit[:2])[2] if hits else None


def _touched(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
