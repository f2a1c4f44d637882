"""The command as a person sees it: standard error, or all, on a terminal of its own."""

import errno
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

COMMAND = str(Path(sys.executable).parent / "imr-extract")


class Shown(NamedTuple):
    """What a run left behind."""

    exit_code: int
    data: bytes  # standard output, where that is a pipe
    terminal: bytes


def on_terminal(
    *arguments: str | Path, stdout: bool = False, env: dict[str, str] | None = None
) -> Shown:
    """Run `imr-extract` with standard error, and with `stdout` both, on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    environment.pop("NO_COLOR", None)
    environment.update(env or {})
    with subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs if stdout else subprocess.PIPE,
        stderr=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        shown = _all(ours)  # to the end: a terminal that nobody reads fills up
        data = process.stdout.read() if process.stdout else b""
    return Shown(process.returncode, data, shown)


def _all(terminal: int) -> bytes:
    """What is written on the terminal, until nobody has it open any more."""
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError as error:  # how Linux says that the other side is closed
            if error.errno != errno.EIO:
                raise
            piece = b""
        if not piece:
            os.close(terminal)
            return b"".join(pieces)
        pieces.append(piece)
