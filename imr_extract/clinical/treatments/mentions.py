"""Marks: the treatments, studies and drugs that the words of a sentence name."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple, TypeVar

from imr_extract.clinical.vocabulary import drugs, therapies
from imr_extract.clinical.vocabulary.drugs import Drug
from imr_extract.clinical.vocabulary.phrases import Hit
from imr_extract.clinical.vocabulary.therapies import Term
from imr_extract.record.model import TreatmentKind
from imr_extract.rules.table import cues
from imr_extract.text.sentences import Sentence

T = TypeVar("T")


class Mention(NamedTuple):
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


class _Hits(NamedTuple):
    """The phrases of both vocabularies in a sentence."""

    terms: list[Hit[Term]]
    medicines: list[Hit[Drug]]


def find(text: str, sentence: Sentence) -> list[Mention]:
    """What a sentence names, in order, not overlapping; phrases that are none ("none") too."""
    return next((found for _, found in of_sentences(text, (sentence,))), [])


def of_sentences(text: str, narrative: Sequence[Sentence]) -> Iterator[tuple[int, list[Mention]]]:
    """What each sentence that names anything names, with its index; as `find`.

    All words are looked up at once: no phrase goes on behind the end of a sentence.
    """
    run = [word for sentence in narrative for word in sentence.words]
    firsts = list(accumulate((len(sentence.words) for sentence in narrative), initial=0))
    hits: dict[int, _Hits] = {}
    for term in therapies.find(text, run):
        index = bisect_right(firsts, term.first) - 1
        hits.setdefault(index, _Hits([], [])).terms.append(_moved(term, firsts[index]))
    for medicine in drugs.find_all(run):
        index = bisect_right(firsts, medicine.first) - 1
        hits.setdefault(index, _Hits([], [])).medicines.append(_moved(medicine, firsts[index]))
    for index in sorted(hits):
        sentence = narrative[index]
        found = _purposed(text, sentence, _joined(text, _named(text, sentence, hits[index])))
        yield index, [_condition(sentence, mention) for mention in found]


def _moved(hit: Hit[T], first: int) -> Hit[T]:
    """The hit in a sentence whose first word is the one at `first`."""
    start, end, left, right, phrase, meaning = hit
    return Hit(start, end, left - first, right - first, phrase, meaning)


def _purposed(text: str, sentence: Sentence, found: list[Mention]) -> list[Mention]:
    """The marks, words for medicines with what these are for ("medication for cholesterol")."""
    purposed: list[Mention] = []
    for mention in found:
        if not purposed or mention.start >= purposed[-1].end:
            purposed.append(_with_purpose(text, sentence, mention))
    return purposed


def _with_purpose(text: str, sentence: Sentence, mention: Mention) -> Mention:
    if mention.kind != "medication" or mention.drugs:
        return mention
    for row in cues("treatments", "purpose"):
        match = row.pattern.match(text, mention.end, sentence.end)
        if match:
            last = max(i for i, word in enumerate(sentence.words) if word.end <= match.end())
            return mention._replace(end=match.end(), last=last)
    return mention


def _named(text: str, sentence: Sentence, hits: _Hits) -> list[Mention]:
    """The treatments, studies and drugs named in a sentence, in order, not overlapping."""
    found = [
        Mention(h.start, h.end, h.first, h.last, h.meaning.kind, h.meaning.role, h.meaning.name)
        for h in hits.terms
    ]
    found = [_twin(text, sentence, mention) for mention in found]
    named = [
        Mention(
            h.start, h.end, h.first, h.last,
            "medication", "term", h.phrase, h.meaning.ingredients, h.meaning.drug_class,
        )
        for h in drugs.certain(sentence.words, hits.medicines)
    ]  # fmt: skip
    if not named:
        return found
    both = sorted([*found, *named], key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    for mention in both:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif (
            mention.drugs and not kept[-1].drugs
        ):  # "ketorolac injection" is a phrase and holds a drug
            kept[-1] = kept[-1]._replace(drugs=mention.drugs, drug_class=mention.drug_class)
    return kept


def _condition(sentence: Sentence, mention: Mention) -> Mention:
    """The mention, as none where the word behind it makes it a condition.

    "Diagnostic" in the singular is no study: it says for what an injection is.
    """
    run = sentence.words
    first, last = run[mention.first], run[mention.last]
    if mention.role == "generic" and first.text == last.text == "diagnostic":
        return mention._replace(kind="", role="none")
    if mention.last + 1 < len(run) and run[mention.last + 1].joined:
        behind = run[mention.last + 1].text
        if behind in therapies.treatments().wording.of_conditions:
            return mention._replace(kind="", role="none")
    return mention


def _twin(text: str, sentence: Sentence, mention: Mention) -> Mention:
    """The mark, as a study where its phrase may be one and the words behind it say so."""
    if mention.name not in therapies.ambiguous_terms() or mention.kind == therapies.STUDY:
        return mention
    rows = cues("diagnostics", "studied")
    if any(row.pattern.match(text, mention.end, sentence.end) for row in rows):
        return mention._replace(kind=therapies.STUDY, role="term")
    return mention


def _leads(text: str, last: Mention, mention: Mention) -> bool:
    """Whether a word for medicines is part of the name behind it ("topical Voltaren")."""
    if last.kind != "medication" or last.drugs or not mention.drugs:
        return False
    leads = therapies.treatments().wording.drug_leads
    return last.name.lower() in leads and text[last.end : mention.start] == " "


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """The marks with those that make one name made one: a drug with its form, a site with a head.

    The last decides the kind ("Kenalog" and "injection" are an injection).
    """
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if last is not None and _leads(text, last, mention):
            joined[-1] = mention._replace(start=last.start, first=last.first)
        elif (
            last is not None
            and last.drugs
            and mention.drugs
            and text[last.end : mention.start] == "/"
        ):
            joined[-1] = last._replace(
                end=mention.end, last=mention.last, drugs=last.drugs + mention.drugs
            )
        elif (
            last is not None
            and mention.first == last.last + 1
            and text[last.end : mention.start] in (" ", "-")
            and mention.role != "none"
            and last.role != "none"
            and not mention.drugs
            and mention.kind != "study"
            and last.kind != "study"
        ):
            joined[-1] = Mention(
                last.start, mention.end, last.first, mention.last, mention.kind,
                "term", mention.name, last.drugs, last.drug_class,
            )  # fmt: skip
        else:
            joined.append(mention)
    return joined
