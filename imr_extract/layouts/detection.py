"""Layout detection: which known kind of letter a text is, if any."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from imr_extract.errors import ImrError, SlowLayout, UnknownLayout
from imr_extract.layouts import fixed_words, landmarks, letter_form
from imr_extract.layouts.letter_form import at_a_line, headings_of_lines
from imr_extract.layouts.spec import Layout, timed
from imr_extract.rules.table import cues
from imr_extract.text.document import Document, NormalizedText
from imr_extract.text.near_matches import letters_of

# What a text calls itself stands in its first characters.
_OPENING = 600


class Detection(NamedTuple):
    """How well a layout fits: the weights of what the letter prints, and what speaks against it."""

    layout: Layout
    score: float
    phrases: tuple[str, ...]  # phrases found, and ids of patterns
    missing: tuple[str, ...]  # what must be there and is not
    against: tuple[str, ...] = ()  # ids of the rows of cues/no_letter.toml that refuse the text
    slow: SlowLayout | None = None  # what kept the layout from being tried to the end

    @property
    def fits(self) -> bool:
        """Whether the letter is of this layout."""
        if self.slow:
            return False
        return not self.missing and not self.against and self.score >= self.layout.detect.threshold

    @property
    def nearness(self) -> float:
        """The score as a share of the threshold; at most 1 where something is missing."""
        share = self.score / self.layout.detect.threshold
        return min(share, 1.0) if self.missing else share

    @property
    def why(self) -> str:
        """What keeps the text from being such a letter; "" where it is one."""
        if self.slow:
            return f"its pattern {self.slow.row!r} took too long"
        if self.against:
            return f"reads as {', '.join(each.replace('_', ' ') for each in self.against)}"
        if self.missing:
            return f"lacks {', '.join(repr(each) for each in self.missing)}"
        if not self.fits:
            return f"score {self.score:g} of {self.layout.detect.threshold:g} needed"
        return ""


class Chosen(NamedTuple):
    """The layout of a letter, and those that were passed over since a pattern took too long."""

    layout: Layout
    slow: tuple[SlowLayout, ...]


def detect(normalized: NormalizedText, known: Iterable[Layout]) -> Chosen:
    """The best fitting layout. Raises `UnknownLayout`, naming the nearest, where none fits.

    Raises `SlowLayout` where none fits and one could not be tried to the end.
    """
    layouts = tuple(known)
    judged = {
        layout: _judged(normalized, layout, (), whole=False)
        for layout in layouts
        if not any(_missing(normalized, layout))
    }
    best = max((each.nearness for each in judged.values() if each.fits), default=0.0)
    for layout in layouts:
        if layout not in judged and _most(layout) >= best and _shows_some(normalized.text, layout):
            missing = tuple(_missing(normalized, layout))  # a copy may print it otherwise
            judged[layout] = _judged(normalized, layout, missing, whole=False)
    ranked = _ranked([judged[layout] for layout in layouts if layout in judged])
    if not ranked or not ranked[0].fits:
        raise refusal(rank(normalized, layouts))
    return Chosen(ranked[0].layout, tuple(each.slow for each in ranked if each.slow))


def refusal(ranked: list[Detection]) -> ImrError:
    """Why none of these layouts, best first, is the letter's."""
    if slow := next((each.slow for each in ranked if each.slow), None):
        return slow
    nearest = ranked[0]
    return UnknownLayout(nearest.layout.id if nearest.score else None, nearest.why)


def without_furniture(document: Document, layout: Layout) -> Document:
    """The document without the lines that belong to its pages: numbers, running titles.

    The document itself where it has none of them, or nothing else.
    """
    if not layout.furniture:
        return document
    rows = [timed(layout, row) for row in layout.furniture]
    kept = tuple(
        line
        for line in document.lines
        if not any(row.fullmatch(document.text[line.start : line.end]) for row in rows)
    )
    return document._replace(lines=kept) if 0 < len(kept) < len(document.lines) else document


def rank(normalized: NormalizedText, known: Iterable[Layout]) -> list[Detection]:
    """All layouts with their scores, best first; equal ones in the order of `known`.

    Those that fit stand before those that do not.
    """
    return _ranked(
        [
            _judged(normalized, layout, tuple(_missing(normalized, layout)), whole=True)
            for layout in known
        ]
    )


def _ranked(found: list[Detection]) -> list[Detection]:
    return sorted(found, key=lambda each: (not each.fits, -each.nearness))


@cache
def _most(layout: Layout) -> float:
    """The nearness of a text that prints all that the layout is recognized by."""
    detect = layout.detect
    weights = [phrase.weight for phrase in detect.phrases]
    weights += [sign.weight for sign in detect.patterns]
    weights.append(max((form.weight for form in detect.document_forms), default=0.0))
    return sum(weights) / detect.threshold


