"""Ctrl-C during a run: it ends the run at once, but never in the middle of a line."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Self


class Interrupts:
    """While this is entered, Ctrl-C raises `KeyboardInterrupt`, behind what is `held` together.

    A second Ctrl-C does not wait: what reads the output may have stopped to do so.
    """

    def __init__(self) -> None:
        self._held = False
        self._came = False
        self._installed = False

    def __enter__(self) -> Self:
        # Elsewhere somebody chose otherwise: a shell that runs this in the background ignores it.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._take)
            self._installed = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let the body be done before Ctrl-C is heard."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came:
            raise KeyboardInterrupt

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._held and not self._came:
            self._came = True
        else:
            signal.default_int_handler(number, frame)
