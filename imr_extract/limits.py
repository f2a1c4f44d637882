"""Limits on one input, so that a file from a stranger cannot take the run down."""

from typing import NamedTuple


class Limits(NamedTuple):
    """What one input may hold at most; over it, `TooLarge` names the limit.

    The largest of 194 real letters has 0.2 MB, 10 pages and 60,000 characters.
    """

    bytes: int = 64 * 1024 * 1024  # of the file, and of what the streams of a PDF unpack to
    pages: int = 500
    characters: int = 2_000_000  # of decoded text
    seconds: float = 60.0  # for one letter; kept by the supervisor of a batch
    memory: int = 2 * 1024 * 1024 * 1024  # address space of a worker of a batch, in bytes


DEFAULT_LIMITS = Limits()
