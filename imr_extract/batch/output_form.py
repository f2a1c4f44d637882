"""What an output looks like: its format, and what of the records it holds."""

from pathlib import Path
from typing import BinaryIO

import msgspec

from imr_extract.record.fields import Fields
from imr_extract.writers import FORMATS, Columns, Format, Rows, Writer, open_writer


class OutputForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the output looks like."""

    format: Format = "jsonl"
    rows: Rows | None = None
    fields: Fields | None = None
    columns: Columns | None = None  # None: every field
    inline_errors: bool = False

    @property
    def is_database(self) -> bool:
        """Whether letters are added to what is there, each content once."""
        return FORMATS[self.format].is_database

    def open(self, target: BinaryIO | Path, left_out: frozenset[str] = frozenset()) -> Writer:
        """A writer of this form, without some of the main columns. Raises an `OutputError`."""
        return open_writer(
            self.format,
            target,
            rows=self.rows,
            fields=self.fields,
            columns=self.columns,
            left_out=left_out,
            inline_errors=self.inline_errors,
        )
