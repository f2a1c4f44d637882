"""Layouts as data: what a kind of letter prints, and where. `data/layouts` holds the shipped ones.

A layout is read from TOML (`loader.py`), checked (`validation.py`) and never runs anything
but patterns, each under a time limit: `TimedPattern` is the only way to use one.
"""

from collections.abc import Iterator
from functools import cache
from typing import Literal

from msgspec import Struct

from imr_extract.errors import SlowLayout
from imr_extract.record.model import LetterOutcome
from imr_extract.rules.patterns import Match, Pattern, compile_pattern, expand
from imr_extract.rules.prefilters import bits_of, called_in
from imr_extract.rules.table import PatternRow

PATTERN_SECONDS = 1.0  # for one use of a pattern on one letter; real ones take microseconds

Extractor = Literal[
    "case",  # labels of [header], rows of [[case]]
    "reviewer",  # labels of [credentials], or prose
    "patient",  # the worker's age and gender, as the case summary opens
    "enrollee",  # the same of somebody whom a decision only calls "the patient"
    "injury",
    "mechanism",
    "diagnoses",
    "treatments",
    "diagnostics",
    "services",  # category, drugs, amount of what was asked for
    "guidelines",
    "review_type",
]
Part = Literal["claims_administrator_guideline", "imr_guideline", "rationale"]


