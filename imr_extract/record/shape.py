"""The shape of a record, read off the model: what the writers and `--fields` are derived from.

A `Shape` says of a value whether it is a leaf, a list, a map or a group of named parts, and what
stands for "not there". A field added to the model gets its columns without a change here.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from msgspec import inspect

from imr_extract.record.model import Record

Kind = Literal["text", "int", "number", "bool", "json"]
Absent = Literal["never", "null", "unset"]
Path = tuple[str, ...]
Tree = dict[str, Any]  # a record, or a part of one, as decoded from its JSON


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value. "number" is a whole or a broken one; "json" any value of no simpler type."""

    kind: Kind
    absent: Absent = "never"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one shape."""

    item: "Shape"
    absent: Absent = "never"


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object whose keys are data, such as field paths."""

    value: "Shape"
    absent: Absent = "never"


@dataclass(frozen=True, slots=True)
class Parts:
    """An object whose keys are the fields of a class of the model, in the model's order."""

    name: str  # of the class
    fields: Mapping[str, "Shape"]
    absent: Absent = "never"


Shape = Leaf | ListOf | MapOf | Parts


@functools.cache
def record_shape() -> Parts:
    """The shape of a whole record."""
    shape = shape_of(inspect.type_info(Record))
    assert isinstance(shape, Parts)
    return shape


def shape_of(found: inspect.Type) -> Shape:
    """The shape of a type of the model; a leaf of kind "json" where no simpler one holds it."""
    match found:
        case inspect.StructType(cls=cls, fields=fields):
            return Parts(cls.__name__, {field.encode_name: _field(field) for field in fields})
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return ListOf(shape_of(item))
        case inspect.TupleType(item_types=types):
            return _tuple(types)
        case inspect.NamedTupleType(fields=fields):
            return _tuple(tuple(field.type for field in fields))
        case inspect.DictType(value_type=value):
            return MapOf(shape_of(value))
        case inspect.UnionType(types=types):
            return _union(types)
        case inspect.LiteralType(values=values) if all(isinstance(each, str) for each in values):
            return Leaf("text")
        case inspect.Metadata(type=inner):
            return shape_of(inner)
    kinds: dict[type[inspect.Type], Kind] = {
        inspect.StrType: "text",
        inspect.BoolType: "bool",
        inspect.IntType: "int",
        inspect.FloatType: "number",
    }
    return Leaf(kinds.get(type(found), "json"))


def _tuple(types: tuple[inspect.Type, ...]) -> Shape:
    """A list, as JSON has it, where one shape holds all the items."""
    item = _union(types)
    return item if item == Leaf("json") else ListOf(item)


def _field(field: inspect.Field) -> Shape:
    shape = shape_of(field.type)
    # `X | UnsetType = UNSET`: msgspec shows it only by a field that has no value when left out.
    left_out = (
        not field.required
        and field.default is msgspec.NODEFAULT
        and field.default_factory is msgspec.NODEFAULT
    )
    return replace(shape, absent="unset") if left_out and shape.absent == "never" else shape


def _union(types: tuple[inspect.Type, ...]) -> Shape:
    first, *others = [shape_of(kind) for kind in types if not isinstance(kind, inspect.NoneType)]
    if all(other == first for other in others):
        shape = first
    elif all(each in (Leaf("int"), Leaf("number")) for each in (first, *others)):
        shape = Leaf("number")
    else:
        shape = Leaf("json")
    nullable = any(isinstance(kind, inspect.NoneType) for kind in types)
    return replace(shape, absent="null") if nullable else shape


def columns(parts: Parts, prefix: Path = ()) -> Iterator[tuple[Path, Shape]]:
    """The values of `parts` as a flat row, in the model's order.

    Groups that are always there are opened; lists, maps and groups that may be absent stay whole.
    """
    for name, shape in parts.fields.items():
        if isinstance(shape, Parts) and shape.absent == "never":
            yield from columns(shape, (*prefix, name))
        else:
            yield (*prefix, name), shape


def at(shape: Shape, path: Path) -> Shape:
    """The shape of what `pick` gives for `path`: a list once more for every list on the way."""
    if not path:
        return shape
    if isinstance(shape, ListOf):
        return ListOf(at(shape.item, path), shape.absent)
    assert isinstance(shape, Parts)
    below = at(shape.fields[path[0]], path[1:])
    return replace(below, absent="null") if shape.absent != "never" else below


def pick(value: Any, path: Path) -> Any:
    """What stands at `path` in a decoded record; through a list, the list of what its items hold.

    None where the value or a group above it is absent.
    """
    for depth, name in enumerate(path):
        if value is None:
            return None
        if isinstance(value, list):
            return [pick(each, path[depth:]) for each in value]
        value = value.get(name)
    return value


def place(tree: Tree, path: Path, value: Any) -> None:
    """Put `value` at `path` into a tree under construction, making the groups above it."""
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def build(tree: Tree) -> Record:
    """The record that a tree stands for. Raises `msgspec.ValidationError` where it is none."""
    return msgspec.convert(tree, Record)
