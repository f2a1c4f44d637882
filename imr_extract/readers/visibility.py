"""Visibility: which text objects of a page nobody sees, or sees twice.

A reader of the paper is the judge: what stands outside the page, is clipped away, has no ink, lies
under a bar or says again what is printed there already is no part of the letter. One exception:
where hardly anything else is on the page, text without ink is the text of a picture, by OCR.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, NamedTuple

from imr_extract.readers.layers import Rectangle
from imr_extract.readers.pieces import Drawn, Patch, Piece

#: Why a piece is no part of the letter's text; `KINDS` says it in words.
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
_FEWEST_WORDS = 3  # of a layer; fewer may be a table's cells that say the same
_FAKE_BOLD = 2  # objects between the two strokes of a letter that is printed twice to look bold


class Unseen(NamedTuple):
    """What of a page is no part of its text.

    Attributes:
        whole: the pieces that are left out, by their order, and why.
        silent: those of them of which nothing is lost: letters struck twice to look bold.
        bars: of pieces that a patch covers in part, the rectangles where they do not show.
    """

    whole: dict[int, Kind]
    silent: frozenset[int]
    bars: dict[int, list[Rectangle]]


def unseen(page: Drawn) -> Unseen:
    """What of the page cannot be seen, stands aslant, or is there twice."""
    askew = _usual_angle(page.pieces)
    whole: dict[int, Kind] = {}
    bars: dict[int, list[Rectangle]] = {}
    for piece in page.pieces:
        kind = _kind(piece, page, askew)
        covers = [] if kind else _covers(piece, page.patches)
        if kind is None and any(_share(piece.box, each) >= _MOSTLY for each in covers):
            kind = "covered"
        if kind:
            whole[piece.order] = kind
        elif covers:
            bars[piece.order] = covers
    _keep_ocr(page.pieces, whole)
    kept = [each for each in page.pieces if each.order not in whole]
    repeated, silent = _repeated(kept)
    whole.update(dict.fromkeys(repeated, "repeated"))
    return Unseen(whole, silent, bars)


def _usual_angle(pieces: Iterable[Piece]) -> float:
    """The angle at which most letters stand, of those that are nearly level; 0 without any."""
    level = sorted((each.angle, len(each.text)) for each in pieces if abs(each.angle) < _LEVEL)
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
        each
        for each in patches
        if each.order < piece.order and _share(piece.box, each.box) >= _MOSTLY
    ]
    return bool(below) and not below[-1].is_picture and not below[-1].is_light


def _covers(piece: Piece, patches: Iterable[Patch]) -> list[Rectangle]:
    """The bars that are drawn over the piece, and over its baseline, so that no rule counts."""
    middle = (piece.box.top + piece.box.bottom) / 2
    return [
        each.box
        for each in patches
        if each.order > piece.order
        and not each.is_picture
        and each.box.top < middle < each.box.bottom
        and min(each.box.right, piece.box.right) - max(each.box.left, piece.box.left) > 1
        and each.box.bottom - each.box.top > piece.size / 2
    ]


def _share(box: Rectangle, of: Rectangle) -> float:
    """The share of `box` that lies within the other."""
    width = min(box.right, of.right) - max(box.left, of.left)
    height = min(box.bottom, of.bottom) - max(box.top, of.top)
    area = max(box.right - box.left, 0.01) * max(box.bottom - box.top, 0.01)
    return max(width, 0) * max(height, 0) / area


def _keep_ocr(pieces: Iterable[Piece], whole: dict[int, Kind]) -> None:
    """Take hidden text for the page's text where hardly anything else is on it."""
    hidden = [each for each in pieces if whole.get(each.order) == "hidden" and not each.is_clipped]
    seen = sum(len(each.text) for each in pieces if each.order not in whole)
    if hidden and seen < _HIDDEN_IS_TEXT * sum(len(each.text) for each in hidden):
        for each in hidden:
            del whole[each.order]


class _Word(NamedTuple):
    piece: Piece
    x: float


def _overlap(pieces: list[Piece]) -> bool:
    """Whether any two pieces of a page lie on one another, so that one may say the other again."""
    rows: dict[int, list[Piece]] = defaultdict(list)
    for each in pieces:
        rows[round(each.baseline / _NEAR)].append(each)
    for row, own in rows.items():
        line = sorted((*own, *rows.get(row + 1, ())), key=lambda each: each.box.left)
        for one, other in pairwise(line):
            width = min(one.box.right - one.box.left, other.box.right - other.box.left)
            if one.box.right - other.box.left > max(width / 2, 1):
                return True
    return False


def _repeated(pieces: list[Piece]) -> tuple[frozenset[int], frozenset[int]]:
    """Pieces whose words stand where they stand already, in order; and those that only look bold.

    A second layer need not cut the lines in the same places, and OCR misreads a word here and
    there: what stands between two repeated pieces is left out where it is short beside them.
    """
    if not _overlap(pieces):
        return frozenset(), frozenset()
    places: dict[str, list[_Word]] = defaultdict(list)
    share: dict[int, float] = {}
    words: dict[int, int] = {}
    silent: set[int] = set()
    for piece in pieces:
        found = list(_words(piece))
        twins = [_twin(text, each, places[text]) for text, each in found]
        share[piece.order] = sum(each is not None for each in twins) / max(len(found), 1)
        words[piece.order] = len(found)
        if any(each and piece.order - each.piece.order <= _FAKE_BOLD for each in twins):
            silent.add(piece.order)
        for (text, each), twin in zip(found, twins, strict=True):
            if twin is None:
                places[text].append(each)
    twice = [each.order for each in pieces if words[each.order] and share[each.order] > 0.5]
    dropped = set(twice)
    for before, after in pairwise(twice):
        between = [each.order for each in pieces if before < each.order < after]
        lost = sum(words[each] for each in between)
        near = words[before] + words[after]
        if between and lost <= near * _SECOND_LAYER and near > _FEWEST_WORDS:
            dropped.update(between)
    return frozenset(dropped), frozenset(silent & dropped)


def _words(piece: Piece) -> Iterable[tuple[str, _Word]]:
    """The words of a piece, each with about the place where it begins."""
    width = (piece.box.right - piece.box.left) / max(len(piece.text.rstrip()), 1)
    for match in _WORD.finditer(piece.text):
        yield match.group().lower(), _Word(piece, piece.box.left + match.start() * width)


def _twin(text: str, word: _Word, others: Iterable[_Word]) -> _Word | None:
    """The same word at the same place, of another piece."""
    reach = max(_NEAR, len(text) * word.piece.size / 8)
    for each in others:
        if (
            each.piece is not word.piece
            and abs(each.x - word.x) < reach
            and abs(each.piece.baseline - word.piece.baseline) < max(_NEAR, word.piece.size / 3)
        ):
            return each
    return None
