"""Ctrl-C and SIGTERM: they end a run at once, but never in the middle of a line."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import ClassVar, Self

from imr_extract.cli.exits import Exit


class Terminated(KeyboardInterrupt):
    """The system, or whoever started this, asked the process to end."""

    came: ClassVar[bool] = False  # also where somebody made another exception of it

    def __init__(self) -> None:
        type(self).came = True


def code_of(interrupted: int) -> int:
    """The exit code of a process that was interrupted: another one where it was asked to end."""
    return int(Exit.TERMINATED) if Terminated.came else interrupted


def hear_termination() -> None:
    """Have SIGTERM end the process as Ctrl-C does, unless whoever started it chose otherwise."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)


def hear_nothing_more() -> None:
    """Let nothing disturb the end of the process, which takes only a moment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _terminate(*_: object) -> None:
    raise Terminated


class Interrupts:
    """While this is entered, Ctrl-C and SIGTERM wait for what is `held` together.

    A second one does not wait: what reads the output may have stopped to do so.
    """

    def __init__(self) -> None:
        self._held = False
        self._came: type[KeyboardInterrupt] | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        # Elsewhere somebody chose otherwise: a shell that runs this in the background ignores it.
        for number, usual in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, _terminate),
        ):
            if signal.getsignal(number) is usual:
                self._before[number] = usual
                signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        if signal.SIGINT in self._before:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if signal.SIGTERM in self._before:
            signal.signal(signal.SIGTERM, _terminate)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let the body be done before an interrupt is heard."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._came is not None:
            raise self._came

    def _take(self, number: int, _: FrameType | None) -> None:
        kind = Terminated if number == signal.SIGTERM else KeyboardInterrupt
        if self._held and self._came is None:
            self._came = kind
        else:
            raise kind
