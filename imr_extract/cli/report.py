"""The command `report`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.ocr_options import EngineOption, OcrOption
from imr_extract.cli.record_inputs import (
    CompareOption,
    FilterOption,
    Inputs,
    InputsArgument,
    chosen_by,
    end_without_records,
    run_options,
)
from imr_extract.cli.user_layouts import LayoutsOption
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.batch.orchestration import Options
    from imr_extract.report import Report

T = TypeVar("T")
Period = Annotated[
    Literal["year", "quarter"] | None,
    typer.Option(
        "--by",
        help="Periods of the figures over time; by default years, or quarters where the letters "
        "cover three years or fewer.",
    ),
]
JobsOption = Annotated[
    str, typer.Option("-j", "--jobs", help="Worker processes; auto: one per available CPU.")
]


def report(
    inputs: InputsArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The file to write: a page (report.html) or figures (figures.json).",
        ),
    ] = None,
    by: Period = None,
    filters: FilterOption = None,
    compare: CompareOption = None,
    tables: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Also write each table to DIR as CSV."),
    ] = None,
    form: Annotated[
        Literal["html", "json"] | None,
        typer.Option("--format", help="A page or JSON; by default that of the suffix of -o."),
    ] = None,
    open_it: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser afterwards.")
    ] = False,
    layouts: LayoutsOption = None,
    jobs: JobsOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
) -> None:
    """Summarize many letters on one HTML page: rates of decisions, with confidence intervals.

    Shows what is disputed and what is overturned, by category, drug, service, body region,
    guideline, reviewer and time; the published figures for comparison; and the quality of the data.
    The page is self-contained: it opens offline, prints, and fits a phone. Exit code 1 means that
    some letters gave no record; the page lists them as left out.
    """
    as_json = (form or _by_suffix(output)) == "json"
    if output is None and not as_json and tables is None and console.is_terminal():
        raise typer.BadParameter(
            "name the page to write, for example -o report.html", param_hint="--output"
        )
    if open_it and (output is None or as_json):
        raise typer.BadParameter(
            "--open requires a page, for example -o report.html", param_hint="--open"
        )
    _refuse_inputs(output, [*inputs, *(compare or [])])
    options = run_options(jobs, layouts, ocr, ocr_engine)
    made, failed = made_of(inputs, compare, filters, by, options)
    _write(made, output, tables, as_json=as_json)
    if open_it and output is not None:
        import webbrowser

        if not webbrowser.open(output.absolute().as_uri()):
            console.say(f"no browser could be started; open {output} yourself", "info")
    if failed:
        raise typer.Exit(Exit.SOME_FAILED)


def _by_suffix(output: Path | None) -> Literal["html", "json"]:
    return "json" if output is not None and output.suffix.lower() == ".json" else "html"


def _refuse_inputs(output: Path | None, inputs: list[Path]) -> None:
    """End the run where the output would be written over an input."""
    if output is None or not output.exists():
        return
    if any(path.exists() and path.samefile(output) for path in inputs):
        raise typer.BadParameter(
            f"{output} is an input; choose another file", param_hint="--output"
        )


def made_of(
    inputs: list[Path],
    compare: list[Path] | None,
    filters: list[str] | None,
    by: Literal["year", "quarter"] | None,
    options: "Options",
) -> "tuple[Report, int]":
    """The report of these inputs, and how many letters failed; ends the run where there is none."""
    from imr_extract.report import Question, build

    chosen = chosen_by(filters)
    read, there = (Inputs(paths, options) for paths in (inputs, compare or []))
    question = Question(read.lines(), read.names, chosen, by)
    other = Question(there.lines(), there.names, chosen, by) if compare else None
    made = ending_well(lambda: build(question, other))
    end_without_records(made.head.letters + made.head.left_out)
    return made, read.failed + there.failed


def ending_well(make: Callable[[], T]) -> T:
    """The result of `make`; an unreadable input or a missing package ends the run with one line."""
    from imr_extract import batch
    from imr_extract.report import NotRecords, PackageMissing
    from imr_extract.writers import OutputError

    try:
        return make()
    except (NotRecords, PackageMissing, OutputError) as error:
        console.say(error.message)
        raise typer.Exit(error.exit_code) from None
    except batch.CannotWork as error:
        console.say(error.message)
        raise typer.Exit(Exit.CANNOT_WORK) from None


def _write(made: "Report", output: Path | None, tables: Path | None, *, as_json: bool) -> None:
    from imr_extract.report.export import as_json as figures
    from imr_extract.report.export import write_tables
    from imr_extract.report.page import page

    try:
        if tables is not None:
            count = write_tables(tables, made)
            console.say(f"{counted(count, 'table')} in {tables}", "info")
        if output is None and tables is not None and not as_json:
            return
        data = figures(made) if as_json else ending_well(lambda: page(made))
        if output is not None:
            output.write_bytes(data)
    except OSError as error:
        console.say(f"{error.filename} cannot be written ({error.strerror})")
        raise typer.Exit(Exit.NOT_WRITABLE) from None
    if output is None:
        console.write(data)
        console.flush()
        return
    head = made.head
    size = f"{counted(head.decisions, 'decision')} in {counted(head.letters, 'letter')}"
    console.say(f"{size}: {output}", "info")
