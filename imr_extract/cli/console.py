"""The only module that prints: data on standard output, talk on standard error."""

import os
import sys
from typing import NoReturn


def write(data: bytes) -> None:
    """Write data to standard output. A closed pipe (`| head`) ends the program quietly with 0."""
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        _leave_quietly()


def flush() -> None:
    """Hand on what was written so far."""
    try:
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _leave_quietly()


def tell(message: str) -> None:
    """One line on standard error."""
    print(f"imr-extract: {message}", file=sys.stderr)


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def show(renderable: object) -> None:
    """Print a rich object on standard output; `NO_COLOR` and `TERM=dumb` are honoured by rich."""
    from rich.console import Console

    Console().print(renderable)


def _leave_quietly() -> NoReturn:
    # The interpreter flushes standard output once more on its way out; give it somewhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(0)
