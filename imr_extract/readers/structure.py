"""The structure of a PDF, as qpdf sees it: whether everything that its pages print is there.

Whatever holds text must be intact: the pages, their contents, the forms that they draw, and the
tables that map codes to letters. Damage elsewhere (annotations, attachments, pictures) does not
keep the letter from being read.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers import content, filling, fonts, hidden
from imr_extract.readers.dictionaries import inherited, listed, values
from imr_extract.readers.filters import Room, unpack
from imr_extract.text.document import Remark, RemarkCode

_OBJECTS = re.compile(rb"/ObjStm\b")
_HEAD_OF_OBJECTS = re.compile(rb"\b(\d{1,8})\s+(\d{1,5})\s+obj\b[^>]{0,300}?/ObjStm\b")
_LONGEST_HEAD = 330  # bytes
_CONTENTS = re.compile(rb"/Contents\s*\[?\s*(\d{1,8})\s+(\d{1,5})\s+R\b")
# In qpdf's warnings.
_OF_OBJECT = "(object "
_SEARCHED = "reconstruct cross-reference table"
_TWICE = "duplicated key"  # the last one holds for every reader
_MOST_NESTED = 8  # forms inside forms
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_ANNOTATIONS_WITH_TEXT = frozenset(("/FreeText", "/Stamp", "/Watermark"))

# Flaws of a file in the words of the note, and the codes of the notes.
_DOUBTFUL = "a packed part does not fit its checksum, so that letters may be changed"
_CUT_OFF = "the content ends before it closes what it opened, so that more may be missing"
_BROKEN = "the content breaks the rules of PDF, so that letters may be missing"
_FONT = "a font's program is damaged, so that letters may be missing or changed"
_WIDTHS = "a font's widths are not those of its letters, so that words may be run together"
_REPAIRED = "objects of the file are damaged and were repaired as far as possible"
_NO_FONT = "a font that the text is printed in is not there, so that letters may be wrong"
_NO_CONTENT = "a page has fonts and prints nothing, so that its text may be missing"
_UNLIKE = "a font's letters are not those that it gives"
_REPLACED = "words that a program is given differ from those that are printed, which are read"
_STAMPED = "a stamp is laid over the page"
_NOTES = "notes are laid over the page"
_OFF = "content of a layer that is switched off"
_DAMAGE = frozenset((_DOUBTFUL, _CUT_OFF, _BROKEN))
_CODES: dict[str, RemarkCode] = {
    _CUT_OFF: "incomplete",
    _BROKEN: "incomplete",
    _NOTES: "left_out",
    _NO_CONTENT: "incomplete",
    _OFF: "left_out",
}

Flaws = dict[str, set[int]]  # flaw -> pages


class Examined(NamedTuple):
    """A PDF that can be read, and remarks on its flaws."""

    data: bytes  # the file, or a copy with its form filled in and without what is not shown
    remarks: tuple[Remark, ...]


def examine(data: bytes, limits: Limits) -> Examined:
    """Check everything that the file's pages print.

    Raises `PasswordRequired`, `DamagedPdf` and `TooLarge`.
    """
    _limit_qpdf(limits)
    try:
        with warnings.catch_warnings(action="ignore"), pikepdf.open(io.BytesIO(data)) as pdf:
            return _examined(data, pdf, limits)
    except pikepdf.PasswordError:
        raise errors.PasswordRequired from None
    # qpdf's own errors, and what pikepdf makes of objects of an unexpected kind.
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RuntimeError):
        raise errors.DamagedPdf from None


def _limit_qpdf(limits: Limits) -> None:
    """Keep qpdf from unpacking more of a table or an object stream than a file may have."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limits.bytes,
        png_max_memory=limits.bytes,
        tiff_max_memory=limits.bytes,
        run_length_max_memory=limits.bytes,
    )


