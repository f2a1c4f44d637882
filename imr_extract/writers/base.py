"""What all writers have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self

from imr_extract.writers.formats import Choices, Format

if TYPE_CHECKING:
    from imr_extract.record.model import Record

Place = BinaryIO | Path  # a stream, or the file of a database


class Origin:
    """Which programs and rules made the records of an output: one of each, if one run made all."""

    def __init__(self) -> None:
        self._found: dict[str, set[str]] = {"program": set(), "rules": set()}

    def add(self, source: Mapping[str, Any]) -> None:
        """Take in the `source` of a record."""
        for name, values in self._found.items():
            values.add(source[name])

    def items(self) -> dict[str, str]:
        """What there is to say of them, by name."""
        return {name: ", ".join(sorted(values)) for name, values in self._found.items() if values}


class Writer(ABC):
    """Takes records as JSON, one by one, and writes them in its format.

    As a context manager it closes when the body ends well and abandons when the body raises: what
    is incomplete then is not made to look complete. The target stream is never closed.
    """

    @abstractmethod
    def write(self, line: bytes) -> None:
        """Write one record, given as its JSON without a line end."""

    def write_error(self, line: bytes) -> None:
        """Write one error object; only for formats that `open_writer` opened with inline errors."""
        raise NotImplementedError

    @abstractmethod
    def close(self) -> None:
        """Complete the output; nothing can be written afterwards."""

    def abandon(self) -> None:  # noqa: B027 - streams have nothing to let go
        """Let go of files and buffers without completing the output."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


class FormatModule(Protocol):
    """What the module of a format has; `asking` only that of a database."""

    def open_writer(self, target: Place, choices: Choices, /) -> Writer:
        """A writer of the format."""

    def read(self, source: Place, format: Format, /) -> "Iterator[Record]":  # noqa: A002
        """The records that a file of the format holds. Raises `OutputNotReadable`."""

    def asking(self, path: Path, /) -> AbstractContextManager[Callable[[str, str], Any]]:
        """A function that gives the first row that a query with one value gives."""
