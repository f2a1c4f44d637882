"""One run of `extract` for somebody at a terminal or a script: files, words, and an exit code."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

import msgspec

from imr_extract import batch
from imr_extract.batch.inputs import Input, Walk
from imr_extract.batch.orchestration import Options, Reporter, key_of, run_batch
from imr_extract.batch.output_files import OutputPathGuard, SidecarFile, is_stream, without_plus
from imr_extract.batch.output_form import OutputForm
from imr_extract.batch.resumable_output import ResumableOutput
from imr_extract.batch.sinks import open_sink
from imr_extract.batch.tally import RunTally, statistics
from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.interrupts import Interrupts, Terminated
from imr_extract.scans import on_each_page
from imr_extract.text.plurals import counted
from imr_extract.writers import OutputError

# Whatever chose the letters.
NOTHING_TO_READ = (
    "nothing to read: no letter is in the folders and lists that are named, or --glob, --limit and "
    "--sample leave none, or --shard of so few"
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
        return {
            "-o": self.output,
            "--errors-to": self.errors_to and without_plus(self.errors_to),
            "--stats": self.stats,
        }


class ConsoleReporter(Reporter):
    """Reports what happens on standard error, and moves a progress bar on."""

    def __init__(
        self,
        total: int | None,
        stack: ExitStack,
        *,
        wanted: bool,
        interrupts: Interrupts | None = None,
    ) -> None:
        """Shows progress, of `total` letters where that is known, until the stack is closed."""
        self._interrupts = interrupts
        self._bar = stack.enter_context(console.progress(total, wanted=wanted))
        stack.enter_context(on_each_page(self._bar.page))

    def failed(self, path: str, outcome: batch.Outcome) -> None:
        """One line."""
        line = f"{path}: {outcome.message} [{outcome.error}]"
        console.say(line, event="failed", path=path, code=outcome.error)

    def repeated(self, path: str) -> None:
        """One line, for who wants to hear it."""
        line = f"{path}: the same letter came before"
        console.say(line, "debug", event="repeated", path=path)

    def lost(self, what: str) -> None:
        """One line."""
        console.say(what, "info", event="lost")

    def advance(self) -> None:
        """Move the bar on."""
        self._bar.letter()

    def together(self) -> AbstractContextManager[object]:
        """Let Ctrl-C wait."""
        return nullcontext() if self._interrupts is None else self._interrupts.held()


def run(inputs: Iterator[Input], walk: Walk, plan: Plan) -> Exit:
    """Extract all inputs; what the process should exit with."""
    tally = RunTally()
    began = time.monotonic()
    again = "run it again with --resume to continue" if plan.output else "-o FILE can be resumed"
    ended = ended_by(
        lambda: _run(inputs, walk, plan, tally, began),
        tally,
        again,
        lambda error: _not_written(error, plan),
    )
    if ended is not None:
        return ended
    return concluded(tally, walk, time.monotonic() - began, kept_once=plan.form.is_database)


def ended_by(
    work: Callable[[], None], tally: RunTally, again: str, not_written: Callable[[OSError], Exit]
) -> Exit | None:
    """Do the work of a run; what the process should exit with where that ends early, else None.

    `again` says how an interrupted run is gone on with.
    """
    try:
        work()
    except KeyboardInterrupt as interrupt:
        console.say(
            f"stopped after {counted(tally.read, 'letter')} "
            f"({tally.failed.total():,} failed); {again}"
        )
        return Exit.TERMINATED if isinstance(interrupt, Terminated) else Exit.INTERRUPTED
    except batch.CannotWork as error:
        console.say(error.message)
        return Exit.CANNOT_WORK
    except BrokenPipeError:
        console.leave_quietly()
    except OutputError as error:
        console.say(error.message, "error" if error.exit_code else "info")
        return Exit(error.exit_code)
    except OSError as error:
        return not_written(error)
    return None


def concluded(tally: RunTally, walk: Walk, seconds: float, *, kept_once: bool = False) -> Exit:
    """Sum up a run that came to its end; what the process should exit with."""
    if not tally.read:
        links = f"; links skipped: {walk.links:,} (--follow reads them)" if walk.links else ""
        console.say(NOTHING_TO_READ + links)
        return Exit.NOTHING_TO_READ
    summary = tally.summary(seconds, kept_once=kept_once)
    console.say(summary, "info", event="summary", **tally.numbers(seconds))
    return Exit.SOME_FAILED if tally.failed else Exit.OK


def _run(inputs: Iterator[Input], walk: Walk, plan: Plan, tally: RunTally, began: float) -> None:
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts())
        written = OutputPathGuard(plan.files, {"--files-from": plan.files_from})
        key = key_of(plan.options) if plan.output is not None else {}  # nothing resumes a stream
        target = console.stdout() if plan.output is None else plan.output
        sink = open_sink(target, plan.form, key, resume=plan.resume, force=plan.force)
        stack.callback(sink.close)
        errors = beside(plan.errors_to, stack)
        stats = beside(plan.stats, stack)
        stack.callback(
            account, tally, walk, stats, plan.stats, began
        )  # also where the run ends early
        run_batch(
            written.checked(inputs),
            sink,
            plan.options,
            ConsoleReporter(plan.total, stack, wanted=plan.progress, interrupts=interrupts),
            errors=errors,
            tally=tally,
        )
        if sink.remark:
            console.say(sink.remark, "info")


def _not_written(error: OSError, plan: Plan) -> Exit:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    remedy = "; make room and run it again" if full else ""
    if full and plan.output is not None and not is_stream(plan.output):
        kept = ResumableOutput(plan.output).is_unfinished  # only where there is anything to keep
        remedy = "; what is done is kept: make room and use --resume" if kept else remedy
    console.say(f"the output cannot be written ({error.strerror}){remedy}")
    if plan.output is None:
        console.drop_output()
    return Exit.NOT_WRITABLE


def account(
    tally: RunTally, walk: Walk, stats: SidecarFile | None, path: Path | None, began: float
) -> None:
    """Write the numbers of a run, also where it ends early."""
    tally.skipped = walk.skipped
    if stats is not None and path is not None:
        stats.write(statistics(tally.numbers(time.monotonic() - began), path))


def beside(path: Path | None, stack: ExitStack) -> SidecarFile | None:
    """A file beside the output, closed with the stack; None without a path."""
    return None if path is None else stack.enter_context(SidecarFile(path))
