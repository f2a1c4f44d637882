"""The command `extract`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from imr_extract.cli import console
from imr_extract.cli.chosen_inputs import Choice
from imr_extract.cli.config import is_default
from imr_extract.cli.exits import Exit
from imr_extract.cli.extract_output import STDOUT, OutputOptions, refuse_idle
from imr_extract.cli.limit_options import (
    BytesOption,
    CharactersOption,
    MemoryOption,
    PagesOption,
    TimeoutOption,
)
from imr_extract.cli.ocr_options import EngineOption, OcrOption, scans_of
from imr_extract.cli.shared_options import (
    ArchivesOption,
    BlockOption,
    ClusterOption,
    EvidenceOption,
    FollowOption,
    GlobOption,
    GradeOption,
    JobsOption,
    LogFormatOption,
    NoProgressOption,
    QuietOption,
    ReaderOption,
    ShardOption,
    StatsOption,
    VerboseOption,
    jobs_of,
    shard_of,
)
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.writers.formats import Columns, Format, Rows


def extract(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Letters, PDF or text; folders and archives with letters; - is standard input. "
            "With --engine also addresses of a store, as s3://bucket/letters/.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write to this file, which appears when it is whole; - is standard output. With "
            "--engine, a folder or an address of a store.",
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="Output format; by default that of the suffix of -o, else jsonl. csv-excel is CSV "
            "whose accents and signs Excel reads.",
        ),
    ] = None,
    rows: Annotated[
        Rows | None,
        typer.Option(help="Rows of csv and tsv: one per issue (the default) or one per letter."),
    ] = None,
    columns: Annotated[
        Columns | None,
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
    jobs: JobsOption = "auto",
    engine: ClusterOption = None,
    block: BlockOption = None,
    unordered: Annotated[
        bool, typer.Option("--unordered", help="Write records as they come, not in input order.")
    ] = False,
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    evidence: EvidenceOption = False,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="With --evidence: rectangles on the page, too.")
    ] = False,
    min_grade: GradeOption = None,
    files_from: Annotated[
        Path | None,
        typer.Option(help="Read paths from this file, one a line; - is standard input."),
    ] = None,
    null: Annotated[
        bool, typer.Option("-0", "--null", help="Paths in --files-from end with a NUL byte.")
    ] = False,
    glob: GlobOption = None,
    follow: FollowOption = False,
    archives: ArchivesOption = False,
    limit: Annotated[int | None, typer.Option(min=0, help="Read only the first N letters.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=0, help="Read only N letters, chosen at random.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sample; 0 by default.")] = None,
    shard: ShardOption = None,
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
    stats: StatsOption = None,
    timeout: TimeoutOption = DEFAULT_LIMITS.seconds,
    max_memory: MemoryOption = DEFAULT_LIMITS.memory,
    max_bytes: BytesOption = DEFAULT_LIMITS.bytes,
    max_pages: PagesOption = DEFAULT_LIMITS.pages,
    max_characters: CharactersOption = DEFAULT_LIMITS.characters,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    no_progress: NoProgressOption = False,
    log_format: LogFormatOption = "text",
) -> None:
    """Write one JSON record per letter, one per line, in the order of the inputs.

    An input that gives no record is reported on standard error, and the others still come out. Exit
    codes: 0 all records, 1 some inputs failed, 2 usage, 3 nothing to read, 4 output not writable, 5
    no worker process.
    """
    console.set_talk(form=log_format, quiet=quiet, verbose=verbose)
    if not paths and files_from is None:
        raise typer.BadParameter("name letters or folders, or - for standard input")
    block = None if engine is None and is_default(context, "block") else block
    refuse_idle(
        ("--boxes", boxes, evidence, "--evidence"),
        ("-0", null, files_from is not None or dry_run, "--files-from or --dry-run"),
        ("--seed", seed is not None, sample is not None, "--sample"),
        ("--block", block is not None, engine is not None, "--engine"),
    )
    output = None if output == STDOUT else output
    # Records on the same terminal would run through a progress bar.
    progress = not (no_progress or quiet or (output is None and console.is_terminal()))
    wanted = OutputOptions(
        output,
        form,
        rows,
        columns,
        fields,
        resume=resume,
        force=force,
        replace=replace,
        unordered=unordered,
        inline_errors=errors == "inline",
        errors_to=errors_to,
        stats=stats,
        progress=progress,
        preferred=frozenset(name for name in ("rows", "columns") if is_default(context, name)),
    )
    wanted.check()
    scans = scans_of(ocr, ocr_engine)
    from imr_extract.cli import to_file, to_folder
    from imr_extract.pipeline.options import ReadingOptions

    choice = Choice(
        paths or [], files_from, null, glob, follow, archives, shard_of(shard), limit, sample, seed
    )
    reading = ReadingOptions(
        reader=reader,
        evidence=evidence,
        boxes=boxes,
        user_layouts=user_layouts(layouts),
        min_grade=min_grade,
        scans=scans,
        limits=Limits(max_bytes, max_pages, max_characters, timeout, max_memory),
    )
    if engine is None:
        code = to_file.run_choice(choice, reading, wanted, jobs_of(jobs), dry_run=dry_run)
    else:
        by = to_folder.EngineOptions(engine, jobs, block)
        code = to_folder.run_choice(choice, reading, wanted, by, dry_run=dry_run)
    if code is not Exit.OK:
        raise typer.Exit(code)
