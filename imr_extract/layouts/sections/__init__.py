"""Sections: where the parts of the letter begin, and the issues with theirs.

Sections tile the letter: each begins where the one before ends, the first with the letter, the last
ends with it. How issues stand in them is the layout's `issues.shape`.
"""

from imr_extract.layouts import landmarks
from imr_extract.layouts.sections import boundaries, headed, numbered, single
from imr_extract.layouts.spec import Layout
from imr_extract.text.document import NormalizedText, Sections

__all__ = ["split"]


def split(normalized: NormalizedText, layout: Layout) -> Sections:
    """The sections of a letter of this layout."""
    marks = landmarks.find(normalized, layout) if layout.issues.shape == "headed" else ()
    sections = {section.name: section for section in boundaries.tile(normalized, layout, marks)}
    if layout.issues.shape == "single":
        issues, outcome = single.issues(normalized, layout, sections)
        return Sections(sections, tuple(issues), outcome)
    if layout.issues.shape == "numbered":
        return Sections(sections, tuple(numbered.issues(normalized, layout, sections)))
    section = sections.get("issues")
    return Sections(
        sections, tuple(headed.issues(normalized, layout, section, marks)) if section else ()
    )
