"""Citations of other guidelines than the MTUS: free text, read by the names of bodies in it."""

from collections.abc import Iterator
from functools import cache

from imr_extract.extract.citation_text import (
    YEAR,
    Citation,
    Interval,
    Part,
    bodies_by_name,
    body_pattern,
    guideline_rules,
    section_items,
    trim,
)
from imr_extract.rules.patterns import Pattern, compile_pattern

_ODG = "ODG"
_PAIR = 2  # topics, and a chapter behind them

_URL = compile_pattern(r"(?:https?://|www\.)[^\s,;()]+[^\s,;().]")
_EDITION = compile_pattern(r"\b\d{1,2}(?:st|nd|rd|th) [Ee]d(?:ition\b|\.|\b)")
_PAGE = compile_pattern(r"\b(?:[Pp]ages?|[Pp]gs?\.?|pp?\.) ?(?P<page>\d+(?: ?[-\u2013,] ?\d+)*)")
# Dates on which a page was read or renewed, which are no title.
_DATED = compile_pattern(
    r"\(?\b(?:(?:[Ll]ast )?(?:[Uu]pdated|[Rr]evised|[Aa]ccessed|[Rr]etrieved|[Rr]eviewed)"
    r"(?: online)?(?: on)?:? |on )(?:\d{1,2}[/.-]\d{1,2}[/.-](?:(?P<century>20)?\d\d)"
    r"|\p{Lu}\p{Ll}+ \d{1,2}, \d{4})\)?"
)
# A date on which a page was only read is no date of its contents.
_UPDATED = compile_pattern(
    r"(?<!\b(?:[Aa]ccessed|[Rr]etrieved|[Rr]eviewed|[Oo]n(?:line)?):? )"
    r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:20)?(?P<year>\d\d)\b"
)
# What stands apart from the title: a year in brackets, at its end or before it, and a volume.
_APART_FROM_TITLE = compile_pattern(
    r"\G\W*\((?:19|20)\d\d\)|\((?:19|20)\d\d\)\W*$|(?:[,;] ?|\. )(?:19|20)\d\d\W*$"
    r"|\G(?:19|20)\d\d[,;.] |(?<=[Ee]d(?:ition|\.)? )\((?:19|20)\d\d\)|\b[Vv]ol(?:ume|\.)? ?\d+"
)
_YEAR_OF_TITLE = compile_pattern(r"(?<=\w) ?\((?:19|20)\d\d\)$")
# "Nguyen AB, Ortiz C. Title of the article. Journal. 2012": the title stands behind the authors.
_AUTHORS = compile_pattern(
    r"(?:\p{Lu}[\p{L}'\u2019-]+,? (?:\p{Lu}\.? ?){1,3}(?:, | and |; )?)+(?:et al)?\.? ?:? "
    r"(?:\(\d{4}\)\.? )?(?P<title>\p{Lu}[^.?]{10,200}[.?])"
)
# "Society of X. Title of its advice. Place: Publisher; 2007 Jan.": the author is a body.
_PUBLISHED = compile_pattern(
    r"\p{Lu}[^.:;]{8,80}\. (?P<title>\p{Lu}[^.?]{10,200}[.?]) [^.]{3,80}.{0,80}\b(?:19|20)\d\d\b"
)
_WORDS_OF_A_CHAPTER = (
    r"(?: ?\((?:Acute(?: ?(?:&|and) ?Chronic)?|Chronic|[Oo]nline [Vv]ersion"
    r"|[Uu]pdated [\d/]+|Thoracic and Lumbar,? ?Acute and Chronic|CTS)\)"
    r"| (?:[Cc]hapters?|[Ss]ections?|[Pp]rocedure [Ss]ummary|[Oo]nline [Vv]ersion)\b(?! \d)"
    r"|[,:]? ?(?:(?:on|[Uu]pdated|[Aa]ccessed) )?\d{1,2}/\d{1,2}/\d{2,4}\b)*"
)
_SEPARATOR = compile_pattern(r"(?: ?[,;:/.\u2013-] ?| and | & | (?=\()| )")
# What parts topics, and what is only said of the whole citation.
_ITEM_END = compile_pattern(
    r" ?[;:] ?| [-\u2013] ?|[,.] (?=\p{Lu}|[\p{L} ]{3,25} [Cc]hapter)"
    r"| and (?=\p{Lu}\p{Ll}+ |[\p{L} ]{3,25} [Cc]hapter)"
)
_OF_THE_WHOLE = compile_pattern(
    r"(?:(?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th) [Ee]d(?:ition|\.)?(?: \((?:web|online)\))?"
    r"|(?:[Ww]eb|[Oo]nline) [Vv]ersion"
    r"|[Tt]reatment (?:[Ii]ndex|in [Ww]orkers['\u2019]? ?[Cc]omp(?:ensation)?)"
    r"|[Gg]uidelines?|[Cc]hapters?)(?=[ ,;:.]|$)[ ,;:]*"
)
_LEAD_OF_A_TOPIC = compile_pattern(
    r"(?i:(?:under|see|regarding|re:?|topic:?|section on|heading) )+"
)
_NO_TOPIC = frozenset(
    ("guidelines", "guideline", "subheading", "topic", "chapter", "section", "online version")
)


