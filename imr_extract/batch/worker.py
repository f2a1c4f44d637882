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
from collections.abc import Callable
from multiprocessing.connection import Connection

import msgspec

from imr_extract.batch.work import Task, Work, prepare
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.scans import on_each_page

# The message of a worker that OCR goes on to another page of the current letter.
PAGE = b""

# How a worker ends itself when memory runs out: not a signal's number, nor Python's own 1.
EXIT_OUT_OF_MEMORY = 86
# How the system ends a worker whose letter has had its processor time.
EXIT_OUT_OF_TIME = -signal.SIGPROF

# Objects after which Python looks for unused ones; after its own 700 they take 1.5 % of the time.
_NEW_OBJECTS = 100_000

_LOOK = 0.05  # seconds between two looks at the memory, where the system keeps no limit


def serve(connection: Connection, reading: ReadingOptions, work: Work) -> None:
    """Work until the pipe is closed.

    The first message is empty, or says why no work is possible; then one comes a letter, and
    before it a `PAGE` for each page that OCR reads.
    """
    # Ctrl-C reaches the whole process group; the supervisor decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_silent()
    with contextlib.suppress(EOFError, OSError):
        why_not = _start(reading)
        connection.send_bytes(why_not)
        if not why_not:
            _answer(connection, reading, work)


def _start(reading: ReadingOptions) -> bytes:
    """Make ready for letters; nothing, or why that is not possible."""
    try:
        _limit_memory(reading.limits.memory)
        settle(prepare)
    except Exception as error:  # noqa: BLE001 - no letter was read, so its text holds no words
        return f"{type(error).__name__}: {error}".rstrip(": ").encode("utf-8", "replace")
    return b""


def settle(prepare: Callable[[], None]) -> None:
    """Load the rules, and have Python look for unused objects as seldom as letters need it.

    The rules stay as long as the worker, so they are never looked through. A letter makes some
    thousand objects that go with it, and next to none that have to be looked for.
    """
    gc.disable()
    prepare()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()


def _answer(connection: Connection, reading: ReadingOptions, work: Work) -> None:
    decoder = msgspec.msgpack.Decoder(list[Task])
    encoder = msgspec.msgpack.Encoder()

    def next_page() -> None:
        """Pass on that a page is read by OCR, which has the time of a letter for itself."""
        end_after(reading.limits.seconds)
        connection.send_bytes(PAGE)

    while True:
        for task in decoder.decode(connection.recv_bytes()):
            end_after(reading.limits.seconds)
            try:
                with on_each_page(next_page):
                    message = encoder.encode(work(task, reading))
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

    Only time of the processor counts: a worker may be stopped, starved by other programs, or wait
    until it is listened to. The supervisor is not needed for it, and may have been killed.
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
