"""The text reader: decodes, unifies line ends, drops invisible characters, finds the lines."""

import codecs
import html

from imr_extract import errors
from imr_extract.limits import Limits
from imr_extract.rules.patterns import compile_pattern
from imr_extract.text.document import Document, Line

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ESCAPED = compile_pattern(r"[\uDC80-\uDCFF]")  # bytes that are no UTF-8
_LINE_ENDS = compile_pattern(r"\r\n?|[\x0B\x85\u2028\u2029]")
# Controls, soft hyphens, zero-width and direction marks: not printed, and would hide a word. A soft
# hyphen at a line's end is printed, and says that the next line goes on with the word.
INVISIBLE = compile_pattern(
    r"[\x00-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]"
    r"|\u00AD(?![ \t]*(?:\n|$))"
)

# Characters as web pages write them ("&#8217;", "&amp;"), in texts that were copied from one.
_ENTITY = compile_pattern(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|\p{L}{2,8});")

_PLAIN = bytes(code for code in range(128) if chr(code).isprintable() or chr(code) in "\n\f")

# What text does not hold and binary data does; soft hyphens and direction marks are text.
_BINARY = compile_pattern(r"[\x00-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFD]")
_MOST_BINARY = 0.01  # share of the text


def read(data: bytes, limits: Limits) -> Document:
    """The document of a text file in UTF-8, UTF-16, UTF-32 or Windows-1252.

    Raises `UnsupportedType` for bytes that are no text, `Empty` and `TooLarge`.
    """
    return from_string(_decode(data), limits)


def from_string(text: str, limits: Limits) -> Document:
    """The document of decoded text. Raises `Empty` and `TooLarge`."""
    if len(text) > limits.characters:
        raise errors.TooLarge(limits.characters, "characters")
    if "&" in text:
        text = _ENTITY.sub(lambda match: _character(match.group()), text)
    if not is_plain(text):
        text = INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    lines = tuple(_lines(text))
    if not lines:
        raise errors.Empty
    pages = text.rstrip("\f\n ").count("\f") + 1
    return Document(text, lines, pages, "text", "text/plain")


def _character(entity: str) -> str:
    """The character of an entity; unknown entities stay, unprintable ones become a blank."""
    character = html.unescape(entity)
    return character if character.isprintable() else " "


def is_plain(text: str) -> bool:
    """Whether there is nothing but printed characters, blanks, line feeds and form feeds."""
    if text.isascii():
        return not text.encode().translate(None, _PLAIN)
    return text.replace("\n", "").replace("\f", "").isprintable()


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    zeros = data[:4096].count(0)
    if zeros > len(data[:4096]) // 4:  # Latin text in UTF-16 has a zero in every second byte
        even = data[:4096:2].count(0)
        encoding = "utf-16-be" if even > zeros // 2 else "utf-16-le"
        return _plausible(data.decode(encoding, "replace"))
    try:
        return _plausible(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _plausible(_mixed(data))


def _mixed(data: bytes) -> str:
    """Text with bytes that are not UTF-8: Windows-1252 as a whole, or in these bytes alone.

    Only these bytes are Windows-1252 where most non-ASCII characters are valid UTF-8. The five
    bytes that Windows-1252 leaves undefined become U+FFFD.
    """
    text = data.decode("utf-8", "surrogateescape")
    strange = _ESCAPED.findall(text)
    whole = sum(not character.isascii() for character in text) - len(strange)
    if whole < len(strange):
        return data.decode("cp1252", "replace")
    return _ESCAPED.sub(
        lambda match: bytes([ord(match.group()) - 0xDC00]).decode("cp1252", "replace"), text
    )


def _plausible(text: str) -> str:
    """`text` itself; raises `UnsupportedType` where it holds what printed text does not."""
    sample = text[:65536]
    if is_plain(sample) and "\ufffd" not in sample:
        return text
    if len(_BINARY.findall(sample)) > _MOST_BINARY * len(sample):
        raise errors.UnsupportedType("binary data")
    return text


def _lines(text: str) -> list[Line]:
    lines = []
    start = 0
    for number, page in enumerate(text.split("\f"), start=1):
        for printed in page.split("\n"):
            words = printed.strip()
            if words:
                at = start if len(words) == len(printed) else start + printed.index(words)
                lines.append(Line(at, at + len(words), number))
            start += len(printed) + 1
    return lines
