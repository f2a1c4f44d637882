"""The options that set the limits on a letter, with the defaults of `limits.py`."""

import re
from typing import Annotated

import typer

from imr_extract.limits import DEFAULT_LIMITS

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_MOST = 2**62  # no system counts bytes further than this
# Python and PDFium take a quarter of this before the first letter.
_LEAST_MEMORY = 256 * 1024**2
_MOST_SECONDS = 1_000_000.0


def _size(stated: str | int) -> int:
    """The number of bytes in "64M", "1.5 GB" or "5000"."""
    match = _SIZE.fullmatch(str(stated))
    if match is None:
        raise typer.BadParameter(
            f"{stated} is not a size; give a number of bytes, or a unit as in 64M or 2G"
        )
    number, unit = match.groups()
    size = float(number) * _UNITS[unit.upper()]
    if size > _MOST:
        raise typer.BadParameter(f"too large; at most {shown(_MOST)}")
    return int(size)


def _memory(stated: str | int) -> int:
    """As `_size`, and not less than a worker needs before its first letter."""
    size = _size(stated)
    if size < _LEAST_MEMORY:
        raise typer.BadParameter("a worker needs at least 256M")
    return size


def _seconds(stated: float) -> float:
    """The time as given. Raises for one that no timer can be set to."""
    if not stated <= _MOST_SECONDS:  # also for NaN
        raise typer.BadParameter(f"{stated} is not a valid time; at most {_MOST_SECONDS:,.0f}")
    return stated


def shown(size: int) -> str:
    """A size as the options take it, in the largest unit that it is whole in: "64M"."""
    for unit in ("T", "G", "M", "K"):
        if size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit}"
    return str(size)


TimeoutOption = Annotated[
    float,
    typer.Option(min=0.1, callback=_seconds, help="Seconds allowed per letter."),
]
MemoryOption = Annotated[
    int,
    typer.Option(
        parser=_memory,
        metavar="SIZE",
        show_default=False,
        help=f"Memory that a worker may take; {shown(DEFAULT_LIMITS.memory)} by default.",
    ),
]
BytesOption = Annotated[
    int,
    typer.Option(
        parser=_size,
        metavar="SIZE",
        show_default=False,
        help=f"Size that a letter may have; {shown(DEFAULT_LIMITS.bytes)} by default.",
    ),
]
PagesOption = Annotated[int, typer.Option(min=1, help="Largest number of pages of a file.")]
CharactersOption = Annotated[
    int, typer.Option(min=1, help="Longest text of a file, in characters.")
]
