"""What a service is: its category, by the rules of `data/vocabulary/services.toml`."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

from msgspec import Struct

from imr_extract.clinical.vocabulary import drugs
from imr_extract.clinical.vocabulary.drugs import Drug
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.rules import built
from imr_extract.rules.patterns import Pattern, alternatives, compile_pattern
from imr_extract.rules.table import load
from imr_extract.text.sentences import Word, words

DRUGS = "Pharmaceuticals"


class ServiceRule(Struct, frozen=True, rename={"with_": "with"}, forbid_unknown_fields=True):
    """A kind of service: one of `any`, one of `with_` if given, and none of `unless`."""

    id: str
    category: str
    subcategory: str
    any: tuple[str, ...]
    examples: tuple[str, ...]
    with_: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    last_resort: bool = False


class Services(Struct, frozen=True, rename={"rules": "rule"}, forbid_unknown_fields=True):
    """`data/vocabulary/services.toml`; its head says how the rules are tried."""

    lead_ins: tuple[str, ...]
    drug_marks: tuple[str, ...]
    drug_classes_first: frozenset[str]
    drugs_before: frozenset[str]  # categories
    head_ends: tuple[str, ...]
    placeless: frozenset[str]  # categories and subcategories
    one: dict[str, str]  # category -> unit
    categories: dict[str, tuple[str, ...]]
    sets: dict[str, tuple[str, ...]]
    rules: tuple[ServiceRule, ...]


class ServiceDecision(NamedTuple):
    """A category with the words that decided it, as an interval of the text."""

    category: str
    subcategory: str
    start: int
    end: int
    rule: str


class _Occurrence(NamedTuple):
    """A phrase of some rules in the text."""

    start: int
    end: int
    uses: tuple[tuple[int, str], ...]  # (index of the rule, part of the rule)


class _RuleEntry(NamedTuple):
    keys: tuple[str, ...]
    uses: tuple[tuple[int, str], ...]


_DRUG_MARK = -1  # stands for the index of a rule where the phrase is a drug mark


@cache
def services() -> Services:
    """The shipped rules."""
    return load("vocabulary/services.toml", Services)


@cache
def _index() -> dict[str, tuple[_RuleEntry, ...]]:
    """The phrases of all rules, by their first word."""
    return built.table("services", dict[str, tuple[_RuleEntry, ...]], _made_index)


def _made_index() -> dict[str, tuple[_RuleEntry, ...]]:
    uses: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    shipped = services()
    for number, rule in enumerate(shipped.rules):
        parts = (("any", rule.any), ("with", rule.with_), ("unless", rule.unless))
        for part, phrases in parts:
            for phrase in _expanded(phrases):
                for keys in _variants(phrase):
                    uses.setdefault(keys, []).append((number, part))
    for phrase in shipped.drug_marks:
        for keys in _variants(phrase):
            uses.setdefault(keys, []).append((_DRUG_MARK, "any"))
    index: dict[str, list[_RuleEntry]] = {}
    for keys, used in uses.items():
        index.setdefault(keys[0], []).append(_RuleEntry(keys, tuple(used)))
    return {first: tuple(entries) for first, entries in index.items()}


def _expanded(phrases: Sequence[str]) -> Iterator[str]:
    for phrase in phrases:
        if phrase.startswith("@"):
            yield from services().sets[phrase[1:]]
        else:
            yield phrase


def _variants(phrase: str) -> Iterator[tuple[str, ...]]:
    """The words of a phrase, with each of its hyphens as a blank and as nothing.

    A "#" for any digit stays in its word.
    """
    parts = phrase.split("-")
    for joints in product((" ", ""), repeat=len(parts) - 1):
        text = parts[0] + "".join(a + b for a, b in zip(joints, parts[1:], strict=True))
        run = words(text.replace("#", "0"), 0, len(text))
        yield tuple(_masked(word.text) if "#" in phrase else word.singular for word in run)


def _masked(word: str) -> str:
    """The word with "#" for each digit."""
    if word.isalpha():
        return word
    return "".join("#" if character.isdigit() else character for character in word)


def _occurrences(text: str, run: Sequence[Word]) -> list[_Occurrence]:
    """All phrases of the rules in `run`, overlapping ones too."""
    index = _index()
    forms = [(word.singular, _masked(word.text)) for word in run]
    present = {form for pair in forms for form in pair}
    found = []
    for at, (plain, masked) in enumerate(forms):
        entries = index.get(plain, ())
        if masked != plain:
            entries += index.get(masked, ())
        for entry in entries:
            if not present.issuperset(entry.keys):
                continue
            last = at + len(entry.keys) - 1
            if (
                last < len(run)
                and all(key in forms[at + i] for i, key in enumerate(entry.keys))
                and all(_close(text, run[i], run[i + 1]) for i in range(at, last))
            ):
                found.append(_Occurrence(run[at].start, run[last].end, entry.uses))
    return found


def _close(text: str, left: Word, right: Word) -> bool:
    """Whether no punctuation parts two words; "and" signs, slashes and hyphens do not."""
    gap = text[left.end : right.start]
    return not any(mark in gap for mark in ",;:().")


@cache
def _lead_in() -> Pattern:
    return compile_pattern(rf"(?:(?:{alternatives(services().lead_ins)})[ :-]*)+", ignore_case=True)


@cache
def _head_end() -> Pattern:
    marks = [mark for mark in services().head_ends if not mark[-1].isalnum()]
    wording = [mark for mark in services().head_ends if mark[-1].isalnum()]
    return compile_pattern(
        rf"(?<!\S)(?:{alternatives(wording)})(?!\S)|(?<![^\s,;])&(?!\S)|"
        rf"(?:{alternatives(mark for mark in marks if mark != '&')})",
        ignore_case=True,
    )


def _windows(text: str, run: Sequence[Word]) -> list[tuple[int, int]]:
    """The parts of an item in the order in which they are read, each once."""
    start, end = run[0].start, run[-1].end
    windows = []
    colon = text.rfind(": ", start, end)
    for at in (colon + 1, start) if colon >= 0 else (start,):
        first = next((word for word in run if word.start >= at), None)
        if first is None:
            continue
        cut = _head_end().search(text, first.end, end)
        windows += [(first.start, cut.start() if cut else end), (first.start, end)]
    return list(dict.fromkeys(windows))


def decide(text: str, run: Sequence[Word], hits: Sequence[Hit[Drug]]) -> ServiceDecision | None:
    """The category of a service with the words `run`, in which `hits` are the drugs named.

    None where no rule fits.
    """
    lead = _lead_in().match(text, run[0].start, run[-1].end) if run else None
    if lead:
        run = [word for word in run if word.start >= lead.end()]
    if not run:
        return None
    seen = _occurrences(text, run)
    marked = any(number == _DRUG_MARK for occurrence in seen for number, _ in occurrence.uses)
    windows = _windows(text, run)
    for window in windows:
        rule = _first_rule(seen, window, last_resort=False)
        drug = _first_drug(hits, window)
        if drug is not None and _drug_wins(drug, rule, marked=marked, first=window == windows[0]):
            subcategory = drugs.class_of(run, [hit for hit in hits if hit.start >= drug.start])
            return ServiceDecision(DRUGS, subcategory, drug.start, drug.end, "services.drug_named")
        if rule is not None:
            return rule
    for window in windows:
        if rule := _first_rule(seen, window, last_resort=True):
            return rule
    return None


def _first_drug(hits: Sequence[Hit[Drug]], window: tuple[int, int]) -> Hit[Drug] | None:
    return next((hit for hit in hits if window[0] <= hit.start and hit.end <= window[1]), None)


def _drug_wins(drug: Hit[Drug], rule: ServiceDecision | None, *, marked: bool, first: bool) -> bool:
    """Whether a drug decides rather than a rule that fits the same text, the `first` or another."""
    shipped = services()
    if rule is None or drug.meaning.drug_class in shipped.drug_classes_first:
        return True
    return first and (marked or rule.category in shipped.drugs_before)


def _first_rule(
    seen: Sequence[_Occurrence], window: tuple[int, int], *, last_resort: bool
) -> ServiceDecision | None:
    """The first rule in file order that fits the window."""
    named: dict[int, _Occurrence] = {}
    beside: set[int] = set()
    barred: set[int] = set()
    for occurrence in seen:
        inside = window[0] <= occurrence.start and occurrence.end <= window[1]
        for number, part in occurrence.uses:
            if part == "unless":
                barred.add(number)
            elif part == "with":
                beside.add(number)
            elif inside:
                named.setdefault(number, occurrence)
    for number in sorted(named):
        if number == _DRUG_MARK or number in barred:
            continue
        rule = services().rules[number]
        if rule.last_resort == last_resort and (not rule.with_ or number in beside):
            at = named[number]
            return ServiceDecision(
                rule.category, rule.subcategory, at.start, at.end, f"services.{rule.id}"
            )
    return None
