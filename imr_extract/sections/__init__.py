"""Sections: where the parts of the letter begin, and the issues with theirs.

Sections tile the letter: each begins where the one before ends, the first with the letter, the last
ends with it. How issues stand in them is the layout's `issues.shape`.
"""

from imr_extract.document import Folded, Sections
from imr_extract.layout_rules import Layout
from imr_extract.sections import headed, numbered, single, tiles

__all__ = ["split"]


def split(folded: Folded, layout: Layout) -> Sections:
    """The sections of a letter of this layout."""
    sections = {section.name: section for section in tiles.tile(folded, layout)}
    if layout.issues.shape == "single":
        issues, outcome = single.issues(folded, layout, sections)
        return Sections(sections, tuple(issues), outcome)
    if layout.issues.shape == "numbered":
        return Sections(sections, tuple(numbered.issues(folded, layout, sections)))
    section = sections.get("issues")
    return Sections(sections, tuple(headed.issues(folded, layout, section)) if section else ())
