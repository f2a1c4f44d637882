"""JSON Lines, one record a line; and JSON, one array of records.

Without `--fields` the bytes of a record pass through unchanged. `--fields` does not touch error
objects: they come whole.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from imr_extract.record.fields import Fields, project
from imr_extract.record.model import ErrorRecord, Record
from imr_extract.writers.base import Writer
from imr_extract.writers.errors import OutputNotReadable
from imr_extract.writers.formats import Choices, Format


class _JsonText(Writer):
    """Records and error objects as JSON on a stream; where they are parted is left to the kind."""

    def __init__(self, target: BinaryIO, fields: Fields | None) -> None:
        self._target = target
        self._fields = fields
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(dict)

    def write(self, line: bytes) -> None:
        if self._fields is None:
            self._put(line)
        else:
            self._put(self._encoder.encode(project(self._decoder.decode(line), self._fields)))

    def write_error(self, line: bytes) -> None:
        self._put(line)

    def _put(self, line: bytes) -> None:
        raise NotImplementedError


class JsonLinesWriter(_JsonText):
    """One JSON object a line."""

    def _put(self, line: bytes) -> None:
        self._target.write(line + b"\n")

    def close(self) -> None:
        """Hand on what the target still holds."""
        self._target.flush()


class JsonArrayWriter(_JsonText):
    """One array; each object stands on a line of its own."""

    _before = b"[\n"

    def _put(self, line: bytes) -> None:
        self._target.write(self._before + line)
        self._before = b",\n"

    def close(self) -> None:
        """End the array."""
        self._target.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")
        self._target.flush()


def open_writer(target: BinaryIO, choices: Choices) -> Writer:
    """A writer of JSON Lines or of one array."""
    writer = JsonLinesWriter if choices.format == "jsonl" else JsonArrayWriter
    return writer(target, choices.fields)


def read(source: BinaryIO, format: Format) -> Iterator[Record]:  # noqa: A002
    """The records of a file; error objects and empty lines are left out.

    An array is held in memory as a whole. Raises `OutputNotReadable` where an item is neither a
    record nor an error object.
    """
    if format == "jsonl":
        return _records(line for line in source if line.strip())
    try:
        items = msgspec.json.decode(source.read(), type=list[msgspec.Raw])
    except msgspec.DecodeError:
        raise OutputNotReadable("is no JSON array") from None
    return _records(items)


def _records(items: Iterable[bytes | msgspec.Raw]) -> Iterator[Record]:
    record = msgspec.json.Decoder(Record)
    error = msgspec.json.Decoder(ErrorRecord)
    for number, item in enumerate(items, start=1):
        try:
            yield record.decode(item)
        except msgspec.DecodeError:
            try:
                error.decode(item)
            except msgspec.DecodeError:
                raise OutputNotReadable(f"object {number} is no whole record") from None
