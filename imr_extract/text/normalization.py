"""Normalization: single blanks, mended line-end hyphens, and the way back to the document."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import word_breaks
from imr_extract.text.document import Document, Line, NormalizedLine, NormalizedText

_WORDS = compile_pattern(r"\S+(?: \S+)*+")  # with single blanks between them
# A hyphen that ends a line inside a word or between two numbers; a dash has a blank before it.
_ENDS_BROKEN = compile_pattern(r"[\p{L}\d][-\u00ad]$")
_SOFT_HYPHEN = "\u00ad"  # says itself that it only breaks a word
_HYPHENS = ("-", _SOFT_HYPHEN)
_LAST_WORD = compile_pattern(r"\p{L}+(?=-$)")
_FIRST_WORD = compile_pattern(r"\p{L}+")


def normalize(document: Document) -> NormalizedText:
    """The document with all lines joined by single blanks, and broken words whole again.

    A hyphen at a line's end is kept (most are printed ones: `non-`, `x-`), without a blank after
    it; it is dropped where the two halves make a word that the rules know to be written in one.
    """
    text = document.text
    pieces: list[str] = []
    origins: dict[int, int] = {}
    normalized: list[NormalizedLine] = []
    gaps = _gaps(document)
    at = 0
    previous = ""
    for line, gap in zip(document.lines, gaps, strict=True):
        printed = text[line.start : line.end]
        as_it_is = "  " not in printed and printed.isprintable()
        words = printed if as_it_is else " ".join(printed.split())
        if not previous:
            pass
        elif previous[-1] in _HYPHENS and _ENDS_BROKEN.search(previous) and words[0].isalnum():
            if previous[-1] == _SOFT_HYPHEN or _is_soft(previous, words):
                pieces[-1] = pieces[-1][:-1]
                at -= 1
                before = normalized[-1]
                normalized[-1] = before._replace(end=before.end - 1)
        else:
            pieces.append(" ")
            at += 1
        if len(words) == len(printed):
            origins[at] = line.start
        else:
            origins.update(_origins(printed, at, line))
        normalized.append(NormalizedLine(at, at + len(words), line, gap))
        pieces.append(words)
        at += len(words)
        previous = words
    return NormalizedText(document, "".join(pieces), tuple(normalized), origins)


def _origins(printed: str, at: int, line: Line) -> Iterator[tuple[int, int]]:
    """Where words begin behind runs of blanks in a line that has some, and their origins."""
    for match in _WORDS.finditer(printed):
        yield at, line.start + match.start()
        at += len(match.group()) + 1


def _is_soft(previous: str, following: str) -> bool:
    """Whether the hyphen between the two lines only breaks a word, and is not part of it."""
    left, right = _LAST_WORD.search(previous), _FIRST_WORD.match(following)
    if left is None or right is None:
        return False
    breaks = word_breaks()
    return (
        left.group().lower() in breaks.never_before_hyphen
        or right.group().lower() in breaks.never_after_hyphen
    )


def _gaps(document: Document) -> list[bool | None]:
    """For each line, whether a paragraph gap is above it; None for the first of a page.

    The commonest number of line ends between two lines is taken for the usual one, so that text
    with a blank line after every line has gaps only where there is more than that.
    """
    text = document.text
    ends = [
        text.count("\n", above.end, below.start) if above.page == below.page else None
        for above, below in pairwise(document.lines)
    ]
    usual = Counter(count for count in ends if count is not None).most_common(1)
    return [None, *(None if count is None else count > usual[0][0] for count in ends)]
