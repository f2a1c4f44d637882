"""The makes of PDF that letters come in: the same pages, packed and ciphered in different ways."""

import base64
import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Name, ObjectStreamMode, Pdf, StreamDecodeLevel

#: From the bytes of a letter to the same letter in another make; the same bytes every time, but for
#: those with AES, whose first blocks are random.
Make = Callable[[bytes], bytes]


def _saved(pdf: Pdf, **options: Any) -> bytes:
    usual = {
        "object_stream_mode": ObjectStreamMode.disable,
        "recompress_flate": True,
        "static_id": True,
        "encryption": False,
    }
    copy = io.BytesIO()
    pdf.save(copy, **{**usual, **options})
    return copy.getvalue()


def flate(letter: bytes) -> bytes:
    """Streams packed by Flate, all other objects in the clear."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        return _saved(pdf)


def object_streams(letter: bytes) -> bytes:
    """Streams packed by Flate, and so are the other objects."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        return _saved(pdf, object_stream_mode=ObjectStreamMode.generate)


def linearized(letter: bytes) -> bytes:
    """As `object_streams`, in the order in which a browser asks for it."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        return _saved(pdf, object_stream_mode=ObjectStreamMode.generate, linearize=True)


def aes(letter: bytes) -> bytes:
    """Streams packed by Flate and ciphered with AES, all other objects in the clear."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        return _saved(pdf, encryption=pikepdf.Encryption(owner="owner", user="", R=4, aes=True))


def aes_object_streams(letter: bytes) -> bytes:
    """As published letters are: packed, objects too, and ciphered with AES."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        cipher = pikepdf.Encryption(owner="owner", user="", R=4, aes=True)
        return _saved(pdf, encryption=cipher, object_stream_mode=ObjectStreamMode.generate)


def rc4(letter: bytes) -> bytes:
    """Streams packed by Flate and ciphered with RC4."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        cipher = pikepdf.Encryption(owner="owner", user="", R=3, aes=False, metadata=False)
        return _saved(pdf, encryption=cipher)


def uncompressed(letter: bytes) -> bytes:
    """Nothing packed."""
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        level = StreamDecodeLevel.generalized
        return _saved(
            pdf, compress_streams=False, recompress_flate=False, stream_decode_level=level
        )


def ascii85(letter: bytes) -> bytes:
    """The content of pages in ASCII85, and not packed."""
    return _repacked(letter, lambda content: content, Name.ASCII85Decode)


def ascii85_of_flate(letter: bytes) -> bytes:
    """The content of pages packed by Flate, and that in ASCII85."""
    return _repacked(letter, zlib.compress, Array([Name.ASCII85Decode, Name.FlateDecode]))


def _repacked(letter: bytes, pack: Make, filters: Name | Array) -> bytes:
    with pikepdf.open(io.BytesIO(letter)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
            content = pack(page.obj.Contents.read_bytes())
            page.obj.Contents.write(base64.a85encode(content) + b"~>", filter=filters)
        level = StreamDecodeLevel.none
        return _saved(
            pdf, compress_streams=False, recompress_flate=False, stream_decode_level=level
        )


#: Those whose damage a checksum shows.
PACKED: dict[str, Make] = {
    "published": lambda letter: letter,
    "flate": flate,
    "object streams": object_streams,
    "linearized": linearized,
    "RC4": rc4,
    "ASCII85 of Flate": ascii85_of_flate,
}
AES: dict[str, Make] = {"AES": aes, "AES, object streams": aes_object_streams}
#: Those in which a turned letter is the text.
PLAIN: dict[str, Make] = {"uncompressed": uncompressed, "ASCII85": ascii85}
MAKES = PACKED | AES | PLAIN
