"""Commands that tests start, and wait for: no test depends on how fast the machine is."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Seconds after which a test gives up on something that will never come. Nothing else is timed.
FOR_EVER = 900


KILLED = Path(__file__).with_name("killed.py")


def left_unfinished(letters: int, *arguments: str | Path) -> None:
    """Run `extract`, and kill it when it comes to a letter: the `letters`-th."""
    command = [sys.executable, KILLED, f"letter:{letters}", "extract", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, timeout=FOR_EVER)
    assert -signal.SIGKILL == done.returncode, done.stderr


def size_of(file: Path) -> int:
    """How many bytes a file has that may be moved away at any time; 0 where it is not there."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Return once the condition holds, or the process has ended."""
    until = time.monotonic() + FOR_EVER
    while not condition() and process.poll() is None:
        assert time.monotonic() < until, "waited for ever"
        time.sleep(0.002)


def kill_when(process: subprocess.Popen[bytes], file: Path, size: int) -> None:
    """Kill the process group once `file` has that size; a run that is over is only waited for."""
    try:
        wait_until(lambda: size_of(file) >= size, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
