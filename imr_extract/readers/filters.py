"""Filters: unpack a PDF's streams piece by piece, and say whether they are intact.

Libraries unpack what they can of a broken stream without saying so. Here the end of the data and
its checksum are checked, and no more is unpacked than the limit allows.
"""

import base64
import binascii
import io
import re
import zlib
from collections.abc import Callable, Generator, Iterable
from typing import Literal, NamedTuple

from imr_extract import errors

#: whole: intact; broken: ends too early or cannot be unpacked; doubtful: fails its checksum, so
#: that data may be wrong; open: without an end mark, so that data may be missing.
State = Literal["whole", "broken", "doubtful", "open"]

_BLOCK = 1024 * 1024  # bytes that are unpacked at once
_HEAD = 2  # bytes in front of what Flate packs, that say how
_FLATE_METHOD = 8
_CHECKSUM = 4  # bytes behind it; some makers leave all of them out
_SYNC_FLUSH = b"\x00\x00\xff\xff"  # the end of what a writer flushed and did not finish
_BLANKS = re.compile(rb"[\x00\t\n\x0c\r ]+")
_MOST_FILTERS = 25  # qpdf's own limit

_SHORT_NAMES = {
    "A85": "ASCII85Decode",
    "AHx": "ASCIIHexDecode",
    "Fl": "FlateDecode",
    "LZW": "LZWDecode",
    "RL": "RunLengthDecode",
}

Pieces = Generator[bytes, None, State]


class Unpacked(NamedTuple):
    """What a stream unpacks to, and whether that is all of it."""

    data: bytes
    state: State


class Room:
    """The number of bytes of a file that may still be unpacked."""

    def __init__(self, limit: int) -> None:
        """`limit` is that of the whole file, in bytes."""
        self._limit = limit
        self._left = limit

    def take(self, count: int) -> None:
        """Raise `TooLarge` where less is left than these bytes."""
        self._left -= count
        if self._left < 0:
            raise errors.TooLarge(self._limit, "bytes", "unpacks to more than")


def unpack(data: bytes, names: Iterable[str], room: Room) -> Unpacked:
    """Unpack a stream by its filters, in their order. Raises `TooLarge`.

    A filter of pictures ends it: there is no text behind one.
    """
    state: State = "whole"
    for count, name in enumerate(names):
        undo = _FILTERS.get(_SHORT_NAMES.get(name, name))
        if undo is None or state == "broken":
            break
        if count == _MOST_FILTERS:
            return Unpacked(b"", "broken")
        data, found = _collected(undo(data), room)
        state = found if found != "whole" else state
    return Unpacked(data, state)


def _collected(pieces: Pieces, room: Room) -> Unpacked:
    collected: list[bytes] = []
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            return Unpacked(b"".join(collected), end.value)
        room.take(len(piece))
        collected.append(piece)


def _flate(data: bytes) -> Pieces:
    """Inflate; head and checksum are checked here, so that a wrong one does not lose the data."""
    if not data.strip():
        return "whole"
    if data[0] & 15 != _FLATE_METHOD or int.from_bytes(data[:_HEAD]) % 31:
        return "broken"
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest, checksum = data[_HEAD:], 1
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(rest, _BLOCK)
            rest = unpacker.unconsumed_tail
            if not piece and not rest and not unpacker.eof:
                return "whole" if data.rstrip(b"\r\n").endswith(_SYNC_FLUSH) else "broken"
            checksum = zlib.adler32(piece, checksum)
            yield piece
    except zlib.error:
        return "broken"
    trailer = unpacker.unused_data
    if trailer[:_CHECKSUM] == checksum.to_bytes(_CHECKSUM):
        return "whole"
    # Part of a checksum is left where damaged data has taken the rest of it for its own.
    return "doubtful" if trailer.strip(b"\r\n") else "whole"


def _ascii85(data: bytes) -> Pieces:
    text, end, _ = _BLANKS.sub(b"", data).removeprefix(b"<~").partition(b"~")
    try:
        yield base64.a85decode(text)
    except ValueError:
        return "broken"
    return "whole" if end else "open"


def _hexadecimal(data: bytes) -> Pieces:
    digits, end, _ = _BLANKS.sub(b"", data).partition(b">")
    try:
        yield binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except binascii.Error:
        return "broken"
    return "whole" if end else "open"


def _run_length(data: bytes) -> Pieces:
    at = 0
    while at < len(data):
        length = data[at]
        if length == 128:
            return "whole"
        if length < 128:
            yield data[at + 1 : at + length + 2]
            at += length + 2
        else:
            yield data[at + 1 : at + 2] * (257 - length)
            at += 2
    return "open"


def _lzw(data: bytes) -> Pieces:
    # pdfminer comes with the second reader and takes a while to load.
    from pdfminer.lzw import CorruptDataError, LZWDecoder
    from pdfminer.pdfexceptions import PDFEOFError

    decoder = LZWDecoder(io.BytesIO(data))
    while True:
        try:
            code = decoder.readbits(decoder.nbits)
        except (EOFError, PDFEOFError):
            return "open"
        if code == 257:
            return "whole"
        try:
            yield decoder.feed(code)
        except (CorruptDataError, IndexError, TypeError):
            return "broken"


_FILTERS: dict[str, Callable[[bytes], Pieces]] = {
    "ASCII85Decode": _ascii85,
    "ASCIIHexDecode": _hexadecimal,
    "FlateDecode": _flate,
    "LZWDecode": _lzw,
    "RunLengthDecode": _run_length,
}
