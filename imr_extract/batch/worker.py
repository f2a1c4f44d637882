"""A worker process: takes chunks of tasks from a pipe and sends back an outcome a letter.

It may hang, run out of memory or crash in native code; the supervisor then ends it and puts another
in its place.
"""

import contextlib
import os
import signal
from multiprocessing.connection import Connection

import msgspec

from imr_extract.batch.work import Settings, Task, work

# How a worker ends itself when memory runs out: not a signal's number, nor Python's own 1.
EXIT_OUT_OF_MEMORY = 86

# For tests of the supervisor: "crash:NAME" kills the worker at that file by SIGSEGV, "hang:NAME"
# sleeps, "memory:NAME" asks for more than there is. Several are parted by commas.
FAULTS_VARIABLE = "IMR_EXTRACT_TEST_FAULTS"


def serve(connection: Connection, settings: Settings) -> None:
    """Work until the pipe is closed."""
    # Ctrl-C reaches the whole process group; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(settings.limits.memory)
    faults = frozenset(filter(None, os.environ.get(FAULTS_VARIABLE, "").split(",")))
    decoder = msgspec.msgpack.Decoder(list[Task])
    encoder = msgspec.msgpack.Encoder()
    with contextlib.suppress(EOFError, OSError):
        while True:
            for task in decoder.decode(connection.recv_bytes()):
                try:
                    if faults:
                        _stage(faults, task)
                    message = encoder.encode(work(task, settings))
                except MemoryError:
                    os._exit(EXIT_OUT_OF_MEMORY)
                connection.send_bytes(message)


def _limit_memory(most: int) -> None:
    """Let allocations over `most` bytes of address space fail, where the system can do that."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _stage(faults: frozenset[str], task: Task) -> None:
    name = task.input.name
    if f"crash:{name}" in faults:
        os.kill(os.getpid(), signal.SIGSEGV)
    if f"hang:{name}" in faults:
        signal.pause()
    if f"memory:{name}" in faults:
        bytearray(1 << 62)