class Phrase(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that are a sign of a layout, and their weight."""

    text: str
    weight: float


class Sign(Struct, frozen=True, forbid_unknown_fields=True):
    """A pattern that is a sign of a layout, where plain words do not suffice."""

    id: str
    pattern: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    weight: float = 0
    required: bool = False


class Detect(Struct, frozen=True, forbid_unknown_fields=True):
    """How a layout is recognized: the weights found must add up to the threshold."""

    threshold: float
    phrases: tuple[Phrase, ...] = ()
    patterns: tuple[Sign, ...] = ()
    required: tuple[str, ...] = ()  # all of them must be there
    one_of: tuple[str, ...] = ()  # and one of these
    opens: tuple[str, ...] = ()  # one of these stands in the letter's first characters
    opens_within: int = 1000  # so many of them
    document_forms: tuple[
        Sign, ...
    ] = ()  # the ways in which such a text is built: one of them matches
    begins: tuple[
        PatternRow, ...
    ] = ()  # with forms: what a line begins with that begins such a text
    preface: tuple[
        PatternRow, ...
    ] = ()  # with forms: what may stand before it, as lines or on its line; group `case_number`
    no_text_before_headings: bool = (
        False  # headings stand in order, and no sentence before the first of them
    )
    text_before_ends_with: tuple[
        str, ...
    ] = ()  # or before these words, where they are not the first heading
    text_before_headings: tuple[PatternRow, ...] = ()  # sentences that may stand there all the same
    ends_with: tuple[str, ...] = ()  # no paragraph follows that of the last of these words
    strict: bool = False  # whether the rows of cues/no_letter.toml refuse a text, or no issue
    allow: tuple[str, ...] = ()  # but those of these ids


class SectionRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the letter. Without headings and patterns it begins where the letter does."""

    name: str
    headings: tuple[str, ...] = ()
    patterns: tuple[PatternRow, ...] = ()  # where no heading is found: it begins where one matches
    lead_in_ends: tuple[str, ...] = ()  # last words of the fixed sentence before the body
    glued: bool = False  # whether a heading may stand inside a line
    keeps_heading: bool = False  # whether the heading is a part of the body


class ModifiedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A heading of several sentences; groups of the pattern are fields of the issue."""

    id: str
    mark: str
    pattern: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()


class VerdictRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence that states the outcome. Of rows with equal `tier`, the last match counts."""

    id: str
    outcome: LetterOutcome
    pattern: str
    examples: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    tier: int = 0  # rows of a lower tier are asked first
    votes: bool = False  # each match is a reviewer's vote: the most count, not the last


class IssueRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How issues are printed.

    headed: each begins with a heading that ends with an outcome word, and has labelled parts.
    numbered: each begins with a number; its sentence, or that of the same number in a list of
    decisions, states the outcome.
    single: the letter is one issue; its parts are sections of the letter.
    """

    shape: Literal["headed", "numbered", "single"] = "headed"
    outcomes: dict[LetterOutcome, tuple[str, ...]] = {}  # value -> printed words
    other_outcomes: tuple[str, ...] = ()  # headed: printed words that the record has no value for
    labels: dict[Part, tuple[str, ...]] = {}  # part -> printed labels, in the printed order
    colon: bool = True  # whether labels end with a colon
    modified_requests: tuple[ModifiedRequest, ...] = ()
    number: PatternRow | None = None  # what begins an issue (numbered) or heading; group `number`
    lists: tuple[str, ...] = ()  # numbered: sections that list the decisions
    administrator_says: PatternRow | None = (
        None  # numbered: what it cites, at the start of `imr_guideline`
    )
    requests: tuple[PatternRow, ...] = ()  # group `disputed_service`
    service: str | None = None  # single: the section that is the disputed service
    parts: dict[Part, str] = {}  # single: part -> section
    verdicts: tuple[VerdictRow, ...] = ()
    verdict_sections: tuple[str, ...] = ()  # single: where they stand, the authority first
    per_item_verdicts: tuple[
        PatternRow, ...
    ] = ()  # single: sentences of a mixed outcome; group `disputed_service`
    concluding_verdicts: tuple[
        PatternRow, ...
    ] = ()  # single: verdicts on one thing of several; group as above


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """A letter that `imr-extract layouts test` reads, and what must come out."""

    file: str  # beside the layout's file
    outcome: LetterOutcome | None = None
    issues: int | None = None
    sections: tuple[str, ...] = ()


class Layout(Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """One kind of letter."""

    id: str
    title: str
    proven: bool  # whether real letters of it have been scored
    detect: Detect
    sections: tuple[SectionRule, ...]
    issues: IssueRule
    extractors: tuple[Extractor, ...]
    header: dict[str, tuple[str, ...]] = {}  # field of the case -> printed labels
    case: tuple[
        PatternRow, ...
    ] = ()  # prose: `value` is a field of the case, group `value` its words
    reviewers: Literal["labels", "prose", "panel"] = "labels"  # a panel in prose, and counted
    credentials: dict[str, tuple[str, ...]] = {}  # field of the reviewer -> printed labels
    furniture: tuple[PatternRow, ...] = ()  # whole lines that are no part of the text: page numbers
    narrative: tuple[str, ...] = ("case_summary",)  # the sections about the patient
    mixed_narrative: bool = False  # whether they hold sentences about others, too
    letters: tuple[Expected, ...] = ()


class TimedPattern:
    """A pattern of a layout: it gives up with `SlowLayout` where it takes too long.

    Signs and forms of the shipped layouts, and what begins their sections, have prefilter words,
    without which nothing is looked for.
    """

    __slots__ = ("_pattern", "_waits_for", "_where", "id")

    def __init__(self, pattern: Pattern, layout: str, row: str) -> None:
        self._pattern = pattern
        self._waits_for = sum(bits_of(pattern.pattern))
        self._where = (layout, row)
        self.id = row

    def is_called(self, text: str, start: int, end: int) -> bool:
        """Whether the pattern can match in `text[start:end]`."""
        bits = self._waits_for
        return not bits or called_in(text, start, end) & bits == bits

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match | None:
        """The first match in `text[start:end]`."""
        stop = len(text) if end is None else end
        if not self.is_called(text, start, stop):
            return None
        try:
            return self._pattern.search(text, start, stop, timeout=PATTERN_SECONDS)
        except TimeoutError:
            raise SlowLayout(*self._where) from None

    def match(self, text: str, start: int, end: int) -> Match | None:
        """The match that begins at `start`."""
        try:
            return self._pattern.match(text, start, end, timeout=PATTERN_SECONDS)
        except TimeoutError:
            raise SlowLayout(*self._where) from None

    def fullmatch(self, words: str) -> Match | None:
        """The match of all of `words`."""
        try:
            return self._pattern.fullmatch(words, timeout=PATTERN_SECONDS)
        except TimeoutError:
            raise SlowLayout(*self._where) from None

    def finditer(self, text: str, start: int, end: int) -> Iterator[Match]:
        """The matches in `text[start:end]`, in order."""
        try:
            yield from self._pattern.finditer(text, start, end, timeout=PATTERN_SECONDS)
        except TimeoutError:
            raise SlowLayout(*self._where) from None


AnyRow = PatternRow | Sign | ModifiedRequest | VerdictRow


@cache
def timed(layout: Layout, row: AnyRow) -> TimedPattern:
    """The pattern of a row of this layout, ready for use."""
    return TimedPattern(compile_pattern(expand(row.pattern)), layout.id, row.id)
