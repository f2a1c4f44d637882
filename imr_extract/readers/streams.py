"""Streams: are the packed parts of a PDF whole, and of a size that may be?

Readers of PDFs take what they get of a broken stream, or of one that never ends, and say nothing:
the letter would lose the rest of a page, and look like a whole one.
"""

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.readers.cipher import Decipher, decipher

_BLOCK = 1024 * 1024  # bytes that are unpacked at once
_HEAD = 2  # bytes in front of what is packed, that say how
_NUMBERS = 16  # bytes before "obj" that hold the object's number and generation

_OBJECT = re.compile(rb"(\d{1,7})\s+(\d{1,5}) obj\b")
_FILTERS = re.compile(rb"/Filter\s*\[?\s*((?:/\w+\s*)+)")
_NAME = re.compile(rb"/\w+")
_PACKED = b"/FlateDecode"
# Pictures and programs of fonts hold no text, and the table of references shows its own faults.
_WITHOUT_TEXT = re.compile(rb"/Image\b|/Length1\b|/XRef\b")


class _Stream(NamedTuple):
    layers: int  # how many times it is packed
    data: bytes


def check(data: bytes, limits: Limits) -> bool:
    """Raise `DamagedPdf` where a stream with text is broken, `TooLarge` where streams are bombs.

    Together they may unpack to as many bytes as a file may have. They are looked at in the file
    itself; where none makes sense, so that the key is wrong or the cipher unknown, in a plain copy
    by PDFium, which takes longer. Nothing is said of a file that PDFium does not open either.
    """
    plain = decipher(data) if b"/Encrypt" in data else _as_it_is
    whole = [] if plain is None else _whole(_streams(data, plain), limits)
    if plain is None or (whole and not any(whole)):
        try:
            whole = _whole(_streams(_plain_copy(data), _as_it_is), limits)
        except pypdfium2.PdfiumError:
            return False
    if not all(whole):
        raise errors.DamagedPdf
    return plain is not _as_it_is


def _plain_copy(data: bytes) -> bytes:
    copy = io.BytesIO()
    with pypdfium2.PdfDocument(data) as pdf:
        pdf.save(copy, flags=pdfium.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def _as_it_is(number: int, generation: int, stream: bytes) -> bytes:
    del number, generation
    return stream


def _streams(data: bytes, plain: Decipher) -> Iterator[_Stream]:
    """The packed streams of a file that may hold text."""
    end = 0
    while (start := data.find(b"stream", end)) >= 0:
        begin = data.rfind(b" obj", end, start)
        head = data[max(begin - _NUMBERS, end) : start]
        end = data.find(b"endstream", start)
        if end < 0:
            end = len(data)
        first = start + len(b"stream")
        first += 2 if data.startswith(b"\r\n", first) else 1
        layers = _layers(head)
        if layers and (numbers := _OBJECT.search(head)):
            stream = plain(int(numbers[1]), int(numbers[2]), data[first:end])
            yield _Stream(layers, stream)
        end += len(b"endstream")


def _layers(head: bytes) -> int:
    """How many times the stream of a dictionary is packed; 0 where it may as well be broken."""
    filters = _FILTERS.search(head)
    if filters is None or _WITHOUT_TEXT.search(head):
        return 0
    return sum(1 for _ in takewhile(_PACKED.__eq__, _NAME.findall(filters[1])))


def _whole(streams: Iterable[_Stream], limits: Limits) -> list[bool]:
    """Whether each unpacks to its end and agrees with its checksum. Raises `TooLarge`."""
    whole = []
    room = limits.bytes
    for layers, data in streams:
        pieces: Iterator[bytes] = iter((data,))
        for _ in range(layers):
            pieces = _unpacked(pieces)
        try:
            for piece in pieces:
                room -= len(piece)
                if room < 0:
                    raise errors.TooLarge(limits.bytes, "bytes", "unpacks to more than")
        except zlib.error:
            whole.append(layers == 1 and _lacks_only_its_checksum(data))
        else:
            whole.append(True)
    return whole


def _lacks_only_its_checksum(data: bytes) -> bool:
    """Whether what is packed ends as it should, with nothing behind it: some makers do so."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest = data[_HEAD:]
    try:
        while rest and not unpacker.eof:
            unpacker.decompress(rest, _BLOCK)
            rest = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof and not unpacker.unused_data.strip()


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What was packed, in blocks that memory has room for. Raises `zlib.error`."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _BLOCK)
            rest = unpacker.unconsumed_tail
    while not unpacker.eof:
        block = unpacker.decompress(b"", _BLOCK)
        if not block:
            raise zlib.error("cut off")
        yield block
