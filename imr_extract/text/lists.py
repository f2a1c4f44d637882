"""Lists in prose: where the items of "A, B of C, and D" begin and end."""

from typing import NamedTuple

from imr_extract.rules.patterns import compile_pattern

# What parts items, the longest first. "and/or" parts, "and" inside brackets does not.
_SEPARATOR = compile_pattern(
    r" ?[;,] ?(?:(?:and|or|as well as|along with|plus|&) )?"
    r"(?:(?:also|then|a|an|the|additional) (?=[a-z]))?"
    r"| (?:and|or|and/or|but also|as well as|along with|in addition to|plus|&|\+) "
    r"(?:(?:also|a|an|the) (?=[a-z]))?",
)
_LEAD = compile_pattern(r"(?:(?:both(?! \w+s\b)|either|a|an|the|his|her|their|some|any) )+")
_EDGES = ' .,;:-\u2013"\u201c\u201d'


class ListItem(NamedTuple):
    """An item as an interval of the text, with the separator in front of it ("" for the first)."""

    start: int
    end: int
    separator: str


def split(text: str, start: int, end: int) -> list[ListItem]:
    """The items of the list in `text[start:end]`, without articles and punctuation around them.

    Where semicolons part the list, commas do not; nothing inside brackets does. Whether an item can
    stand alone ("knee" in "contusions of the hip and knee") is for the caller to say.
    """
    semicolons = text.find(";", start, end) >= 0 and ";" in _outside_brackets(text[start:end])
    items: list[ListItem] = []
    at, separator = start, ""
    for match in _SEPARATOR.finditer(text, start, end):
        if match.start() < at or _depth(text, start, match.start()):
            continue
        if semicolons and ";" not in match.group():
            continue
        _add(items, text, at, match.start(), separator)
        at, separator = match.end(), match.group().strip()
    _add(items, text, at, end, separator)
    return items


def _add(items: list[ListItem], text: str, start: int, end: int, separator: str) -> None:
    while start < end and text[start] in _EDGES:
        start += 1
    lead = _LEAD.match(text, start, end)
    if lead:
        start = lead.end()
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    if start < end:
        items.append(ListItem(start, end, separator))


def _depth(text: str, start: int, at: int) -> bool:
    return text.count("(", start, at) > text.count(")", start, at)


def _outside_brackets(words: str) -> str:
    kept, depth = [], 0
    for character in words:
        depth += (character == "(") - (character == ")" and depth > 0)
        kept.append(character if not depth else " ")
    return "".join(kept)
