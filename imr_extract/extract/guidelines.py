"""Guideline citations as data, out of the guideline texts of an issue.

The MTUS part has a fixed grammar: "MTUS <chapter> <year>[, Section(s): <names>]", and more
chapters behind ", and". What follows "Non-MTUS Citation" is free text, read by the names of the
bodies in it.
"""

from collections.abc import Iterator
from functools import cache, lru_cache

from imr_extract.extract.citation_text import (
    EDGES,
    YEAR,
    Citation,
    Part,
    bodies_by_name,
    body_pattern,
    guideline_rules,
    section_items,
)
from imr_extract.extract.other_guidelines import others
from imr_extract.rules.patterns import Match, Pattern, alternatives, compile_pattern
from imr_extract.text.document import Found, NormalizedText, Section

_MTUS = compile_pattern(r"\bMTUS\b(?<!Non[- ]*MTUS)(?<!outside of the MTUS):? ?")
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
_CHAPTER, _OPENED = "hapter", " ("  # every match holds the one, or ends with the other
_BASED_ON = compile_pattern(rf"{_LEAD}(?:the )?")
_SECTIONS = compile_pattern(r",? ?Sections?(?:\(s\))?: ?")


def extract(normalized: NormalizedText, section: Section, field: str) -> Iterator[Found]:
    """The citations of one guideline text, as values under `field[0]`, `field[1]` and so on."""
    body = section.body
    for number, citation in enumerate(_citations_in(normalized.text[body : section.end])):
        for part in citation:
            spans = tuple([normalized.span(body + left, body + right) for left, right in part.at])
            value = list(part.value) if isinstance(part.value, tuple) else part.value
            yield Found(f"{field}[{number}].{part.field}", value, spans, part.rule)


@lru_cache(maxsize=256)  # half of all texts stand in more than one issue, or letter
def _citations_in(text: str) -> tuple[tuple[Part, ...], ...]:
    """The citations of a guideline text."""
    citations = list(_citations(text, _stretches(text)))
    if not citations:  # no MTUS is said, or last: "(ACOEM, 2004), which is part of the MTUS"
        citations = list(_citations(text, _unmarked(text)))
    return tuple(tuple(citation) for citation in citations)


def _citations(text: str, stretches: list[tuple[int, int, bool]]) -> Iterator[Citation]:
    for start, end, is_mtus in stretches:
        citations = list((_mtus if is_mtus else others)(text, start, end))
        if chapter := _chapter_of(text, start, end):
            citations = [chapter]
        if is_mtus and not citations:  # a chapter of another body, adopted by the MTUS
            citations = list(_named_only(text, start, end))
        yield from citations


def _unmarked(text: str) -> list[tuple[int, int, bool]]:
    """The whole text, as later letters print it: a body's name follows, and MTUS is not said."""
    lead = _BASED_ON.match(text)
    start = lead.end() if lead else 0
    return [(start, len(text), False)] if body_pattern().search(text, start) else []


def _chapter_of(text: str, start: int, end: int) -> Citation | None:
    """The citation of a text that names one chapter before its body; None for other texts."""
    body = body_pattern().search(text, 0, end)
    if body is None or start > body.start():
        return None
    if _CHAPTER not in text[: body.start()] and not text.endswith(_OPENED, 0, body.start()):
        return None
    title = _CHAPTER_OF.match(text, 0, body.start())
    if title is None or body_pattern().search(text, body.end(), end):
        return None
    name = bodies_by_name()[body.group()]
    found = [
        Part("body", name.body, (body.span(),), f"guidelines.{name.body}"),
        Part("title", title["title"], (title.span("title"),), "guidelines.chapter"),
    ]
    if year := YEAR.search(text, body.end(), end):
        found.append(Part("year", int(year.group()), (year.span(),), "guidelines.year"))
    return found


def _named_only(text: str, start: int, end: int) -> Iterator[Citation]:
    """Citations from the first known body on."""
    first = body_pattern().search(text, start, end)
    if first is not None:
        yield from others(text, first.start(), end)


def _stretches(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether MTUS, of each stretch of citations."""
    stretches = []
    marks = [(match, True) for match in _MTUS.finditer(text)]
    marks += [(match, False) for match in _OTHER.finditer(text)]
    marks.sort(key=lambda mark: mark[0].start())
    for index, (match, is_mtus) in enumerate(marks):
        end = marks[index + 1][0].start() if index + 1 < len(marks) else len(text)
        stop = text.rfind("Decision based on", match.end(), end)
        stretches.append((match.end(), end if stop < 0 else stop, is_mtus))
    return stretches


@cache
def _chapter_pattern() -> Pattern:
    chapters = alternatives(guideline_rules().mtus.chapters)
    year = r"(?P<year>(?:19|20)\d\d)"
    # A title that is not in the list is read as far as its year, where a title must stand: behind
    # the word MTUS, and behind the "and" that parts two of them.
    return compile_pattern(
        rf"(?:(?P<title>{chapters})(?: (?:Medical Treatment )?Guidelines?)?,? {year}"
        rf"|(?:(?<=MTUS:? )|(?<=, and ))(?P<title>{chapters})"
        r"(?: (?:Medical Treatment )?Guidelines?)?(?=,? Sections?\(|, and |[.;] ?$|[.;] \p{Lu})"
        # A title of the state's own list, unlike "the MTUS ACOEM Guidelines".
        r"|(?<=MTUS:? )(?P<title>ACOEM)(?=,? Sections?\(|, and |[.;] ?$|[.;] \p{Lu})"
        r"|(?:(?<=MTUS:? )|(?<=, and ))(?P<title>\p{Lu}[^.;:]{2,70}?)"
        rf"(?: (?:Medical Treatment )?Guidelines?)?,? {year}(?=,? Section|, and |[.;]|$))"
        r"(?: Guidelines?)?"
    )


def _mtus(text: str, start: int, end: int) -> Iterator[Citation]:
    chapters = list(_chapter_pattern().finditer(text, start, end))
    bounds = [match.start() for match in chapters[1:]] + [end]
    for match, bound in zip(chapters, bounds, strict=False):  # one bound too many without chapters
        citation = [
            Part("body", "MTUS", (_word_before(text, start),), "guidelines.mtus"),
            Part("title", match["title"], (match.span("title"),), "guidelines.mtus_chapter"),
        ]
        if match["year"]:
            where = (match.span("year"),)
            citation.append(Part("year", int(match["year"]), where, "guidelines.mtus_chapter"))
        yield [*citation, *_sections(text, match, bound)]


def _word_before(text: str, at: int) -> tuple[int, int]:
    """The interval of the last word that ends before `at`."""
    end = len(text[:at].rstrip(" :"))
    return text.rfind(" ", 0, end) + 1, end


def _sections(text: str, chapter: Match, bound: int) -> Iterator[Part]:
    label = _SECTIONS.match(text, chapter.end(), bound)
    if label is None:
        return
    end = label.end() + len(_strip_and(text[label.end() : bound]))
    if items := tuple(section_items(text, label.end(), end)):
        yield Part(
            "sections",
            tuple(text[left:right] for left, right in items),
            items,
            "guidelines.mtus_sections",
        )


def _strip_and(words: str) -> str:
    """`words` without the punctuation and the "and" that lead on to the next chapter."""
    return words.rstrip(EDGES).removesuffix(", and").removesuffix(" and").rstrip(EDGES)
