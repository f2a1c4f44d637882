"""The letters of a file as documents of their own, and notes on what belongs to none of them."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from imr_extract.layouts import fixed_words, remarks
from imr_extract.layouts.letters import bounds as letter_bounds
from imr_extract.layouts.letters.bounds import Bounds, Lines
from imr_extract.layouts.letters.other_documents import heads
from imr_extract.layouts.spec import Layout, timed
from imr_extract.record.model import Note
from imr_extract.text.document import Document, NormalizedText, Span

# A sign of a layout of this weight is reason enough to look for its letters.
_TELLING = 2.0
# Lines beside a letter in which a remark is one on it.
_NEAR = 6
_VOID = "a line beside the letter says that it is void, amended or a draft"


class LetterPart(NamedTuple):
    """One letter of a file."""

    document: Document  # the file itself, where all of it is the letter
    bounds: Bounds


def find(normalized: NormalizedText, known: Sequence[Layout]) -> tuple[LetterPart, ...]:
    """The letters of the file, in order; none where nothing in it looks like one.

    Without other letters or documents in it, the file is the letter.
    """
    document = normalized.document
    bounds = letter_bounds.find(normalized, _printed(normalized, known) or known)
    if not bounds:
        return ()
    whole = Lines(0, len(document.lines))
    return tuple(
        LetterPart(document if bound[::3] == (whole, None) else _cut(normalized, bound), bound)
        for bound in bounds
    )


def _printed(normalized: NormalizedText, known: Sequence[Layout]) -> list[Layout]:
    """The layouts of which the text prints what no other one does."""
    text = normalized.text
    return [
        layout
        for layout, words in zip(known, _own_words(tuple(known)), strict=True)
        if fixed_words.any_printed(text, words) or _shows_signs(text, layout)
    ]


def _shows_signs(text: str, layout: Layout) -> bool:
    """Whether a sign stands in the text of a layout whose letters have no headings."""
    return bool(layout.detect.begins) and any(
        timed(layout, sign).search(text)
        for sign in layout.detect.patterns
        if sign.weight >= _TELLING
    )


@cache
def _own_words(known: tuple[Layout, ...]) -> tuple[tuple[str, ...], ...]:
    """Of each layout the fixed words that no other one prints, alone or inside longer ones.

    Without those that hold another one of the layout.
    """
    every = [frozenset(fixed_words.of_layout(layout)) for layout in known]
    own: list[list[str]] = []
    for at, words in enumerate(every):
        others = {other for layout in (*every[:at], *every[at + 1 :]) for other in layout}
        alone = {each for each in words if not any(each in other for other in others)}
        own.append([each for each in alone if not any(one in each for one in alone - {each})])
    return tuple(tuple(sorted(words)) for words in own)


def _cut(normalized: NormalizedText, bounds: Bounds) -> Document:
    """The document of a letter's lines, with what was said of their pages."""
    document = normalized.document
    kept = document.lines[bounds.letter.start : bounds.letter.end]
    if bounds.at is not None:
        begin = normalized.span(bounds.at, bounds.at + 1).start
        kept = (kept[0]._replace(start=begin), *kept[1:])
    pages = {line.page for line in kept}
    around = pages | _blank_pages(document, bounds)
    remarks = tuple(
        remark._replace(pages=noted)
        for remark in document.remarks
        if (noted := tuple(page for page in remark.pages if page in around))
    )
    read = document.recognized
    if read is not None:
        own = {page: read.pages[page] for page in read.pages if page in pages}
        read = read._replace(pages=own) if own else None
    return document._replace(
        lines=kept, part=Span(kept[0].start, kept[-1].end), remarks=remarks, recognized=read
    )


def _blank_pages(document: Document, bounds: Bounds) -> set[int]:
    """The pages without lines behind those of a letter, and before the first: its text may be lost.

    Only pages with remarks count.
    """
    noted = {page for remark in document.remarks for page in remark.pages}
    blank = noted - {line.page for line in document.lines}
    lines, (start, end) = document.lines, bounds.letter
    first = lines[start].page if start else 0
    following = lines[end].page if end < len(lines) else max(blank, default=0) + 1
    return {page for page in blank if first <= page < following}


def left_out(normalized: NormalizedText, bounds: Bounds) -> Iterator[Note]:
    """Notes on the lines around a letter that belong to none, and on a remark there."""
    if _is_void(normalized, bounds):
        yield Note(field="source", code="conflict", message=_VOID)
    lines = normalized.lines
    own = {line.line.page for line in lines[bounds.letter.start : bounds.letter.end]}
    around = [range(*bounds.before), range(*bounds.behind)]
    pages = sorted({lines[index].line.page for part in around for index in part})
    if not pages and bounds.at is None:
        return
    shared = own & set(pages)
    names = [
        head.name
        for part in (bounds.before, bounds.behind)
        for head in heads(normalized, *part, ("documents", "mail", "cover"))
    ]
    stated = []
    if alone := [page for page in pages if page not in shared]:
        stated.append(f"{'page' if len(alone) == 1 else 'pages'} {_listed(alone)}")
    if shared:
        count = sum(lines[index].line.page in shared for part in around for index in part)
        stated.append(
            f"{count} {'line' if count == 1 else 'lines'} on page {_listed(sorted(shared))}"
        )
    if bounds.at is not None:
        stated.append("the first words of its line")
    what = f" ({', '.join(dict.fromkeys(names))})" if names else ""
    yield Note(
        field="source",
        code="left_out",
        message=f"{' and '.join(stated)} of the file are no part of the letter{what}",
    )


def _is_void(normalized: NormalizedText, bounds: Bounds) -> bool:
    """Whether a remark right above or below the letter says that it does not hold.

    Between two letters it is said of the one on whose page it stands.
    """
    lines, (first, end) = normalized.lines, bounds.letter
    top = max(bounds.before.start, first - _NEAR)
    bottom = min(end + _NEAR, len(lines))
    while bounds.before.start and top < first and lines[top].line.page != lines[first].line.page:
        top += 1
    near = remarks.above(normalized, top, first)
    is_last = bounds.behind.end == len(lines)
    for remark in remarks.above(normalized, end, bottom):
        if remark.start != end:
            break
        if is_last or lines[end].line.page == lines[end - 1].line.page:
            near.append(remark)
        end = remark.end
    return any(remark.is_void for remark in near)


def _listed(pages: Sequence[int]) -> str:
    """Page numbers for people: "1, 3-5"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    *first, last = [str(low) if low == high else f"{low}-{high}" for low, high in runs]
    return f"{', '.join(first)} and {last}" if first else last
