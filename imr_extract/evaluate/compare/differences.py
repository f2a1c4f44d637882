"""Where two records of one letter differ."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from imr_extract.evaluate.matching import pairs
from imr_extract.record.shape import Tree

Kind = Literal["gain", "loss", "change"]

# Said about the input and the reading, or made of what is compared anyway.
_NOT_COMPARED = frozenset({"schema_version", "source", "evidence", "number"})
# Parts that are what they are by their place.
_BY_PLACE = frozenset({"issues"})
# What identifies an item of a list: the first of these that it has.
_NAMES = (("text",), ("title", "body"), ("field", "code"))


class Difference(NamedTuple):
    """A value that only one of two records has, or that they have otherwise."""

    field: str  # "treatments.status"
    where: str  # path in the new record; of a loss in the old one: "treatments[2].status"
    kind: Kind
    old: Any
    new: Any


def differences(old: Tree, new: Tree) -> Iterator[Difference]:
    """What differs in two decoded records, in the order of the new one's fields.

    Items of a list are compared with those of the same or nearly the same wording, wherever they
    stand; issues with those of the same number.
    """
    if old != new:
        yield from _of_parts("", "", old, new)


def _of_parts(field: str, where: str, old: Tree, new: Tree) -> Iterator[Difference]:
    for name in dict.fromkeys((*new, *old)):
        if name not in _NOT_COMPARED:
            dot = "." if field else ""
            yield from _of_values(
                f"{field}{dot}{name}", f"{where}{dot}{name}", old.get(name), new.get(name)
            )


def _of_values(field: str, where: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = (None if each in ([], {}) else each for each in (old, new))
    if before == after:
        return
    kinds = [type(each) for each in (before, after) if each is not None]
    if all(kind is dict for kind in kinds):
        yield from _of_parts(field, where, before or {}, after or {})
    elif all(kind is list for kind in kinds):
        yield from _of_lists(field, where, before or [], after or [])
    else:
        yield _difference(field, where, before, after)


def _difference(field: str, where: str, old: Any, new: Any) -> Difference:
    kind: Kind = "gain" if old is None else "loss" if new is None else "change"
    return Difference(field, where, kind, old, new)


def _of_lists(field: str, where: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    if not all(isinstance(each, dict) for each in (*old, *new)):
        yield from _of_words(field, where, old, new)
        return
    for i, j in _aligned(field, old, new):
        if i is None or j is None:
            before = _name(old[i]) if i is not None else None
            after = _name(new[j]) if j is not None else None
            yield _difference(field, f"{where}[{i if j is None else j}]", before, after)
        else:
            yield from _of_parts(field, f"{where}[{j}]", old[i], new[j])


def _of_words(field: str, where: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    """Of lists of words: each word that only one has, or that their order differs."""
    before, after = Counter(map(str, old)), Counter(map(str, new))
    for word in (before - after).elements():
        yield Difference(field, where, "loss", word, None)
    for word in (after - before).elements():
        yield Difference(field, where, "gain", None, word)
    if before == after:
        yield Difference(field, where, "change", old, new)


def _aligned(
    field: str, old: list[Tree], new: list[Tree]
) -> Iterator[tuple[int | None, int | None]]:
    """Which item of one list is which of the other, in the order of the new list; losses last."""
    if field in _BY_PLACE:
        yield from zip_longest(range(len(old)), range(len(new)))
        return
    before, after = [_name(each) for each in old], [_name(each) for each in new]
    found = {j: i for i, j in pairs(before, after, strict=True)}
    left = [i for i in range(len(old)) if i not in found.values()]
    free = [j for j in range(len(new)) if j not in found]
    near = pairs([before[i] for i in left], [after[j] for j in free])
    found.update({free[j]: left[i] for i, j in near})
    for j in range(len(new)):
        yield found.get(j), j
    for i in left:
        if i not in found.values():
            yield i, None


def _name(item: Tree) -> str:
    """The words that an item is known by."""
    for names in _NAMES:
        if names[0] in item:
            return " ".join(str(item[name]) for name in names if item.get(name) is not None)
    return " ".join(str(each) for each in item.values() if each is not None)
