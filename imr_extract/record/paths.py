"""Paths: every value of a record by its place, as `patient.age` or `issues[0].drugs`."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec import UNSET, Struct

from imr_extract.record.model import Record
from imr_extract.text.document import Value

# What is said about the input and the reading, not read out of the letter.
_NOT_READ = frozenset({"schema_version", "source", "layout", "notes", "evidence"})
# Counted, not printed.
_COUNTED = frozenset({"number"})


Steps = tuple[str | int, ...]


@lru_cache(maxsize=4096)
def steps(path: str) -> Steps:
    """The names of a path, and the places in lists: `("issues", 0, "drugs")`."""
    found: list[str | int] = []
    for part in path.split("."):
        name, *indexes = part.split("[")
        found += [name, *(int(index.removesuffix("]")) for index in indexes)]
    return tuple(found)


def written(path: Sequence[str | int]) -> str:
    """The path of these steps."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")


def places(record: Record) -> Iterator[tuple[str, Value | None]]:
    """Path and value of all that is read out of a letter, in record order; None for the absent.

    A list of words is one value; a list of parts is walked into, an empty one is absent.
    """
    for name in record.__struct_fields__:
        if name not in _NOT_READ:
            yield from _places(name, getattr(record, name))


def values(record: Record) -> Iterator[tuple[str, Value]]:
    """The places that have a value."""
    for path, value in places(record):
        if value is not None:
            yield path, value


def _places(path: str, value: Any) -> Iterator[tuple[str, Value | None]]:
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            if name not in _COUNTED:
                yield from _places(f"{path}.{name}", getattr(value, name))
    elif isinstance(value, list) and value and isinstance(value[0], Struct):
        for index, part in enumerate(value):
            yield from _places(f"{path}[{index}]", part)
    elif value is not UNSET:
        yield path, None if value == [] else value
