"""Headings of several sentences: asked for, authorized, left to decide."""

from functools import cache

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
