"""The sections of a letter tile it: each begins where the one before ends."""

from collections.abc import Sequence

from imr_extract.layouts.landmarks import Landmark
from imr_extract.layouts.spec import Layout, SectionRule, timed
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text import near_matches
from imr_extract.text.document import NormalizedText, Section

# How far behind a heading its fixed sentence may end, in characters.
_LEAD_IN_WITHIN = 400
_SENTENCE_END = compile_pattern(r"[.!?:][\"\u201d)]?\s*$")
_WORD_BEGINS = compile_pattern(r"\b\w")


def tile(normalized: NormalizedText, layout: Layout, marks: Sequence[Landmark]) -> list[Section]:
    """The sections that the letter has, in order; the first begins with it, the last ends it.

    Headings that no line begins with letter for letter are taken from the landmarks.
    """
    starts: list[tuple[SectionRule, int, int]] = []  # rule, start, end of the heading
    at = 0
    for rule in layout.sections:
        found = _begin(normalized, layout, rule, at) or _near(rule, at, marks)
        if found is None:
            continue
        starts.append((rule, *found))
        at = found[0] if rule.keeps_heading else found[1]
    sections = []
    for index, (rule, start, body) in enumerate(starts):
        end = starts[index + 1][1] if index + 1 < len(starts) else len(normalized.text)
        if start < end:
            behind = (
                start if rule.keeps_heading else _skip_lead_in(normalized.text, rule, body, end)
            )
            sections.append(
                Section(rule.name, start, _skip_blanks(normalized.text, behind, end), end)
            )
    if sections and sections[0].start:  # what stands before the first section belongs to it
        sections[0] = sections[0]._replace(start=0)
    return sections


def _begin(
    normalized: NormalizedText, layout: Layout, rule: SectionRule, after: int
) -> tuple[int, int] | None:
    """Start and end of what the section begins with; None where that is not printed."""
    if rule.headings and (found := _find_heading(normalized, rule, after)):
        return found
    for row in rule.patterns:
        match = timed(layout, row).search(normalized.text, after)
        if match:
            return match.span()
    return None if rule.headings or rule.patterns else (0, 0)


def _near(rule: SectionRule, after: int, marks: Sequence[Landmark]) -> tuple[int, int] | None:
    """Start and end of the heading where a copy prints it otherwise, the surest one."""
    found = [
        (-mark.evidence, mark.start, mark.end)
        for mark in marks
        if mark.kind == "section" and mark.name == rule.name and mark.start >= after
    ]
    return min(found)[1:] if found else None


def _find_heading(
    normalized: NormalizedText, rule: SectionRule, after: int
) -> tuple[int, int] | None:
    """Start and end of the first heading at a line's start, one in bold before any other.

    A glued one may stand anywhere. Where line ends were lost, one stands behind a sentence's end.
    """
    candidates = []
    behind_sentences = []
    for heading in rule.headings:
        at = normalized.text.find(heading, after)
        while at >= 0:
            line = normalized.line_at(at)
            if line is not None:
                candidates.append((line.line.bold is not True, at, at + len(heading)))
            elif rule.glued:
                candidates.append((True, at, at + len(heading)))
            elif ends_sentence(normalized.text, at):
                behind_sentences.append((True, at, at + len(heading)))
            at = normalized.text.find(heading, at + 1)
    return min(candidates or behind_sentences)[1:] if candidates or behind_sentences else None


def ends_sentence(text: str, at: int) -> bool:
    """Whether a sentence or what a colon announces ends before `at`."""
    return _SENTENCE_END.search(text, max(at - 4, 0), at) is not None


def _skip_lead_in(text: str, rule: SectionRule, body: int, end: int) -> int:
    if not rule.lead_in_ends:
        return body
    stop = min(end, body + _LEAD_IN_WITHIN)
    for words in rule.lead_in_ends:
        at = text.find(words, body, stop)
        if at >= 0:
            return at + len(words)
    begun = [match.start() for match in _WORD_BEGINS.finditer(text, body, stop)]
    for words in rule.lead_in_ends:  # a copy may print it otherwise
        if hit := next(near_matches.begin(text, begun, (words,)), None):
            behind = hit[2].end
            return behind + (text[behind : behind + 1] in ":;.,")
    return body


def _skip_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at] == " ":
        at += 1
    return at
