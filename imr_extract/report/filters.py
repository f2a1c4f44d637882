"""Fields of a record by their names, for `--filter`, `--group-by` and `--rate`.

A name is a path of the record ("issues.category", "patient.age") or its end ("category", "age"),
which is looked for in the issues first; behind "letter." it is not looked for there: "outcome" is
the decision's, "letter.outcome" the letter's.
"year" and "quarter" are those of the decision date; "service" and "drug" are the names under which
the report counts.
"""

import difflib
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from imr_extract.record.shape import ListOf, Parts, Path, Shape, Tree, pick, record_shape
from imr_extract.report.letters import Issue
from imr_extract.report.naming import drugs_of, service_of
from imr_extract.report.rows import quarter_of, year_of

ISSUES = "issues"
_CONDITION = re.compile(r"\s*([\w.]+)\s*(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)
_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DERIVED = {"year": False, "quarter": False, "service": True, "drug": True}


class FieldError(Exception):
    """A question names a field that no record has, or is none; `message` is for users."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Field:
    """A field of the record or a derived one; `of_decision` where each decision has its own."""

    name: str
    path: Path  # within the issue where `of_decision`; one name where derived
    of_decision: bool
    derived: bool = False

    def values(self, tree: Tree, issue: Tree | None) -> list[Any]:
        """What a decoded record, or this issue of it, holds in the field; [] where absent."""
        if self.derived:
            return _derived(self.name, tree, issue)
        found = pick(issue if self.of_decision else tree, self.path)
        return list(_leaves(found))


@dataclass(frozen=True)
class Comparison:
    """A field with what its values are compared with: one of `wanted` has to fit."""

    field: Field
    sign: str
    wanted: tuple[str, ...]
    said: str  # as the user wrote it

    def holds(self, tree: Tree, issue: Tree | None) -> bool:
        """Whether a record, or this decision of it, fits; an absent value fits only "" and "!="."""
        values = [_text(value) for value in self.field.values(tree, issue)]
        if self.sign in {"=", "!="}:
            equal = any(_same(value, wanted) for value in values or [""] for wanted in self.wanted)
            return equal == (self.sign == "=")
        if self.sign == "~":
            return any(each.lower() in value.lower() for value in values for each in self.wanted)
        return any(_ordered(self.sign, value, each) for value in values for each in self.wanted)


class Narrowed(NamedTuple):
    """A record as JSON with the decisions that fit, and how many it had besides."""

    line: bytes
    left_out: int


@dataclass(frozen=True)
class Filter:
    """Conditions that must all hold."""

    conditions: tuple[Comparison, ...]

    def narrowed(self, line: bytes) -> Narrowed | None:
        """The record with the decisions that fit; None where none is left."""
        tree: Tree = msgspec.json.decode(line)
        kept = self.decisions(tree)
        if kept is None:
            return None
        left_out = len(tree[ISSUES]) - len(kept)
        tree[ISSUES] = kept
        return Narrowed(msgspec.json.encode(tree), left_out)

    def decisions(self, tree: Tree) -> list[Tree] | None:
        """The issues of a record that fit; None where the letter or every issue does not."""
        of_letter = [condition for condition in self.conditions if not condition.field.of_decision]
        of_decision = [condition for condition in self.conditions if condition.field.of_decision]
        if not all(each.holds(tree, None) for each in of_letter):
            return None
        issues: list[Tree] = tree[ISSUES]
        kept = [issue for issue in issues if all(each.holds(tree, issue) for each in of_decision)]
        return kept if kept or not of_decision else None


def parse_filter(texts: Sequence[str]) -> Filter | None:
    """The filter of several conditions; None for none. Raises `FieldError`."""
    return Filter(tuple(parse_condition(text) for text in texts)) if texts else None


def parse_condition(text: str) -> Comparison:
    """The condition of a text as "category=Surgery|Injection". Raises `FieldError`."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise FieldError(
            f"{text!a} is no condition; write FIELD=VALUE, with = != < <= > >= or ~ (contains)"
        )
    name, sign, value = match.groups()
    wanted = tuple(each.strip() for each in value.split("|"))
    return Comparison(parse_field(name), sign, wanted, text.strip())


def parse_field(name: str) -> Field:
    """The field of this name. Raises `FieldError` with the names most like it."""
    if name in _DERIVED:
        return Field(name, (name,), _DERIVED[name], derived=True)
    known = _known()
    last = name.removeprefix("letter.")
    if last != name:
        known = [path for path in known if not path.startswith(f"{ISSUES}.")]
    for path in (f"{ISSUES}.{name}", last):
        if path in known:
            return _field(path)
    ends = [path for path in known if path.endswith(f".{last}")]
    if len(ends) == 1:
        return _field(ends[0])
    if ends:
        raise FieldError(f"{name!a} names several fields: {', '.join(ends)}; write one of them")
    near = difflib.get_close_matches(name, [*known, *_DERIVED, *(_last(each) for each in known)])
    hint = f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    raise FieldError(f"a record has no field {name!a}{hint}")


def _field(path: str) -> Field:
    of_decision = path.startswith(f"{ISSUES}.")
    return Field(path, tuple(path.removeprefix(f"{ISSUES}.").split(".")), of_decision)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _known() -> list[str]:
    """The paths that hold single values or lists of them."""
    return [".".join(path) for path in _paths(record_shape(), ())]


def _paths(shape: Shape, prefix: Path) -> Iterator[Path]:
    match shape:
        case Parts(fields=fields):
            for name, below in fields.items():
                yield from _paths(below, (*prefix, name))
        case ListOf(item=item):
            yield from _paths(item, prefix)
        case _:
            yield prefix


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif value is not None:
        yield value


def _derived(name: str, tree: Tree, issue: Tree | None) -> list[Any]:
    decided = pick(tree, ("case", "decision_date"))
    if name in {"year", "quarter"}:
        value = year_of(decided) if name == "year" else quarter_of(decided)
        return [] if value is None else [value]
    if issue is None:
        return []
    read = msgspec.convert(issue, Issue)
    return [service_of(read)] if name == "service" else [each.generic for each in drugs_of(read)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _same(value: str, wanted: str) -> bool:
    return value.casefold() == wanted.casefold()


def _ordered(sign: str, value: str, wanted: str) -> bool:
    """Numbers by their size; words by their letters, which for ISO dates is time."""
    try:
        return _ORDERS[sign](float(value), float(wanted))
    except ValueError:
        return _ORDERS[sign](value, wanted)
