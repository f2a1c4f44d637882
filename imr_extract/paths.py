"""Paths: every value of a record by its place, as `patient.age` or `issues[0].drugs`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from imr_extract.document import Value
from imr_extract.model import Record

# What is said about the input and the reading, not read out of the letter.
_NOT_READ = frozenset({"schema_version", "source", "layout", "notes", "evidence"})
# Counted, not printed.
_COUNTED = frozenset({"number"})


def values(record: Record) -> Iterator[tuple[str, Value]]:
    """Path and value of all that was read out of the letter, in record order, without the absent.

    A list of words is one value; a list of parts is walked into.
    """
    for name in record.__struct_fields__:
        if name not in _NOT_READ:
            yield from _values(name, getattr(record, name))


def _values(path: str, value: Any) -> Iterator[tuple[str, Value]]:
    if value is None or value == []:
        return
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            if name not in _COUNTED:
                yield from _values(f"{path}.{name}", getattr(value, name))
    elif isinstance(value, list) and isinstance(value[0], Struct):
        for index, part in enumerate(value):
            yield from _values(f"{path}[{index}]", part)
    else:
        yield path, value
