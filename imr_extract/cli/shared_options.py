"""Options of runs over many letters: which are read and how, and what a run says of itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from imr_extract.batch.shards import Shard

ReaderOption = Annotated[
    Literal["auto", "pdfium", "pdfplumber"],
    typer.Option(
        help="How PDFs are read. auto: PDFium, and pdfplumber where PDFium's text is not prose."
    ),
]
EvidenceOption = Annotated[
    bool, typer.Option("--evidence", help="Add the place of the words behind every value.")
]
GradeOption = Annotated[
    Literal["high", "medium", "low"] | None,
    typer.Option(help="Leave out values whose rule has a lower grade; notes say so."),
]
GlobOption = Annotated[
    list[str] | None,
    typer.Option(help="Only files in folders that match this pattern, as *.pdf; repeatable."),
]
FollowOption = Annotated[bool, typer.Option("--follow", help="Follow symlinks inside folders.")]
ArchivesOption = Annotated[
    bool,
    typer.Option("--archives", help="Also read .zip, .tar, .tar.gz and .gz inside folders."),
]
StatsOption = Annotated[
    Path | None,
    typer.Option(
        help="Write the closing summary to this file: JSON, or OpenMetrics if it ends in .prom."
    ),
]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Errors only.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Show more.")]
NoProgressOption = Annotated[bool, typer.Option("--no-progress", help="No progress bar.")]
LogFormatOption = Annotated[
    Literal["text", "json"], typer.Option(help="Form of the lines on standard error.")
]
JobsOption = Annotated[
    str, typer.Option("-j", "--jobs", help="Worker processes; auto: one per available CPU.")
]
ShardOption = Annotated[
    str | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        help="Read only the I-th of N shares of the letters, from 1/N to N/N: for a job array.",
    ),
]
ClusterOption = Annotated[
    Literal["local", "ray"] | None,
    typer.Option(
        "--engine",
        help="Cut the letters into blocks and write a folder with a part of each. ray: on a Ray "
        "cluster; local: on this machine.",
    ),
]
BlockOption = Annotated[
    int | None,
    typer.Option("--block", min=1, help="With --engine: letters of a block; 1000 by default."),
]


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


def shard_of(stated: str | None) -> "Shard | None":
    """The share that `--shard` means; ends the run where it is none."""
    if stated is None:
        return None
    from imr_extract.batch.shards import Shard

    try:
        return Shard.parse(stated)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--shard") from None
