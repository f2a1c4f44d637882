"""One run of `extract`: from inputs to a complete output, with everything accounted for."""

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec
from msgspec.structs import asdict, replace

from imr_extract import __version__, batch
from imr_extract.batch.inputs import Input, Walk, load
from imr_extract.batch.resumable_output import VERSION, Key
from imr_extract.batch.tally import RunTally
from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.files import OutputPathGuard, SidecarFile, is_stream
from imr_extract.cli.interrupts import Interrupts
from imr_extract.cli.sinks import OutputForm, Sink, open_sink
from imr_extract.errors import ImrError
from imr_extract.record.model import SCHEMA_VERSION
from imr_extract.rules import table
from imr_extract.writers import OutputError

# Whatever chose the letters.
NOTHING_TO_READ = (
    "nothing to read: no letter is in the folders and lists that are named, or --glob, --limit and "
    "--sample leave none"
)
# Settings whose option is not called as they are.
_OPTIONS = {"min_grade": "--min-grade", "user_layouts": "--layouts"}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line of `extract` asks for, beside its inputs."""

    settings: batch.Settings
    jobs: int = 1
    ordered: bool = True
    output: Path | None = None  # None is standard output
    form: OutputForm = OutputForm()
    resume: bool = False
    force: bool = False
    errors_to: Path | None = None
    stats: Path | None = None
    files_from: Path | None = None
    progress: bool = True
    total: int | None = None  # inputs, where that is known beforehand

    @property
    def files(self) -> dict[str, Path | None]:
        """The files that are written, by their options."""
        return {"-o": self.output, "--errors-to": self.errors_to, "--stats": self.stats}


def run(inputs: Iterator[Input], walk: Walk, plan: Plan) -> Exit:
    """Extract all inputs; what the process should exit with."""
    tally = RunTally()
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            interrupts = stack.enter_context(Interrupts())
            written = OutputPathGuard(plan.files, {"--files-from": plan.files_from})
            sink = open_sink(
                plan.output, plan.form, key_of(plan), resume=plan.resume, force=plan.force
            )
            stack.callback(sink.close)
            errors = _beside(plan.errors_to, plan, stack)
            stats = _beside(plan.stats, plan, stack)
            stack.callback(_account, tally, walk, stats, began)  # also where the run ends early
            tasks = sink.tasks(_tasks(inputs, plan, written), plan.settings.limits)
            for outcome in _outcomes(tasks, plan, tally, stack):
                with interrupts.held():
                    _take(outcome, plan, tally, sink, errors)
            if tally.read:
                sink.finish()
            else:
                sink.discard()
    except KeyboardInterrupt:
        again = (
            "the same command with --resume goes on" if plan.output else "-o FILE can be resumed"
        )
        console.tell(
            f"stopped after {tally.read:,} letters ({tally.failed.total():,} failed); {again}"
        )
        return Exit.INTERRUPTED
    except batch.CannotWork as error:
        console.tell(error.message)
        return Exit.CANNOT_WORK
    except BrokenPipeError:
        console.leave_quietly()
    except OutputError as error:
        console.tell(error.message, "error" if error.exit_code else "info")
        return Exit(error.exit_code)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        kept = full and plan.output is not None and not is_stream(plan.output)
        remedy = "; what is done is kept: make room and use --resume" if kept else ""
        console.tell(f"the output cannot be written ({error.strerror}){remedy}")
        if plan.output is None:
            console.drop_output()
        return Exit.NOT_WRITABLE
    if not tally.read:
        console.tell(NOTHING_TO_READ)
        return Exit.NOTHING_TO_READ
    seconds = time.monotonic() - began
    stated = tally.summary(seconds, kept_once=plan.form.is_database)
    console.tell(stated, "info", **tally.numbers(seconds))
    return Exit.SOME_FAILED if tally.failed else Exit.OK


def _account(tally: RunTally, walk: Walk, stats: SidecarFile | None, began: float) -> None:
    tally.skipped = walk.skipped
    if stats is not None:
        stats.write(tally.as_json(time.monotonic() - began))


def _beside(path: Path | None, plan: Plan, stack: ExitStack) -> SidecarFile | None:
    """A file beside the output, closed with the stack; None without a path."""
    return None if path is None else stack.enter_context(SidecarFile(path, force=plan.force))


def _outcomes(
    tasks: Iterator[batch.Task | batch.Outcome], plan: Plan, tally: RunTally, stack: ExitStack
) -> Iterator[batch.Outcome]:
    """The outcomes of all tasks, which move the progress bar on; all is closed with the stack."""
    advance = stack.enter_context(console.progress(plan.total, wanted=plan.progress))
    counted = _counted(tasks, tally)
    outcomes = batch.run(counted, plan.settings, jobs=plan.jobs, ordered=plan.ordered)
    for outcome in stack.enter_context(closing(outcomes)):
        yield outcome
        advance()


def _take(
    outcome: batch.Outcome, plan: Plan, tally: RunTally, sink: Sink, errors: SidecarFile | None
) -> None:
    """Count an outcome, and put it where the plan wants it."""
    inline = plan.form.inline_errors
    again = tally.count(outcome)
    shown = Input.of(outcome.path).shown
    if again:
        console.tell(f"{shown}: the same letter came before", "debug")
    if outcome.error is None:
        sink.put(outcome)
        return
    if inline:
        sink.put(replace(outcome, line=_with_path(outcome, shown)))
    if errors is not None:
        # Bytes of a path that are no UTF-8 are kept as lone surrogates, which --files-from reads.
        errors.write(_with_path(outcome, os.fsdecode(outcome.path)))
    elif not inline:
        stated = f"{shown}: {outcome.message} [{outcome.error}]"
        console.tell(stated, path=shown, code=outcome.error)


def key_of(plan: Plan) -> Key:
    """What a run that goes on must have in common with the one that was broken off, by option."""
    values: dict[str, object] = {
        VERSION: [__version__, SCHEMA_VERSION, table.digest()],
        "--errors": plan.form.inline_errors,
    }
    for name, value in asdict(plan.settings).items():
        if name != "limits":  # they change no record, and a letter over one of them is tried again
            values[_OPTIONS.get(name, f"--{name}")] = value
    return {name: msgspec.json.encode(value).decode() for name, value in values.items()}


def _tasks(
    inputs: Iterator[Input], plan: Plan, written: OutputPathGuard
) -> Iterator[batch.Task | batch.Outcome]:
    """The tasks; of an input that only this process can read, and cannot, the error at once."""
    for index, each in enumerate(inputs):
        written.refuse(each.path)
        task = batch.Task(index, os.fsencode(each.path))
        if not each.only_here:
            yield task
            continue
        try:
            yield replace(task, data=load(each, plan.settings.limits))
        except ImrError as error:
            yield batch.failure(task, error, plan.settings)


def _counted(
    tasks: Iterator[batch.Task | batch.Outcome], tally: RunTally
) -> Iterator[batch.Task | batch.Outcome]:
    for each in tasks:
        tally.resumed += isinstance(each, batch.Outcome) and each.error is None
        yield each


def _with_path(outcome: batch.Outcome, path: str) -> bytes:
    """The line of an error object, with a path: two folders may hold files of the same name."""
    return outcome.line[:-1] + b',"path":' + json.dumps(path).encode() + b"}"
