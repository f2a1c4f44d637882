"""What an issue asks for: category, subcategory, drugs, amount, body parts."""

from collections.abc import Iterable, Iterator
from typing import Any

from imr_extract.clinical import quantities
from imr_extract.clinical.vocabulary import drugs, service_categories, sites
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.clinical.vocabulary.service_categories import ServiceDecision
from imr_extract.record.model import Note
from imr_extract.text.document import Found, NormalizedText, Span
from imr_extract.text.sentences import Word, words


def extract(normalized: NormalizedText, start: int, end: int, field: str) -> Iterator[Found | Note]:
    """What the disputed service, the normalized text from `start` to `end`, asks for.

    Paths stand under `field`. A category that no rule decides stays absent, with a note.
    """
    text = normalized.text
    run = words(text, start, end)
    named = drugs.find(run)
    decision = service_categories.decide(text, run, named)
    if decision is None:
        yield Note(
            field=f"{field}.category", code="ambiguous", message="no rule knows this service"
        )
    else:
        span = (normalized.span(decision.start, decision.end),)
        yield Found(f"{field}.category", decision.category, span, decision.rule)
        yield Found(f"{field}.subcategory", decision.subcategory, span, decision.rule)
    is_drug = decision is not None and decision.category == service_categories.DRUGS
    names = [(hit.start, hit.end) for hit in named]
    injected = decision is not None and decision.category == "Injection"
    if amount := quantities.find(text, start, end, drug=is_drug, injection=injected, names=names):
        span = (normalized.span(amount.start, amount.end),)
        yield Found(f"{field}.quantity", amount.quantity, span, amount.rule)
        yield Found(f"{field}.unit", _unit(amount.unit, decision), span, amount.rule)
    if _asks_for_drugs(decision):
        drug_names = [(hit, name) for hit in named for name in hit.meaning.ingredients]
        yield from _firsts(normalized, drug_names, f"{field}.drugs", "drugs.named")
    if decision is None or service_categories.services().placeless.isdisjoint(decision[:2]):
        yield from _body_parts(normalized, run, field)


def _unit(unit: str, decision: ServiceDecision | None) -> str:
    """The unit as printed; the service's usual one where the letter says only how often."""
    if unit != quantities.TIMES:
        return unit
    return service_categories.services().one[decision.category] if decision else "session"


def _asks_for_drugs(decision: ServiceDecision | None) -> bool:
    """Whether the drugs named are asked for, not looked for in blood or urine."""
    return decision is None or decision.category != "Diagnostic Testing"


def _body_parts(normalized: NormalizedText, run: tuple[Word, ...], field: str) -> Iterator[Found]:
    """The regions named, each once."""
    regions = [(hit, hit.meaning) for hit in sites.find(run) if hit.meaning != sites.NO_REGION]
    yield from _firsts(normalized, regions, f"{field}.body_parts", "sites.named")


def _firsts(
    normalized: NormalizedText, named: Iterable[tuple[Hit[Any], str]], field: str, rule: str
) -> Iterator[Found]:
    """The names, each once, with the words of its first mention; nothing where there is none."""
    spans: dict[str, Span] = {}
    for hit, name in named:
        spans.setdefault(name, normalized.span(hit.start, hit.end))
    if spans:
        yield Found(field, list(spans), tuple(spans.values()), rule)
