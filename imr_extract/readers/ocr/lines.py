"""From the words of an engine to printed lines: rows of a table joined, what is no print left out.

Lengths are in dots of the picture.
"""

import re
import statistics
from collections.abc import Iterator, Sequence

from imr_extract.readers.ocr.engine import RecognizedWord

Words = list[RecognizedWord]

# Rules of tables are read as upright bars, or as runs of dashes and dots.
_BARS = "|\u00a6\u2016\u2502"
_NO_PRINT = re.compile(r"[^\w]+")
# Signs this unsure, and a line of few words this unsure, are a stain, a seal or a signature. A word
# of a longer line stays however unsure the engine is of it: it is a word.
_UNSURE = 0.60
_FEW_WORDS = 2
# A narrow pair of figures is read apart: "1 1-9-2016" for "11-9-2016". No month is left alone so
# near to a date.
_MONTH_AND_DAY = re.compile(r"[0-2][-/.]\d{1,2}(?:[-/.]|$)")
_NEAR = 0.6  # of the height of a line
_SHORT_WORD = 3  # letters; a longer word is wider than it is high
# Two pieces stand in one row where they share this much of the lower one's height.
_SAME_ROW = 0.5
# A page is set in columns where this many rows hold two wide pieces.
_FEWEST_ROWS, _WIDE = 8, 0.3


def lines(fragments: Sequence[Words]) -> list[Words]:
    """The printed lines in reading order, without what is no print."""
    cleaned = [words for fragment in fragments if (words := _whole(_printed(fragment)))]
    rows = _rows(cleaned)
    if _in_columns(rows):
        rows = [[fragment] for fragment in cleaned]
    else:
        rows.sort(key=lambda row: _extent(row[0])[0])
    joined = [[word for piece in row for word in piece] for row in rows]
    return [words for words in joined if not _is_stain(words)]


def is_level(read: Sequence[Words]) -> bool:
    """Whether words run from left to right: some engines read a page on its side, too."""
    long = [word for words in read for word in words if len(word.text) > _SHORT_WORD]
    upright = sum(word.bottom - word.top > word.right - word.left for word in long)
    return upright <= len(long) / 2


def confidence(words: Words) -> float:
    """How sure the engine is of a line, each letter weighing the same; from 0 to 1."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def left(words: Words) -> float:
    """Where the line begins."""
    return words[0].left


def right(words: Words) -> float:
    """Where the line ends."""
    return max(word.right for word in words)


def height(words: Words) -> float:
    """The usual height of the line's words."""
    return statistics.median(word.bottom - word.top for word in words)


def foot(words: Words) -> float:
    """Where the line stands: most words have a letter that reaches below it, or none has."""
    return statistics.median_low([word.bottom for word in words])


def _printed(words: Words) -> Iterator[RecognizedWord]:
    """The words without the rules of tables, and without signs that the engine only guesses at."""
    for word in words:
        text = word.text.strip(_BARS + " ")
        if text and not (word.confidence < _UNSURE and _NO_PRINT.fullmatch(text)):
            yield word._replace(text=text)


def _whole(words: Iterator[RecognizedWord]) -> Words:
    """The words with the months joined that the engine has parted."""
    whole: Words = []
    for word in words:
        last = whole[-1] if whole else None
        if (
            last
            and last.text == "1"
            and _MONTH_AND_DAY.match(word.text)
            and word.left - last.right < _NEAR * (last.bottom - last.top)
        ):
            whole[-1] = word._replace(
                text=last.text + word.text, left=last.left, top=min(last.top, word.top)
            )
        else:
            whole.append(word)
    return whole


def _rows(pieces: Sequence[Words]) -> list[list[Words]]:
    """The pieces that stand beside each other, joined at the place of the first of them."""
    rows: list[list[Words]] = []
    for piece in pieces:
        row = next((known for known in rows if _beside(known, piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
            row.sort(key=left)
    return rows


def _beside(row: list[Words], piece: Words) -> bool:
    """Whether the piece stands in the row, and none of the row's pieces where it stands."""
    low, high = _extent(piece)
    for other in row:
        other_low, other_high = _extent(other)
        shared = min(high, other_high) - max(low, other_low)
        if shared < _SAME_ROW * min(high - low, other_high - other_low):
            return False
        if left(piece) < right(other) and left(other) < right(piece):
            return False
    return True


def _extent(words: Words) -> tuple[float, float]:
    """Top and bottom of a piece, the usual ones of its words."""
    top = statistics.median(word.top for word in words)
    return top, max(statistics.median(word.bottom for word in words), top + 1)


def _in_columns(rows: Sequence[list[Words]]) -> bool:
    """Whether prose runs in two columns, so that a row joins what does not belong together."""
    pieces = [piece for row in rows for piece in row]
    if not pieces:
        return False
    width = max(map(right, pieces)) - min(map(left, pieces))
    pairs = [row for row in rows if len(row) == 2 and all(_is_wide(cell, width) for cell in row)]
    return len(pairs) >= max(_FEWEST_ROWS, len(rows) // 3)


def _is_wide(piece: Words, width: float) -> bool:
    return right(piece) - left(piece) > _WIDE * width


def _is_stain(words: Words) -> bool:
    letters = sum(map(str.isalnum, "".join(word.text for word in words)))
    return not letters or (len(words) <= _FEW_WORDS and confidence(words) < _UNSURE)
