"""Hidden layers and replaced words: content of a page that a viewer does not show.

Parts of a page may belong to a layer (optional content) that is switched off, and words may carry a
replacement text for programs (`/ActualText`). Both are removed here, so that the page holds what a
viewer shows.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pikepdf
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Name,
    Object,
    Stream,
    String,
)

from imr_extract.readers.dictionaries import inherited, listed, values

_SHOWS_TEXT = frozenset(("Tj", "TJ", "'", '"', "Do"))
_BEGINS = frozenset(("BDC", "BMC"))
_NO_LETTERS = re.compile(r"[\W_]+")
_SIMPLE_FONTS = frozenset(("/Type1", "/TrueType", "/MMType1"))

_UNKNOWN = "\u00fe"  # a letter of a font whose codes are no letters

Instruction = ContentStreamInstruction | ContentStreamInlineImage
Layers = frozenset[tuple[int, int]]  # those that are off, by object


class Changes(NamedTuple):
    """What was changed on a page."""

    left_out: bool  # something in a layer that is switched off
    replaced: bool  # words that had a different replacement text

    @property
    def changed(self) -> bool:
        """Whether the page is another one now."""
        return self.left_out or self.replaced


def layers(pdf: pikepdf.Pdf) -> Layers:
    """The layers of a file that are switched off when it is opened."""
    properties = pdf.Root.get("/OCProperties")
    settings = properties.get("/D") if isinstance(properties, Dictionary) else None
    if not isinstance(properties, Dictionary) or not isinstance(settings, Dictionary):
        return frozenset()
    off = {entry.objgen for entry in listed(settings.get("/OFF"))}
    if settings.get("/BaseState") == Name.OFF:
        on = {entry.objgen for entry in listed(settings.get("/ON"))}
        off |= {entry.objgen for entry in listed(properties.get("/OCGs"))} - on
    return frozenset(off)


def may_be_in(content: bytes, off: Layers) -> bool:
    """Whether a page can hold hidden layers or replaced words."""
    return bool(off) or b"/ActualText" in content


def show_what_is_seen(pdf: pikepdf.Pdf, page: Object, off: Layers) -> Changes:
    """Take hidden layers and replacements of words out of a page, its forms included."""
    instructions = pikepdf.parse_content_stream(page)
    resources = inherited(page, "/Resources")
    if not isinstance(resources, Dictionary):
        return Changes(False, False)
    kept, changes = _kept(instructions, resources, off)
    for form in _forms(resources):
        inner = form.get("/Resources")
        parsed = pikepdf.parse_content_stream(form)
        shown, other = _kept(parsed, inner if isinstance(inner, Dictionary) else resources, off)
        if other.changed:
            form.write(pikepdf.unparse_content_stream(shown))
        changes = Changes(changes.left_out or other.left_out, changes.replaced or other.replaced)
    if changes.changed:
        page.Contents = pdf.make_indirect(Stream(pdf, pikepdf.unparse_content_stream(kept)))
    return changes


def _forms(resources: Object) -> list[Object]:
    """The forms that a page draws; those inside forms are left as they are."""
    return [
        form
        for form in values(resources.get("/XObject"))
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form
    ]


class _Mark(NamedTuple):
    """A marked part of a page that is still open."""

    is_off: bool
    replacement: str | None  # its replacement text
    at: int  # of its beginning, in what is kept
    shown: list[str]  # its words


def _kept(
    instructions: Sequence[Instruction], resources: Object, off: Layers
) -> tuple[list[Instruction], Changes]:
    kept: list[Instruction] = []
    marks: list[_Mark] = []
    left_out = replaced = False
    font = ""
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in _BEGINS:
            replacement = _replacement(instruction, resources)
            marks.append(_Mark(_is_off(instruction, resources, off), replacement, len(kept), []))
        elif operator == "EMC" and marks:
            mark = marks.pop()
            if mark.replacement is not None and _differs(mark.replacement, "".join(mark.shown)):
                del kept[mark.at]
                marks = [other._replace(at=min(other.at, mark.at)) for other in marks]
                replaced = True
                continue
        elif operator == "Tf":
            font = _kind_of_font(instruction, resources)
        elif operator in _SHOWS_TEXT:
            if any(mark.is_off for mark in marks) or (
                operator == "Do" and _is_off_form(instruction, resources, off)
            ):
                left_out = True
                continue
            if marks and operator != "Do":
                marks[-1].shown.append(_printed(instruction) if font in _SIMPLE_FONTS else _UNKNOWN)
        kept.append(instruction)
    return kept, Changes(left_out, replaced)


def _kind_of_font(instruction: Instruction, resources: Object) -> str:
    fonts = resources.get("/Font")
    font = fonts.get(str(instruction.operands[0])) if isinstance(fonts, Dictionary) else None
    return str(font.get("/Subtype")) if isinstance(font, Dictionary) else ""


def _properties(instruction: Instruction, resources: Object) -> Object | None:
    """What marked content is marked with, where it stands in the content or by name."""
    operands = list(instruction.operands)
    if len(operands) != 2:
        return None
    if isinstance(operands[1], Name):
        table = resources.get("/Properties")
        return table.get(str(operands[1])) if isinstance(table, Dictionary) else None
    return operands[1] if isinstance(operands[1], Dictionary) else None


def _replacement(instruction: Instruction, resources: Object) -> str | None:
    marked = _properties(instruction, resources)
    replacement = marked.get("/ActualText") if isinstance(marked, Dictionary) else None
    return str(replacement) if isinstance(replacement, String) else None


def _is_off(instruction: Instruction, resources: Object, off: Layers) -> bool:
    operands = list(instruction.operands)
    if not operands or operands[0] != Name.OC:
        return False
    return _layer_is_off(_properties(instruction, resources), off)


def _is_off_form(instruction: Instruction, resources: Object, off: Layers) -> bool:
    drawn = resources.get("/XObject")
    form = drawn.get(str(instruction.operands[0])) if isinstance(drawn, Dictionary) else None
    return isinstance(form, Stream) and _layer_is_off(form.get("/OC"), off)


def _layer_is_off(layer: Object | None, off: Layers) -> bool:
    """Whether a layer, or a group of layers by its rule, is not shown."""
    if not isinstance(layer, Dictionary):
        return False
    if layer.get("/Type") != Name.OCMD:
        return layer.is_indirect and layer.objgen in off
    members = [entry.objgen in off for entry in listed(layer.get("/OCGs"))]
    if not members:
        return False
    rule = str(layer.get("/P", Name.AnyOn))
    shown = {
        "/AllOn": not any(members),
        "/AnyOff": any(members),
        "/AllOff": all(members),
    }.get(rule, not all(members))
    return not shown


def _printed(instruction: Instruction) -> str:
    """The letters of an operator that shows text, as a font of a simple encoding prints them."""
    parts = [
        part
        for operand in instruction.operands
        for part in (operand if isinstance(operand, Array) else [operand])
        if isinstance(part, String)
    ]
    return b"".join(bytes(part) for part in parts).decode("cp1252", "replace")


def _differs(replacement: str, printed: str) -> bool:
    """Whether the replacement text differs from the printed words, hyphens and blanks apart."""
    replacement, printed = (_NO_LETTERS.sub("", word).casefold() for word in (replacement, printed))
    return bool(replacement) and bool(printed) and printed.isascii() and replacement != printed
