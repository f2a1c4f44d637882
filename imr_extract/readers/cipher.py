"""The cipher of published letters: AES with a key from an empty password, as PDF 1.6 has it.

PDFium deciphers internally and does not give access to the streams. This module does just enough to
inspect them cheaply in every letter; other ciphers are left to PDFium.
"""

import hashlib
import re
from collections.abc import Callable

# What fills up a password to 32 bytes; an empty one is nothing else (PDF 32000-1, 7.6.3.3).
_FILLING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ROUNDS = 50

_CIPHER = b"/AESV2"
_OWNER = re.compile(rb"/O\s*(?:\(((?:[^\\()]|\\.){32,128}?)\)|<([0-9A-Fa-f\s]{64,}?)>)", re.DOTALL)
_PERMISSIONS = re.compile(rb"/P\s+(-?\d{1,10})\b")
_IDENTITY_MARK = b"/ID"
_IDENTITY = re.compile(rb"/ID\s*\[\s*<([0-9A-Fa-f]{0,128})>")
_METADATA_IS_PLAIN = re.compile(rb"/EncryptMetadata\s+false\b")

_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

Decipher = Callable[[int, int, bytes], bytes]


def decipher(data: bytes) -> Decipher | None:
    """A function from object number, generation and stream to plain bytes; None if unknown.

    A wrong key gives bytes without a meaning, and no error.
    """
    at = data.find(_CIPHER)
    entries = (
        data[max(data.rfind(b" obj", 0, at), 0) : data.find(b"endobj", at)] if at >= 0 else b""
    )
    owner, permissions = _OWNER.search(entries), _PERMISSIONS.search(entries)
    identity = _IDENTITY.search(data, max(data.find(_IDENTITY_MARK), 0))
    if not (owner and permissions and identity):
        return None
    literal, digits = owner.groups()
    key = hashlib.md5(
        _FILLING
        + (_from_hexadecimal(digits) if literal is None else _ESCAPE.sub(_unescaped, literal))
        + (int(permissions[1]) & 0xFFFFFFFF).to_bytes(4, "little")
        + _from_hexadecimal(identity[1])
        + (b"\xff" * 4 if _METADATA_IS_PLAIN.search(entries) else b""),
        usedforsecurity=False,
    ).digest()
    for _ in range(_ROUNDS):
        key = hashlib.md5(key, usedforsecurity=False).digest()
    return lambda number, generation, stream: _plain(key, number, generation, stream)


def _from_hexadecimal(digits: bytes) -> bytes:
    """The bytes; a last digit that is missing is 0 (PDF 32000-1, 7.3.4.3)."""
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _plain(key: bytes, number: int, generation: int, stream: bytes) -> bytes:
    # pdfminer brings it along; it takes a while to load, and plain letters do not need it.
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salted = key + number.to_bytes(3, "little") + generation.to_bytes(2, "little") + b"sAlT"
    own = hashlib.md5(salted, usedforsecurity=False).digest()
    whole = len(stream) // 16 * 16  # a line end may stand behind the last block
    cipher = Cipher(algorithms.AES(own), modes.CBC(stream[:16].ljust(16)))
    plain = cipher.decryptor().update(stream[16:whole])
    filling = plain[-1:] * plain[-1] if plain else b""  # so many bytes of that value fill a block
    return plain.removesuffix(filling) if len(filling) <= 16 else plain


def _unescaped(match: re.Match[bytes]) -> bytes:
    stated = match[1]
    if stated.isdigit():
        return bytes([int(stated, 8) & 0xFF])
    return b"" if stated in {b"\n", b"\r", b"\r\n"} else _ESCAPED.get(stated, stated)
