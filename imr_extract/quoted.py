"""Letters quoted in a mail: quote marks and what the mail says of its own are no part of them.

Lines lose their marks, and lines of the mail are left out; the text itself stays as it is, so that
all places in it stay right.
"""

from typing import NamedTuple

from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import Document, Line

_MARKS = compile_pattern(r"(?:[>|\u203a\u00bb]\s?)+")
_HEAD_LINE = compile_pattern(
    r"(?i:from|sent|date|to|cc|bcc|subject|reply-to|attachments?|importance|message-id)\s?: ?\S.*"
)
_FORWARDED = compile_pattern(
    r"(?i)-{2,}\s?(?:original|forwarded) message\s?-{0,}|begin forwarded message:|on .{6,80} wrote:"
)
_SENTENCE_END = compile_pattern(r"[.!?:][\"\u201d)]*$")
# So many lines with marks are a quotation, and so large a share of them from the first on.
_LEAST_LINES = 8
_LEAST_SHARE = 0.8
# So many lines of a head in a row are one; the last one stands among the first lines.
_LEAST_HEAD_LINES = 3
_HEAD_WITHIN = 60


class Quoted(NamedTuple):
    """A document without what a mail added to it, and how many lines were left out."""

    document: Document
    left_out: int


def unquoted(document: Document) -> Quoted:
    """The letter that a mail quotes or forwards; the document itself where there is no mail."""
    if document.reader != "text":
        return Quoted(document, 0)
    if document.text.count(">") >= _LEAST_LINES:
        marked = _without_marks(document)
        if marked is not None:
            return marked
    return _without_head(document)


def _without_marks(document: Document) -> Quoted | None:
    """The quoted lines without their marks; None where the text is no quotation."""
    text = document.text
    lengths = [_mark(text, line) for line in document.lines]
    quoted = [index for index, length in enumerate(lengths) if length]
    if len(quoted) < _LEAST_LINES:
        return None
    first, last = quoted[0], quoted[-1]
    if len(quoted) < _LEAST_SHARE * (last - first + 1):
        return None
    kept: list[Line] = []
    for index in range(first, last + 1):
        line, length = document.lines[index], lengths[index]
        if length:
            line = line._replace(start=line.start + length)
            if line.start < line.end:
                kept.append(line)
        elif kept and _goes_on(text, kept[-1], line):  # what a mail program broke off
            kept.append(line)
    blank = sum(1 for index in quoted if _mark_only(text, document.lines[index], lengths[index]))
    # The lines that only hold a mark are blank ones: they part paragraphs as blank lines do.
    return Quoted(document._replace(lines=tuple(kept)), len(document.lines) - len(kept) - blank)


def _mark(text: str, line: Line) -> int:
    """How many characters the quote marks of a line take; 0 where it has none."""
    match = _MARKS.match(text, line.start, line.end)
    if match is None or text[line.start] == "|":
        return 0
    length = match.end() - line.start
    rest = text[match.end() : line.end]
    return length + len(rest) - len(rest.lstrip())


def _mark_only(text: str, line: Line, length: int) -> bool:
    return not text[line.start + length : line.end].strip()


def _goes_on(text: str, above: Line, line: Line) -> bool:
    """Whether a line without marks is the rest of the one above it."""
    words = text[above.start : above.end]
    return not _SENTENCE_END.search(words) and text[line.start].islower()


def _without_head(document: Document) -> Quoted:
    """The document without what stands up to the last head of a mail before the letter."""
    end = count = 0
    for index, line in enumerate(document.lines[:_HEAD_WITHIN], start=1):
        words = document.text[line.start : line.end]
        if not (_HEAD_LINE.fullmatch(words) or _FORWARDED.fullmatch(words)):
            count = 0
            if not end and index > 1:
                break  # the text does not begin with a head
            continue
        count += 1
        if count >= _LEAST_HEAD_LINES:
            end = index
    kept = document.lines[end:]
    return Quoted(document._replace(lines=kept), end) if end and kept else Quoted(document, 0)
