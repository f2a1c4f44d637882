"""The type faults of a layout file: all of them, in words for the people who write layouts.

msgspec reports the first fault only, in words for programmers; this walks the decoded file along
the same types.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from msgspec import inspect

from imr_extract.layouts.spec import Layout

_KINDS = {
    inspect.StrType: (str, "text in quotes"),
    inspect.BoolType: (bool, "true or false"),
    inspect.IntType: (int, "a whole number"),
    inspect.FloatType: (float, "a number"),
}
_PRINTED = {str: "text", bool: "true or false", int: "a number", float: "a number"}


def misfits(decoded: object) -> Iterator[tuple[str, str]]:
    """Key path and sentence of each value that is of a wrong type, unknown or missing."""
    yield from _of(inspect.type_info(Layout), decoded, "")


def _of(wanted: inspect.Type, value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(wanted, inspect.UnionType):  # a value that may be left out
        wanted = next(kind for kind in wanted.types if not isinstance(kind, inspect.NoneType))
    match wanted:
        case inspect.StructType():
            yield from _table(wanted, value, key)
        case inspect.VarTupleType():
            if isinstance(value, list):
                for index, item in enumerate(value):
                    yield from _of(wanted.item_type, item, f"{key}[{index}]")
            else:
                yield key, f"must be a list in square brackets, and is {_name(value)}"
        case inspect.DictType():
            yield from _named(wanted, value, key)
        case inspect.LiteralType(values=values):
            if value not in values:
                said = f"{value!r} is" if isinstance(value, str) else f"is {_name(value)},"
                yield key, f"{said} none of {_listed(values)}"
        case _:
            kind, words = _KINDS[type(wanted)]
            if not _is(kind, value):
                yield key, f"must be {words}, and is {_name(value)}"


def _table(wanted: inspect.StructType, value: object, key: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield key, f"must be a table of keys, and is {_name(value)}"
        return
    fields = {field.encode_name: field for field in wanted.fields}
    for name, below in value.items():
        path = f"{key}.{name}".lstrip(".")
        if name in fields:
            yield from _of(fields[name].type, below, path)
        else:
            near = get_close_matches(name, fields, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(fields)}"
            yield path, f"unknown key; {hint}"
    for name, field in fields.items():
        if field.required and name not in value:
            yield f"{key}.{name}".lstrip("."), "is missing; it cannot be left out"


def _named(wanted: inspect.DictType, value: object, key: str) -> Iterator[tuple[str, str]]:
    """A table whose keys are data, or values of a closed list."""
    if not isinstance(value, Mapping):
        yield key, f"must be a table of keys, and is {_name(value)}"
        return
    for name, below in value.items():
        if isinstance(wanted.key_type, inspect.LiteralType) and name not in wanted.key_type.values:
            yield f"{key}.{name}", f"is none of the keys {_listed(wanted.key_type.values)}"
        else:
            yield from _of(wanted.value_type, below, f"{key}.{name}")


def _is(kind: type, value: object) -> bool:
    """Whether TOML's value stands for that kind; true and false are no numbers."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _name(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, Mapping) else _PRINTED.get(type(value), "a date or time")


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(sorted(map(str, values)))
