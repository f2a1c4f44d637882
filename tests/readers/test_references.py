"""Tables of references: every object stands where they say, or the file is looked at closely."""

import io
import zlib

import makes
import pikepdf
import pytest
from corpus import FIXTURES

from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read, references, streams

PUBLISHED = makes.aes_object_streams((FIXTURES / "pdf" / "mixed-outcomes.pdf").read_bytes())


def test_the_places_are_those_of_the_objects() -> None:
    places = references.places(PUBLISHED)
    assert places is not None
    assert len(places) > 3
    for number, at in places.items():
        assert PUBLISHED[at:].startswith(b"%d 0 obj" % number)


def changed_twice() -> bytes:
    """A file whose last table comes before an older one."""
    with pikepdf.open(io.BytesIO(PUBLISHED)) as pdf:
        copy = io.BytesIO()
        pdf.save(copy, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return copy.getvalue()


def test_tables_that_go_on_elsewhere_are_read() -> None:
    data = changed_twice()
    assert 2 == data.count(b"/XRef")
    assert references.places(data)
    before = data.index(b"/Prev ") + len(b"/Prev ")
    assert references.places(data[:before] + b"1" + data[before + 1 :]) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b" 0 obj", b" 0 obk"),
        (b"startxref\n", b"startxref\n1"),
        (b"startxref\n", b"startxreg\n"),
        (b"/Type /XRef", b"/Type /XReg"),
        (b"/W [ 1", b"/W [ 2"),
        (b"/Size ", b"/Size 9"),
        (b"/Columns ", b"/Columns 9"),
        (b"/Predictor 1", b"/Predictor "),
    ],
)
def test_a_table_that_does_not_fit_is_seen(old: bytes, new: bytes) -> None:
    head, found, tail = PUBLISHED.rpartition(old)
    assert found
    spoiled = head + new + tail
    assert references.places(spoiled) is None
    assert not streams.look(spoiled, DEFAULT_LIMITS).is_plain


def test_a_turned_bit_in_a_table_is_seen() -> None:
    start = PUBLISHED.rindex(b"stream\n", 0, PUBLISHED.rindex(b"endstream")) + len(b"stream\n")
    end = PUBLISHED.rindex(b"endstream") - 1
    for at in range(start, end):
        spoiled = PUBLISHED[:at] + bytes([PUBLISHED[at] ^ 4]) + PUBLISHED[at + 1 :]
        assert references.places(spoiled) is None


def table(entries: bytes, rows: bytes) -> bytes:
    """A file that is hardly more than a table of references."""
    packed = zlib.compress(rows)
    head = b"<< /Type /XRef /Size 2 /Filter /FlateDecode %b /Length %d >>" % (entries, len(packed))
    body = b"%%PDF-1.5\n1 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (head, packed)
    return body + b"startxref\n9\n%%EOF\n"


ROWS = bytes([0, 0, 0, 1, 9, 0])


def test_a_table_without_a_predictor_is_read() -> None:
    assert {1: 9} == references.places(table(b"/W [1 1 1]", ROWS))
    assert {1: 9} == references.places(table(b"/W [1 1 1] /Index [1 1]", ROWS[3:]))


@pytest.mark.parametrize(
    ("entries", "rows"),
    [
        (b"/W [1 1 1] /Index [1 999999999]", ROWS),
        (b"/W [1 1 1] /Index [1]", ROWS),
        (b"/W [0 1 1]", ROWS[:4]),
        (b"/W [9 9 9]", ROWS),
        (b"/W [1 1 1] /Prev 9", ROWS),
        (b"/W [1 1 1]", ROWS[:-1]),
        (b"/W [1 1 1]", bytes(5_000_000)),
        (b"/W [1 1 1]", ROWS[:4] + b"\x08\x00"),  # the object stands a byte behind
    ],
)
def test_an_odd_table_is_no_table(entries: bytes, rows: bytes) -> None:
    assert references.places(table(entries, rows)) is None


@pytest.mark.parametrize("make", ["flate", "object streams", "uncompressed"])
def test_a_file_whose_objects_had_to_be_searched_for_has_a_note(make: str) -> None:
    good = makes.MAKES[make]((FIXTURES / "pdf" / "mixed-outcomes.pdf").read_bytes())
    whole = read(good, "pdfium", DEFAULT_LIMITS)
    found = read(good.replace(b"startxref\n", b"startxref\n1"), "pdfium", DEFAULT_LIMITS)
    assert whole.text == found.text
    assert (["conflict"], []) == ([each.code for each in found.remarks], [*whole.remarks])