def others(text: str, start: int, end: int) -> Iterator[Citation]:
    """The citations in free text: each known body begins one, and so do words before the first."""
    matches = list(body_pattern().finditer(text, start, end))
    bounds = [match.start() for match in matches] + [end]
    lead = trim(text, start, bounds[0])
    title_before = bool(matches) and bodies_by_name()[matches[0].group()].title_before
    if lead and not title_before:
        names_odg = bool(matches) and bodies_by_name()[matches[0].group()].body == _ODG
        if _is_of_odg(text, *lead, named=names_odg):
            body_of_lead = Part("body", _ODG, (lead,), "guidelines.odg_chapter_alone")
            yield from ([body_of_lead, *parts] for parts in _chapters(text, lead))
        else:
            yield from _without_body(text, *lead)
    for index, (match, bound) in enumerate(zip(matches, bounds[1:], strict=True)):
        body = bodies_by_name()[match.group()]
        named = Part("body", body.body, (match.span(),), f"guidelines.{body.body}")
        tail = trim(text, match.end(), bound)
        if body.body == _ODG:
            yield from ([named, *parts] for parts in _chapters(text, tail))
            continue
        if body.title_before and index == 0 and lead and not _title_in(text, tail):
            tail = lead
        yield [named, *(_parts(text, *tail, split=body.body == "ACOEM") if tail else ())]


def _without_body(text: str, start: int, end: int) -> Iterator[Citation]:
    """Citations of no known body: each web address is one, and the words before the first."""
    if authored := _AUTHORS.search(text, start, end) or _PUBLISHED.match(text, start, end):
        left, right = authored.span("title")
        here = ((left, right - 1),)
        parts = [part for part in _parts(text, start, end) if part.field != "title"]
        title = Part("title", text[left : right - 1], here, "guidelines.article")
        yield [_other(start, end), title, *parts]
        return
    addresses = [match.start() for match in _URL.finditer(text, start, end)]
    starts = sorted({start, *addresses[1:]})
    for left, right in zip(starts, [*starts[1:], end], strict=True):
        if interval := trim(text, left, right):
            yield [_other(*interval), *_parts(text, *interval)]


def _other(start: int, end: int) -> Part:
    return Part("body", "other", ((start, end),), "guidelines.other")


def _parts(text: str, start: int, end: int, *, split: bool = False) -> Iterator[Part]:
    """Title, year, edition, page and address; with `split`, sections behind the title too."""
    taken: list[Interval] = []
    found: list[Part] = []
    for field, pattern, group in (
        ("url", _URL, 0),
        ("edition", _EDITION, 0),
        ("page", _PAGE, "page"),
    ):
        if match := pattern.search(text, start, end):
            found.append(Part(field, match[group], (match.span(group),), f"guidelines.{field}"))
            taken.append(match.span())
    for apart in (_DATED, _APART_FROM_TITLE):
        taken += [match.span() for match in apart.finditer(text, start, end)]
    if year := YEAR.search(text, start, end):
        found.append(Part("year", int(year.group()), (year.span(),), "guidelines.year"))
    title = _longest(text, start, end, taken)
    if title is not None:
        items = list(_title_and_sections(text, *title)) if split else [title]
        named = items[0]
        if behind := _YEAR_OF_TITLE.search(text, *named):
            named = named[0], behind.start()
        place = (named,)
        yield Part("title", text[slice(*named)], place, "guidelines.title")
        if items[1:]:
            yield _sections(text, items[1:])
    yield from found


def _title_and_sections(text: str, start: int, end: int) -> Iterator[Interval]:
    """Title and sections of a chapter that the MTUS has, too: behind its name, between commas."""
    words = text[start:end].lower()
    names = (name.lower() for name in guideline_rules().mtus.chapters)
    whole = max((name for name in names if words.startswith(f"{name},")), key=len, default="")
    if not whole:
        yield from section_items(text, start, end)
        return
    yield start, start + len(whole)
    at = start + len(whole) + 1
    for part in text[at:end].split(","):
        if section := trim(text, at, at + len(part)):
            yield section
        at += len(part) + 1


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


