"""Landmarks: where a text prints the headings, labels and outcome words of a layout.

Published letters print them letter for letter, in bold, behind a gap, at the start of a line.
Copies lose each of these: scans misread letters, programs set all in one weight, viewers copy a
paragraph as one line. So a landmark is recognized by its words and by where it stands, and every
other sign only adds to the evidence.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from imr_extract.layouts.spec import Layout
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text import near_matches
from imr_extract.text.document import NormalizedLine, NormalizedText

Kind = Literal["header", "section", "label", "outcome"]

# A line longer than this holds a paragraph, not what fits on the width of a page.
_PARAGRAPH = 200
# A line that fills less than this share of the usual line ends a paragraph.
_SHORT_LINE = 0.7
_CAPITALIZED = compile_pattern(r"(?<=\s)[\"\u201c(\[]?[\p{Lu}\d]")
# A heading, where the line end before it was lost.
_IN_CAPITALS = compile_pattern(r"(?<=[^\p{Lu}] )\p{Lu}{2,}(?:[ ,]+\p{Lu}{2,}){2,}")
# The same in the shape of a text, which is quickly looked at as a whole: "A" for a capital and for
# what is no ASCII, a blank for a comma, "a" for anything else.
_SHAPE_IN_CAPITALS = compile_pattern(r" AA+ +AA+ +AA")
_SHAPE_OF = bytes(
    ord("A" if letter.isupper() or letter == "?" else " " if letter in " ," else "a")
    for letter in map(chr, range(256))
)
_SENTENCE_ENDS = compile_pattern(r"[.!?:;][\"'\u201d\u2019)\]]* ?$")
_COLON = compile_pattern(r" ?[:;\u2013\u2014-]+ ?")
_BLANK = compile_pattern(r"\.? ?")
# Prose goes on in lower case behind words that only look like a label.
_FOLLOWS = compile_pattern(r"[^\p{L}]*(?:\p{Lu}|\d|$)")
# An outcome has so many words and, with what stands around it, so many characters.
_OUTCOME_WORDS = 3
_OUTCOME_WITHIN = 48
_WORDS_FROM_THE_END = compile_pattern(r"(?r)[\p{L}\d|!]+")
_ONE_PHRASE = compile_pattern(r"[\p{L}\d|!]+(?:[ /-][\p{L}\d|!]+)*")
_PARTED = compile_pattern(r"[:;.,\u2013\u2014(\[*=_-]\s?$")
_AFTER_OUTCOME = 4  # characters: a full stop, a bracket, a blank

# So many letters for each wrong one leave no doubt of the words.
_FEW_WRONG = 12

# The least evidence of a landmark.
LEAST_EVIDENCE = 3


class Landmark(NamedTuple):
    """Fixed words of a layout where a text prints them.

    `name` is the field of the case, the section, the part of an issue, or the outcome's value.
    """

    kind: Kind
    name: str
    start: int  # in the normalized text
    end: int  # behind the words, and behind the colon and blank of a label
    wrong: int  # letters that differ from the layout's; case and punctuation do not count
    exact: bool  # letter for letter, at the start of a line
    evidence: int  # the higher, the less likely the words are a quotation


@lru_cache(maxsize=2)  # detection and sections ask for those of the same letter
def find(normalized: NormalizedText, layout: Layout) -> tuple[Landmark, ...]:
    """All landmarks of the layout in the text, in order; of those that overlap, the surest."""
    fixed = [
        candidate
        for candidate in candidates(normalized, layout)
        if candidate.evidence >= LEAST_EVIDENCE
    ]
    outcomes = (
        outcome_before(normalized, layout, 0, landmark.start)
        for landmark in fixed
        if landmark.kind == "label"
    )
    found = sorted(
        [*fixed, *(outcome for outcome in outcomes if outcome is not None)],
        key=lambda each: (each.start, each.wrong, -each.evidence),
    )
    kept: list[Landmark] = []
    for landmark in found:
        if not kept or landmark.start >= kept[-1].end:
            kept.append(landmark)
        elif (landmark.wrong, -landmark.evidence) < (kept[-1].wrong, -kept[-1].evidence):
            kept[-1] = landmark
    return tuple(kept)


def outcome_before(
    normalized: NormalizedText, layout: Layout, region: int, at: int
) -> Landmark | None:
    """The outcome that ends right before `at`, not before `region`; None without one.

    It stands behind a colon, a dash or a bracket; what is spelled right may also stand behind a
    blank. A word with one or two letters wrong is the outcome that it is nearest to. An outcome
    that the layout knows and has no value for ("Partially Overturned") has the name "".
    """
    low = max(region, at - _OUTCOME_WITHIN)
    found = _ending_outcome(layout, normalized.text[low:at])
    if found is None:
        return None
    start, end = found.place
    evidence = 1 + found.marked
    place = (low + start, low + end)
    return Landmark("outcome", found.name, *place, found.wrong, found.exact, evidence)


class _EndingOutcome(NamedTuple):
    """An outcome at the end of a stretch of text."""

    name: str
    place: tuple[int, int]
    wrong: int
    marked: bool  # whether it stands behind a colon, a dash or a bracket
    exact: bool


@lru_cache(maxsize=512)  # the words before a label are asked for several times
def _ending_outcome(layout: Layout, text: str) -> _EndingOutcome | None:
    from_the_end = _WORDS_FROM_THE_END.finditer(text)
    last = next(from_the_end, None)
    if last is None or not _may_end(layout, last.group()):
        return None
    end = last.end()
    if len(text) - end > _AFTER_OUTCOME:
        return None
    values = _outcome_words(layout)
    words = [last, *islice(from_the_end, _OUTCOME_WORDS - 1)]
    for word in reversed(words):  # "Partially Overturned" ends with an outcome, too
        start = word.start()
        printed = text[start:end]
        hit = _outcome_printed(layout, printed) if _ONE_PHRASE.fullmatch(printed) else None
        if hit is None or printed.count(" ") != hit[0].count(" "):
            continue
        known, wrong = hit
        marked = _PARTED.search(text, 0, start) is not None
        if marked or not wrong:
            exact = printed == known and marked
            return _EndingOutcome(values[known], (start, end), wrong, marked, exact)
    return None


@cache
def _outcome_words(layout: Layout) -> Mapping[str, str]:
    """The printed outcomes, and the value of each; "" where the record has none for it."""
    read = {word: value for value, words in layout.issues.outcomes.items() for word in words}
    return {**dict.fromkeys(layout.issues.other_outcomes, ""), **read}


@lru_cache(maxsize=2048)  # asked of the same words at each landmark, and of both kinds of layout
def _may_end(layout: Layout, word: str) -> bool:
    """Whether an outcome of the layout may be printed with this word as its last one."""
    return near_matches.may_end(word, tuple(_outcome_words(layout)))


@lru_cache(maxsize=2048)
def _outcome_printed(layout: Layout, printed: str) -> tuple[str, int] | None:
    """The outcome that is nearest to the printed words, with its wrong letters."""
    return near_matches.closest(printed, _outcome_words(layout))


@cache
def _phrases(layout: Layout) -> Mapping[str, tuple[Kind, str]]:
    """What the layout prints in fixed words, with its kind and name; equal letters once."""
    rows: list[tuple[Kind, str, tuple[str, ...]]] = [
        *(("label", part, words) for part, words in layout.issues.labels.items()),
        *(("section", rule.name, rule.headings) for rule in layout.sections),
        *(("header", field, words) for field, words in layout.header.items()),
    ]
    found: dict[str, tuple[Kind, str]] = {}
    seen: set[str] = set()
    for kind, name, words in rows:
        for word in words:
            if (same := near_matches.letters(word)) not in seen:
                seen.add(same)
                found[word] = (kind, name)
    return found


@cache
def _letter_for_letter(layout: Layout) -> frozenset[str]:
    """All that the layout prints in fixed words, in every case that it knows."""
    labels = (word for words in layout.issues.labels.values() for word in words)
    headings = (heading for rule in layout.sections for heading in rule.headings)
    fields = (word for words in layout.header.values() for word in words)
    return frozenset(each.rstrip(" :") for each in (*labels, *headings, *fields))


def printed_as(layout: Layout, mark: Landmark) -> tuple[str, ...]:
    """The words that the layout prints for what the landmark names."""
    if mark.kind == "label":
        return next(
            (words for part, words in layout.issues.labels.items() if part == mark.name), ()
        )
    if mark.kind == "header":
        return layout.header[mark.name]
    return next((rule.headings for rule in layout.sections if rule.name == mark.name), ())


class _PhraseStart(NamedTuple):
    """A phrase that stands where a line or a sentence may begin."""

    kind: Kind
    name: str
    words: str
    place: near_matches.Near
    at: int
    line: NormalizedLine | None  # None inside a line


def candidates(normalized: NormalizedText, layout: Layout) -> Iterator[Landmark]:
    """Fixed words at the start of a line or, where a line holds a paragraph, inside it.

    Each comes with its evidence, of which quotations have little.
    """
    phrases = _phrases(layout)
    known = tuple(phrases)
    begun = _begun(normalized)
    hits = [
        _PhraseStart(*phrases[words], words, place, at, begun[at])
        for at, words, place in near_matches.begin(normalized.text, tuple(begun), known)
    ]
    weights = _bold_stands_out(normalized, [hit.line for hit in hits])
    for hit in hits:
        yield _landmark(normalized, layout, hit, weights=weights)


def bold_stands_out(normalized: NormalizedText, marks: Iterable[Landmark]) -> bool:
    """Whether bold type is a sign: a landmark has it, and most of the text does not."""
    return _bold_stands_out(normalized, [normalized.line_at(mark.start) for mark in marks])


def _bold_stands_out(normalized: NormalizedText, marked: Iterable[NormalizedLine | None]) -> bool:
    if not any(line is not None and line.line.bold for line in marked):
        return False
    bold = sum(bool(line.line.bold) for line in normalized.lines)
    return bold * 2 < len(normalized.lines)


def _begun(normalized: NormalizedText) -> dict[int, NormalizedLine | None]:
    """Where lines begin, and inside a line, words in capitals that may be a heading, in order.

    In lines that hold a paragraph, all words with a capital letter.
    """
    text, lines = normalized.text, normalized.lines
    begun: dict[int, NormalizedLine | None] = {line.start: line for line in lines}
    looked_at = {index for index, line in enumerate(lines) if line.end - line.start > _PARAGRAPH}
    shape = text.encode("ascii", "replace").translate(_SHAPE_OF).decode("ascii")
    for words in _SHAPE_IN_CAPITALS.finditer(shape):  # mostly the headings that begin lines
        first, last = normalized.line_index(words.start()), normalized.line_index(words.end())
        looked_at.update(range(first, last + 1))
    inside: list[int] = []
    for index in looked_at:
        line = lines[index]
        starts = _CAPITALIZED if line.end - line.start > _PARAGRAPH else _IN_CAPITALS
        inside += [match.start() for match in starts.finditer(text, line.start + 1, line.end)]
    if not inside:
        return begun
    begun.update(dict.fromkeys(inside))
    return dict(sorted(begun.items(), key=lambda item: item[0]))


def _landmark(
    normalized: NormalizedText, layout: Layout, hit: _PhraseStart, *, weights: bool
) -> Landmark:
    text, end = normalized.text, hit.place.end
    words = text[hit.place.start : end]
    whole = words in _letter_for_letter(layout)
    behind = _COLON.match(text, end)
    colon = behind is not None
    evidence = 2 if whole else hit.place.wrong * _FEW_WRONG <= len(hit.words)
    evidence += _standing(normalized, layout, hit.at, hit.line)
    if hit.kind == "section":
        evidence += _as_a_heading(text, hit, words)
        evidence += colon and hit.words.endswith(":")
    else:
        behind = behind or _BLANK.match(text, end)
        evidence += colon
        evidence += 1 if _FOLLOWS.match(text, behind.end() if behind else end) else -2
        if hit.kind == "header" and not colon:
            evidence -= 3
    if weights and hit.line is not None:
        evidence += 2 if hit.line.line.bold else -1
    exact = whole and hit.line is not None and (colon or hit.kind == "section")
    if hit.kind != "section" or hit.words.endswith(":"):
        end = behind.end() if behind else end
    return Landmark(hit.kind, hit.name, hit.at, end, hit.place.wrong, exact, evidence)


def _standing(
    normalized: NormalizedText, layout: Layout, at: int, line: NormalizedLine | None
) -> int:
    """What the place says: a line's start, a gap, and whether a sentence is broken by it."""
    evidence = 0 if line is None else 1 + bool(line.gap)
    if at == 0 or _SENTENCE_ENDS.search(normalized.text, max(0, at - 6), at):
        return evidence + 1
    if outcome_before(normalized, layout, 0, at):
        return evidence + 1
    return evidence if line is not None and _may_begin(normalized, line) else evidence - 2


def _may_begin(normalized: NormalizedText, line: NormalizedLine) -> bool:
    """Whether a paragraph may begin here: behind a gap, at a page's top, behind a short line."""
    above = normalized.lines[normalized.line_index(line.start) - 1]
    return line.gap is not False or above.end - above.start < _SHORT_LINE * normalized.line_length


def _as_a_heading(text: str, hit: _PhraseStart, words: str) -> int:
    """What the print says: a heading is in capitals, or alone on its line."""
    alone = hit.line is not None and hit.line.end <= hit.place.end + 2
    evidence = 3 if alone else 0 if _FOLLOWS.match(text, hit.place.end) else -2
    if not hit.words.isupper():
        return evidence
    capitals = sum(map(str.isupper, words)) * 4 > 3 * sum(map(str.isalpha, words))
    return evidence + (3 if capitals else 0 if alone else -2)
