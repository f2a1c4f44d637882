"""`--fields`: which parts of the record a user wants, as dotted paths through the model.

A path goes through lists without an index: `issues.outcome` is the outcome of every issue.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from imr_extract.record.shape import ListOf, Parts, Path, Shape, Tree, record_shape

_SUGGESTIONS = 3
# What is kept below a name: None is everything, a mapping only what it names, in its order.
Choice = Mapping[str, "Choice"] | None


class FieldsError(ValueError):
    """`--fields` names what a record does not have; `message` is the line for the user."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Fields:
    """Paths that were asked for, in that order, each once and none below another."""

    paths: tuple[Path, ...]
    choice: Mapping[str, Choice]


def parse_fields(text: str) -> Fields:
    """The fields that a text such as "case.case_number,issues.outcome" names.

    Asked for twice, a field stands where it was first. Raises `FieldsError` for an unknown name,
    with the names most like it, and for an empty one.
    """
    asked: list[Path] = []
    for name in (part.strip() for part in text.split(",")):
        path = tuple(name.split("."))
        if not name:
            raise FieldsError("--fields: a name is empty; write names with commas between them")
        if path not in _known():
            raise FieldsError(_unknown(name))
        asked.append(path)
    wanted = set(asked)
    paths = tuple(path for path in dict.fromkeys(asked) if not _above(path) & wanted)
    return Fields(paths, _choice(paths))


def project(tree: Tree, fields: Fields) -> Tree:
    """The wanted parts of a decoded record, nested as in the record, in the order asked.

    A part that the record leaves out, such as evidence that was not asked for, stays out.
    """
    result: Tree = _kept(tree, fields.choice)
    return result


def narrow(shape: Parts, fields: Fields) -> Parts:
    """The shape of what `project` gives for records of `shape`."""
    narrowed = _narrowed(shape, fields.choice)
    assert isinstance(narrowed, Parts)
    return narrowed


def _kept(value: Any, choice: Choice) -> Any:
    if choice is None or value is None:
        return value
    if isinstance(value, list):
        return [_kept(each, choice) for each in value]
    return {name: _kept(value[name], below) for name, below in choice.items() if name in value}


def _narrowed(shape: Shape, choice: Choice) -> Shape:
    if choice is None:
        return shape
    if isinstance(shape, ListOf):
        return ListOf(_narrowed(shape.item, choice), shape.absent)
    assert isinstance(shape, Parts)
    below = {name: _narrowed(shape.fields[name], each) for name, each in choice.items()}
    return Parts(shape.name, below, shape.absent)


def _choice(paths: tuple[Path, ...]) -> Mapping[str, Choice]:
    below: dict[str, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    return {name: None if rests == [()] else _choice(tuple(rests)) for name, rests in below.items()}


def _above(path: Path) -> set[Path]:
    return {path[:length] for length in range(1, len(path))}


def _known() -> dict[Path, None]:
    return dict.fromkeys(_paths(record_shape(), ()))


def _paths(shape: Shape, prefix: Path) -> Iterator[Path]:
    if isinstance(shape, ListOf):
        yield from _paths(shape.item, prefix)
    elif isinstance(shape, Parts):
        for name, each in shape.fields.items():
            yield (*prefix, name)
            yield from _paths(each, (*prefix, name))


def _unknown(name: str) -> str:
    shown = ascii(name)
    if "[" in name:
        return f"--fields: {shown} has an index; a path goes through lists without one"
    paths = [".".join(path) for path in _known()]
    last = name.rpartition(".")[2]
    same = [path for path in paths if path.rpartition(".")[2] == last]
    near = [*same, *difflib.get_close_matches(name, paths, n=_SUGGESTIONS)]
    if not near:
        return f"--fields: a record has no {shown}; `imr-extract schema` lists what it has"
    suggested = " or ".join(list(dict.fromkeys(near))[:_SUGGESTIONS])
    return f"--fields: a record has no {shown}; did you mean {suggested}?"
