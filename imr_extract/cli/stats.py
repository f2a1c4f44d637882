"""The command `stats`."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from imr_extract.cli import console
from imr_extract.cli.config import is_default
from imr_extract.cli.exits import Exit
from imr_extract.cli.ocr_options import EngineOption, OcrOption
from imr_extract.cli.parameters import JsonOption
from imr_extract.cli.record_inputs import (
    CompareOption,
    FilterOption,
    Inputs,
    InputsArgument,
    chosen_by,
    run_options,
)
from imr_extract.cli.report import JobsOption, Period, ending_well, made_of
from imr_extract.cli.user_layouts import LayoutsOption
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from imr_extract.report import ReportColumn, ReportTable

_ROWS = 12  # of a table on a terminal
_BAR = 20  # characters of a bar of 100 %


def stats(
    context: typer.Context,
    inputs: InputsArgument,
    by: Period = None,
    filters: FilterOption = None,
    compare: CompareOption = None,
    group_by: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD,FIELD",
            help="Count decisions or letters by these fields of the record, for example "
            "category,gender.",
        ),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD=VALUE",
            help="With --group-by: the share of these, for example outcome=overturned.",
        ),
    ] = None,
    layouts: LayoutsOption = None,
    jobs: JobsOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Print the figures of `report`: tables with bars on a terminal, JSON in a pipe.

    With --group-by it answers your own question. A field is a path of the record
    (patient.age) or its end (age), looked for in the issues first: outcome is the decision's,
    letter.outcome the letter's. Also year, quarter, service and drug.
    """
    plain = as_json or not console.is_terminal()
    options = run_options(jobs, layouts, ocr, ocr_engine)
    if group_by is None:
        if rate is not None:
            raise typer.BadParameter("--rate requires --group-by", param_hint="--rate")
        made, failed = made_of(inputs, compare, filters, by, options)
        from imr_extract.report.export import as_json as figures

        if plain:
            console.write(figures(made))
        else:
            for table in made.tables:
                console.show(_shown(table, _ROWS))
                console.show("")
    else:
        if compare or not (by is None or is_default(context, "by")):
            raise typer.BadParameter("--by and --compare cannot be combined with --group-by")
        failed = _answer(Inputs(inputs, options), filters, group_by, rate, plain=plain)
    console.flush()
    if failed:
        raise typer.Exit(Exit.SOME_FAILED)


def _answer(
    read: Inputs, filters: list[str] | None, group_by: str, rate: str | None, *, plain: bool
) -> int:
    import msgspec

    from imr_extract.report import FieldError, answer, parse_condition, parse_field

    chosen = chosen_by(filters)
    try:
        fields = [parse_field(name.strip()) for name in group_by.split(",")]
        wanted = None if rate is None else parse_condition(rate)
    except FieldError as error:
        raise typer.BadParameter(error.message, param_hint="--group-by, --rate") from None
    table = ending_well(lambda: answer(read.lines(), fields, wanted, chosen))
    if plain:
        tree = {"unit": table.unit, "n": table.n, "rows": table.dicts()}
        console.write(msgspec.json.encode(tree) + b"\n")
    else:
        console.show(_shown(table, None))
    return read.failed


def _shown(table: "ReportTable", most: int | None) -> "RichTable":
    """The table for a terminal; its first rows where `most` is set."""
    from rich.table import Table as Rich
    from rich.text import Text

    from imr_extract.cli.cells import shown

    rows = table.rows if most is None else table.rows[:most]
    more = len(table.rows) - len(rows)
    grid = Rich(
        title=Text(f"{table.title} (n = {table.n:,} {table.unit})\n{shown(table.seen)}"),
        title_justify="left",
        caption=f"{counted(more, 'more row')} in JSON" if more else None,
        caption_justify="left",
        box=None,
    )
    columns = [(at, column) for at, column in enumerate(table.columns) if not column.hidden]
    for _, column in columns:
        justify: Literal["left", "right"] = "left" if column.kind in {"text", "share"} else "right"
        grid.add_column(column.label, justify=justify, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_cell(row[at], column)) for at, column in columns))
    return grid


def _cell(value: object, column: "ReportColumn") -> str:
    from imr_extract.cli.cells import shown
    from imr_extract.report import number, percent

    if not isinstance(value, int | float):
        return shown(value)
    if column.kind == "share":
        bar = "" if column.key in {"low", "high"} else "█" * round(_BAR * abs(value))
        return f"{percent(value):>6} {bar}"
    return number(value)
