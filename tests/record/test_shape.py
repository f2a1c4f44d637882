"""Shapes: what the writers see of a type of the model."""

from typing import Any, Literal, NamedTuple

import pytest
from msgspec import UNSET, Struct, UnsetType, inspect

from imr_extract.record.shape import Leaf, ListOf, MapOf, Parts, Shape, columns, shape_of


class Point(NamedTuple):
    page: int
    left: float


class Part(Struct, kw_only=True):
    always: str
    default: int | None = None
    listed: list[str] = []
    left_out: str | UnsetType = UNSET
    either: str | UnsetType | None = UNSET


class Whole(Struct):
    part: Part
    spare: Part | None
    parts: list[Part]


PART = Parts(
    "Part",
    {
        "always": Leaf("text"),
        "default": Leaf("int", "null"),
        "listed": ListOf(Leaf("text")),
        "left_out": Leaf("text", "unset"),
        "either": Leaf("text", "null"),
    },
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, Leaf("text")),
        (bool, Leaf("bool")),
        (int, Leaf("int")),
        (float, Leaf("number")),
        (int | float | None, Leaf("number", "null")),
        (Literal["a", "b"], Leaf("text")),
        (Literal["a"] | None, Leaf("text", "null")),
        (Literal[1, 2], Leaf("json")),
        (str | int, Leaf("json")),
        (Any, Leaf("json")),
        (list[int], ListOf(Leaf("int"))),
        (list[str] | None, ListOf(Leaf("text"), "null")),
        (tuple[str, ...], ListOf(Leaf("text"))),
        (tuple[str, int], Leaf("json")),
        (Point, ListOf(Leaf("number"))),
        (dict[str, list[float]], MapOf(ListOf(Leaf("number")))),
        (Part, PART),
    ],
)
def test_a_type_has_its_shape(kind: Any, expected: Shape) -> None:
    assert shape_of(inspect.type_info(kind)) == expected


def test_only_groups_that_are_always_there_are_opened() -> None:
    whole = shape_of(inspect.type_info(Whole))
    assert isinstance(whole, Parts)
    assert [".".join(path) for path, _ in columns(whole)] == [
        *(f"part.{name}" for name in PART.fields),
        "spare",
        "parts",
    ]
