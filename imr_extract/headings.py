"""Headings of several sentences: asked for, authorized, left to decide."""

from functools import cache

from imr_extract.document import Folded, IssueSections
from imr_extract.patterns import Match, Pattern, compile_pattern
from imr_extract.rules import HeadingForm, Layout


@cache
def _form_patterns(layout: Layout) -> tuple[tuple[HeadingForm, Pattern], ...]:
    return tuple((form, compile_pattern(form.pattern)) for form in layout.issues.forms)


def heading_form(layout: Layout, heading: str) -> tuple[HeadingForm, Match] | None:
    """The form of a heading of several sentences (without its outcome); None for a plain one."""
    for form, pattern in _form_patterns(layout):
        if form.mark in heading and (match := pattern.fullmatch(heading)):
            return form, match
    return None


def service_interval(folded: Folded, issue: IssueSections, layout: Layout) -> tuple[int, int]:
    """Where the disputed service stands in the folded text."""
    start = issue.heading.start
    stop = issue.outcome.start if issue.outcome else issue.heading.end
    words = folded.text[start:stop].rstrip(" :")
    form = heading_form(layout, words)
    left, right = form[1].span("disputed_service") if form else (0, len(words))
    return start + left, start + right