def _examined(data: bytes, pdf: pikepdf.Pdf, limits: Limits) -> Examined:
    pages = _pages(pdf, limits)
    room = Room(limits.bytes)
    flaws: Flaws = {}
    whole = range(1, len(pages) + 1)
    packed = [
        _content(stream, room, flaws, whole)
        for number, generation in _object_streams(data)
        if isinstance(stream := pdf.get_object(number, generation), Stream)
    ]
    seen: set[tuple[int, int]] = set()
    changed = False
    layers = hidden.layers(pdf)
    for number, page in enumerate(pages, start=1):
        contents = listed(page.get("/Contents"))
        if not contents and _names_nothing(pdf, page, data, packed):
            raise errors.DamagedPdf
        printed = b"\n".join(_content(part, room, flaws, (number,)) for part in contents)
        resources = inherited(page, "/Resources")
        if not contents and _has_fonts(page.get("/Resources")):
            flaws.setdefault(_NO_CONTENT, set()).add(number)
        for flaw in _of_content(printed, contents, resources):
            flaws.setdefault(flaw, set()).add(number)
        for form in _resources(resources, seen, room, flaws, number):
            printed += b"\n" + form
        if hidden.may_be_in(printed, layers):
            done = hidden.show_what_is_seen(pdf, page, layers)
            changed |= done.changed
            for what in _of_changes(done):
                flaws.setdefault(what, set()).add(number)
        changed |= filling.fill_in(pdf, page)
        _annotations(page, flaws, number)
    if _has_damaged_objects(pdf):
        # PDFium may see other objects than those that were checked.
        changed = True
        flaws.setdefault(_REPAIRED, set()).update(whole)
    if changed:
        copy = io.BytesIO()
        pdf.save(copy, encryption=False)
        data = copy.getvalue()
    remarks = (
        Remark(_CODES.get(what, "conflict"), what, tuple(sorted(on)), is_damage=what in _DAMAGE)
        for what, on in flaws.items()
    )
    return Examined(data, tuple(remarks))


def _of_changes(done: hidden.Changes) -> Iterator[str]:
    """What was taken out of a page, in the words of the notes."""
    if done.replaced:
        yield _REPLACED
    if done.left_out:
        yield _OFF


def _object_streams(data: bytes) -> Iterator[tuple[int, int]]:
    """The numbers and generations of the streams that hold objects."""
    for found in _OBJECTS.finditer(data):
        start = max(found.start() - _LONGEST_HEAD, 0)
        if head := _HEAD_OF_OBJECTS.search(data, start, found.end()):
            yield int(head[1]), int(head[2])


def _has_damaged_objects(pdf: pikepdf.Pdf) -> bool:
    """Whether qpdf had to guess at one of the objects that were looked at, or at where all are."""
    found = [str(warning) for warning in pdf.get_warnings()]
    return any(
        (_OF_OBJECT in warning and _TWICE not in warning) or _SEARCHED in warning
        for warning in found
    )


def _pages(pdf: pikepdf.Pdf, limits: Limits) -> list[Object]:
    """The pages. Raises `DamagedPdf` where there are none, or fewer than the file says."""
    claimed = pdf.Root.Pages.get("/Count", 0)
    if isinstance(claimed, int) and claimed > limits.pages:
        raise errors.TooLarge(limits.pages, "pages")
    pages: list[Object] = [page.obj for page in pdf.pages]
    if len(pages) > limits.pages:
        raise errors.TooLarge(limits.pages, "pages")
    if not pages or (isinstance(claimed, int) and claimed > len(pages)):
        raise errors.DamagedPdf
    return pages


def _names_nothing(pdf: pikepdf.Pdf, page: Object, data: bytes, packed: list[bytes]) -> bool:
    """Whether a page without content names one that is not there, which qpdf shows as none."""
    number, generation = page.objgen
    own = re.findall(rb"\b%d\s+%d\s+obj\b(.*?)\bendobj\b" % (number, generation), data, re.DOTALL)
    return any(
        not isinstance(pdf.get_object(int(match[1]), int(match[2])), Stream | Array)
        for part in (own[-1:] or packed)
        for match in _CONTENTS.finditer(part)
    )


def _content(stream: Object, room: Room, flaws: Flaws, pages: range | tuple[int, ...]) -> bytes:
    """What a stream unpacks to; raises `DamagedPdf` where it is broken."""
    if not isinstance(stream, Stream):
        raise errors.DamagedPdf
    unpacked = unpack(stream.read_raw_bytes(), filters_of(stream), room)
    if unpacked.state == "broken":
        raise errors.DamagedPdf
    if unpacked.state != "whole":
        what = _DOUBTFUL if unpacked.state == "doubtful" else _CUT_OFF
        flaws.setdefault(what, set()).update(pages)
    return unpacked.data


