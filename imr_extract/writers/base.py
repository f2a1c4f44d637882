"""What all writers have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, Self

Format = Literal["jsonl", "json", "csv", "csv-excel", "tsv", "xlsx", "parquet", "sqlite", "duckdb"]
Rows = Literal["issues", "letters"]
Columns = Literal["main", "all"]  # of tables of texts: those for people, or every field


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
