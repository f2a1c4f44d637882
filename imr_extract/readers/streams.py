"""A quick test of a PDF's streams: whether it is made as published letters are, and intact.

It is cheap enough for every letter and recognizes the common file. Where it is not certain, it says
no, and `structure` checks the file with a library.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from imr_extract.limits import Limits
from imr_extract.readers import references, widths
from imr_extract.readers.cipher import Decipher, decipher
from imr_extract.readers.widths import ENCODINGS

_NUMBERS = 16  # bytes before "obj" that hold the object's number and generation

_PACKED = re.compile(rb"/Filter\s*/FlateDecode\b")
# The dictionary of a stream, of simple entries whose keys are known: a damaged one is not read.
_HEAD = re.compile(
    rb"\b(\d{1,7})\s+(\d{1,5}) obj\s*<<(?:\s*/(?:Length[1-3]?|First|N)\s+\d+"
    rb"|\s*/(?:Type|Subtype|Filter)\s*/\w+|\s*/(?:Extends|Metadata)\s+\d+ 0 R)+\s*>>\s*$"
)
# That of a form that has no fonts, and what prints text in a form.
_FORM_HEAD = re.compile(
    rb"\b(\d{1,7})\s+(\d{1,5}) obj\s*<<(?:\s*/(?:Length|FormType)\s+\d+"
    rb"|\s*/(?:BBox|Matrix)\s*\[[-\d.\s]+\]|\s*/Resources\s*<<\s*/ProcSet\s*\[[/\w\s]*\]\s*>>"
    rb"|\s*/(?:Type\s*/XObject|Subtype\s*/Form|Filter\s*/FlateDecode))+\s*>>\s*$"
)
_PRINTS = (b"Tj", b"TJ", b"'", b'"', b"Do")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})\b")
# Pictures, profiles of colours and what is said about a file hold no text of its pages, and the
# table of references is looked at apart. The program of a font counts: without it letters may be
# missing.
_WITHOUT_TEXT = re.compile(
    rb"/Subtype\s*/Image\b|/Type\s*/XRef\b|/Type\s*/Metadata\b"
    rb"|<<(?:/Alternate/\w+)?/Filter/FlateDecode/Length \d+/N [134]>>\s*$"
)
_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b")
_OF_OBJECTS = (b"/ObjStm", b"/First")
_KEYS_OF_OBJECTS = re.compile(rb"obj\s*<<(?=.*?/First\s+(\d+))(?=.*?/N\s+(\d+)).*>>\s*$", re.DOTALL)
_WIDTHS = re.compile(rb"/Widths\s+(\d{1,7}) 0 R\b")
_FONT = re.compile(rb"<<[^<>]*/Widths\s+(\d{1,7}) 0 R[^<>]*>>")
_WIDTHS_OF_CODES = re.compile(rb"/W\s+(\d{1,7}) 0 R\b")  # in composite fonts
_ARRAY = re.compile(rb"\d+ 0 obj\s*\[([\d\s]*)\]\s*endobj")
_ENTRY = re.compile(rb"(/BaseFont|/Encoding|/FirstChar|/LastChar)\s*(/[^\s/<>\[\]()]+|\d{1,5})\b")
_CONTENTS = re.compile(rb"/Contents\s*(?:\[([^\]]*)\]|(\d+ \d+ R))")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")

# What shows in a page's content where text may be hidden or replaced: marks with words of their
# own, modes of printing, white ink. Layers show in the file.
_REPLACED = b"/ActualText"
_WHITE = re.compile(rb"1 (?:rg|g| ?scn)")
_MODE = b" Tr"  # of printing, which is looked for in parts: most contents set none
_ODD_MODES = (b"3 Tr", b"7 Tr")
# What stands in the clear where pages and fonts are not packed.
_OF_PAGES = (b"/Contents", b"/Parent")
_OF_FONTS = b"/BaseFont"
# Content that prints blanks at most: had a part of it been letters, damage that took all of them
# would show as bytes that no content has.
_BLANK = re.compile(rb"(?:[\n\r -'*-;=-~]++|<<|\( *\))*+")
_LAYERS = b"/OCProperties"
_ANNOTATIONS = b"/Annots"
_OF_ANNOTATIONS = (b"/FreeText", b"/Stamp", b"/Widget")


class Look(NamedTuple):
    """What the quick look at a file finds."""

    is_plain: bool  # made as published letters are, whole, and its text plain; else not certain
    is_packed: bool = False  # its fonts and lines, too, so that a checksum shows damage to them
    has_forms: bool = False  # that print no text, and may lie over the text of a page


_UNCERTAIN = Look(is_plain=False)


class _Stream(NamedTuple):
    number: int
    head: bytes
    data: bytes
    is_form: bool


class _Odd(Exception):
    """Something that published letters do not have, or damage."""


def look(data: bytes, limits: Limits) -> Look:
    """Whether the file is made as published letters are.

    Its pages are packed, and mostly its fonts, so that a checksum shows damage to them. Every
    object is where the table of references says, every stream that may hold text unpacks to its end
    and fits its checksum, every content that a page names is there, together they are no larger
    than a file may be, and nothing on the pages asks for a closer look.
    """
    plain = decipher(data) if b"/Encrypt" in data else None
    if plain is None or _LAYERS in data or any(word in data for word in _OF_PAGES):
        return _UNCERTAIN
    places = references.places(data)
    if places is None:
        return _UNCERTAIN
    try:
        streams = list(_streams(data, plain))
        unpacked, objects = _contents(streams, limits.bytes)
    except _Odd:
        return _UNCERTAIN
    named = {
        int(number)
        for part in objects
        for listed, single in _CONTENTS.findall(part)
        for number in _REFERENCE.findall(listed or single)
    }
    if (
        not named
        or not named <= unpacked.keys()
        or _show_more_than_pages(objects)
        or any(_is_odd(unpacked[number]) for number in named)
        or not all(_has_right_widths(data, places, part) for part in objects)
    ):
        return _UNCERTAIN
    return Look(
        is_plain=True,
        is_packed=_OF_FONTS not in data and all(_PACKED.search(each.head) for each in streams),
        has_forms=any(stream.is_form for stream in streams),
    )


def _contents(streams: Sequence[_Stream], room: int) -> tuple[dict[int, bytes], list[bytes]]:
    """What the streams hold by their numbers, and those that hold objects. Raises `_Odd`."""
    unpacked: dict[int, bytes] = {}
    objects: list[bytes] = []
    for stream in streams:
        content = _content(stream, room)
        room -= len(content)
        unpacked[stream.number] = content
        if any(word in stream.head for word in _OF_OBJECTS):
            if not _holds_objects(stream.head, content):
                raise _Odd
            objects.append(content)
    return unpacked, objects


def _has_right_widths(data: bytes, places: Mapping[int, int], objects: bytes) -> bool:
    """Whether the fonts among objects have their own widths, where these are in the clear."""
    if b"/W" not in objects:
        return True
    fonts = list(_FONT.finditer(objects))
    if len(fonts) != len(_WIDTHS.findall(objects)):
        return False
    if any(int(number) in places for number in _WIDTHS_OF_CODES.findall(objects)):
        return False
    for font in fonts:
        at = places.get(int(font[1]))
        if at is None:  # it is packed, and whole
            continue
        listed = _ARRAY.match(data, at)
        entries = {key: value.decode("latin-1") for key, value in _ENTRY.findall(font[0])}
        first, last = entries.get(b"/FirstChar", ""), entries.get(b"/LastChar", "")
        if listed is None or not (first.isdecimal() and last.isdecimal()):
            return False
        given = [int(width) for width in listed[1].split()]
        codec = ENCODINGS.get(entries.get(b"/Encoding", ""))
        if len(given) != int(last) - int(first) + 1:
            return False
        if widths.are_wrong(entries.get(b"/BaseFont", ""), codec, given, int(first)):
            return False
    return True


def _show_more_than_pages(objects: Sequence[bytes]) -> bool:
    """Whether a viewer may show something over the pages, or not all that is on them."""
    if any(_LAYERS in part for part in objects):
        return True
    return any(_ANNOTATIONS in part for part in objects) and any(
        word in part for part in objects for word in _OF_ANNOTATIONS
    )


def _is_odd(content: bytes) -> bool:
    """Whether text of a page's content may be hidden or replaced."""
    if _MODE in content and any(mode in content for mode in _ODD_MODES):
        return True
    return _REPLACED in content or _WHITE.search(content) is not None


