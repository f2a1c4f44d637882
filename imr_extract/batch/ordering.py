"""Results that come as they are done, handed on in the order of what they are results of."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_order(results: Iterable[T], number: Callable[[T], int]) -> Iterator[T]:
    """The results by their numbers, which count from 0 without a gap; early ones are kept."""
    early: dict[int, T] = {}
    due = 0
    for result in results:
        early[number(result)] = result
        while due in early:
            yield early.pop(due)
            due += 1
    assert not early
