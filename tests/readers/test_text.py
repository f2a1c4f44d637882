"""Text: what the bytes mean, what is dropped, where the lines are."""

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.readers import read
from imr_extract.readers.text import from_string

WORDS = "Caf\u00e9 90\u00b0 \u201cquoted\u201d \u2013 done\nsecond line\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WORDS.encode("utf-8"), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + WORDS.encode("utf-8"), id="utf-8-bom"),
        pytest.param(WORDS.encode("cp1252"), id="windows-1252"),
        pytest.param(codecs.BOM_UTF16_LE + WORDS.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(codecs.BOM_UTF16_BE + WORDS.encode("utf-16-be"), id="utf-16-be"),
        pytest.param(WORDS.encode("utf-16-le"), id="utf-16-le-without-bom"),
        pytest.param(WORDS.encode("utf-16-be"), id="utf-16-be-without-bom"),
        pytest.param(codecs.BOM_UTF32_LE + WORDS.encode("utf-32-le"), id="utf-32-le"),
        pytest.param(codecs.BOM_UTF32_BE + WORDS.encode("utf-32-be"), id="utf-32-be"),
        pytest.param(WORDS.replace("\n", "\r\n").encode("utf-8"), id="crlf"),
        pytest.param(WORDS.replace("\n", "\r").encode("utf-8"), id="cr"),
        pytest.param(WORDS.replace("\n", "\u2028").encode("utf-8"), id="line-separator"),
        pytest.param(WORDS.replace("done", "do\u00adne").encode("utf-8"), id="soft-hyphen"),
        pytest.param(WORDS.replace("done", "\u200bdone").encode("utf-8"), id="zero-width"),
    ],
)
def test_the_same_text_comes_out_of_each_encoding(data: bytes) -> None:
    assert WORDS == read(data, "auto", DEFAULT_LIMITS).text


def test_a_bad_byte_in_windows_1252_becomes_the_replacement_character() -> None:
    data = b"An \xff\x81 odd byte" + b" in a text that is long enough to be no binary file." * 9
    assert "An \u00ff\ufffd odd" in read(data, "auto", DEFAULT_LIMITS).text


def test_lines_hold_their_visible_words_and_their_page() -> None:
    document = from_string("  one \n\n two\f\nthree\f", DEFAULT_LIMITS)
    words = [document.text[line.start : line.end] for line in document.lines]
    assert ["one", "two", "three"] == words
    assert [1, 1, 2] == [line.page for line in document.lines]
    assert [None] * 3 == [line.bold for line in document.lines]


@pytest.mark.parametrize(
    ("words", "pages"),
    [("one", 1), ("one\f", 1), ("one\ftwo", 2), ("one\ftwo\f\n", 2), ("\fone", 2)],
)
def test_pages_are_parts_between_form_feeds(words: str, pages: int) -> None:
    assert pages == from_string(words, DEFAULT_LIMITS).pages


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\n\n\n",
        b"\f\f",
        b" \t\r\n" * 2000,
        codecs.BOM_UTF16_LE + b" \0\n\0",
        b"\xc2\xa0",
    ],
    ids=["nothing", "blank", "lines", "pages", "much", "utf-16", "hard-blank"],
)
def test_nothing_but_blanks_is_empty(data: bytes) -> None:
    with pytest.raises(errors.Empty):
        read(data, "auto", DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 16,
        b"\x00\x01\x02\x03" * 1000,
        b"\x7fELF" + b"\x02\x01\x01" + bytes(1000),
        bytes(range(128, 160)) * 50,
    ],
    ids=["all-bytes", "low", "program", "undefined"],
)
def test_binary_junk_is_no_text(data: bytes) -> None:
    with pytest.raises(errors.UnsupportedType):
        read(data, "auto", DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"\xd0\xcf\x11\xe0rest", "Office"),
        (b"{\\rtf1 text}", "RTF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"II*\x00", "TIFF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b"\xef\xbb\xbf \n<html>", "web page"),
        (b"<?xml version='1.0'?>", "XML"),
    ],
)
def test_known_other_types_are_named(data: bytes, what: str) -> None:
    with pytest.raises(errors.UnsupportedType, match=what):
        read(data, "auto", DEFAULT_LIMITS)


def test_limits_are_limits() -> None:
    at_limit = Limits(bytes=10, characters=10)
    assert "ten chars!" == read(b"ten chars!", "auto", at_limit).text
    with pytest.raises(errors.TooLarge, match="10 bytes"):
        read(b"ten chars!!", "auto", at_limit)
    with pytest.raises(errors.TooLarge, match="5 characters"):
        read(b"ten chars!", "auto", Limits(characters=5))


@given(st.text())
def test_lines_cover_all_that_can_be_seen(words: str) -> None:
    try:
        document = from_string(words, DEFAULT_LIMITS)
    except errors.Empty:
        return
    rest = list(document.text)
    for line in document.lines:
        assert document.text[line.start : line.end].strip() == "".join(rest[line.start : line.end])
        rest[line.start : line.end] = " " * (line.end - line.start)
    assert not "".join(rest).strip()


@given(st.binary())
def test_any_bytes_give_a_document_or_a_typed_error(data: bytes) -> None:
    with contextlib.suppress(errors.ImrError):
        assert read(data, "auto", DEFAULT_LIMITS).lines
