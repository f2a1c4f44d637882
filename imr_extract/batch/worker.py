"""A worker process: takes chunks of tasks from a pipe and sends back an outcome a letter.

It may hang, run out of memory or crash in native code; the supervisor then ends it and puts another
in its place.
"""

import contextlib
import gc
import os
import resource
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection

import msgspec

from imr_extract.batch.work import Settings, Task, prepare, work

# How a worker ends itself when memory runs out: not a signal's number, nor Python's own 1.
EXIT_OUT_OF_MEMORY = 86

_GRACE = 5.0  # seconds over the limit of a letter, after which a worker ends by itself
_LOOK = 0.05  # seconds between two looks at the memory, where the system keeps no limit

# For tests of the supervisor: "crash:NAME" kills the worker at that file by SIGSEGV, "hang:NAME"
# sleeps, "memory:NAME" asks for more than there is; "start" fails before any file, "die" kills the
# worker then. Several are parted by commas.
FAULTS_VARIABLE = "IMR_EXTRACT_TEST_FAULTS"


def serve(connection: Connection, settings: Settings) -> None:
    """Work until the pipe is closed.

    The first message is empty, or tells why no work is possible; then one comes a letter.
    """
    # Ctrl-C reaches the whole process group; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_silent()
    faults = frozenset(filter(None, os.environ.get(FAULTS_VARIABLE, "").split(",")))
    with contextlib.suppress(EOFError, OSError):
        why_not = _start(settings, faults)
        connection.send_bytes(why_not)
        if not why_not:
            _work(connection, settings, faults)


def _start(settings: Settings, faults: frozenset[str]) -> bytes:
    """Make ready for letters; nothing, or why that is not possible."""
    try:
        _limit_memory(settings.limits.memory)
        _stage_start(faults)
        prepare()
        # The rules stay as long as the worker: they need not be looked through for what is unused.
        gc.freeze()
    except Exception as error:  # noqa: BLE001 - no letter was read, so its text holds no words
        return f"{type(error).__name__}: {error}".rstrip(": ").encode("utf-8", "replace")
    return b""


def _work(connection: Connection, settings: Settings, faults: frozenset[str]) -> None:
    patience = settings.limits.seconds + _GRACE
    decoder = msgspec.msgpack.Decoder(list[Task])
    encoder = msgspec.msgpack.Encoder()
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


def _be_silent() -> None:
    """Keep what libraries print in their last moments out of the data and the talk."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def end_after(seconds: float) -> None:
    """Have the system end this process once it has computed for that time, whatever it does.

    The supervisor ends workers that take too long. Where it was killed itself, none may live on.
    Only time of the processor counts: a worker may be stopped, or wait until it is listened to.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory(most: int) -> None:
    """Let allocations over `most` bytes of address space fail; without such a limit, watch."""
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if sys.platform == "darwin":  # takes the limit, and does not keep it
        threading.Thread(target=watch_memory, args=(most,), daemon=True).start()


def watch_memory(most: int) -> None:
    """End this process once it has held more than `most` bytes; needs a thread of its own."""
    while memory_held() <= most:
        time.sleep(_LOOK)
    os._exit(EXIT_OUT_OF_MEMORY)


def memory_held() -> int:
    """The most bytes that this process has held so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _stage_start(faults: frozenset[str]) -> None:
    if "die" in faults:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "start" in faults:
        raise RuntimeError("staged")


def _stage(faults: frozenset[str], task: Task) -> None:
    name = task.input.name
    if f"crash:{name}" in faults:
        os.kill(os.getpid(), signal.SIGSEGV)
    if f"hang:{name}" in faults:
        signal.pause()
    if f"memory:{name}" in faults:
        bytearray(1 << 62)
