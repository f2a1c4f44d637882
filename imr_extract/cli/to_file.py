"""`extract` into one file, or onto standard output."""

from pathlib import Path

import typer

from imr_extract.batch.addresses import is_remote, local_path
from imr_extract.batch.orchestration import Options
from imr_extract.cli.chosen_inputs import Choice, print_paths
from imr_extract.cli.exits import Exit
from imr_extract.cli.extract_output import OutputOptions, refuse_to_empty
from imr_extract.cli.run import Plan, run
from imr_extract.pipeline.options import ReadingOptions


def run_choice(
    choice: Choice, reading: ReadingOptions, wanted: OutputOptions, jobs: int, *, dry_run: bool
) -> Exit:
    """Extract the letters that were chosen; what the process should exit with."""
    output = _file(wanted.output)
    walk = choice.walk(output, wanted.errors_to, wanted.stats)
    chosen = choice.inputs(walk)
    form = wanted.form_of(output)
    refuse_to_empty(output, form, force=wanted.force, replace=wanted.replace)
    if dry_run:
        return print_paths(chosen, null=choice.null)
    options = Options(
        reading=reading,
        jobs=jobs,
        ordered=not wanted.unordered,
        inline_errors=wanted.inline_errors,
        forks=True,
    )
    plan = Plan(
        options=options,
        output=output,
        form=form,
        resume=wanted.resume,
        force=wanted.force or wanted.replace,
        errors_to=wanted.errors_to,
        stats=wanted.stats,
        files_from=choice.files_from,
        progress=wanted.progress,
        total=choice.total,
    )
    return run(chosen, walk, plan)


def _file(output: str | None) -> Path | None:
    if output is None:
        return None
    if is_remote(output):
        raise typer.BadParameter(
            f"{output} is in an object store, to which only --engine writes", param_hint="-o"
        )
    return local_path(output)
