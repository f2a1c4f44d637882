"""Rows of a table of which the quick tests run a few, and `make test-all` runs all."""

from collections.abc import Iterable
from typing import Any

import pytest


def quick_every(step: int, rows: Iterable[Any]) -> list[Any]:
    """The rows as parameters; all but each `step`-th, from the first on, are marked slow.

    A tuple holds the values of several parameters.
    """
    return [
        row
        if number % step == 0
        else pytest.param(*(row if type(row) is tuple else (row,)), marks=pytest.mark.slow)
        for number, row in enumerate(rows)
    ]
