"""`extract` by an engine into a folder of parts, here or in an object store."""

import os
import time
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import typer

from imr_extract.batch.addresses import is_remote, local_path
from imr_extract.batch.orchestration import Options
from imr_extract.batch.output_files import OutputPathGuard, without_plus
from imr_extract.batch.tally import RunTally
from imr_extract.cli import console
from imr_extract.cli.chosen_inputs import Choice, print_paths
from imr_extract.cli.exits import Exit
from imr_extract.cli.extract_output import OutputOptions
from imr_extract.cli.interrupts import Interrupts
from imr_extract.cli.run import ConsoleReporter, account, beside, concluded, ended_by
from imr_extract.cli.shared_options import jobs_of
from imr_extract.pipeline.options import ReadingOptions

if TYPE_CHECKING:
    from imr_extract.engines.blocks import Engine, PartFormat


class EngineOptions(NamedTuple):
    """Which engine a command line asks for, and how it goes about the letters."""

    name: Literal["local", "ray"]
    jobs: str
    block: int | None

    @property
    def workers(self) -> int:
        """Worker processes of a block: Ray does as many blocks at once as it has CPUs for."""
        return 1 if self.name == "ray" and self.jobs == "auto" else jobs_of(self.jobs)

    def engine(self) -> "Engine":
        """The engine. Raises `PackageMissing`."""
        if self.name == "ray":
            from imr_extract.engines.ray import RayEngine

            return RayEngine()
        from imr_extract.engines.local import LocalEngine

        return LocalEngine()


def run_choice(
    choice: Choice,
    reading: ReadingOptions,
    wanted: OutputOptions,
    by: EngineOptions,
    *,
    dry_run: bool,
) -> Exit:
    """Extract the letters that were chosen; what the process should exit with."""
    output, formats = _checked(wanted)
    own = None if is_remote(output) else local_path(output)
    walk = choice.walk(own, wanted.errors_to, wanted.stats)
    if dry_run:
        return print_paths(choice.anywhere(walk, output), null=choice.null)
    from imr_extract.engines.blocks import BLOCK_LETTERS
    from imr_extract.engines.runs import Run, job_of, run_blocks

    options = Options(reading=reading, jobs=by.workers, inline_errors=wanted.inline_errors)
    run = Run(
        job=job_of(output, options, formats=formats, shard=choice.shard),
        size=by.block or BLOCK_LETTERS,
        resume=wanted.resume,
        force=wanted.force,
    )
    tally = RunTally()
    began = time.monotonic()

    def work() -> None:
        with ExitStack() as stack:
            interrupts = stack.enter_context(Interrupts())
            # Ray prints pages of its state there when it loses a machine.
            nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
            stack.enter_context(redirect_stdout(nowhere))
            engine = by.engine()
            inputs = _guard(choice, wanted).checked(choice.anywhere(walk, run.job.output))
            errors = beside(wanted.errors_to, stack)
            stats = beside(wanted.stats, stack)
            stack.callback(account, tally, walk, stats, wanted.stats, began)
            reporter = ConsoleReporter(
                choice.total, stack, wanted=wanted.progress, interrupts=interrupts
            )
            run_blocks(inputs, run, engine, reporter, walk=walk, tally=tally, errors=errors)

    again = "run it again with --resume to continue"
    ended = ended_by(work, tally, again, lambda error: _not_written(error, output))
    return concluded(tally, walk, time.monotonic() - began) if ended is None else ended


def _guard(choice: Choice, wanted: OutputOptions) -> OutputPathGuard:
    errors_to = wanted.errors_to and without_plus(wanted.errors_to)
    files = {"--errors-to": errors_to, "--stats": wanted.stats}
    return OutputPathGuard(files, {"--files-from": choice.files_from})


def _checked(wanted: OutputOptions) -> tuple[str, "tuple[PartFormat, ...]"]:
    """The folder and the formats of its parts; raises for an option that goes with a file only."""
    from imr_extract.engines.blocks import FORMATS

    if wanted.output is None:
        raise typer.BadParameter(
            "needs a folder or an address for its output: -o FOLDER", param_hint="--engine"
        )
    for option, given in (
        ("--rows", "rows" not in wanted.preferred and wanted.rows),
        ("--columns", "columns" not in wanted.preferred and wanted.columns),
        ("--fields", wanted.fields),
        ("--replace", wanted.replace),
        ("--unordered", wanted.unordered),
    ):
        if given:
            raise typer.BadParameter(
                "does not go with --engine, whose parts hold whole records in the order of the "
                "inputs",
                param_hint=option,
            )
    for form in FORMATS:
        if form == wanted.form:
            return wanted.output, (form,)
    if wanted.form is None:
        return wanted.output, FORMATS
    raise typer.BadParameter(
        "an engine writes parquet and jsonl; other formats are made from these",
        param_hint="--format",
    )


def _not_written(error: OSError, output: str) -> Exit:
    from imr_extract.engines.places import reason_of

    console.say(
        f"{output} cannot be read or written ({reason_of(error)}); what is done is kept: run it "
        "again with --resume"
    )
    return Exit.NOT_WRITABLE
