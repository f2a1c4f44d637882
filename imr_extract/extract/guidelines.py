"""Guideline citations as data, out of the guideline texts of an issue.

The MTUS part has a fixed grammar: "MTUS <chapter> <year>[, Section(s): <names>]", and more
chapters behind ", and". What follows "Non-MTUS Citation" is free text, read by the names of the
bodies in it.
"""

from collections.abc import Iterator
from functools import cache

from imr_extract.extract.citation_text import (
    EDGES,
    YEAR,
    bodies_by_name,
    body_pattern,
    guideline_rules,
    section_items,
)
from imr_extract.extract.other_guidelines import others
from imr_extract.rules.patterns import Match, Pattern, alternatives, compile_pattern
from imr_extract.text.document import Found, NormalizedText, Section

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
        citations = list((_mtus if is_mtus else others)(normalized, start, end))
        if chapter := _chapter_of(normalized, section, start, end):
            citations = [chapter]
        if is_mtus and not citations:  # a chapter of another body, adopted by the MTUS
            citations = list(_named_only(normalized, start, end))
        yield from citations


def _unmarked(text: str, section: Section) -> list[tuple[int, int, bool]]:
    """The whole text, as later letters print it: a body's name follows, and MTUS is not said."""
    lead = _BASED_ON.match(text, section.body, section.end)
    start = lead.end() if lead else section.body
    return [(start, section.end, False)] if body_pattern().search(text, start, section.end) else []


def _chapter_of(
    normalized: NormalizedText, section: Section, start: int, end: int
) -> list[Found] | None:
    """The citation of a text that names one chapter before its body; None for other texts."""
    text = normalized.text
    if not any(text.find(sign, section.body, end) >= 0 for sign in _CHAPTER_SIGNS):
        return None
    bodies = list(body_pattern().finditer(text, section.body, end))
    if len(bodies) != 1 or start > bodies[0].start():
        return None
    title = _CHAPTER_OF.match(text, section.body, bodies[0].start())
    if title is None:
        return None
    name = bodies_by_name()[bodies[0].group()]
    found = [
        Found("body", name.body, (normalized.span(*bodies[0].span()),), f"guidelines.{name.body}"),
        Found(
            "title", title["title"], (normalized.span(*title.span("title")),), "guidelines.chapter"
        ),
    ]
    if year := YEAR.search(text, bodies[0].end(), end):
        found.append(
            Found("year", int(year.group()), (normalized.span(*year.span()),), "guidelines.year")
        )
    return found


def _named_only(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    """Citations from the first known body on."""
    first = body_pattern().search(normalized.text, start, end)
    if first is not None:
        yield from others(normalized, first.start(), end)


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


def _mtus(normalized: NormalizedText, start: int, end: int) -> Iterator[list[Found]]:
    text = normalized.text
    chapters = list(_chapter_pattern().finditer(text, start, end))
    bounds = [match.start() for match in chapters[1:]] + [end]
    for match, bound in zip(chapters, bounds, strict=False):  # one bound too many without chapters
        title = (normalized.span(*match.span("title")),)
        citation = [
            Found(
                "body", "MTUS", (normalized.span(*_word_before(text, start)),), "guidelines.mtus"
            ),
            Found("title", match["title"], title, "guidelines.mtus_chapter"),
        ]
        if match["year"]:
            where = (normalized.span(*match.span("year")),)
            citation.append(Found("year", int(match["year"]), where, "guidelines.mtus_chapter"))
        yield [*citation, *_sections(normalized, match, bound)]


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
    items = list(section_items(text, label.end(), end))
    if items:
        yield Found(
            "sections",
            [text[left:right] for left, right in items],
            tuple(normalized.span(left, right) for left, right in items),
            "guidelines.mtus_sections",
        )


def _strip_and(words: str) -> str:
    """`words` without the punctuation and the "and" that lead on to the next chapter."""
    return words.rstrip(EDGES).removesuffix(", and").removesuffix(" and").rstrip(EDGES)
