"""Headings of several sentences: asked for, authorized, left to decide."""

from imr_extract.layouts.spec import Layout, ModifiedRequest, timed
from imr_extract.rules.patterns import Match
from imr_extract.text.document import IssueSections, NormalizedText


def modified_request(layout: Layout, heading: str) -> tuple[ModifiedRequest, Match] | None:
    """The form of a heading of several sentences (without its outcome); None for a plain one."""
    for modified in layout.issues.modified_requests:
        if modified.mark in heading and (match := timed(layout, modified).fullmatch(heading)):
            return modified, match
    return None


def service_interval(
    normalized: NormalizedText, issue: IssueSections, layout: Layout
) -> tuple[int, int]:
    """Where the disputed service stands in the normalized text."""
    if issue.service is not None:
        return issue.service.start, issue.service.end
    start = issue.heading.body
    stop = issue.outcome.start if issue.outcome else issue.heading.end
    words = normalized.text[start:stop].rstrip(" :")
    modified = modified_request(layout, words)
    left, right = modified[1].span("disputed_service") if modified else (0, len(words))
    return start + left, start + right
