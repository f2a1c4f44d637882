"""Limits of time and memory for commands that read letters in their own process."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Self, TypeVar

from imr_extract import errors
from imr_extract.batch.worker import memory_held
from imr_extract.cli import console
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.scans import on_each_page

_LOOK = 0.05  # seconds between two looks

T = TypeVar("T")


class Watch:
    """While this is entered, a letter over a limit ends the program with that error's exit code.

    A thread checks the limits, because native code in the main thread receives no signal. Only
    processor time counts, so that a slow reader of the output costs nothing.
    """

    def __init__(self, shown: str, limits: Limits = DEFAULT_LIMITS) -> None:
        """`shown` is the name of the first letter, for the message."""
        self._limits = limits
        self._current = (shown, time.process_time())
        self._done = threading.Event()
        self._listening = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._listening.enter_context(on_each_page(self._page))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._listening.close()

    def each(self, items: Iterable[T], shown: Callable[[T], str]) -> Iterator[T]:
        """The items; the time of a letter starts when its item is requested."""
        for item in items:
            self._current = (shown(item), time.process_time())
            yield item

    def _page(self) -> None:
        """Give each page that OCR reads the time of a whole letter."""
        self._current = (self._current[0], time.process_time())

    def _look(self) -> None:
        while not self._done.wait(_LOOK):
            shown, since = self._current
            error: errors.ImrError
            if time.process_time() - since > self._limits.seconds:
                error = errors.TimedOut(self._limits.seconds)
            elif memory_held() > self._limits.memory:
                error = errors.OutOfMemory(self._limits.memory)
            else:
                continue
            console.flush()
            console.say(f"{shown}: {error.message} [{error.code}]")
            os._exit(error.exit_code)
