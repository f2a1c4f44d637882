"""Marks: the treatments, studies and drugs that the words of a sentence name."""

from typing import Literal, NamedTuple

from imr_extract.clinical import drugs, therapies
from imr_extract.clinical.prose import Sentence
from imr_extract.model import TreatmentKind
from imr_extract.rules import cues


class Mark(NamedTuple):
    """A vocabulary phrase in a sentence: its interval, first and last word, and meaning."""

    start: int
    end: int
    first: int
    last: int
    kind: TreatmentKind | Literal["study", ""]
    role: therapies.Role
    name: str
    drugs: tuple[str, ...] = ()
    drug_class: str | None = None


def find(text: str, sentence: Sentence) -> list[Mark]:
    """What a sentence names, in order, not overlapping; phrases that are none ("none") too."""
    return [_condition(sentence, mark) for mark in _joined(text, _named(text, sentence))]


def _named(text: str, sentence: Sentence) -> list[Mark]:
    """The treatments, studies and drugs named in a sentence, in order, not overlapping."""
    found = [
        Mark(h.start, h.end, h.first, h.last, h.meaning.kind, h.meaning.role, h.meaning.name)
        for h in therapies.find(text, sentence.words)
    ]
    found = [_twin(text, sentence, mark) for mark in found]
    named = [
        Mark(
            h.start, h.end, h.first, h.last,
            "medication", "term", h.phrase, h.meaning.ingredients, h.meaning.drug_class,
        )
        for h in drugs.find(sentence.words)
    ]  # fmt: skip
    if not named:
        return found
    both = sorted([*found, *named], key=lambda mark: (mark.start, -mark.end))
    kept: list[Mark] = []
    for mark in both:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
        elif (
            mark.drugs and not kept[-1].drugs
        ):  # "ketorolac injection" is a phrase and holds a drug
            kept[-1] = kept[-1]._replace(drugs=mark.drugs, drug_class=mark.drug_class)
    return kept


def _condition(sentence: Sentence, mark: Mark) -> Mark:
    """The mark, as none where the word behind it makes it a condition."""
    run = sentence.words
    if mark.last + 1 < len(run) and run[mark.last + 1].joined:
        behind = run[mark.last + 1].text
        if behind in therapies.treatments().wording.of_conditions:
            return mark._replace(kind="", role="none")
    return mark


def _twin(text: str, sentence: Sentence, mark: Mark) -> Mark:
    """The mark, as a study where its phrase may be one and the words behind it say so."""
    if mark.name not in therapies.twins() or mark.kind == therapies.STUDY:
        return mark
    rows = cues("diagnostics", "studied")
    if any(row.pattern.match(text, mark.end, sentence.end) for row in rows):
        return mark._replace(kind=therapies.STUDY, role="term")
    return mark


def _joined(text: str, found: list[Mark]) -> list[Mark]:
    """The marks with those that make one name made one: a drug with its form, a site with a head.

    The last tells the kind ("Kenalog" and "injection" are an injection).
    """
    joined: list[Mark] = []
    for mark in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and mark.first == last.last + 1
            and text[last.end : mark.start] in (" ", "-")
            and mark.role != "none"
            and last.role != "none"
            and not mark.drugs
            and mark.kind != "study"
            and last.kind != "study"
        ):
            joined[-1] = Mark(
                last.start, mark.end, last.first, mark.last, mark.kind,
                "term", mark.name, last.drugs, last.drug_class,
            )  # fmt: skip
        else:
            joined.append(mark)
    return joined
