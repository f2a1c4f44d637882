"""What a letter's own print shows of its kind: its headings and its label rows.

A letter prints its headings in one habit: in capitals, numbered, underlined, in bold, before a
colon, on lines of their own, or glued into the text. The habit whose headings say most is used.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from msgspec import Struct

from imr_extract.rules.patterns import FRAGMENTS, Pattern, compile_pattern
from imr_extract.rules.table import load
from imr_extract.text.document import NormalizedLine, NormalizedText

_TOLD_BY_ROWS = ("disputed_service", "decision")
_MOST_HEADINGS = 16
_MOST_CHARACTERS = 110  # of a heading
# Weights of a word, and what the heading's head adds; the least that makes a role, and a sure one.
_STRONG, _WEAK, _IN_HEAD = 3, 1, 2
_LEAST, _SURE = 3, 5

_CAPITALS = compile_pattern(
    r"(?=\P{L}*\p{Lu}{2})[\p{Lu}\d](?:[\p{Lu}\d ,.'\u2019/&()-]|\(s\)){2,}(?:\s?:(?!\S)|$)"
)
_BEFORE_COLON = compile_pattern(
    r"\p{Lu}[\p{L}\d ,'\u2019/&()-]{1,60}?(?:\s?:(?!\S)|\s[\u2013\u2014-](?=\s\S))"
)
_NUMBERED = compile_pattern(
    r"(?:\d{1,2}|[IVX]{1,4}|[A-Z])(?:\.\)|[.):])\s?"
    r"\p{Lu}[\p{L}\d ,'\u2019/&()-]{2,60}?(?:\s?:(?!\S)|$)"
)
_TITLE = compile_pattern(r"\p{Lu}[\p{L}\d ,'\u2019/&()-]{2,60}[\p{L})?]")
_COLUMN = compile_pattern(r"(?P<label>\p{Lu}[\p{L} .'\u2019/&-]{1,40}?) {2,}(?=\S)")
_RULE = compile_pattern(r"[-=_~*\u2500\u2550]{3,}")
_GLUED = compile_pattern(
    r"(?<=^|[.!?)\"\u201d]\s?)"
    r"(?:\p{Lu}[\p{L}'\u2019/()-]*(?: [\p{L}'\u2019/()-]+){0,6}\s?:"
    r"|\p{Lu}{2,}(?: [\p{Lu}'\u2019/&()-]+){0,7}(?= \p{Lu}\p{Ll}|\s?:))"
)
_LABEL_ROW = compile_pattern(
    r"(?P<label>\p{Lu}[\p{L} .#'\u2019/-]{1,40}?)(?P<colon>\s?:\s*| {2,})(?P<value>\S.*)"
)
_DATE = compile_pattern(FRAGMENTS["date"])
_NUMBER = compile_pattern(r"[\w./-]*\d(?:[\w./-]*\w)?")
_PRIORITY = compile_pattern(r"(?i:standard|expedited|regular|urgent)")
_WORDS = compile_pattern(r"\p{L}+")
# Behind the first of these a heading says more about what its head has named.
_PREPOSITIONS = frozenset("of for at in on by with from to upon under".split())


class StarterHeading(NamedTuple):
    """A heading as printed, blanks folded, and the name of its section."""

    words: str
    name: str
    start: int  # in the normalized text
    role: bool  # whether the name is a role that extractors know


class Label(NamedTuple):
    """A label row; `field` is that of the case, None where none is known."""

    field: str | None
    words: str  # without the colon
    colon: bool
    value: str
    start: int  # in the normalized text


class Print(NamedTuple):
    """What a letter prints."""

    headings: tuple[StarterHeading, ...]  # in the printed order
    labels: tuple[Label, ...]
    glued: bool  # whether headings stand inside lines
    ruled: bool  # whether lines of dashes or the like are drawn


class _WordList(Struct, frozen=True, forbid_unknown_fields=True):
    strong: frozenset[str]
    weak: frozenset[str] = frozenset()


class _MeaningWords(Struct, frozen=True, forbid_unknown_fields=True):
    roles: dict[str, _WordList]
    fields: dict[str, _WordList]


_Span = tuple[int, int]
_Rows = frozenset[int]  # where label rows of known fields begin
_Habit = Callable[[NormalizedText, _Rows], Iterator[_Span]]


def look(normalized: NormalizedText) -> Print:
    """The headings of the letter's habit, and its label rows; none of them where it has none."""
    labels = tuple(_labels(normalized))
    rows = frozenset(label.start for label in labels if label.field)
    best: list[StarterHeading] = []
    glued = False
    for habit in (_capitals, _numbered, _underlined, _bold, _before_colon, _columns, _titles):
        found = _headings(normalized, rows, habit)
        if _named_roles(found) > _named_roles(best):
            best = found
    if _named_roles(best) < 2:
        found = _headings(normalized, rows, _glued)
        if glued := _named_roles(found) > _named_roles(best):
            best = found
    elif best[0].start:
        best = _completed(normalized, best, rows, labels)
    ruled = any(_RULE.fullmatch(words) for _, words in _lines(normalized))
    return Print(tuple(best[:_MOST_HEADINGS]), labels, glued, ruled)


