"""On which page the words of a hit stand: their letter is read again for it."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from imr_extract import errors
from imr_extract.batch.sources import Changed, reading_of
from imr_extract.pipeline.letter import Letter, Unread, choose, read_letters
from imr_extract.pipeline.options import DEFAULT_OPTIONS, ReadingOptions
from imr_extract.record.model import Evidence, Source
from imr_extract.search.hits import Passage, Piece
from imr_extract.text.document import Span, page_of

# The bytes of the file that a record was made from. Raises an `ImrError` or `Changed`.
Opener = Callable[[Source], bytes]


class Decision(NamedTuple):
    """The place of a decision."""

    source: Source
    position: int  # of the issue in its letter, from 0
    evidence: dict[str, list[Evidence]] | msgspec.UnsetType


class Places:
    """Finds pages. The letters of the last file are kept.

    Attributes:
        missing: letters that could not be opened again.
    """

    def __init__(self, options: ReadingOptions = DEFAULT_OPTIONS) -> None:
        """Letters are read as their records say, and otherwise with these options."""
        self._options = options
        self._read: tuple[str | None, tuple[Letter | Unread, ...]] = (None, ())
        self.missing = 0

    def passages(
        self, found: list[Piece], decision: Decision, opener: Opener | None
    ) -> list[Passage]:
        """The pieces with their pages. Without an opener, evidence shows where a text begins."""
        letter = None if opener is None else self._letter(decision.source, opener)
        return [
            Passage(each.field, _page(each, decision, letter), each.text, each.hits)
            for each in found
        ]

    def _letter(self, source: Source, opener: Opener) -> Letter | None:
        try:
            if self._read[0] is None or self._read[0] != source.sha256:
                reader, scans = reading_of(source) or (None, None)
                if reader is None or scans is None:
                    return None
                options = replace(self._options, reader=reader, scans=scans, evidence=False)
                letters = read_letters(opener(source), options, name=source.name)
                self._read = (source.sha256, letters)
            return choose(self._read[1], source.letter, "")
        except (Changed, errors.ImrError):
            self.missing += 1
            return None


def _page(piece: Piece, decision: Decision, letter: Letter | None) -> int | None:
    """The page of the first hit; the one on which its text begins where it is not found again."""
    if letter is not None and decision.position < len(letter.record.issues):
        value = getattr(letter.record.issues[decision.position], piece.field) or ""
        heading = letter.sections.issues[decision.position].heading
        start = letter.normalized.text.find(value, heading.start)
        # Records of --min-grade may have fewer issues than their letters.
        first, last = piece.hits[0]
        if start >= 0 and value[piece.at :].startswith(piece.text[first:last]):
            at = letter.normalized.origin(start + piece.at)
            return page_of(letter.document, Span(at, at + 1))
    spans = (decision.evidence or {}).get(f"issues[{decision.position}].{piece.field}", [])
    return spans[0].page if spans else None
