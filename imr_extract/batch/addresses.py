"""Addresses of inputs and outputs: paths of this machine, and URLs of object stores."""

import re
from pathlib import Path

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.DOTALL)
_LOCAL = "file"


def split_address(address: str) -> tuple[str, str] | None:
    """The scheme of an address and what stands behind it, as it is; None for one of this machine.

    `file://` is this machine, too.
    """
    match = _ADDRESS.fullmatch(address)
    return None if match is None or match[1] == _LOCAL else (match[1], match[2])


def is_remote(address: str) -> bool:
    """Whether an address leads to another file system than that of this machine."""
    return split_address(address) is not None


def local_path(address: str) -> Path:
    """The path that an address of this machine leads to."""
    match = _ADDRESS.fullmatch(address)
    return Path(match[2] if match else address)
