"""Stamps over a page that say of the letter that it does not hold: "VOID", "AMENDED"."""

from collections.abc import Iterable

from imr_extract.readers.pieces import Piece
from imr_extract.rules.table import cues


def say_void(pieces: Iterable[Piece]) -> bool:
    """Whether pieces that are no part of the text say that the letter is void, or not the last."""
    texts = [piece.text for piece in pieces]
    # A stamp may be drawn letter by letter.
    return any(map(_is_void, (*texts, "".join(texts))))


def _is_void(text: str) -> bool:
    words = " ".join(text.split())
    return any(
        not any(map(str.isalnum, words[: match.start()] + words[match.end() :]))
        for row, match in cues("checks", "standing").matches(words, 0, len(words))
    )
