"""A request for several things of which the reasons grant some and deny others, in one section."""

from collections.abc import Iterator

from imr_extract.layouts.sections import verdicts
from imr_extract.layouts.spec import Layout, timed
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import IssueSections, NormalizedText, Section

# What parts the things of a request: numbers before them, or commas and "and" between them.
_NUMBERED = compile_pattern(r"(?<![\w.(])\(?\d{1,2}[.)]\)? (?=\p{L})")
_JOINED = compile_pattern(r",? and (?:an? |the )?|[,;] (?:an? |the )?")
# Words that name a thing; a number or a strength names none.
_NAMING = compile_pattern(r"\p{L}[\p{L}-]{2,}")
_NO_NAME = frozenset({"the", "and", "for", "with", "requested", "request", "use", "per", "this"})


def issues(normalized: NormalizedText, layout: Layout, whole: IssueSections) -> list[IssueSections]:
    """An issue a thing asked for, where the verdicts on them differ; none where they do not.

    A thing that no verdict names has no outcome of its own. All share the reasons.
    """
    service, rationale = whole.service, whole.rationale
    if service is None or rationale is None or not layout.issues.concluding_verdicts:
        return []
    things = list(_things(normalized.text, service))
    names = [_names(normalized.text[thing.start : thing.end]) for thing in things]
    stated: dict[int, Section] = {}
    for said, outcome in _verdicts(normalized, layout, rationale):
        named = [index for index, name in enumerate(names) if name & said]
        if len(named) == 1:
            stated[named[0]] = outcome  # the last one on a thing counts
    if len({each.name for each in stated.values()}) < 2:
        return []
    return [
        whole._replace(
            heading=Section("heading", thing.start, thing.start, thing.end),
            outcome=stated.get(index),
            service=thing,
        )
        for index, thing in enumerate(things)
    ]


def _things(text: str, service: Section) -> Iterator[Section]:
    """The things that were asked for: those with numbers where there are two, or those joined."""
    start, end = service.start, service.end
    marks = list(_NUMBERED.finditer(text, start, end))
    if len(marks) > 1:
        starts = [mark.end() for mark in marks]
        ends = [*(mark.start() for mark in marks[1:]), end]
    else:
        between = list(_JOINED.finditer(text, start, end))
        starts = [start, *(each.end() for each in between)]
        ends = [*(each.start() for each in between), end]
    for left, right in zip(starts, ends, strict=True):
        words = text[left:right].rstrip(" ,;.")
        if words:
            yield Section("service", left, left, left + len(words))


def _verdicts(
    normalized: NormalizedText, layout: Layout, rationale: Section
) -> Iterator[tuple[set[str], Section]]:
    """The words that name what a verdict is on, and the verdict, in the printed order."""
    matches = [
        match
        for row in layout.issues.concluding_verdicts
        for match in timed(layout, row).finditer(normalized.text, rationale.body, rationale.end)
    ]
    for match in sorted(matches, key=lambda each: each.start()):
        outcome = verdicts.find(normalized, layout, match.start(), match.end())
        if outcome is not None:
            yield _names(match["disputed_service"]), outcome


def _names(words: str) -> set[str]:
    return {each.casefold() for each in _NAMING.findall(words)} - _NO_NAME