def _completed(
    normalized: NormalizedText, best: list[StarterHeading], rows: _Rows, labels: tuple[Label, ...]
) -> list[StarterHeading]:
    """With what was asked for and decided, where only a row of the table before a colon states it.

    The rows behind such a one end it.
    """
    found = {heading.start: heading for heading in best}
    names = {heading.name for heading in best}
    stated = [
        row for row in _headings(normalized, rows, _before_colon) if row.name in _TOLD_BY_ROWS
    ]
    for row in stated:
        here = found.get(row.start)
        if row.name in names or (here and here.role):
            continue
        end = min((start for start in found if start > row.start), default=len(normalized.text))
        found[row.start] = row
        names.add(row.name)
        for label in labels:
            if row.start < label.start < end and label.colon:
                words = f"{label.words}:"
                name = _plain_name(words, {*names, *_words().roles})
                found.setdefault(label.start, StarterHeading(words, name, label.start, role=False))
                names.add(name)
    return [found[start] for start in sorted(found)]


def _named_roles(headings: list[StarterHeading]) -> int:
    return sum(heading.role for heading in headings)


def _lines(normalized: NormalizedText) -> list[tuple[int, str]]:
    return [(line.start, normalized.text[line.start : line.end]) for line in normalized.lines]


def _headings(normalized: NormalizedText, rows: _Rows, habit: _Habit) -> list[StarterHeading]:
    """The candidates that are headings, with names; what stands above the first is the header."""
    candidates = [span for span in habit(normalized, rows) if span[1] - span[0] <= _MOST_CHARACTERS]
    words = [normalized.text[start:end] for start, end in candidates]
    # A title has a label row behind it before any heading; words below a heading are its body.
    titles = {
        index
        for index, (start, end) in enumerate(candidates)
        if any(start < row < _next(candidates, index, normalized) for row in rows)
        and all(row > start for row in rows)
        and _ends_its_line(normalized, end)
    }
    roles = _roles(
        {
            index: word
            for index, word in enumerate(words)
            if index not in titles and candidates[index][0] not in rows
        }
    )
    found: list[StarterHeading] = []
    for index, (start, _) in enumerate(candidates):
        if len(found) == _MOST_HEADINGS:
            break
        role = roles.get(index)
        below = (
            index
            and normalized.line_index(start) == normalized.line_index(candidates[index - 1][0]) + 1
        )
        kept = role or (found and (start in rows or (habit is _capitals and not below)))
        if not kept or any(words[index].startswith(heading.words) for heading in found):
            continue
        if habit is _glued and any(heading.words in words[index] for heading in found):
            continue
        name = role or _plain_name(words[index], {*roles.values(), *(h.name for h in found)})
        found.append(StarterHeading(words[index], name, start, role is not None))
    return found


def _next(candidates: list[_Span], index: int, normalized: NormalizedText) -> int:
    return candidates[index + 1][0] if index + 1 < len(candidates) else len(normalized.text)


def _ends_its_line(normalized: NormalizedText, end: int) -> bool:
    return normalized.lines[normalized.line_index(end - 1)].end == end


def _roles(headings: dict[int, str]) -> dict[int, str]:
    """The role of each heading that has one; where two have the same, the surer and shorter's."""
    claims = []
    for index, words in headings.items():
        name, weight = _best(_weights(words, _words().roles))
        if weight >= _LEAST:
            claims.append((-weight, len(words.split()), index, name))
    roles: dict[int, str] = {}
    for _, _, index, name in sorted(claims):
        if name not in roles.values():
            roles[index] = name
    return roles


def _best(weights: dict[str, int]) -> tuple[str, int]:
    """What the words mean most; of equals, what the last word means."""
    most = max(weights.values(), default=0)
    return [("none", 0), *(each for each in weights.items() if each[1] == most)][-1]


def _weights(words: str, meanings: dict[str, _WordList]) -> dict[str, int]:
    """What the words mean, each thing at its strongest word; in the order of those words."""
    weights: dict[str, int] = {}
    in_head = _IN_HEAD
    for word in (each.lower() for each in _WORDS.findall(words)):
        if word in _PREPOSITIONS and weights:
            in_head = 0
        for name, each in meanings.items():
            weight = _STRONG if word in each.strong else _WEAK if word in each.weak else 0
            if weight and weights.get(name, 0) <= weight + in_head:
                weights.pop(name, None)
                weights[name] = weight + in_head
    return weights


def _plain_name(heading: str, taken: set[str]) -> str:
    words = "_".join(each.lower() for each in _WORDS.findall(heading)[:4]) or "section"
    return words if words not in taken else f"{words}_{len(taken)}"


