"""Citations of other guidelines than the MTUS: free text, read by the names of bodies in it."""

from collections.abc import Iterator
from functools import cache

from imr_extract.extract.citation_text import (
    YEAR,
    bodies_by_name,
    body_pattern,
    guideline_rules,
    section_items,
    trim,
)
from imr_extract.rules.patterns import Pattern, compile_pattern
from imr_extract.text.document import Found, NormalizedText

Interval = tuple[int, int]

_URL = compile_pattern(r"(?:https?://|www\.)[^\s,;()]+[^\s,;().]")
_EDITION = compile_pattern(r"\b\d{1,2}(?:st|nd|rd|th) [Ee]d(?:ition\b|\.|\b)")
_PAGE = compile_pattern(r"\b(?:[Pp]ages?|[Pp]gs?\.?|pp?\.) ?(?P<page>\d+(?: ?[-\u2013,] ?\d+)*)")
# Dates on which a page was read or renewed, which are no title.
_DATED = compile_pattern(
    r"\(?\b(?:(?:[Ll]ast )?(?:[Uu]pdated|[Rr]evised|[Aa]ccessed|[Rr]etrieved|[Rr]eviewed)"
    r"(?: online)?(?: on)?:? |on )(?:\d{1,2}[/-]\d{1,2}[/-](?:(?P<century>20)?\d\d)"
    r"|\p{Lu}\p{Ll}+ \d{1,2}, \d{4})\)?"
)
_UPDATED = compile_pattern(r"\d{1,2}[/-]\d{1,2}[/-](?:20)?(?P<year>\d\d)\b")
# "Nguyen AB, Ortiz C. Title of the article. Journal. 2012": the title stands behind the authors.
_AUTHORS = compile_pattern(
    r"(?:\p{Lu}[\p{L}'\u2019-]+,? (?:\p{Lu}\.? ?){1,3}(?:, | and |; )?)+(?:et al)?\.? ?:? "
    r"(?:\(\d{4}\)\.? )?(?P<title>\p{Lu}[^.?]{10,200}[.?])"
)
_WORDS_OF_A_CHAPTER = (
    r"(?: ?\((?:Acute(?: ?(?:&|and) ?Chronic)?|Chronic|[Oo]nline [Vv]ersion"
    r"|[Uu]pdated [\d/]+|Thoracic and Lumbar,? ?Acute and Chronic|CTS)\)"
    r"| (?:[Cc]hapters?|[Ss]ections?|[Pp]rocedure [Ss]ummary|[Oo]nline [Vv]ersion)\b(?! \d)"
    r"|[,:]? ?\d{1,2}/\d{1,2}/\d{2,4}\b)*"
)
_SEPARATOR = compile_pattern(r"(?: ?[,;:/.\u2013-] ?| and | & | (?=\()| )")
# What parts topics, and what is only said of the whole citation.
_ITEM_END = compile_pattern(
    r" ?[;:] ?| [-\u2013] ?|[,.] (?=\p{Lu}|[\p{L} ]{3,25} [Cc]hapter)"
    r"| and (?=\p{Lu}\p{Ll}+ |[\p{L} ]{3,25} [Cc]hapter)"
)
_OF_THE_WHOLE = compile_pattern(
    r"(?:(?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th) [Ee]d(?:ition|\.)?|(?:[Ww]eb|[Oo]nline) [Vv]ersion"
    r"|[Gg]uidelines?|[Cc]hapters?)(?=[ ,;:.]|$)[ ,;:]*"
)
_NO_TOPIC = frozenset(
    ("guidelines", "guideline", "subheading", "topic", "chapter", "section", "online version")
)


