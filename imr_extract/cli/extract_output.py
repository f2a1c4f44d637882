"""What the options of `extract` say of the output, and which of them do not go together."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from imr_extract.cli import console

if TYPE_CHECKING:
    from imr_extract.batch.output_form import OutputForm
    from imr_extract.writers import Columns, Format, Rows

STDOUT = "-"  # as the value of -o


class OutputOptions(NamedTuple):
    """What a command line says of its output, as it was typed."""

    output: str | None  # None is standard output
    form: "Format | None"
    rows: "Rows | None"
    columns: "Columns | None"
    fields: str | None
    resume: bool
    force: bool
    replace: bool
    unordered: bool
    inline_errors: bool
    errors_to: Path | None
    stats: Path | None
    progress: bool
    # Options that were not typed but are somebody's defaults: they give way where they do not go
    # with the others.
    preferred: frozenset[str]

    def check(self) -> None:
        """Raises for an option that has no effect without another, or would mix with records."""
        goes_with = (self.output is not None, "-o FILE")
        refuse_idle(
            ("--resume", self.resume, *goes_with),
            ("--force", self.force, *goes_with),
            ("--replace", self.replace, *goes_with),
        )
        for option, path in (("--errors-to", self.errors_to), ("--stats", self.stats)):
            if path == Path(STDOUT):
                raise typer.BadParameter(
                    "name a file; records go to standard output", param_hint=option
                )

    def form_of(self, output: Path | None) -> "OutputForm":
        """The form that the options, or the suffix of the output's name, ask for."""
        from imr_extract.batch.output_form import OutputForm
        from imr_extract.record.fields import FieldsError, parse_fields
        from imr_extract.writers import FORMATS

        try:
            chosen = parse_fields(self.fields) if self.fields is not None else None
        except FieldsError as error:
            raise typer.BadParameter(error.message) from None
        form = _format_of(self.form, output)
        is_table = FORMATS[form].is_table
        rows, columns = self.rows, self.columns
        if not is_table and "rows" in self.preferred:
            rows = None
        if (not is_table or self.fields is not None) and "columns" in self.preferred:
            columns = None
        if columns is None and self.fields is None and is_table:
            columns = "main"
        return OutputForm(
            format=form,
            rows=rows,
            fields=chosen,
            columns=columns,
            inline_errors=self.inline_errors,
        )


def _format_of(named: "Format | None", output: Path | None) -> "Format":
    from imr_extract.writers import FORMATS, SUFFIXES, format_of

    stated = None if output is None else format_of(output)
    if stated is None and named is None and output is not None and output.suffix:
        known = ", ".join(SUFFIXES)
        raise typer.BadParameter(
            f"the suffix of {output} names no format; use one of {known}, or give --format",
            param_hint="-o",
        )
    form = named or stated or "jsonl"
    if FORMATS[form].is_binary and output is None and console.is_terminal():
        raise typer.BadParameter(
            f"{form} is nothing to read on a terminal; name a file with -o",
            param_hint="--format",
        )
    return form


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


def refuse_idle(*options: tuple[str, bool, bool, str]) -> None:
    """Raises for an option, by its name, that is given without what it goes with."""
    for option, given, has_effect, partner in options:
        if given and not has_effect:
            raise typer.BadParameter(f"goes with {partner}", param_hint=option)
