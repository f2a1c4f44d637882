"""Limits on one input, so that a file from a stranger cannot take the run down."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What one input may hold at most; over it, `TooLarge` names the limit.

    The largest of 194 real letters has 0.2 MB, 10 pages and 60,000 characters.
    """

    bytes: int = 64 * 1024 * 1024
    pages: int = 500
    characters: int = 2_000_000  # of decoded text


DEFAULT_LIMITS = Limits()
