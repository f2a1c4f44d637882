"""Visibility: text objects of a page that cannot be seen, or that repeat others.

Only what can be seen on paper is part of the letter. Text is left out that stands outside the page,
is clipped away, has no ink, lies under a bar, or repeats what is printed at the same place. The
exception is a page with hardly any other text: there, text without ink is the OCR text of a scan.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, NamedTuple

from imr_extract.readers.layers import Rectangle
from imr_extract.readers.pieces import Drawn, Patch, Piece

#: Why a piece is not part of the letter's text; `careful.KINDS` has the words for it.
Kind = Literal[
    "angle", "outside", "hidden", "covered", "repeated", "marked", "running", "stamp", "numbers"
]

_LEVEL = 8.0  # degrees; a scan stands askew by two at most, a stamp by more
_TINY = 2.0  # points: type of this size is a dot
_MOSTLY = 0.9  # share of a piece's box that a patch must cover
_HIDDEN_IS_TEXT = 0.3  # visible letters as a share of hidden ones: a stamp on a scan, no letter

_WORD = re.compile(r"\w+")
_NEAR = 4.0  # points between the two places of a word that is printed twice
_SECOND_LAYER = 0.5  # share of its words that stand where the same word stands already
_FEWEST_WORDS = 3  # of a layer; fewer may be cells of a table with the same text
_FAKE_BOLD = 2  # objects between the two strokes of a letter that is printed twice to look bold


class Unseen(NamedTuple):
    """The pieces of a page that are not part of its text.

    Attributes:
        whole: the pieces that are left out, by their order, and why.
        silent: those that need no note: letters printed twice to look bold.
        bars: for pieces that are covered in part, the rectangles that cover them.
    """

    whole: dict[int, Kind]
    silent: frozenset[int]
    bars: dict[int, list[Rectangle]]


def unseen(page: Drawn) -> Unseen:
    """The pieces of the page that cannot be seen, stand at an angle, or are printed twice."""
    askew = _usual_angle(page.pieces)
    whole: dict[int, Kind] = {}
    bars: dict[int, list[Rectangle]] = {}
    for piece in page.pieces:
        kind = _kind(piece, page, askew)
        covers = [] if kind else _covers(piece, page.patches)
        if kind is None and any(_share(piece.box, cover) >= _MOSTLY for cover in covers):
            kind = "covered"
        if kind:
            whole[piece.order] = kind
        elif covers:
            bars[piece.order] = covers
    _keep_ocr(page.pieces, whole)
    kept = [piece for piece in page.pieces if piece.order not in whole]
    repeated, silent = _repeated(kept)
    whole.update(dict.fromkeys(repeated, "repeated"))
    return Unseen(whole, silent, bars)


def _usual_angle(pieces: Iterable[Piece]) -> float:
    """The angle at which most letters stand, of those that are nearly level; 0 without any."""
    level = sorted((piece.angle, len(piece.text)) for piece in pieces if abs(piece.angle) < _LEVEL)
    half = sum(letters for _, letters in level) / 2
    for angle, letters in level:
        half -= letters
        if half <= 0:
            return angle
    return 0.0


def _kind(piece: Piece, page: Drawn, askew: float) -> Kind | None:
    if _share(piece.box, Rectangle(0, 0, page.width, page.height)) < 1 - _MOSTLY:
        return "outside"
    if abs((piece.angle - askew + 180) % 360 - 180) > _LEVEL:
        return "angle"
    if piece.is_clipped or piece.size < _TINY or not piece.is_drawn:
        return "hidden"
    if piece.is_light and not _on_dark(piece, page.patches):
        return "hidden"
    return "marked" if piece.is_artifact else None


def _on_dark(piece: Piece, patches: Iterable[Patch]) -> bool:
    """Whether white letters lie on something: the last patch below them that holds them is dark."""
    below = [
        patch
        for patch in patches
        if patch.order < piece.order and _share(piece.box, patch.box) >= _MOSTLY
    ]
    return bool(below) and not below[-1].is_picture and not below[-1].is_light


def _covers(piece: Piece, patches: Iterable[Patch]) -> list[Rectangle]:
    """The bars that are drawn over the piece, and over its baseline, so that no rule counts."""
    middle = (piece.box.top + piece.box.bottom) / 2
    return [
        patch.box
        for patch in patches
        if patch.order > piece.order
        and not patch.is_picture
        and patch.box.top < middle < patch.box.bottom
        and min(patch.box.right, piece.box.right) - max(patch.box.left, piece.box.left) > 1
        and patch.box.bottom - patch.box.top > piece.size / 2
    ]


def _share(box: Rectangle, of: Rectangle) -> float:
    """The share of `box` that lies within the other."""
    width = min(box.right, of.right) - max(box.left, of.left)
    height = min(box.bottom, of.bottom) - max(box.top, of.top)
    area = max(box.right - box.left, 0.01) * max(box.bottom - box.top, 0.01)
    return max(width, 0) * max(height, 0) / area


def _keep_ocr(pieces: Iterable[Piece], whole: dict[int, Kind]) -> None:
    """Keep hidden text as the page's text where the page has hardly any other."""
    hidden = [
        piece for piece in pieces if whole.get(piece.order) == "hidden" and not piece.is_clipped
    ]
    seen = sum(len(piece.text) for piece in pieces if piece.order not in whole)
    if hidden and seen < _HIDDEN_IS_TEXT * sum(len(piece.text) for piece in hidden):
        for piece in hidden:
            del whole[piece.order]


