"""Letters quoted in a mail: quote marks and what the mail says of its own are no part of them.

Lines lose their marks, and lines of the mail are left out; the text itself stays as it is, so that
all places in it stay right.
"""

from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import Document, Line, Remark

# The lines of the letter, and those that are left out.
_Parted = tuple[tuple[Line, ...], tuple[Line, ...]]

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


def unquoted(document: Document) -> Document:
    """The letter that a mail quotes or forwards; the document itself where there is no mail."""
    if document.reader != "text":
        return document
    kept = None
    if document.text.count(">") >= _LEAST_LINES:
        kept = _without_marks(document)
    if kept is None:
        kept = _without_head(document)
    if kept is None:
        return document
    lines, left_out = kept
    if not left_out:
        return document._replace(lines=lines)
    pages = tuple(sorted({line.page for line in left_out}))
    remark = Remark("left_out", "a mail around the letter", pages, len(left_out))
    return document._replace(lines=lines, remarks=(*document.remarks, remark))


def _without_marks(document: Document) -> _Parted | None:
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
        elif kept and _continues(text, kept[-1], line):  # what a mail program broke off
            kept.append(line)
    # Lines that hold only a mark are blank: they part paragraphs, and nothing is left out.
    ends = {line.end for line in kept}
    left_out = [
        line
        for line, length in zip(document.lines, lengths, strict=True)
        if line.end not in ends and not (length and line.start + length >= line.end)
    ]
    return tuple(kept), tuple(left_out)


def _mark(text: str, line: Line) -> int:
    """How many characters the quote marks of a line take; 0 where it has none."""
    match = _MARKS.match(text, line.start, line.end)
    if match is None or text[line.start] == "|":
        return 0
    length = match.end() - line.start
    rest = text[match.end() : line.end]
    return length + len(rest) - len(rest.lstrip())


def _continues(text: str, above: Line, line: Line) -> bool:
    """Whether a line without marks is the rest of the one above it."""
    words = text[above.start : above.end]
    return not _SENTENCE_END.search(words) and text[line.start].islower()


def _without_head(document: Document) -> _Parted | None:
    """The lines behind the last head of a mail before the letter; None without one."""
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
    return (kept, document.lines[:end]) if end and kept else None
