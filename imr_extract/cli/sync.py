"""The command `sync`."""

from pathlib import Path
from typing import Annotated

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
from imr_extract.cli.shared_options import (
    ArchivesOption,
    EvidenceOption,
    FollowOption,
    GlobOption,
    GradeOption,
    JobsOption,
    LogFormatOption,
    NoProgressOption,
    QuietOption,
    ReaderOption,
    StatsOption,
    VerboseOption,
    jobs_of,
)
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts
from imr_extract.limits import DEFAULT_LIMITS, Limits


def sync(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder with letters, searched recursively.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", help="The file to keep in step: .db or .sqlite, .duckdb, or .jsonl."
        ),
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the records of files that are gone.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Begin with an empty output.")] = False,
    jobs: JobsOption = "auto",
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    evidence: EvidenceOption = False,
    min_grade: GradeOption = None,
    glob: GlobOption = None,
    follow: FollowOption = False,
    archives: ArchivesOption = False,
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
    """Keep a database or a JSON Lines file in step with a folder of letters.

    Only files that are new or changed are read, and errors of earlier runs are tried again. The
    records of a changed file are replaced; those of a file that is gone stay, and go with --prune.
    What is known of the files stands in OUTPUT.sync. A run that was killed is made good by the next
    one. Exit codes: 0 in step, 1 a letter failed that had not failed before in the same way, 2
    usage, 3 the folder holds no letter and nothing was changed, 4 output not writable, 5 no worker.
    """
    console.set_talk(form=log_format, quiet=quiet, verbose=verbose)
    from imr_extract.batch.orchestration import Options
    from imr_extract.cli.sync_run import SyncPlan, run
    from imr_extract.pipeline.options import ReadingOptions
    from imr_extract.writers import format_of

    form = format_of(output)
    if form not in {"jsonl", "sqlite", "duckdb"}:
        raise typer.BadParameter(
            f"{output} has no suffix of .db, .sqlite, .duckdb or .jsonl; other formats are made "
            "from these, or by `extract`",
            param_hint="-o",
        )
    scans = scans_of(ocr, ocr_engine)
    reading = ReadingOptions(
        reader=reader,
        evidence=evidence,
        user_layouts=user_layouts(layouts),
        min_grade=min_grade,
        scans=scans,
        limits=Limits(max_bytes, max_pages, max_characters, timeout, max_memory),
    )
    plan = SyncPlan(
        folder=folder,
        output=output,
        form=form,
        options=Options(reading=reading, jobs=jobs_of(jobs), forks=True),
        globs=tuple(glob or ()),
        follow=follow,
        archives=archives,
        prune=prune,
        replace=replace,
        stats=stats,
        progress=not (no_progress or quiet),
    )
    code = run(plan)
    if code is not Exit.OK:
        raise typer.Exit(code)