def others(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    """The citations in free text: each known body begins one, and so do words before the first."""
    text = normalized.text
    matches = list(body_pattern().finditer(text, start, end))
    bounds = [match.start() for match in matches] + [end]
    lead = trim(text, start, bounds[0])
    title_before = bool(matches) and bodies_by_name()[matches[0].group()].title_before
    if lead and not title_before:
        yield from _without_body(normalized, *lead)
    for index, (match, bound) in enumerate(zip(matches, bounds[1:], strict=True)):
        body = bodies_by_name()[match.group()]
        named = Found(
            "body", body.body, (normalized.span(*match.span()),), f"guidelines.{body.body}"
        )
        tail = trim(text, match.end(), bound)
        if body.body == "ODG":
            yield from ([named, *parts] for parts in _chapters(normalized, tail))
            continue
        if body.title_before and index == 0 and lead and not _title_in(text, tail):
            tail = lead
        yield [named, *(_parts(normalized, *tail, split=body.body == "ACOEM") if tail else ())]


def _without_body(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    """Citations of no known body: each web address is one, and the words before the first."""
    text = normalized.text
    if authored := _AUTHORS.search(text, start, end):
        left, right = authored.span("title")
        here = (normalized.span(left, right - 1),)
        parts = [part for part in _parts(normalized, start, end) if part.field != "title"]
        title = Found("title", text[left : right - 1], here, "guidelines.article")
        yield [_other(normalized, start, end), title, *parts]
        return
    addresses = [match.start() for match in _URL.finditer(text, start, end)]
    starts = sorted({start, *addresses[1:]})
    for left, right in zip(starts, [*starts[1:], end], strict=True):
        if interval := trim(text, left, right):
            yield [_other(normalized, *interval), *_parts(normalized, *interval)]


def _other(normalized: NormalizedText, start: int, end: int) -> Found:
    return Found("body", "other", (normalized.span(start, end),), "guidelines.other")


def _parts(
    normalized: NormalizedText, start: int, end: int, *, split: bool = False
) -> Iterator[Found]:
    """Title, year, edition, page and address; with `split`, sections behind the title too."""
    text = normalized.text
    taken: list[Interval] = []
    found: list[Found] = []
    for field, pattern, group in (
        ("url", _URL, 0),
        ("edition", _EDITION, 0),
        ("page", _PAGE, "page"),
    ):
        if match := pattern.search(text, start, end):
            place = (normalized.span(*match.span(group)),)
            found.append(Found(field, match[group], place, f"guidelines.{field}"))
            taken.append(match.span())
    taken += [match.span() for match in _DATED.finditer(text, start, end)]
    if year := YEAR.search(text, start, end):
        found.append(
            Found("year", int(year.group()), (normalized.span(*year.span()),), "guidelines.year")
        )
    title = _longest(text, start, end, taken)
    if title is not None:
        items = list(section_items(text, *title)) if split else [title]
        named = items[0]
        place = (normalized.span(*named),)
        yield Found("title", text[slice(*named)], place, "guidelines.title")
        if items[1:]:
            yield _sections(normalized, items[1:])
    yield from found


def _title_in(text: str, interval: Interval | None) -> bool:
    """Whether more stands there than the date on which a page was read."""
    dates = [match.span() for match in _DATED.finditer(text, *interval)] if interval else []
    return interval is not None and _longest(text, *interval, dates) is not None


def _longest(text: str, start: int, end: int, taken: list[Interval]) -> Interval | None:
    """The longest stretch that none of `taken` covers; None where only numbers are left."""
    edges = [start, *(edge for interval in sorted(taken) for edge in interval), end]
    pieces = (trim(text, left, right) for left, right in zip(edges[::2], edges[1::2], strict=True))
    kept = [piece for piece in pieces if piece and any(c.isalpha() for c in text[slice(*piece)])]
    return max(kept, key=lambda piece: piece[1] - piece[0], default=None)


def _sections(normalized: NormalizedText, items: list[Interval]) -> Found:
    names = [normalized.text[left:right] for left, right in items]
    places = tuple(normalized.span(left, right) for left, right in items)
    return Found("sections", names, places, "guidelines.topics")


@cache
def _chapter_pattern() -> tuple[Pattern, dict[str, str]]:
    """A chapter of ODG with the words around its name, and which chapter each group means."""
    groups = {f"c{number}": name for number, name in enumerate(guideline_rules().odg)}
    names = "|".join(
        f"(?P<{group}>{'|'.join(guideline_rules().odg[name])})" for group, name in groups.items()
    )
    behind = r"(?=$|[.,;:/(]| \(| ?[-\u2013] | -|- | and | & |[-\u2013]\p{Lu})"
    return compile_pattern(
        rf"(?i:\b(?:{names}))(?:{_WORDS_OF_A_CHAPTER}(?<=\)|hapters?|ections?|\d)(?= ?\p{{Lu}})"
        rf"|{_WORDS_OF_A_CHAPTER}(?<=[\w)]){behind})"
    ), groups


def _chapters(normalized: NormalizedText, interval: Interval | None) -> Iterator[list[Found]]:
    """The chapters of ODG that the words behind its name tell, each with the topics behind it.

    Where they tell none it is one citation without a title.
    """
    if interval is None:
        yield []
        return
    text = normalized.text
    at, end = interval
    pattern, groups = _chapter_pattern()
    citations: list[tuple[Found | None, list[Interval]]] = []
    while at < end:
        if whole := _OF_THE_WHOLE.match(text, at, end):
            at = whole.end()
        elif chapter := pattern.match(text, at, end):
            group = next(key for key in groups if chapter[key] is not None)
            place = (normalized.span(*chapter.span(group)),)
            citations.append((Found("title", groups[group], place, "guidelines.odg_chapter"), []))
            at = chapter.end()
        else:
            stop = _item_end(text, at, end)
            topic = trim(text, at, stop)
            if topic and text.count(")", *topic) > text.count("(", *topic):
                topic = topic[0], topic[1] - 1  # of brackets around all topics
            if topic and _is_topic(text[slice(*topic)]):
                if not citations:
                    citations.append((None, []))
                citations[-1][1].append(topic)
            at = stop
        while at < end and (separator := _SEPARATOR.match(text, at, end)):
            at = separator.end()
        at += text.startswith("(", at) and at < end
    year = _year(normalized, *interval)
    for title, topics in citations or [(None, [])]:
        yield [
            *([title] if title else []),
            *([_sections(normalized, topics)] if topics else []),
            *([year] if year else []),
        ]


def _item_end(text: str, at: int, end: int) -> int:
    """Where the topic that begins at `at` ends: at what parts topics, outside of brackets."""
    for match in _ITEM_END.finditer(text, at + 1, end):
        if text.count("(", at, match.start()) <= text.count(")", at, match.start()):
            return match.start()
    return end


def _is_topic(words: str) -> bool:
    return (
        words.lower() not in _NO_TOPIC
        and not _DATED.fullmatch(words)
        and any(letter.isalpha() for letter in words)
    )


def _year(normalized: NormalizedText, start: int, end: int) -> Found | None:
    text = normalized.text
    if year := YEAR.search(text, start, end):
        return Found("year", int(year.group()), (normalized.span(*year.span()),), "guidelines.year")
    if updated := _UPDATED.search(text, start, end):
        value = 2000 + int(updated["year"])
        return Found("year", value, (normalized.span(*updated.span()),), "guidelines.updated")
    return None
