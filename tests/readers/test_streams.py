"""Packed streams: a broken one is told, whatever the cipher, and a bomb before it goes off."""

import base64
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator

import hostile
import makes
import pytest
from damage import told_of

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.readers import ReaderChoice, read, streams
from pdf import Document as PdfFile
from pdf import Permission
from tests.readers.test_pdf import READERS

WORDS = "".join(f"1 0 0 1 72 {700 - 12 * row} Tm (word {row * 7919}) Tj " for row in range(50))


STREAM = re.compile(rb"\d obj\n([^\n]*)\nstream\n(.*?)\nendstream", re.DOTALL)


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
    last = [found for found in STREAM.finditer(data) if b"/XRef" not in found[1]][-1]
    exceptions = random.Random(1)  # noqa: S311 - not a secret
    for at in range(last.start(2), last.end(2) - 32, 29):
        spoiled = bytearray(data)
        spoiled[at] ^= 1 << exceptions.randrange(8)
        yield bytes(spoiled)


@pytest.mark.parametrize("permission", [None, Permission()], ids=["plain", "ciphered"])
def test_a_stream_without_its_checksum_is_whole(permission: Permission | None) -> None:
    data = file_of(permission, checksum=False)
    assert 2 == read(data, "pdfium", DEFAULT_LIMITS).pages


@pytest.mark.parametrize("left", [1, 3])
def test_a_stream_with_part_of_its_checksum_has_a_note(left: int) -> None:
    """Damaged data has taken the rest of it for its own."""
    packed = zlib.compress(f"BT /F 11 Tf {WORDS} ET".encode())[: left - 4]
    data = hostile.one_page(hostile.stream(packed, b"/Filter /FlateDecode"))
    assert "conflict" == told_of(data)


@pytest.mark.parametrize("permission", [None, Permission()], ids=["plain", "ciphered"])
@pytest.mark.parametrize("reader", READERS)
def test_a_turned_bit_in_a_packed_stream_is_damage_or_has_a_note(
    reader: ReaderChoice, permission: Permission | None
) -> None:
    data = file_of(permission)
    assert () == read(data, reader, DEFAULT_LIMITS).remarks
    told = Counter(told_of(each, reader) for each in flipped(data))
    assert told.total() > 10
    assert {"damaged", "conflict"} >= told.keys()


@pytest.mark.parametrize("digits", [b"<4", b"<zz", b"<"], ids=["odd", "none", "empty"])
def test_an_owner_key_of_odd_digits_is_no_fault_of_ours(digits: bytes) -> None:
    data = file_of(Permission()).replace(b"/O <", b"/O " + digits)
    assert told_of(data, "pdfium") in {"damaged", "nothing", "conflict"}


def test_ten_thousand_filters_are_damage() -> None:
    many = b"[" + b"/FlateDecode " * 10_000 + b"]"
    data = hostile.one_page(hostile.stream(b"BT ET", b"/Filter " + many))
    with pytest.raises(errors.DamagedPdf):
        read(data, "pdfium", DEFAULT_LIMITS)


def run_lengths(data: bytes) -> bytes:
    runs = (data[at : at + 128] for at in range(0, len(data), 128))
    return b"".join(bytes([len(run) - 1]) + run for run in runs) + b"\x80"


def lzw(data: bytes) -> bytes:
    """Codes of nine bits only: the table is cleared before it needs ten."""
    codes = []
    for at in range(0, len(data), 200):
        codes += [256, *data[at : at + 200]]
    bits = "".join(f"{code:09b}" for code in (*codes, 257))
    whole = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return bytes(int(whole[at : at + 8], 2) for at in range(0, len(whole), 8))


# How content can be packed, and the entry that says so.
PACKED: dict[str, tuple[Callable[[bytes], bytes], bytes]] = {
    "not at all": (lambda content: content, b""),
    "hexadecimal": (lambda content: content.hex().encode() + b">", b"/Filter /ASCIIHexDecode"),
    "ASCII85": (lambda content: base64.a85encode(content) + b"~>", b"/Filter /ASCII85Decode"),
    "run lengths": (run_lengths, b"/Filter [/RunLengthDecode]"),
    "LZW": (lzw, b"/Filter /LZWDecode"),
    "LZW in ASCII85": (
        lambda content: base64.a85encode(lzw(content)) + b"~>",
        b"/Filter [/A85 /LZW]",
    ),
    "Flate by reference": (zlib.compress, b"/Filter 6 0 R"),
    "Flate in hexadecimal": (
        lambda content: zlib.compress(content).hex().encode() + b">",
        b"/Filter [ /ASCIIHexDecode /FlateDecode ]",
    ),
    "Flate with a picture's name": (
        zlib.compress,
        b"/PieceInfo << /X /Image >> /Filter /FlateDecode",
    ),
}


