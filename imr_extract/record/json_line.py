"""Records and error objects as JSON on one line.

What is written is safe to print: what may steer a terminal or end a line is escaped.
"""

import re
from typing import ClassVar

import msgspec

from imr_extract.record.model import ErrorInfo


class NotRecords(Exception):
    """A line is neither a record nor an error object; `message` is for users."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _MaybeError(msgspec.Struct):
    error: ErrorInfo | None = None


_maybe = msgspec.json.Decoder(_MaybeError)
_encoder = msgspec.json.Encoder()
# The UTF-8 of C1 controls, of bidi controls, and of line and paragraph separators. JSON escapes the
# other controls by itself.
_UNSAFE = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c")


def json_line(value: object) -> bytes:
    """The JSON of a value, without a line end; any reader of JSON gives back the same value."""
    return _UNSAFE.sub(_escape, _encoder.encode(value))


def is_error(line: bytes) -> bool:
    """Whether the line is an error object. Raises `msgspec.DecodeError` for one that is no JSON."""
    return _maybe.decode(line).error is not None


def _escape(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found[0].decode())