def _of_content(
    printed: bytes, streams: Sequence[Object], resources: Object | None
) -> Iterator[str]:
    """The flaws of what a page or a form prints, which comes from these streams."""
    if content.ends_early(printed):
        yield _CUT_OFF
    elif not all(map(_has_checksum, streams)) and content.breaks_grammar(printed):
        yield _BROKEN
    if _lacks_fonts(printed, resources):
        yield _NO_FONT


def _lacks_fonts(printed: bytes, resources: Object | None) -> bool:
    """Whether content uses a font that its resources do not have."""
    table = resources.get("/Font") if isinstance(resources, Dictionary) else None
    fonts_there = table if isinstance(table, Dictionary) else Dictionary()
    return not all(_is_font(fonts_there.get(name)) for name in content.fonts_named(printed))


def _has_fonts(resources: Object | None) -> bool:
    return isinstance(resources, Dictionary) and bool(values(resources.get("/Font")))


def _is_font(entry: Object | None) -> bool:
    """Whether this is a font; programs may leave out one of the entries that say so."""
    return isinstance(entry, Dictionary) and (
        entry.get("/Type") == Name.Font or str(entry.get("/Subtype")) in fonts.KINDS
    )


def _has_checksum(stream: Object) -> bool:
    return not {"FlateDecode", "Fl"}.isdisjoint(filters_of(stream))


def filters_of(stream: Object) -> list[str]:
    """The names of a stream's filters, without the slash."""
    return [str(entry).removeprefix("/") for entry in listed(stream.get("/Filter"))]


def _resources(
    resources: Object | None,
    seen: set[tuple[int, int]],
    room: Room,
    flaws: Flaws,
    page: int,
    depth: int = 0,
) -> Iterator[bytes]:
    """The contents of the forms that a page draws; also checks its fonts."""
    if not isinstance(resources, Dictionary):
        return
    for font in values(resources.get("/Font")):
        if isinstance(font, Dictionary) and _is_new(font, seen):
            _font(font, room, flaws, page)
    for form in values(resources.get("/XObject")):
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form and _is_new(form, seen):
            printed = _content(form, room, flaws, (page,))
            for flaw in _of_content(printed, [form], form.get("/Resources", resources)):
                flaws.setdefault(flaw, set()).add(page)
            yield printed
            if depth < _MOST_NESTED:
                inner = form.get("/Resources")
                yield from _resources(inner, seen, room, flaws, page, depth + 1)


def _is_new(thing: Object, seen: set[tuple[int, int]]) -> bool:
    """Whether an object is met for the first time; one without a number always is."""
    if not thing.is_indirect:
        return True
    new = thing.objgen not in seen
    seen.add(thing.objgen)
    return new


def _font(font: Object, room: Room, flaws: Flaws, page: int) -> None:
    """Check the table that maps a font's codes to letters, and its program."""
    table, meaning = font.get("/ToUnicode"), b""
    if isinstance(table, Stream):
        meaning = _content(table, room, flaws, (page,))
        if fonts.copies_other_letters(font, meaning):
            flaws.setdefault(_UNLIKE, set()).add(page)
    if fonts.lacks_encoding(font):
        flaws.setdefault(_UNLIKE, set()).add(page)
    if fonts.has_wrong_widths(font, meaning):
        flaws.setdefault(_WIDTHS, set()).add(page)
    for part in (font, *listed(font.get("/DescendantFonts"))):
        descriptor = part.get("/FontDescriptor") if isinstance(part, Dictionary) else None
        if isinstance(descriptor, Dictionary) and not _programs_are_whole(descriptor, room):
            flaws.setdefault(_FONT, set()).add(page)


def _programs_are_whole(descriptor: Object, room: Room) -> bool:
    """Whether a font's program is intact; a reader may leave out the letters of a broken one."""
    programs = [descriptor.get(key) for key in _FONT_FILES]
    return all(
        unpack(program.read_raw_bytes(), filters_of(program), room).state in {"whole", "open"}
        for program in programs
        if isinstance(program, Stream)
    )


def _annotations(page: Object, flaws: Flaws, number: int) -> None:
    """Note annotations with text that a viewer shows over the page."""
    for entry in listed(page.get("/Annots")):
        kind = str(entry.get("/Subtype")) if isinstance(entry, Dictionary) else ""
        if kind in _ANNOTATIONS_WITH_TEXT:
            what = _NOTES if kind == "/FreeText" else _STAMPED
            flaws.setdefault(what, set()).add(number)
