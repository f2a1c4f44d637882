"""Packed streams: a broken one is told, whatever the cipher, and a bomb before it goes off."""

import random
import zlib
from collections.abc import Callable, Iterator

import fuzz
import hostile
import pytest
from corpus import NAMES, pdf
from test_readers_pdf import READERS

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.readers import ReaderChoice, read, streams
from imr_extract.readers.cipher import decipher
from pdf import Document as PdfFile
from pdf import Permission

WORDS = "".join(f"1 0 0 1 72 {700 - 12 * row} Tm (word {row * 7919}) Tj " for row in range(50))


def file_of(permission: Permission | None, *, packed: bool = True, checksum: bool = True) -> bytes:
    """Two pages of words, their contents packed."""
    file = PdfFile()
    font = file.add_font("Times-Roman")
    for page in range(2):
        content = f"BT /F 11 Tf {WORDS}({page}) Tj ET".encode()
        entries = " /Filter /FlateDecode" if packed else ""
        stream = file.add(
            f"<< /Length %d{entries} >>",
            zlib.compress(content)[: None if checksum else -4] if packed else content,
        )
        file._pages.append(
            file.add(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
                f"/Resources << /Font << /F {font} 0 R >> >> /Contents {stream} 0 R >>"
            )
        )
    return file.to_bytes(permission)


def flipped(data: bytes) -> Iterator[bytes]:
    """The file with one bit of a packed stream turned, here and there in the last one."""
    end = data.rindex(b"\nendstream")
    start = data.rindex(b"stream\n", 0, end) + len(b"stream\n")
    exceptions = random.Random(1)  # noqa: S311 - not a secret
    for at in range(start, end - 32, 29):
        spoiled = bytearray(data)
        spoiled[at] ^= 1 << exceptions.randrange(8)
        yield bytes(spoiled)


@pytest.mark.parametrize("permission", [None, Permission()], ids=["plain", "ciphered"])
def test_a_stream_without_its_checksum_is_whole(permission: Permission | None) -> None:
    data = file_of(permission, checksum=False)
    assert 2 == read(data, "pdfium", DEFAULT_LIMITS).pages


@pytest.mark.parametrize("permission", [None, Permission()], ids=["plain", "ciphered"])
@pytest.mark.parametrize("reader", READERS)
def test_a_turned_bit_in_a_packed_stream_is_damage(
    reader: ReaderChoice, permission: Permission | None
) -> None:
    data = file_of(permission)
    assert 2 == read(data, reader, DEFAULT_LIMITS).pages
    spoiled = list(flipped(data))
    assert len(spoiled) > 10
    for each in spoiled:
        with pytest.raises(errors.DamagedPdf):
            read(each, reader, DEFAULT_LIMITS)


def test_a_cipher_that_is_not_known_is_left_to_pdfium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "decipher", lambda _: None)
    data = file_of(Permission())
    streams.check(data, DEFAULT_LIMITS)
    with pytest.raises(errors.DamagedPdf):
        streams.check(next(flipped(data)), DEFAULT_LIMITS)


def test_a_wrong_key_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "decipher", lambda _: streams._as_it_is)
    streams.check(file_of(Permission()), DEFAULT_LIMITS)


def test_a_password_that_is_not_known_is_for_the_reader_to_tell() -> None:
    streams.check(file_of(Permission(user="secret")), DEFAULT_LIMITS)


@pytest.mark.parametrize("name", NAMES)
def test_streams_are_deciphered_as_pdfium_does(name: str) -> None:
    """The contents of the pages, which fixtures do not pack and PDFium's copy does."""
    data = pdf(name)
    plain = decipher(data)
    assert plain is not None
    copy = streams._plain_copy(data)
    expected = [
        b"".join(streams._unpacked(iter((each.data,))))
        for each in streams._streams(copy, streams._as_it_is)
    ]
    found = []
    for match in fuzz.OBJECT.finditer(data):
        head, _, rest = match.group().partition(b"stream\n")
        if rest:
            packed = rest[: rest.rindex(b"\nendstream")]
            found.append(plain(int(head.split()[0]), 0, packed))
    assert len(expected) > 0
    assert expected == found


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("make", [hostile.flate_bomb, hostile.double_flate_bomb])
def test_a_bomb_is_too_large(reader: ReaderChoice, make: Callable[[], bytes]) -> None:
    with pytest.raises(errors.TooLarge, match="unpacks to more than the limit of 67,108,864 bytes"):
        read(make(), reader, DEFAULT_LIMITS)


def test_all_streams_together_have_one_limit() -> None:
    data = file_of(None)
    (each, _) = (
        len(zlib.decompress(one.data)) for one in streams._streams(data, streams._as_it_is)
    )
    streams.check(data, Limits(bytes=2 * each))
    with pytest.raises(errors.TooLarge):
        streams.check(data, Limits(bytes=2 * each - 1))
