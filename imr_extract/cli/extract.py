"""The command `extract`."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.limit_options import (
    BytesOption,
    CharactersOption,
    MemoryOption,
    PagesOption,
    TimeoutOption,
)
from imr_extract.cli.ocr_options import EngineOption, OcrOption, scans_of
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts
from imr_extract.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from imr_extract.batch.inputs import Input
    from imr_extract.batch.sinks import OutputForm
    from imr_extract.writers import Columns, Format, Rows

STDOUT = Path("-")  # as the value of -o

ReaderOption = Annotated[
    Literal["auto", "pdfium", "pdfplumber"],
    typer.Option(
        help="How PDFs are read. auto: PDFium, and pdfplumber where PDFium's text is not prose."
    ),
]


def extract(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Letters, PDF or text; folders and archives with letters; - is standard input.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to this file, which appears when it is whole; - is standard output.",
        ),
    ] = None,
    form: Annotated[
        Literal["jsonl", "json", "csv", "csv-excel", "tsv", "xlsx", "parquet", "sqlite", "duckdb"]
        | None,
        typer.Option(
            "--format",
            help="Output format; by default that of the suffix of -o, else jsonl. csv-excel is CSV "
            "whose accents and signs Excel reads.",
        ),
    ] = None,
    rows: Annotated[
        Literal["issues", "letters"] | None,
        typer.Option(help="Rows of csv and tsv: one per issue (the default) or one per letter."),
    ] = None,
    columns: Annotated[
        Literal["main", "all"] | None,
        typer.Option(
            help="Columns of csv and tsv: the 20 that people ask for (the default), or every "
            "field, which other commands read back."
        ),
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(help="Only these, in this order: case.case_number,issues.outcome"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Resume an interrupted run.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file that -o names.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Start with an empty database.")
    ] = False,
    jobs: Annotated[
        str, typer.Option("-j", "--jobs", help="Worker processes; auto: one per available CPU.")
    ] = "auto",
    unordered: Annotated[
        bool, typer.Option("--unordered", help="Write records as they come, not in input order.")
    ] = False,
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Add the place of the words behind every value.")
    ] = False,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="With --evidence: rectangles on the page, too.")
    ] = False,
    min_grade: Annotated[
        Literal["high", "medium", "low"] | None,
        typer.Option(help="Leave out values whose rule has a lower grade; notes say so."),
    ] = None,
    files_from: Annotated[
        Path | None,
        typer.Option(help="Read paths from this file, one a line; - is standard input."),
    ] = None,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="Paths in --files-from end with a NUL byte.")
    ] = False,
    glob: Annotated[
        list[str] | None,
        typer.Option(help="Only files in folders that match this pattern, as *.pdf; repeatable."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Follow symlinks inside folders.")
    ] = False,
    archives: Annotated[
        bool,
        typer.Option("--archives", help="Also read .zip, .tar, .tar.gz and .gz inside folders."),
    ] = False,
    limit: Annotated[int | None, typer.Option(min=0, help="Read only the first N letters.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=0, help="Read only N letters, chosen at random.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sample; 0 by default.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the paths that would be read.")
    ] = False,
    errors: Annotated[
        Literal["stderr", "inline"],
        typer.Option(help="Errors as a line on standard error, or as JSON among the records."),
    ] = "stderr",
    errors_to: Annotated[
        Path | None,
        typer.Option(
            help="Write errors to this JSONL file, which is replaced; +FILE is added to. "
            "--files-from reads it again."
        ),
    ] = None,
    stats: Annotated[
        Path | None,
        typer.Option(
            help="Write the closing summary to this file: JSON, or OpenMetrics if it ends in .prom."
        ),
    ] = None,
    timeout: TimeoutOption = DEFAULT_LIMITS.seconds,
    max_memory: MemoryOption = DEFAULT_LIMITS.memory,
    max_bytes: BytesOption = DEFAULT_LIMITS.bytes,
    max_pages: PagesOption = DEFAULT_LIMITS.pages,
    max_characters: CharactersOption = DEFAULT_LIMITS.characters,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Errors only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show more.")] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="No progress bar.")] = False,
    log_format: Annotated[
        Literal["text", "json"], typer.Option(help="Form of the lines on standard error.")
    ] = "text",
) -> None:
    """Write one JSON record per letter, one per line, in the order of the inputs.

    An input that gives no record is reported on standard error, and the others still come out. Exit
    codes: 0 all records, 1 some inputs failed, 2 usage, 3 nothing to read, 4 output not writable, 5
    no worker process.
    """
    console.set_talk(form=log_format, quiet=quiet, verbose=verbose)
    if not paths and files_from is None:
        raise typer.BadParameter("name letters or folders, or - for standard input")
    output = None if output == STDOUT else output
    _refuse_idle(
        *_with_output(output, ("--resume", resume), ("--force", force), ("--replace", replace)),
        ("--boxes", boxes, evidence, "--evidence"),
        ("-0", null, files_from is not None or dry_run, "--files-from or --dry-run"),
        ("--seed", seed is not None, sample is not None, "--sample"),
    )
    scans = scans_of(ocr, ocr_engine)
    _refuse_stdout(("--errors-to", errors_to), ("--stats", stats))
    from imr_extract.batch import inputs as letters
    from imr_extract.batch.orchestration import Options
    from imr_extract.batch.output_files import without_plus
    from imr_extract.cli.run import Plan, run
    from imr_extract.pipeline.options import ReadingOptions

    named = paths or []
    own = tuple(without_plus(path) for path in (output, errors_to, stats) if path is not None)
    walk = letters.Walk(globs=tuple(glob or ()), follow=follow, own=own, archives=archives)
    every = chain(named, _listed(files_from, null) if files_from is not None else ())
    chosen = letters.choose(walk.expand(every), limit=limit, sample=sample, seed=seed or 0)
    reading = ReadingOptions(
        reader=reader,
        evidence=evidence,
        boxes=boxes,
        user_layouts=user_layouts(layouts),
        min_grade=min_grade,
        scans=scans,
        limits=Limits(max_bytes, max_pages, max_characters, timeout, max_memory),
    )
    inline = errors == "inline"
    shape = _form(form, output, rows, fields, columns, inline_errors=inline)
    _refuse_to_empty(output, shape, force=force, replace=replace)
    plan = Plan(
        options=Options(
            reading=reading, jobs=jobs_of(jobs), ordered=not unordered, inline_errors=inline
        ),
        output=output,
        form=shape,
        resume=resume,
        force=force or replace,
        errors_to=errors_to,
        stats=stats,
        files_from=files_from,
        # Records on the same terminal would run through a progress bar.
        progress=not (no_progress or quiet or (output is None and console.is_terminal())),
        total=_total(named, limit, sample) if files_from is None else None,
    )
    _leave(_print_paths(chosen, null) if dry_run else run(chosen, walk, plan))


def _leave(code: Exit) -> None:
    if code is not Exit.OK:
        raise typer.Exit(code)


def _form(
    named: "Format | None",
    output: Path | None,
    rows: "Rows | None",
    fields: str | None,
    columns: "Columns | None",
    *,
    inline_errors: bool,
) -> "OutputForm":
    from imr_extract.batch.sinks import OutputForm
    from imr_extract.record.fields import FieldsError, parse_fields
    from imr_extract.writers import SUFFIXES, TABLES, format_of

    try:
        chosen = parse_fields(fields) if fields is not None else None
    except FieldsError as error:
        raise typer.BadParameter(error.message) from None
    stated = None if output is None else format_of(output)
    if stated is None and named is None and output is not None and output.suffix:
        known = ", ".join(SUFFIXES)
        raise typer.BadParameter(
            f"the suffix of {output} tells no format; use one of {known}, or give --format",
            param_hint="-o",
        )
    format_ = named or stated or "jsonl"
    if format_ in {"parquet", "xlsx"} and output is None and console.is_terminal():
        raise typer.BadParameter(
            f"{format_} is nothing to read on a terminal; name a file with -o",
            param_hint="--format",
        )
    if columns is None and fields is None and format_ in TABLES:
        columns = "main"
    return OutputForm(
        format=format_, rows=rows, fields=chosen, columns=columns, inline_errors=inline_errors
    )


def _refuse_to_empty(
    output: Path | None, form: "OutputForm", *, force: bool, replace: bool
) -> None:
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


def _with_output(
    output: Path | None, *options: tuple[str, bool]
) -> "Iterator[tuple[str, bool, bool, str]]":
    return ((option, given, output is not None, "-o FILE") for option, given in options)


def _refuse_idle(*options: tuple[str, bool, bool, str]) -> None:
    """Raises for an option, by its name, that is given without what it goes with."""
    for option, given, has_effect, partner in options:
        if given and not has_effect:
            raise typer.BadParameter(f"goes with {partner}", param_hint=option)


def _refuse_stdout(*files: tuple[str, Path | None]) -> None:
    """Raises for a file, by its option, that is standard output: records go there."""
    for option, path in files:
        if path == STDOUT:
            raise typer.BadParameter(
                "name a file; records go to standard output", param_hint=option
            )


def jobs_of(wanted: str) -> int:
    """The number of workers that `--jobs` means; ends the run where it is none."""
    if wanted == "auto":
        import os

        if hasattr(os, "sched_getaffinity"):  # what this process may use, not what there is
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
    if wanted.isdecimal() and len(wanted) <= 4 and int(wanted) > 0:
        return int(wanted)
    raise typer.BadParameter("a number from 1 to 9999, or auto", param_hint="--jobs")


def _total(named: list[Path], limit: int | None, sample: int | None) -> int | None:
    """How many letters will be read; None where there are folders, which are not gone through."""
    from imr_extract.batch.archives import is_archive
    from imr_extract.batch.inputs import is_folder

    if any(is_folder(path) or is_archive(path) for path in named):
        return None
    return min(each for each in (len(named), limit, sample) if each is not None)


def _listed(source: Path, null: bool) -> "Iterator[Path]":
    """The paths of a list, as they are needed: a list can be long, and slow to come."""
    import sys

    from imr_extract.batch.inputs import STDIN, listed

    try:
        file = sys.stdin.buffer if str(source) == STDIN else source.open("rb")
    except OSError as error:
        raise typer.BadParameter(
            f"{source} cannot be read ({error.strerror})", param_hint="--files-from"
        ) from None
    return listed(file, b"\0" if null else b"\n")


def _print_paths(chosen: "Iterator[Input]", null: bool) -> Exit:
    import os

    from imr_extract.cli.run import NOTHING_TO_READ

    first = next(chosen, None)
    if first is None:
        console.tell(NOTHING_TO_READ)
        return Exit.NOTHING_TO_READ
    for each in chain((first,), chosen):
        console.write(os.fsencode(each.path) + (b"\0" if null else b"\n"))
    console.flush()
    return Exit.OK