def _judged(
    normalized: NormalizedText, layout: Layout, lacks: Sequence[str], *, whole: bool
) -> Detection:
    """How well the layout fits, and whether the text is refused all the same."""
    try:
        return _refused(normalized, _score(normalized, layout, lacks, whole=whole))
    except SlowLayout as error:
        return Detection(layout, 0, (), (), slow=error)


def _refused(normalized: NormalizedText, detection: Detection) -> Detection:
    """The detection, with what says that the text is no letter at all, where that is asked."""
    if detection.layout.detect.strict and detection.fits:
        text_before_headings, form = letter_form.read(normalized, detection.layout)
        said = _against(normalized.text, text_before_headings, detection.layout.detect.allow)
        against = (*form, *said)
        return detection._replace(against=against)
    return detection


def _score(
    normalized: NormalizedText, layout: Layout, lacks: Sequence[str], *, whole: bool
) -> Detection:
    """How well the layout fits. Without `whole` what comes behind a missing sign is not looked for.

    `lacks` is what must be there and is not printed letter for letter. A layout that lacks what it
    requires does not fit, whatever its score.
    """
    text, detect = normalized.text, layout.detect
    missing = list(lacks)
    found = {
        phrase.text for phrase in detect.phrases if _is_printed(normalized, layout, phrase.text)
    }
    if found and missing:  # a copy may print otherwise what is missing
        marks = _near(normalized, layout)
        found.update(phrase.text for phrase in detect.phrases if letters_of(phrase.text) in marks)
        missing = list(_missing(normalized, layout, marks))
    if missing and not whole:
        return Detection(layout, 0, (), tuple(missing))
    phrases = [phrase for phrase in detect.phrases if phrase.text in found]
    score = sum(phrase.weight for phrase in phrases)
    signs = []
    whole_text = (0, len(text))  # a form begins with the text
    forms = ((each, timed(layout, each)) for each in detect.document_forms)
    form = next(
        (
            each
            for each, pattern in forms
            if pattern.is_called(text, *whole_text) and pattern.match(text, *whole_text)
        ),
        None,
    )
    if form is not None:
        signs.append(form.id)
        score += form.weight
    elif detect.document_forms:
        missing.append(" or ".join(each.id for each in detect.document_forms))
    for sign in detect.patterns if whole or not missing else ():
        if timed(layout, sign).search(text):
            signs.append(sign.id)
            score += sign.weight
        elif sign.required:
            missing.append(sign.id)
            if not whole:
                break
    return Detection(layout, score, (*(phrase.text for phrase in phrases), *signs), tuple(missing))


def _near(normalized: NormalizedText, layout: Layout) -> dict[str, int]:
    """The letters of the fixed words that the text prints somehow, and where it does so first."""
    near: dict[str, int] = {}
    for each in landmarks.find(normalized, layout):
        for words in landmarks.printed_as(layout, each):
            near.setdefault(letters_of(words), each.start)
    return near


def _shows_some(text: str, layout: Layout) -> bool:
    """Whether the text prints any of the phrases of the layout."""
    return fixed_words.any_printed(text, tuple(phrase.text for phrase in layout.detect.phrases))


def _missing(
    normalized: NormalizedText, layout: Layout, near: Mapping[str, int] = MappingProxyType({})
) -> Iterator[str]:
    """What must be there and is not; of a heading, at a line's start, or where `near` has it."""
    text, detect = normalized.text, layout.detect
    for words in detect.required:
        if letters_of(words) not in near and not _is_printed(normalized, layout, words):
            yield words
    if detect.one_of and not any(
        words in text or letters_of(words) in near for words in detect.one_of
    ):
        yield " or ".join(detect.one_of)
    opening = text[: detect.opens_within]
    if detect.opens and not any(
        words in opening or near.get(letters_of(words), len(text)) < detect.opens_within
        for words in detect.opens
    ):
        yield f"{' or '.join(detect.opens)} at its beginning"


def _is_printed(normalized: NormalizedText, layout: Layout, words: str) -> bool:
    """Whether the words stand in the text; those of a heading, at a line's start."""
    if words not in normalized.text:
        return False
    return words not in headings_of_lines(layout) or at_a_line(normalized, words) is not None


def _against(text: str, text_before_headings: str, allowed: tuple[str, ...]) -> Iterator[str]:
    """The rows that say that the text is about reviews, and none, but those that are allowed."""
    for table, within in (("opening", text_before_headings[:_OPENING]), ("anywhere", text)):
        for row in cues("no_letter", table).called(text, 0, len(within)):
            name = row.id.rpartition(".")[2]
            if name not in allowed and row.pattern.search(within):
                yield name
