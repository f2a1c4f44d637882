"""A worker process: takes chunks of tasks from a pipe and sends back an outcome a letter.

It may hang, run out of memory or crash in native code; the supervisor then ends it and puts another
in its place.
"""

import contextlib
import os
import resource
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

import msgspec

from imr_extract.batch.work import Settings, Task, work

# How a worker ends itself when memory runs out: not a signal's number, nor Python's own 1.
EXIT_OUT_OF_MEMORY = 86

_GRACE = 5.0  # seconds over the limit of a letter, after which a worker ends by itself
_LOOK = 0.05  # seconds between two looks at the memory, where the system keeps no limit

# For tests of the supervisor: "crash:NAME" kills the worker at that file by SIGSEGV, "hang:NAME"
# sleeps, "memory:NAME" asks for more than there is. Several are parted by commas.
FAULTS_VARIABLE = "IMR_EXTRACT_TEST_FAULTS"


def serve(connection: Connection, settings: Settings) -> None:
    """Work until the pipe is closed."""
    # Ctrl-C reaches the whole process group; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_silent()
    _limit_memory(settings.limits.memory)
    patience = settings.limits.seconds + _GRACE
    faults = frozenset(filter(None, os.environ.get(FAULTS_VARIABLE, "").split(",")))
    decoder = msgspec.msgpack.Decoder(list[Task])
    encoder = msgspec.msgpack.Encoder()
    with contextlib.suppress(EOFError, OSError):
        while True:
            for task in decoder.decode(connection.recv_bytes()):
                end_after(patience)
                try:
                    if faults:
                        _stage(faults, task)
                    message = encoder.encode(work(task, settings))
                except MemoryError:
                    os._exit(EXIT_OUT_OF_MEMORY)
                connection.send_bytes(message)
            end_after(0)


def _be_silent() -> None:
    """Keep what libraries print in their last moments out of the data and the talk."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def end_after(seconds: float) -> None:
    """Have the system end this process after that time, whatever it does; 0 calls that off.

    The supervisor ends workers that take too long. Where it was killed itself, none may live on.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(most: int) -> None:
    """Let allocations over `most` bytes of address space fail; without such a limit, watch."""
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if sys.platform == "darwin":  # takes the limit, and does not keep it
        threading.Thread(target=watch_memory, args=(most,), daemon=True).start()


def watch_memory(most: int) -> None:
    """End this process once it has held more than `most` bytes; needs a thread of its own."""
    unit = 1 if sys.platform == "darwin" else 1024
    while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= most:
        time.sleep(_LOOK)
    os._exit(EXIT_OUT_OF_MEMORY)


def _stage(faults: frozenset[str], task: Task) -> None:
    name = task.input.name
    if f"crash:{name}" in faults:
        os.kill(os.getpid(), signal.SIGSEGV)
    if f"hang:{name}" in faults:
        signal.pause()
    if f"memory:{name}" in faults:
        bytearray(1 << 62)
