"""Guideline citations as data, out of the guideline texts of an issue.

The MTUS part has a fixed grammar: "MTUS <chapter> <year>[, Section(s): <names>]", and more
chapters behind ", and". What follows "Non-MTUS Citation" is free text, read by the names of the
bodies in it.
"""

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from imr_extract.rules.patterns import Match, Pattern, alternatives, compile_pattern
from imr_extract.rules.table import load
from imr_extract.text.document import Found, NormalizedText, Section


class _Mtus(Struct, frozen=True, forbid_unknown_fields=True):
    chapters: tuple[str, ...]
    sections_with_commas: tuple[str, ...]


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    body: str
    names: tuple[str, ...]
    title_before: bool = False  # the title stands before the name, not behind it


class GuidelineRules(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/guidelines.toml`."""

    mtus: _Mtus
    bodies: tuple[_Body, ...]


@cache
def guideline_rules() -> GuidelineRules:
    """The shipped names of guideline bodies, chapters and sections."""
    return load("guidelines.toml", GuidelineRules)


_MTUS = compile_pattern(r"(?<!Non[- ]*)(?<!outside of the )\bMTUS\b:? ?")
_OTHER = compile_pattern(
    r"(?:Decision based on )?Non[- ]*MTUS(?: Citations?)?:? ?"
    r"|\band Other Medical Treatment Guidelines?:? ?"
)
_LEAD = "(?:Decision based on |The Claims Administrator based (?:its|their) decision on )?"
# "the Elbow Complaints chapter of the ACOEM Practice Guidelines, 2007"
_CHAPTER_OF = compile_pattern(
    rf"{_LEAD}(?:[Tt]he )?(?P<title>\p{{Lu}}[^.;:]{{2,80}}?)"
    r"(?: [Cc]hapters? (?:of|in|from) (?:the )?|(?: [Cc]hapters?)? \($)"
)
_CHAPTER_SIGNS = ("hapter", " (")  # one of them stands in every match
_BASED_ON = compile_pattern(rf"{_LEAD}(?:the )?")
_SECTIONS = compile_pattern(r",? ?Sections?(?:\(s\))?: ?")
_NUMBERED = compile_pattern(r"\d+(?:\.\d+)*\.? \p{Lu}")
_NEXT_NUMBERED = compile_pattern(r", (?=\d+(?:\.\d+)*\.? \p{Lu})")
_COMMA_AND = compile_pattern(r"[,;] (?:and )?")
# A bare year; not one inside a date, an address or "updated 11/23/16".
_YEAR = compile_pattern(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/-])")
_EDGES = " ,;:.-\u2013/"
_FILLER = compile_pattern(
    r"(?:^(?:the|and|guidelines?|chapter:)\b[ ,:;-]*)|(?:[ ,;:-]*\b(?:and|the|accessed from)$)"
)


def extract(normalized: NormalizedText, section: Section, field: str) -> Iterator[Found]:
    """The citations of one guideline text, as values under `field[0]`, `field[1]` and so on."""
    text = normalized.text
    citations = list(_citations(normalized, section, _stretches(text, section)))
    if not citations:  # no MTUS is said, or last: "(ACOEM, 2004), which is part of the MTUS"
        citations = list(_citations(normalized, section, _unmarked(text, section)))
    for number, citation in enumerate(citations):
        for part in citation:
            yield part._replace(field=f"{field}[{number}].{part.field}")


def _citations(
    normalized: NormalizedText, section: Section, stretches: list[tuple[int, int, bool]]
) -> Iterator[list[Found]]:
    for start, end, is_mtus in stretches:
        citations = list((_mtus if is_mtus else _others)(normalized, start, end))
        if chapter := _chapter_of(normalized, section, start, end):
            citations = [chapter]
        if is_mtus and not citations:  # a chapter of another body, adopted by the MTUS
            citations = list(_named_only(normalized, start, end))
        yield from citations


def _unmarked(text: str, section: Section) -> list[tuple[int, int, bool]]:
    """The whole text, as later letters print it: a body's name follows, and MTUS is not said."""
    lead = _BASED_ON.match(text, section.body, section.end)
    start = lead.end() if lead else section.body
    return [(start, section.end, False)] if _body_pattern().search(text, start, section.end) else []


def _chapter_of(
    normalized: NormalizedText, section: Section, start: int, end: int
) -> list[Found] | None:
    """The citation of a text that names one chapter before its body; None for other texts."""
    text = normalized.text
    if not any(text.find(sign, section.body, end) >= 0 for sign in _CHAPTER_SIGNS):
        return None
    bodies = list(_body_pattern().finditer(text, section.body, end))
    if len(bodies) != 1 or start > bodies[0].start():
        return None
    title = _CHAPTER_OF.match(text, section.body, bodies[0].start())
    if title is None:
        return None
    name = _bodies_by_name()[bodies[0].group()]
    found = [
        Found("body", name.body, (normalized.span(*bodies[0].span()),), f"guidelines.{name.body}"),
        Found(
            "title", title["title"], (normalized.span(*title.span("title")),), "guidelines.chapter"
        ),
    ]
    if year := _YEAR.search(text, bodies[0].end(), end):
        found.append(
            Found("year", int(year.group()), (normalized.span(*year.span()),), "guidelines.year")
        )
    return found


def _named_only(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    """Citations from the first known body on."""
    first = _body_pattern().search(normalized.text, start, end)
    if first is not None:
        yield from _others(normalized, first.start(), end)


def _stretches(text: str, section: Section) -> list[tuple[int, int, bool]]:
    """Start, end and whether MTUS, of each stretch of citations."""
    stretches = []
    marks = [(match, True) for match in _MTUS.finditer(text, section.body, section.end)]
    marks += [(match, False) for match in _OTHER.finditer(text, section.body, section.end)]
    marks.sort(key=lambda mark: mark[0].start())
    for index, (match, is_mtus) in enumerate(marks):
        end = marks[index + 1][0].start() if index + 1 < len(marks) else section.end
        stop = text.rfind("Decision based on", match.end(), end)
        stretches.append((match.end(), end if stop < 0 else stop, is_mtus))
    return stretches


@cache
def _chapter_pattern() -> Pattern:
    chapters = alternatives(guideline_rules().mtus.chapters)
    # A chapter that is not in the list is read as far as its year, behind the word MTUS only.
    return compile_pattern(
        rf"(?P<title>(?:{chapters})|(?<=MTUS:? )\p{{Lu}}[^.;:]{{2,70}}?)"
        r"(?: (?:Medical Treatment )?Guidelines?)?,?"
        r"(?: (?P<year>(?:19|20)\d\d))(?: Guidelines?)?",
        ignore_case=False,
    )


def _mtus(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    text = normalized.text
    chapters = list(_chapter_pattern().finditer(text, start, end))
    bounds = [match.start() for match in chapters[1:]] + [end]
    for match, bound in zip(chapters, bounds, strict=False):  # one bound too many without chapters
        title, year = match.span("title"), match.span("year")
        yield [
            Found(
                "body", "MTUS", (normalized.span(*_word_before(text, start)),), "guidelines.mtus"
            ),
            Found("title", match["title"], (normalized.span(*title),), "guidelines.mtus_chapter"),
            Found("year", int(match["year"]), (normalized.span(*year),), "guidelines.mtus_chapter"),
            *_sections(normalized, match, bound),
        ]


def _word_before(text: str, at: int) -> tuple[int, int]:
    """The interval of the last word that ends before `at`."""
    end = len(text[:at].rstrip(" :"))
    return text.rfind(" ", 0, end) + 1, end


def _sections(normalized: NormalizedText, chapter: Match, bound: int) -> Iterator[Found]:
    text = normalized.text
    label = _SECTIONS.match(text, chapter.end(), bound)
    if label is None:
        return
    end = label.end() + len(_strip_and(text[label.end() : bound]))
    items = list(_section_items(text, label.end(), end))
    if items:
        yield Found(
            "sections",
            [text[left:right] for left, right in items],
            tuple(normalized.span(left, right) for left, right in items),
            "guidelines.mtus_sections",
        )


def _strip_and(words: str) -> str:
    """`words` without the punctuation and the "and" that lead on to the next chapter."""
    return words.rstrip(_EDGES).removesuffix(", and").removesuffix(" and").rstrip(_EDGES)


def _section_items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The section names in `text[start:end]`: split at commas, but not inside a name."""
    if _NUMBERED.match(text, start):
        at = start
        for match in _NEXT_NUMBERED.finditer(text, start, end):
            yield at, match.start()
            at = match.end()
        yield at, end
        return
    names = guideline_rules().mtus.sections_with_commas
    at, scan = start, start
    for match in _COMMA_AND.finditer(text, start, end):
        if match.start() < scan:
            continue
        whole = next((name for name in names if text.startswith(name, at)), "")
        inside_name = match.start() < at + len(whole)
        inside_brackets = text.count("(", at, match.start()) > text.count(")", at, match.start())
        if inside_name or inside_brackets or text[match.end()].islower():
            continue
        yield at, match.start()
        at = scan = match.end()
    if at < end:
        yield at, end


@cache
def _body_pattern() -> Pattern:
    bodies = guideline_rules().bodies
    names = alternatives(name for body in bodies for name in body.names)
    return compile_pattern(rf"(?<![\w.@-])(?:{names})(?![\w-])")


@cache
def _bodies_by_name() -> dict[str, _Body]:
    return {name: body for body in guideline_rules().bodies for name in body.names}


def _others(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    """Citations in free text: each known body begins one; words before it are one of their own."""
    text = normalized.text
    matches = list(_body_pattern().finditer(text, start, end))
    bounds = [match.start() for match in matches] + [end]
    lead = _trim(text, start, bounds[0])
    if matches and _bodies_by_name()[matches[0].group()].title_before:
        pass  # the text before it may be its title
    elif lead:
        yield [*_other_body(normalized, lead), *_title(normalized, lead)]
    for index, (match, bound) in enumerate(zip(matches, bounds[1:], strict=True)):
        body = _bodies_by_name()[match.group()]
        title = _trim(text, match.end(), bound)
        if body.title_before and title is None and index == 0:
            title = lead
        spans = (normalized.span(*match.span()),)
        yield [
            Found("body", body.body, spans, f"guidelines.{body.body}"),
            *(_title(normalized, title) if title else ()),
        ]


def _other_body(normalized: NormalizedText, lead: tuple[int, int]) -> Iterator[Found]:
    yield Found("body", "other", (normalized.span(*lead),), "guidelines.other")


def _title(normalized: NormalizedText, interval: tuple[int, int]) -> Iterator[Found]:
    text = normalized.text
    yield Found("title", text[slice(*interval)], (normalized.span(*interval),), "guidelines.title")
    if year := _YEAR.search(text, *interval):
        yield Found("year", int(year.group()), (normalized.span(*year.span()),), "guidelines.year")


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """`text[start:end]` without punctuation and filler at its edges; None where nothing is left."""
    while True:
        words = text[start:end]
        left = len(words) - len(words.lstrip(_EDGES))
        right = len(words.rstrip(_EDGES))
        filler = _FILLER.search(words[left:right])
        if left >= right:
            return None
        if filler is None:
            return start + left, start + right
        if filler.start() == 0:
            start, end = start + left + filler.end(), start + right
        else:
            start, end = start + left, start + left + filler.start()
