"""Notes around a letter: sentences of those who pass it on, file it or act on it.

"Please see the attached decision for your records.", "Called the patient and left a voicemail": the
letter stays one. A text that quotes a letter has sentences of another kind. A sentence is taken for
a note by the kinds of words in it (the papers, what is done with them, whom one speaks to, who has
them, when), as long as no word of a text about letters stands there; wordings are not listed.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct

from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import load
from imr_extract.text.sentences import Sentence, sentences, words

Kind = Literal[
    "papers_at_hand", "papers", "handling", "address", "writer", "parties", "times", "thanks"
]
Refusal = Literal["never", "never_below"]
# Where the sentence stands: above a letter; right below its last words; below it, with a gap.
Place = Literal["above", "below", "apart"]

_DATE = compile_pattern(r"(?<![\w/-])\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?(?![\w/-])")
# Without one of these a sentence says nothing of papers, nor does it end what does.
_OF_PAPERS: frozenset[Kind] = frozenset(("papers_at_hand", "papers", "handling", "thanks"))
# With one of these somebody speaks who is not the reviewer.
_OF_PEOPLE: frozenset[Kind] = frozenset(("address", "writer", "thanks"))
_MOST_WORDS = 3  # of a phrase


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences that are notes, and such as are not."""

    examples: tuple[str, ...]
    near_misses: tuple[str, ...]


class NoteWords(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of notes by their kind, what each kind weighs, and how much makes a note."""

    least: int
    least_apart: int
    weights: Mapping[Kind, int]
    words: Mapping[Kind | Refusal, frozenset[str]]
    proof: Proof


@cache
def note_words() -> NoteWords:
    """The table of words, `data/cover_notes.toml`."""
    return load("cover_notes.toml", NoteWords)


def is_note(text: str, start: int, end: int, place: Place = "above") -> bool:
    """Whether each sentence of `text[start:end]` is one of a note.

    Below a letter it may be the letter's own last one, so that more is asked for.
    """
    found = sentences(text, start, end)
    return bool(found) and all(_belongs_to_a_note(text, sentence, place) for sentence in found)


def reasons(text: str, start: int, end: int) -> bool:
    """Whether a word of a reviewer's reasons stands in `text[start:end]`: that ends no note."""
    return any(word.text in note_words().words["never_below"] for word in words(text, start, end))


def ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where the sentences of a note end that `text[start:end]` begins with."""
    for sentence in sentences(text, start, end):
        if not _belongs_to_a_note(text, sentence, "above"):
            return
        yield sentence.end


def _belongs_to_a_note(text: str, sentence: Sentence, place: Place) -> bool:
    table = note_words()
    phrases = frozenset(_phrases(sentence))
    of = table.words
    if of["never"] & phrases or (place != "above" and of["never_below"] & phrases):
        return False
    kinds = {kind for kind in table.weights if of[kind] & phrases}
    if _DATE.search(text, sentence.start, sentence.end):
        kinds.add("times")
    if not kinds & _OF_PAPERS:
        return False
    weight = sum(table.weights[kind] for kind in kinds)
    if place == "above" or kinds & _OF_PEOPLE:
        return weight >= table.least
    return place == "apart" and weight >= table.least_apart


def _phrases(sentence: Sentence) -> Iterator[str]:
    """The words of a sentence, as printed and in the singular, and those that stand together."""
    printed = [word.text for word in sentence.words]
    yield from printed
    yield from (word.singular for word in sentence.words)
    for count in range(2, _MOST_WORDS + 1):
        yield from (" ".join(printed[at : at + count]) for at in range(len(printed) - count + 1))
