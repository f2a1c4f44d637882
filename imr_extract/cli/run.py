"""One run of `extract` for somebody at a terminal or a script: files, words, and an exit code."""

import errno
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import msgspec

from imr_extract import batch
from imr_extract.batch.inputs import Input, Walk
from imr_extract.batch.orchestration import Options, Reporter, key_of, run_batch
from imr_extract.batch.output_files import Beside, Written, is_stream
from imr_extract.batch.sinks import OutputForm, open_sink
from imr_extract.batch.tally import RunTally
from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.interrupts import Interrupts
from imr_extract.scans import on_each_page
from imr_extract.writers import OutputError

# Whatever chose the letters.
NOTHING_TO_READ = (
    "nothing to read: no letter is in the folders and lists that are named, or --glob, --limit and "
    "--sample leave none"
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line of `extract` asks for, beside its inputs."""

    options: Options
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


class ConsoleReporter(Reporter):
    """Tells what happens on standard error, and moves a progress bar on."""

    def __init__(self, plan: Plan, interrupts: Interrupts, stack: ExitStack) -> None:
        self._interrupts = interrupts
        self._bar = stack.enter_context(console.progress(plan.total, wanted=plan.progress))
        stack.enter_context(on_each_page(self._bar.page))

    def failed(self, path: str, outcome: batch.Outcome) -> None:
        """One line."""
        line = f"{path}: {outcome.message} [{outcome.error}]"
        console.tell(line, path=path, code=outcome.error)

    def repeated(self, path: str) -> None:
        """One line, for who wants to hear it."""
        console.tell(f"{path}: the same letter came before", "debug")

    def advance(self) -> None:
        """Move the bar on."""
        self._bar.letter()

    def together(self) -> AbstractContextManager[object]:
        """Let Ctrl-C wait."""
        return self._interrupts.held()


def run(inputs: Iterator[Input], walk: Walk, plan: Plan) -> Exit:
    """Extract all inputs; what the process should exit with."""
    tally = RunTally()
    began = time.monotonic()
    try:
        _run(inputs, walk, plan, tally, began)
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
        return _not_written(error, plan)
    if not tally.read:
        console.tell(NOTHING_TO_READ)
        return Exit.NOTHING_TO_READ
    seconds = time.monotonic() - began
    summary = tally.summary(seconds, kept_once=plan.form.is_database)
    console.tell(summary, "info", **tally.numbers(seconds))
    return Exit.SOME_FAILED if tally.failed else Exit.OK


def _run(inputs: Iterator[Input], walk: Walk, plan: Plan, tally: RunTally, began: float) -> None:
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts())
        written = Written(plan.files, {"--files-from": plan.files_from})
        key = key_of(plan.options)
        target = console.stdout() if plan.output is None else plan.output
        sink = open_sink(target, plan.form, key, resume=plan.resume, force=plan.force)
        stack.callback(sink.close)
        errors = _beside(plan.errors_to, plan, stack)
        stats = _beside(plan.stats, plan, stack)
        stack.callback(_account, tally, walk, stats, began)  # also where the run ends early
        run_batch(
            written.checked(inputs),
            sink,
            plan.options,
            ConsoleReporter(plan, interrupts, stack),
            errors=errors,
            tally=tally,
        )


def _not_written(error: OSError, plan: Plan) -> Exit:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    kept = full and plan.output is not None and not is_stream(plan.output)
    remedy = "; what is done is kept: make room and use --resume" if kept else ""
    console.tell(f"the output cannot be written ({error.strerror}){remedy}")
    if plan.output is None:
        console.drop_output()
    return Exit.NOT_WRITABLE


def _account(tally: RunTally, walk: Walk, stats: Beside | None, began: float) -> None:
    tally.skipped = walk.skipped
    if stats is not None:
        stats.write(tally.as_json(time.monotonic() - began))


def _beside(path: Path | None, plan: Plan, stack: ExitStack) -> Beside | None:
    """A file beside the output, closed with the stack; None without a path."""
    return None if path is None else stack.enter_context(Beside(path, force=plan.force))
