"""Explain: why a value is there, or why it is not."""

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct

from imr_extract.audit import unused_mentions
from imr_extract.pipeline.letter import Letter
from imr_extract.record import paths
from imr_extract.record.model import Evidence, Note
from imr_extract.rules.catalogue import CatalogueEntry, rule
from imr_extract.text.document import Document, Rejected, Span, Value, page_of
from imr_extract.text.sentences import sentences

_AROUND = 60  # characters of the letter shown on either side of the words


class UnknownField(LookupError):
    """No such field in the record; `near` are fields with a similar path."""

    def __init__(self, field: str, near: list[str]) -> None:
        super().__init__(field)
        self.near = near


class ExplainedWords(Struct, frozen=True, kw_only=True):
    """Words of the letter with those around them, each run of white space as one space."""

    before: str
    text: str
    after: str
    start: int
    end: int
    page: int


class ExplainedMatch(Struct, frozen=True, kw_only=True):
    """Words that a rule took."""

    words: ExplainedWords
    rule: CatalogueEntry


class Loser(Struct, frozen=True, kw_only=True):
    """A candidate that was turned down: what found it, why it was not taken, and by which rule."""

    words: ExplainedWords
    rule: CatalogueEntry
    reason: str
    by: CatalogueEntry | None


class Explanation(Struct, frozen=True, kw_only=True):
    """All there is to say of one field."""

    field: str
    value: Value | None
    matches: list[ExplainedMatch]
    rejected: list[Loser]
    notes: list[Note]


def explain(letter: Letter, field: str) -> list[Explanation]:
    """What is said of `field` and of all fields below it, in record order.

    `letter` was read with evidence. Raises `UnknownField` where neither the record, nor its notes,
    nor what was turned down has such a field.
    """
    record = letter.record
    rejected = [*letter.rejected, *_not_tried(letter)]
    values = dict(paths.places(record))
    known = list(values)
    known += dict.fromkeys(note.field for note in record.notes if note.field not in values)
    known += dict.fromkeys(each.field for each in rejected if each.field not in known)
    asked = [path for path in known if _is_below(path, field)]
    if not asked:
        raise UnknownField(field, get_close_matches(field, _with_parents(known), 3))
    evidence: dict[str, list[Evidence]] = record.evidence or {}
    return [
        Explanation(
            field=path,
            value=values.get(path),
            matches=[_match(letter, each) for each in evidence.get(path, ())],
            rejected=[_loser(letter, each) for each in rejected if each.field == path],
            notes=[note for note in record.notes if note.field == path],
        )
        for path in asked
    ]


def _not_tried(letter: Letter) -> Iterable[Rejected]:
    stated = [section for name in letter.layout.narrative if (section := letter.sections.get(name))]
    if not stated:
        return ()
    narrative = sentences(letter.normalized.text, stated[0].body, stated[-1].end)
    return unused_mentions.find(letter.normalized, narrative, letter.found)


def _is_below(path: str, field: str) -> bool:
    return path == field or path.startswith((f"{field}.", f"{field}["))


def _with_parents(known: Iterable[str]) -> list[str]:
    return list(
        dict.fromkeys(
            prefix
            for path in known
            for prefix in (path, path.partition(".")[0], path.split("[")[0])
        )
    )


def _match(letter: Letter, each: Evidence) -> ExplainedMatch:
    span = Span(each.start, each.end)
    return ExplainedMatch(
        words=_words(letter.document, span), rule=rule(each.rule, letter.layout.id)
    )


def _loser(letter: Letter, each: Rejected) -> Loser:
    layout = letter.layout.id
    return Loser(
        words=_words(letter.document, each.span),
        rule=rule(each.rule, layout),
        reason=each.reason,
        by=rule(each.by, layout) if each.by else None,
    )


def _words(document: Document, span: Span) -> ExplainedWords:
    text = document.text
    return ExplainedWords(
        before=" ".join(text[max(span.start - _AROUND, 0) : span.start].split()),
        text=" ".join(text[span.start : span.end].split()),
        after=" ".join(text[span.end : span.end + _AROUND].split()),
        start=span.start,
        end=span.end,
        page=page_of(document, span),
    )
