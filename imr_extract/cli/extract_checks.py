"""What the options of `extract` ask for together, and which of them do not go together."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from imr_extract.cli import console

if TYPE_CHECKING:
    from imr_extract.batch.output_form import OutputForm
    from imr_extract.writers import Columns, Format, Rows

STDOUT = Path("-")  # as the value of -o


def form_of(
    named: "Format | None",
    output: Path | None,
    rows: "Rows | None",
    fields: str | None,
    columns: "Columns | None",
    *,
    inline_errors: bool,
    preferred: Collection[str] = (),
) -> "OutputForm":
    """The form of the output that the options, or the suffix of its name, ask for.

    `preferred` names options that were not typed but are somebody's defaults: they give way where
    they do not go with the others.
    """
    from imr_extract.batch.output_form import OutputForm
    from imr_extract.record.fields import FieldsError, parse_fields
    from imr_extract.writers import FORMATS, SUFFIXES, format_of

    try:
        chosen = parse_fields(fields) if fields is not None else None
    except FieldsError as error:
        raise typer.BadParameter(error.message) from None
    stated = None if output is None else format_of(output)
    if stated is None and named is None and output is not None and output.suffix:
        known = ", ".join(SUFFIXES)
        raise typer.BadParameter(
            f"the suffix of {output} names no format; use one of {known}, or give --format",
            param_hint="-o",
        )
    format_ = named or stated or "jsonl"
    if FORMATS[format_].is_binary and output is None and console.is_terminal():
        raise typer.BadParameter(
            f"{format_} is nothing to read on a terminal; name a file with -o",
            param_hint="--format",
        )
    is_table = FORMATS[format_].is_table
    if not is_table and "rows" in preferred:
        rows = None
    if (not is_table or fields is not None) and "columns" in preferred:
        columns = None
    if columns is None and fields is None and is_table:
        columns = "main"
    return OutputForm(
        format=format_, rows=rows, fields=chosen, columns=columns, inline_errors=inline_errors
    )


def refuse_to_empty(output: Path | None, form: "OutputForm", *, force: bool, replace: bool) -> None:
    """Raises for an option that does not go with the output; a database may hold years of work."""
    if replace and not form.is_database:
        raise typer.BadParameter(
            "goes with a database; --force is for files", param_hint="--replace"
        )
    if force and form.is_database and output is not None and output.exists():
        raise typer.BadParameter(
            f"{output} is a database, to which letters are added; --replace makes it anew",
            param_hint="--force",
        )


def with_output(
    output: Path | None, *options: tuple[str, bool]
) -> Iterator[tuple[str, bool, bool, str]]:
    """For `refuse_idle`: options that go with an output."""
    return ((option, given, output is not None, "-o FILE") for option, given in options)


def refuse_idle(*options: tuple[str, bool, bool, str]) -> None:
    """Raises for an option, by its name, that is given without what it goes with."""
    for option, given, has_effect, partner in options:
        if given and not has_effect:
            raise typer.BadParameter(f"goes with {partner}", param_hint=option)


def refuse_stdout(*files: tuple[str, Path | None]) -> None:
    """Raises for a file, by its option, that is standard output: records go there."""
    for option, path in files:
        if path == STDOUT:
            raise typer.BadParameter(
                "name a file; records go to standard output", param_hint=option
            )