@cache
def _words() -> _MeaningWords:
    return load("starter/words.toml", _MeaningWords)


def _labels(normalized: NormalizedText) -> Iterator[Label]:
    """The rows of a label and its value, the best one of each field with that field."""
    found = [pair for line in normalized.lines for pair in _pairs(normalized, line)]
    best: dict[str, tuple[int, int]] = {}  # field -> weight, index
    for index, (label, weight) in enumerate(found):
        if label.field and weight > best.get(label.field, (0, 0))[0]:
            best[label.field] = (weight, index)
    chosen = {index for _, index in best.values()}
    for index, (label, _) in enumerate(found):
        yield label if index in chosen else label._replace(field=None)


def _pairs(normalized: NormalizedText, line: NormalizedLine) -> Iterator[tuple[Label, int]]:
    """Labels and values of a line, with how surely each is of its field; tables have columns."""
    rest = normalized.document.text[line.line.start : line.line.end].strip()
    while rest:
        match = _LABEL_ROW.match(rest)
        if match is None:  # perhaps in the next column
            rest = rest.partition("  ")[2].strip()
            continue
        field, weight = _best(_weights(match["label"], _words().fields))
        shape = _NUMBER if field == "case_number" else _DATE
        shape = _PRIORITY if field == "priority" else shape
        value = shape.match(match["value"]) if field != "none" else None
        words = " ".join(match["label"].split())
        label = Label(None, words, ":" in match["colon"], match["value"], line.start)
        if value is None:
            yield label, 0
            rest = rest.partition("  ")[2].strip()
            continue
        yield label._replace(field=field, value=value.group()), weight
        rest = match["value"][value.end() :].strip()


# The habits: each yields where headings would stand in the normalized text, in order.


def _capitals(normalized: NormalizedText, rows: _Rows) -> Iterator[_Span]:
    yield from _begun(normalized, rows, _CAPITALS)


def _bold(normalized: NormalizedText, rows: _Rows) -> Iterator[_Span]:
    bold = {line.start for line in normalized.lines if line.line.bold}
    before_colon = [span for span in _begun(normalized, rows, _BEFORE_COLON) if span[0] in bold]
    lines = [(line.start, line.end) for line in normalized.lines if line.start in bold]
    yield from before_colon or [
        (start, end) for start, end in lines if _TITLE.fullmatch(normalized.text, start, end)
    ]


def _before_colon(normalized: NormalizedText, rows: _Rows) -> Iterator[_Span]:
    yield from _begun(normalized, rows, _BEFORE_COLON)


def _numbered(normalized: NormalizedText, rows: _Rows) -> Iterator[_Span]:
    yield from _begun(normalized, rows, _NUMBERED)


def _begun(normalized: NormalizedText, rows: _Rows, pattern: Pattern) -> Iterator[_Span]:
    """Lines that begin with the pattern; a heading may go on in the next line, up to a colon."""
    taken = 0
    for line, below in zip_longest(normalized.lines, normalized.lines[1:]):
        match = pattern.match(normalized.text, line.start, line.end)
        broken = below and below.gap is False and below.start not in rows
        if broken and (match is None or match.end() == line.end):
            longer = pattern.match(normalized.text, line.start, below.end)
            if longer and longer.end() > line.end and longer.group().endswith(":"):
                match = longer
        if match and line.start >= taken:
            taken = match.end()
            yield match.span()


def _underlined(normalized: NormalizedText, _rows: _Rows) -> Iterator[_Span]:
    lines = _lines(normalized)
    for (start, words), (_, below) in pairwise(lines):
        if _RULE.fullmatch(below) and not _RULE.fullmatch(words):
            yield start, start + len(words)


def _columns(normalized: NormalizedText, _rows: _Rows) -> Iterator[_Span]:
    for line in normalized.lines:
        printed = normalized.document.text[line.line.start : line.line.end].strip()
        if match := _COLUMN.match(printed):
            yield line.start, line.start + len(" ".join(match["label"].split()))


def _titles(normalized: NormalizedText, _rows: _Rows) -> Iterator[_Span]:
    """Short lines that are no sentence, below a blank one; where none is, surer words do."""
    text = normalized.document.text
    blanks = [
        text.count("\n", above.line.end, below.line.start)
        for above, below in pairwise(normalized.lines)
    ]
    for line, above in zip(normalized.lines, [0, *blanks], strict=False):
        words = normalized.text[line.start : line.end]
        _, weight = _best(_weights(words, _words().roles))
        if _TITLE.fullmatch(words) and (weight >= _SURE or above > min(blanks, default=0)):
            yield line.start, line.end


def _glued(normalized: NormalizedText, _rows: _Rows) -> Iterator[_Span]:
    for match in _GLUED.finditer(normalized.text):
        words = match.group()
        _, weight = _best(_weights(words, _words().roles))
        if weight >= _SURE or words.isupper():
            yield match.span()
