"""The document between reading and extraction: its text, its lines, and spans into it.

All offsets count code points into `Document.text`, the text that `imr-extract text` prints. All
intervals are half-open: `start` is in, `end` is out.
"""

from bisect import bisect_right
from collections.abc import Mapping
from operator import attrgetter
from typing import Literal, NamedTuple

# "ocr" where no page gave text of its own.
Reader = Literal["pdfium", "pdfplumber", "text", "ocr"]


class Span(NamedTuple):
    """A half-open interval of `Document.text`."""

    start: int
    end: int


class Line(NamedTuple):
    """A printed line, without its line end.

    `left` and `baseline` are in points from the top left corner of the page, of the line's first
    visible character; `bold` is that character's. All three are None for text input.
    """

    start: int
    end: int
    page: int  # 1 for the first
    left: float | None = None
    baseline: float | None = None
    bold: bool | None = None


RemarkCode = Literal["left_out", "incomplete", "conflict"]


class Remark(NamedTuple):
    """What a reader did to a file, or what it doubts; never holds words of the letter."""

    code: RemarkCode
    what: str  # in words, to be followed by the pages
    pages: tuple[int, ...]
    pieces: int = 0  # of what was left out
    is_damage: bool = False  # so that what is read may be nothing of a letter


class RecognizedLine(NamedTuple):
    """A line as an OCR engine reads it.

    `places` has left, top, right and bottom of each character, in points from the top left corner
    of the page as it is shown; None for a blank.
    """

    text: str
    places: tuple[tuple[float, float, float, float] | None, ...]


class Recognized(NamedTuple):
    """What an OCR engine read: the lines of each page, by the page's number, from 1."""

    engine: str
    version: str
    dpi: int
    pages: Mapping[int, tuple[RecognizedLine, ...]]


class Document(NamedTuple):
    """A file as read, or a letter in it: lines end with a line feed, pages with a form feed.

    A letter has the text of its whole file, so that all offsets are into that, and its own lines.
    """

    text: str
    lines: tuple[Line, ...]  # those that are not blank, in reading order
    pages: int
    reader: Reader
    media_type: str
    remarks: tuple[Remark, ...] = ()
    recognized: Recognized | None = None  # None where no page was read by OCR
    repaired: tuple[Span, ...] = ()  # lines repaired because their font maps letters wrongly
    part: Span | None = None  # of the text, that one letter of several takes; None for all of it

    @property
    def extent(self) -> Span:
        """What the letter takes of the text."""
        return self.part or Span(0, len(self.text))


def page_of(document: Document, span: Span) -> int:
    """The page of the span's first character."""
    line = bisect_right(document.lines, span.start, key=attrgetter("start")) - 1
    return document.lines[max(line, 0)].page


def words_at(document: Document, start: int, end: int) -> str:
    """The printed words of a span, a line each: without what stands between the letter's lines.

    What stands there, such as the quote marks of a mail, is no part of the letter.
    """
    between = [line for line in document.lines if line.start < end and start < line.end]
    return "\n".join(document.text[max(start, a.start) : min(end, a.end)] for a in between)


class NormalizedLine(NamedTuple):
    """A line of the document, placed in the normalized text."""

    start: int  # in NormalizedText.text
    end: int
    line: Line
    gap: bool | None  # a larger space above it than between the lines of a paragraph;
    # None at the top of a page, where that cannot be seen


class NormalizedText:
    """The document's text with single blanks and mended line-end hyphens, mapped back to it.

    Attributes:
        text: the normalized text, all lines joined.
        lines: where each printed line stands in it.
        document: what it was made from.
        line_length: the usual length of a full line, in characters: three of four are no longer.
    """

    __slots__ = ("_line_starts", "_origins", "_starts", "document", "line_length", "lines", "text")

    def __init__(
        self,
        document: Document,
        text: str,
        lines: tuple[NormalizedLine, ...],
        origins: Mapping[int, int],
    ) -> None:
        """`origins` maps where unchanged runs of text start to their document offsets, in order."""
        self.document = document
        self.text = text
        self.lines = lines
        lengths = sorted(line.end - line.start for line in lines)
        self.line_length = lengths[len(lengths) * 3 // 4]
        self._line_starts = [line.start for line in lines]
        self._starts = list(origins)
        self._origins = list(origins.values())

    def origin(self, position: int) -> int:
        """The document offset of the normalized character at `position`."""
        index = bisect_right(self._starts, position) - 1
        return self._origins[index] + position - self._starts[index]

    def line_index(self, position: int) -> int:
        """The index of the line that holds the normalized character at `position`."""
        return bisect_right(self._line_starts, position) - 1

    def line_at(self, position: int) -> NormalizedLine | None:
        """The line that begins at `position`; None where none does."""
        line = self.lines[self.line_index(position)]
        return line if line.start == position else None

    def span(self, start: int, end: int) -> Span:
        """The document span of the normalized interval; `start < end`."""
        starts, origins = self._starts, self._origins
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end - 1, lo=first) - 1
        return Span(origins[first] + start - starts[first], origins[last] + end - starts[last])


class Section(NamedTuple):
    """A named part of the letter, as a half-open interval of the normalized text.

    The body is what follows the heading or label; it begins at `body`.
    """

    name: str
    start: int
    body: int
    end: int


class IssueSections(NamedTuple):
    """The parts of one issue. A part that is not printed is None.

    `outcome` is named after its value; its body is the words that state it, which stand at the end
    of the heading, or where the layout says.
    """

    heading: Section
    outcome: Section | None
    claims_administrator_guideline: Section | None
    imr_guideline: Section | None
    rationale: Section | None
    service: Section | None = None  # what was asked for, where it is not simply the heading

    @property
    def parts(self) -> list[Section]:
        """The printed parts that tile the issue, in order."""
        rest = (self.claims_administrator_guideline, self.imr_guideline, self.rationale)
        return [self.heading, *(part for part in rest if part is not None)]


class Sections(NamedTuple):
    """The sections of a letter, by name, and its issues."""

    by_name: dict[str, Section]
    issues: tuple[IssueSections, ...]
    outcome: Section | None = None  # of the letter, where its issues do not state it

    def get(self, name: str) -> Section | None:
        """The section of that name; None where the letter does not have it."""
        return self.by_name.get(name)


def document_span(normalized: NormalizedText, section: Section) -> Span:
    """The section in the document: up to the first character of the next one, so that all tile."""
    whole = normalized.document.extent
    start = normalized.origin(section.start) if section.start else whole.start
    if section.end < len(normalized.text):
        return Span(start, normalized.origin(section.end))
    return Span(start, whole.end)


Value = str | int | float | list[str]


class Found(NamedTuple):
    """A value with the words that gave it.

    `field` is its path in the record ("patient.age", "issues[0].outcome"); `rule` names the rule
    that found it; `spans` are document spans, in reading order.
    """

    field: str
    value: Value
    spans: tuple[Span, ...]  # of a list, one an item
    rule: str
    doubted: bool = False  # whether a check of the letter says that it may not be whole or right


class Rejected(NamedTuple):
    """Words that a rule found and that gave no value; only `explain` shows them.

    Extractors yield it beside what they find, where they turn a candidate down anyway: nothing is
    searched for to be rejected.
    """

    field: str  # as in Found; the list's name where the candidate would have been an item of it
    span: Span
    rule: str  # the rule that found it
    reason: str  # for people; never holds words of the letter
    by: str | None = None  # the rule that turned it down, where that is one
