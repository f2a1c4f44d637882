"""A quick test of a PDF's streams: whether it is made as published letters are, and intact.

It is cheap enough for every letter and recognizes the common file. Where it is not certain, it says
no, and `structure` checks the file with a library.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from imr_extract.limits import Limits
from imr_extract.readers.cipher import Decipher, decipher

_NUMBERS = 16  # bytes before "obj" that hold the object's number and generation

_OBJECT = re.compile(rb"(\d{1,7})\s+(\d{1,5}) obj\b")
_PACKED = re.compile(rb"/Filter\s*/FlateDecode\b")
# Pictures and what is said about a file hold no text of its pages, and the table of references
# shows its own faults. The program of a font counts: without it letters may be missing.
_WITHOUT_TEXT = re.compile(rb"/Subtype\s*/Image\b|/Type\s*/XRef\b|/Type\s*/Metadata\b")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b")
_OF_OBJECTS = (b"/ObjStm", b"/First")
_KEYS_OF_OBJECTS = re.compile(rb"obj\s*<<(?=.*?/First\s+(\d+))(?=.*?/N\s+(\d+)).*>>\s*$", re.DOTALL)
_CONTENTS = re.compile(rb"/Contents\s*(?:\[([^\]]*)\]|(\d+ \d+ R))")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R\b")

# What shows in a page's content where text may be hidden or replaced: layers, marks with words of
# their own, modes of printing, white ink. And what shows in a file with more than its pages.
_ODD_CONTENT = (b"/OC", b"/ActualText", b"1 rg", b"1 g", b"1 scn", b"1  scn")
_MODE = b" Tr"  # of printing, which is looked for in parts: most contents set none
_ODD_MODES = (b"3 Tr", b"7 Tr")
# What stands in the clear where pages and fonts are not packed.
_IN_THE_CLEAR = (b"/Contents", b"/BaseFont")
_MORE_THAN_PAGES = (b"/FreeText", b"/Stamp", b"/Widget", b"/OCProperties")


class _Stream(NamedTuple):
    number: int
    head: bytes
    data: bytes


def is_as_published(data: bytes, limits: Limits) -> bool:
    """Whether the file is ciphered and packed as published letters are, whole, and its text plain.

    Its pages and fonts are packed, too, so that a checksum shows damage to them. Every stream that
    may hold text unpacks to its end and fits its checksum, every content that a page names is
    there, together they are no larger than a file may be, and nothing on the pages asks for a
    closer look.
    """
    plain = decipher(data) if b"/Encrypt" in data else None
    if plain is None or any(word in data for word in _IN_THE_CLEAR):
        return False
    room = limits.bytes
    unpacked: dict[int, bytes] = {}
    objects: list[bytes] = []
    for stream in _streams(data, plain):
        if not _PACKED.search(stream.head) or _FORM.search(stream.head):
            return False
        content = _unpacked(stream.data, room)
        if content is None:
            return False
        room -= len(content)
        unpacked[stream.number] = content
        if any(word in stream.head for word in _OF_OBJECTS):
            if not _holds_objects(stream.head, content):
                return False
            objects.append(content)
    named = {
        int(number)
        for part in objects
        for listed, single in _CONTENTS.findall(part)
        for number in _REFERENCE.findall(listed or single)
    }
    return (
        bool(named)
        and named <= unpacked.keys()
        and not any(word in part for part in objects for word in _MORE_THAN_PAGES)
        and not any(_is_odd(unpacked[number]) for number in named)
    )


def _is_odd(content: bytes) -> bool:
    """Whether text of a page's content may be hidden or replaced."""
    if _MODE in content and any(mode in content for mode in _ODD_MODES):
        return True
    return any(word in content for word in _ODD_CONTENT)


def _holds_objects(head: bytes, content: bytes) -> bool:
    """Whether a stream of objects says so, and has as many as it says."""
    keys = _KEYS_OF_OBJECTS.search(head)
    if keys is None or not _OBJECTS.search(head):
        return False
    numbers = content[: int(keys[1])].split()
    return len(numbers) == 2 * int(keys[2]) and all(map(bytes.isdigit, numbers))


def _streams(data: bytes, plain: Decipher) -> Iterator[_Stream]:
    """The streams of a file that may hold text, deciphered."""
    end = 0
    while (start := data.find(b"stream", end)) >= 0:
        begin = data.rfind(b" obj", end, start)
        head = data[max(begin - _NUMBERS, end) : start]
        end = data.find(b"endstream", start)
        if end < 0:
            end = len(data)
        first = start + len(b"stream")
        first += 2 if data.startswith(b"\r\n", first) else 1
        if not _WITHOUT_TEXT.search(head) and (numbers := _OBJECT.search(head)):
            number, generation = int(numbers[1]), int(numbers[2])
            yield _Stream(number, head, plain(number, generation, data[first:end]))
        end += len(b"endstream")


def _unpacked(data: bytes, room: int) -> bytes | None:
    """The unpacked data; None where it is incomplete, fails its checksum, or is too large."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(data, room + 1)
    except zlib.error:
        return None
    return content if unpacker.eof and len(content) <= room else None
