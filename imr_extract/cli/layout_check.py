"""Checks of layout files from strangers, in a process with limits of time and memory.

`size_check` refuses what is known to be costly; this bounds what is not.
"""

import contextlib
import os
import resource
import signal
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from imr_extract.batch.worker import EXIT_OUT_OF_MEMORY, EXIT_OUT_OF_TIME, end_after
from imr_extract.layouts.loader import BadLayout, UserLayout, parse
from imr_extract.layouts.validation import LayoutFault

SECONDS = 10.0  # of processor time; a shipped layout takes a tenth of a second
MEMORY = 512 * 1024 * 1024  # bytes beside what the process has already

_FAULT = 1  # the exit code of a process in which this program was at fault

# A copy of this process, which is there at once and has nothing to load.
_FORK = get_context("fork")


def faults_of(layout: UserLayout, *, seconds: float = SECONDS) -> list[LayoutFault]:
    """All that is wrong with a layout file, also that it cannot be checked within the limits."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_check, args=(layout, theirs, seconds), daemon=True)
    process.start()
    theirs.close()
    try:
        found: list[tuple[str, str, str]] = ours.recv()
    except EOFError:
        process.join()
        if process.exitcode == _FAULT:
            parse(layout)  # to raise here what was raised there
        return [LayoutFault(layout.path, "", _why(process.exitcode))]
    finally:
        ours.close()
    process.join()
    return [LayoutFault(*each) for each in found]


def _why(exit_code: int | None) -> str:
    if exit_code == EXIT_OUT_OF_TIME:
        return f"takes more than {SECONDS:g} seconds to check; make its patterns simpler"
    if exit_code == EXIT_OUT_OF_MEMORY:
        return f"takes more than {MEMORY // 1024**2} MB to check; make its patterns simpler"
    return "ends the process that checks it; make its patterns simpler"


def _check(layout: UserLayout, answer: Connection, seconds: float) -> None:
    """In the process of its own: send the faults of the layout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_after(seconds)
    _limit_memory()
    found: list[tuple[str, ...]] = []
    try:
        parse(layout)
    except BadLayout as error:
        found = [tuple(fault) for fault in error.faults]
    except MemoryError:
        os._exit(EXIT_OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - the caller raises it again
        os._exit(_FAULT)
    answer.send(found)


def _limit_memory() -> None:
    """Let allocations beyond `MEMORY` fail, where the system says how much there is already."""
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
