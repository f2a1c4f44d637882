"""A page that is a picture: drawn, set straight, read, and given as lines with their places."""

import re
import statistics
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2

from imr_extract.readers.ocr import lines
from imr_extract.readers.ocr.engine import RecognizedWord
from imr_extract.readers.ocr.engine import engine as engine_of
from imr_extract.readers.ocr.picture import Level, draw, is_blank, straight
from imr_extract.scans import OcrEngine
from imr_extract.text.document import RecognizedLine

# A page of which less than this is read surely may stand on its head.
_UPRIGHT = 0.75

# A logo stands alone at the head of a page: few short lines without a label, a number or a date,
# far above what follows, not in the middle as titles are, nor where the lines of text begin.
_LOGO_LINES, _LOGO_WORDS = 3, 4
_FACT = re.compile(r"[^\W\d]:|\d[-/]?\d[-/]?\d[-/]?\d")
_LOGO_GAP = 1.6  # usual distances of lines
_ASIDE = 0.12  # share of the width of the text


class Page(NamedTuple):
    """What an engine reads on a page.

    `origins` has of each line where it begins and its baseline, in points from the top left corner
    of the page when it is turned so that it can be read. `logo` counts the lines that were left out
    as one.
    """

    lines: tuple[RecognizedLine, ...]
    origins: tuple[tuple[float, float], ...]
    logo: int


def read(page: pypdfium2.PdfPage, choice: OcrEngine, seconds: float) -> Page | None:
    """The lines of a page, in reading order; None where it is blank.

    `seconds` is how long the engine may take. Raises `NoOcrEngine`, `TimedOut` and `OcrFailed`.
    """
    picture, scale = draw(page)
    if is_blank(picture):
        return None
    engine = engine_of(choice)
    level = straight(picture)
    read = lines.lines(engine.fragments(level.picture, seconds))
    if _surely(read) < _UPRIGHT:
        turned = level.on_its_feet()
        again = lines.lines(engine.fragments(turned.picture, seconds))
        if _weight(again) > _weight(read):
            level, read = turned, again
    logo = _logo(read)
    kept = read[logo:]
    return Page(
        tuple(_placed(words, level, scale) for words in kept),
        tuple((lines.left(words) / scale, lines.foot(words) / scale) for words in kept),
        logo,
    )


def _surely(read: Sequence[lines.Words]) -> float:
    """How sure the engine is of all that it read; 0 where that is nothing, or not level."""
    if not lines.is_level(read):
        return 0.0
    return lines.confidence([word for words in read for word in words])


def _weight(read: Sequence[lines.Words]) -> float:
    """How much is read, and how surely."""
    return _surely(read) ** 2 * sum(len(word.text) for words in read for word in words)


def _logo(read: Sequence[lines.Words]) -> int:
    """How many lines at the head of the page are a logo, which some engines read as text."""
    if len(read) <= _LOGO_LINES:
        return 0
    feet = [lines.foot(words) for words in read]
    usual = statistics.median(below - above for above, below in zip(feet, feet[1:], strict=False))
    begin = min(lines.left(words) for words in read[_LOGO_LINES:])
    end = max(lines.right(words) for words in read)
    count = 0
    for at, words in enumerate(read[:_LOGO_LINES]):
        if not _is_logo(words, begin, end):
            break
        if feet[at + 1] - feet[at] > _LOGO_GAP * usual:
            count = at + 1
    return count


def _is_logo(words: lines.Words, begin: float, end: float) -> bool:
    if len(words) > _LOGO_WORDS or any(_FACT.search(word.text) for word in words):
        return False
    width = end - begin
    before, behind = lines.left(words) - begin, end - lines.right(words)
    centred = abs(before - behind) < _ASIDE * width
    return not centred and before > _ASIDE * width


def _placed(words: lines.Words, level: Level, scale: float) -> RecognizedLine:
    """The line as text, with a place for each letter: its share of the word's box."""
    places: list[tuple[float, float, float, float] | None] = []
    for word in words:
        if places:
            places.append(None)  # a blank between words
        places.extend(_letters(word, level, scale))
    return RecognizedLine(" ".join(word.text for word in words), tuple(places))


def _letters(
    word: RecognizedWord, level: Level, scale: float
) -> Iterator[tuple[float, float, float, float]]:
    step = (word.right - word.left) / len(word.text)
    for at in range(len(word.text)):
        one = level.shown_at(word.left + at * step, word.top)
        other = level.shown_at(word.left + (at + 1) * step, word.bottom)
        (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, other, strict=True))
        yield left / scale, top / scale, right / scale, bottom / scale