def _sections(text: str, items: list[Interval]) -> Part:
    names = tuple(text[left:right] for left, right in items)
    return Part("sections", names, tuple(items), "guidelines.topics")


@cache
def _chapter_pattern() -> tuple[Pattern, dict[str, str]]:
    """A chapter of ODG with the words around its name, and which chapter each group means."""
    groups = {f"c{number}": name for number, name in enumerate(guideline_rules().odg)}
    names = "|".join(
        f"(?P<{group}>{'|'.join(guideline_rules().odg[name])})" for group, name in groups.items()
    )
    behind = r"(?=$|[.,;:/(]| Procedures?\b| \(| ?[-\u2013] | -|- | and | & |[-\u2013]\p{Lu})"
    return compile_pattern(
        rf"(?i:\b(?:{names}))(?:{_WORDS_OF_A_CHAPTER}(?<=\)|hapters?|ections?|\d)(?= ?\p{{Lu}})"
        rf"|{_WORDS_OF_A_CHAPTER}(?<=[\w)]){behind})"
    ), groups


def _chapters(text: str, interval: Interval | None) -> Iterator[Citation]:
    """The chapters of ODG that the words behind its name state, each with the topics behind it.

    Where they state none it is one citation without a title.
    """
    if interval is None:
        yield []
        return
    at, end = interval
    pattern, groups = _chapter_pattern()
    citations: list[tuple[Part | None, list[Interval]]] = []
    while at < end:
        if whole := _OF_THE_WHOLE.match(text, at, end):
            at = whole.end()
        elif chapter := pattern.match(text, at, end):
            group = next(key for key in groups if chapter[key] is not None)
            place = (chapter.span(group),)
            citations.append((Part("title", groups[group], place, "guidelines.odg_chapter"), []))
            at = chapter.end()
        else:
            stop = _item_end(text, at, end)
            if topic := _topic(text, at, stop):
                if not citations:
                    citations.append((None, []))
                citations[-1][1].append(topic)
            at = stop
        while at < end and (separator := _SEPARATOR.match(text, at, end)):
            at = separator.end()
        at += text.startswith("(", at) and at < end
    if len(citations) == _PAIR and citations[0][0] is None and not citations[1][1]:
        citations = [(citations[1][0], citations[0][1])]  # "physical therapy, elbow chapter"
    of_all = list(_of_all(text, *interval))
    for title, topics in citations or [(None, [])]:
        yield [
            *([title] if title else []),
            *([_sections(text, topics)] if topics else []),
            *of_all,
        ]


def _is_of_odg(text: str, start: int, end: int, *, named: bool) -> bool:
    """Whether words before any body are a chapter of ODG: called one, or ODG is named behind."""
    chapter = _chapter_pattern()[0].match(text, start, end)
    if chapter is None:
        return False
    return named or any(sign in chapter.group() for sign in ("hapter", "Acute"))


def _item_end(text: str, at: int, end: int) -> int:
    """Where the topic that begins at `at` ends: at what parts topics, outside of brackets."""
    for match in _ITEM_END.finditer(text, at + 1, end):
        if text.count("(", at, match.start()) <= text.count(")", at, match.start()):
            return match.start()
    return end


def _topic(text: str, start: int, end: int) -> Interval | None:
    """The topic in `text[start:end]`; None where only words about the citation stand there."""
    topic = trim(text, start, end)
    if topic is None:
        return None
    left, right = topic
    if before := _LEAD_OF_A_TOPIC.match(text, left, right):
        left = before.end()
    if text.count(")", left, right) > text.count("(", left, right):
        right -= 1  # of brackets around all topics
    return (left, right) if _is_topic(text[left:right]) else None


def _is_topic(words: str) -> bool:
    return (
        words.lower() not in _NO_TOPIC
        and not _DATED.fullmatch(words)
        and any(letter.isalpha() for letter in words)
    )


def _of_all(text: str, start: int, end: int) -> Iterator[Part]:
    """Year and edition, which hold for each chapter."""
    if year := YEAR.search(text, start, end):
        yield Part("year", int(year.group()), (year.span(),), "guidelines.year")
    elif updated := _UPDATED.search(text, start, end):
        yield Part("year", 2000 + int(updated["year"]), (updated.span(),), "guidelines.updated")
    if edition := _EDITION.search(text, start, end):
        yield Part("edition", edition.group(), (edition.span(),), "guidelines.edition")