@pytest.mark.parametrize("how", PACKED)
def test_content_that_is_cut_off_is_never_taken_for_whole(how: str) -> None:
    pack, entry = PACKED[how]
    content = f"BT /F 11 Tf {WORDS} ET".encode()
    packed = pack(content)
    whole = hostile.one_page(hostile.stream(packed, entry), b"/FlateDecode")
    assert "nothing" == told_of(whole, "pdfium")
    assert "word 0" in read(whole, "pdfium", DEFAULT_LIMITS).text
    for share in (0.3, 0.6, 0.9):
        part = packed[: int(len(packed) * share)]
        cut = hostile.one_page(hostile.stream(part, entry), b"/FlateDecode")
        assert told_of(cut, "pdfium") in {"damaged", "incomplete"}


@pytest.mark.parametrize("how", [each for each in PACKED if "Flate" in each])
def test_no_filter_unpacks_more_than_may_be(how: str) -> None:
    pack, entry = PACKED[how]
    bomb = hostile.one_page(hostile.stream(pack(b" " * 400_000), entry), b"/FlateDecode")
    with pytest.raises(errors.TooLarge, match="unpacks to more than the limit of 200,000"):
        read(bomb, "pdfium", Limits(bytes=200_000))


def test_content_that_is_named_and_not_there_is_damage() -> None:
    good = hostile.one_page(hostile.stream(b"BT /F 12 Tf 72 700 Td (word) Tj ET"))
    lost = re.sub(rb"/Contents \d+ 0 R", b"/Contents 99 0 R", good)
    assert good != lost
    with pytest.raises(errors.DamagedPdf):
        read(lost, "pdfium", DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "behind", [b"\0" * 3000, b"\n<html><body>500</body></html>\n" * 100], ids=["zeros", "web page"]
)
def test_what_stands_behind_the_end_refuses_nothing(behind: bytes) -> None:
    data = file_of(None) + behind
    assert () == read(data, "pdfium", DEFAULT_LIMITS).remarks


def test_an_error_does_not_depend_on_the_file_before() -> None:
    locked = file_of(Permission(user="secret"))
    empty = re.sub(rb"/Kids \[[^]]*\]", b"/Kids []", file_of(None))
    for _ in range(2):
        with pytest.raises(errors.DamagedPdf):
            read(empty, "pdfium", DEFAULT_LIMITS)
        with pytest.raises(errors.PasswordRequired):
            read(locked, "pdfium", DEFAULT_LIMITS)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("make", [hostile.flate_bomb, hostile.double_flate_bomb])
def test_a_bomb_is_too_large(reader: ReaderChoice, make: Callable[[], bytes]) -> None:
    with pytest.raises(errors.TooLarge, match="unpacks to more than the limit of 67,108,864 bytes"):
        read(make(), reader, DEFAULT_LIMITS)


def test_all_streams_together_have_one_limit() -> None:
    data = file_of(None)
    streams_of_pages = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    each = sum(len(zlib.decompress(one)) for one in streams_of_pages)
    assert len(data) < each
    read(data, "pdfium", Limits(bytes=each))
    with pytest.raises(errors.TooLarge):
        read(data, "pdfium", Limits(bytes=each - 1))


@pytest.mark.parametrize("end", [b"BT /F 11 Tf (more", b"ET q 1 0 0 1 0 0 cm", b"ET /P << >> BDC"])
def test_content_that_ends_early_has_a_note(end: bytes) -> None:
    content = b"BT /F 11 Tf 72 700 Td (a word of BT and q) Tj ET BT (more) Tj " + end
    assert "incomplete" == told_of(hostile.one_page(hostile.stream(content)), "pdfium")
    closed = b"BT /F 11 Tf 72 700 Td (q BT ( q ) q ) Tj ET"
    assert "nothing" == told_of(hostile.one_page(hostile.stream(closed)), "pdfium")


def test_objects_that_qpdf_repairs_are_read_as_it_sees_them_with_a_note() -> None:
    """PDFium, which believes the table, would see a page without content, and say nothing."""
    good = file_of(None)
    numbers = list(re.finditer(rb"\n(\d+) 0 obj", good))
    font, other = (found.start(1) for found in numbers[2:4])
    table = good.rindex(b"xref\n0")
    spoiled = good[:table] + good[table:].replace(b"%010d" % other, b"%010d" % (font + 3))
    document = read(spoiled, "pdfium", DEFAULT_LIMITS)
    assert ["conflict"] == [remark.code for remark in document.remarks]
    assert read(good, "pdfium", DEFAULT_LIMITS).text == document.text


@pytest.mark.parametrize(
    ("old", "new"), [(b"/ObjStm", b"/MbjStm"), (b"/First", b"/FirsT"), (b"/N ", b"/O ")]
)
def test_a_stream_of_objects_that_does_not_say_so_is_looked_at_closely(
    old: bytes, new: bytes
) -> None:
    """Its checksum fits, and the objects in it are not there for a reader."""
    good = makes.aes_object_streams(file_of(None))
    assert streams.Look(True, True) == streams.look(good, DEFAULT_LIMITS)
    assert not streams.look(good.replace(old, new, 1), DEFAULT_LIMITS).is_plain