class _PlacedWord(NamedTuple):
    piece: Piece
    x: float


def _overlap(pieces: list[Piece]) -> bool:
    """Whether any two pieces of a page overlap, so that one may repeat the other."""
    rows: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        rows[round(piece.baseline / _NEAR)].append(piece)
    for row, own in rows.items():
        line = sorted((*own, *rows.get(row + 1, ())), key=lambda piece: piece.box.left)
        for one, other in pairwise(line):
            width = min(one.box.right - one.box.left, other.box.right - other.box.left)
            if one.box.right - other.box.left > max(width / 2, 1):
                return True
    return False


def _repeated(pieces: list[Piece]) -> tuple[frozenset[int], frozenset[int]]:
    """Pieces that repeat words at the same place, in order; and those that only look bold.

    A second layer need not cut the lines in the same places, and OCR misreads a word here and
    there: what stands between two repeated pieces is left out where it is short beside them.
    """
    if not _overlap(pieces):
        return frozenset(), frozenset()
    places: dict[str, list[_PlacedWord]] = defaultdict(list)
    share: dict[int, float] = {}
    words: dict[int, int] = {}
    silent: set[int] = set()
    for piece in pieces:
        found = list(_words(piece))
        twins = [_twin(text, word, places[text]) for text, word in found]
        share[piece.order] = sum(twin is not None for twin in twins) / max(len(found), 1)
        words[piece.order] = len(found)
        if any(twin and piece.order - twin.piece.order <= _FAKE_BOLD for twin in twins):
            silent.add(piece.order)
        for (text, word), twin in zip(found, twins, strict=True):
            if twin is None:
                places[text].append(word)
    twice = [piece.order for piece in pieces if words[piece.order] and share[piece.order] > 0.5]
    dropped = set(twice)
    for before, after in pairwise(twice):
        between = [piece.order for piece in pieces if before < piece.order < after]
        lost = sum(words[order] for order in between)
        near = words[before] + words[after]
        if between and lost <= near * _SECOND_LAYER and near > _FEWEST_WORDS:
            dropped.update(between)
    return frozenset(dropped), frozenset(silent & dropped)


def _words(piece: Piece) -> Iterable[tuple[str, _PlacedWord]]:
    """The words of a piece, each with about the place where it begins."""
    width = (piece.box.right - piece.box.left) / max(len(piece.text.rstrip()), 1)
    for match in _WORD.finditer(piece.text):
        yield match.group().lower(), _PlacedWord(piece, piece.box.left + match.start() * width)


def _twin(text: str, word: _PlacedWord, others: Iterable[_PlacedWord]) -> _PlacedWord | None:
    """The same word at the same place, of another piece."""
    reach = max(_NEAR, len(text) * word.piece.size / 8)
    for other in others:
        if (
            other.piece is not word.piece
            and abs(other.x - word.x) < reach
            and abs(other.piece.baseline - word.piece.baseline) < max(_NEAR, word.piece.size / 3)
        ):
            return other
    return None