def _holds_objects(head: bytes, content: bytes) -> bool:
    """Whether a stream of objects says so, and has as many as it says."""
    keys = _KEYS_OF_OBJECTS.search(head)
    if keys is None or not _OBJECTS.search(head):
        return False
    numbers = content[: int(keys[1])].split()
    return len(numbers) == 2 * int(keys[2]) and all(map(bytes.isdigit, numbers))


def _streams(data: bytes, plain: Decipher) -> Iterator[_Stream]:
    """The streams of a file that may hold text, deciphered. Raises `_Odd`."""
    end = 0
    while (start := data.find(b"stream", end)) >= 0:
        begin = data.rfind(b" obj", end, start)
        head = data[max(begin - _NUMBERS, end) : start]
        end = data.find(b"endstream", start)
        if end < 0:
            end = len(data)
        first = start + len(b"stream")
        first += 2 if data.startswith(b"\r\n", first) else 1
        if not _WITHOUT_TEXT.search(head):
            form = _FORM_HEAD.search(head) if b"/Form" in head else None
            numbers, length = form or _HEAD.search(head), _LENGTH.search(head)
            if not numbers or not length or data[first + int(length[1]) : end].strip():
                raise _Odd
            number, generation = int(numbers[1]), int(numbers[2])
            own = plain(number, generation, data[first:end])
            yield _Stream(number, head, own, is_form=form is not None)
        end += len(b"endstream")


def _content(stream: _Stream, room: int) -> bytes:
    """What a stream holds. Raises `_Odd` where it is not certain that this is all."""
    if _PACKED.search(stream.head):
        content = _unpacked(stream.data, room)
        if stream.is_form and any(operator in content for operator in _PRINTS):
            raise _Odd
        return content
    content = stream.data
    is_closed = content.count(b"BT") == content.count(b"ET") > 0
    if not is_closed or not _BLANK.fullmatch(content):
        raise _Odd
    return content


def _unpacked(data: bytes, room: int) -> bytes:
    """The unpacked data. Raises `_Odd` where it is cut off, fails its checksum, or is too large."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(data, room + 1)
    except zlib.error:
        raise _Odd from None
    if not unpacker.eof or len(content) > room:
        raise _Odd
    return content
