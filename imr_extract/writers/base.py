"""What all writers have in common."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Literal, Self

Format = Literal["jsonl", "json", "csv", "tsv", "parquet", "sqlite", "duckdb"]
Rows = Literal["issues", "letters"]


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
