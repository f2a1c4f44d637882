"""Headings of several sentences: asked for, authorized, left to decide."""

from imr_extract.document import Folded, IssueSections
from imr_extract.layout_rules import HeadingForm, Layout, timed
from imr_extract.patterns import Match


def heading_form(layout: Layout, heading: str) -> tuple[HeadingForm, Match] | None:
    """The form of a heading of several sentences (without its outcome); None for a plain one."""
    for form in layout.issues.forms:
        if form.mark in heading and (match := timed(layout, form).fullmatch(heading)):
            return form, match
    return None


def service_interval(folded: Folded, issue: IssueSections, layout: Layout) -> tuple[int, int]:
    """Where the disputed service stands in the folded text."""
    if issue.service is not None:
        return issue.service.start, issue.service.end
    start = issue.heading.start
    stop = issue.outcome.start if issue.outcome else issue.heading.end
    words = folded.text[start:stop].rstrip(" :")
    form = heading_form(layout, words)
    left, right = form[1].span("disputed_service") if form else (0, len(words))
    return start + left, start + right
