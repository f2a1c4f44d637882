"""One run of `sync`: files, words, and an exit code."""

import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from imr_extract import batch
from imr_extract.batch.inputs import Walk, is_folder
from imr_extract.batch.orchestration import Options, key_of
from imr_extract.batch.output_files import FileLock, SidecarFile, resolved
from imr_extract.batch.sync import NothingThere, Sync, SyncChanges
from imr_extract.batch.sync_stores import SyncFormat, open_state, open_store
from imr_extract.batch.tally import statistics
from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.interrupts import Interrupts, Terminated
from imr_extract.cli.run import ConsoleReporter
from imr_extract.writers import NotWritable, OutputError

# What stands beside an output: its state, and what databases put there for a time.
_BESIDE = (".sync", ".sync-journal", "-wal", "-shm", "-journal", ".wal")


class SyncPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line of `sync` asks for."""

    folder: Path
    output: Path
    form: SyncFormat
    options: Options
    globs: tuple[str, ...] = ()
    follow: bool = False
    archives: bool = False
    prune: bool = False
    replace: bool = False
    stats: Path | None = None
    progress: bool = True


def run(plan: SyncPlan) -> Exit:
    """Bring the output in step; what the process should exit with."""
    began = time.monotonic()
    try:
        with ExitStack() as stack:
            stack.enter_context(Interrupts())
            changes = _synchronized(plan, stack)
            seconds = time.monotonic() - began
            if plan.stats is not None:
                file = stack.enter_context(SidecarFile(plan.stats))
                file.write(statistics(changes.numbers() | {"seconds": seconds}, plan.stats))
    except NothingThere:
        console.say(
            f"{plan.folder}: there is no letter, so nothing was changed; see whether the folder is "
            "the right one and is mounted"
        )
        return Exit.NOTHING_TO_READ
    except KeyboardInterrupt as interrupt:
        console.say("stopped; run the same command again to continue")
        return Exit.TERMINATED if isinstance(interrupt, Terminated) else Exit.INTERRUPTED
    except batch.CannotWork as error:
        console.say(error.message)
        return Exit.CANNOT_WORK
    except OutputError as error:
        console.say(error.message)
        return Exit(error.exit_code)
    except (OSError, sqlite3.Error) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        console.say(f"{plan.output} cannot be written ({what}); run it again to continue")
        return Exit.NOT_WRITABLE
    console.say(changes.summary(seconds), "info", event="summary", **changes.numbers())
    return Exit.SOME_FAILED if changes.newly_failed else Exit.OK


def _synchronized(plan: SyncPlan, stack: ExitStack) -> SyncChanges:
    if not is_folder(plan.folder):
        raise NothingThere
    output = resolved(plan.output)
    try:
        lock = FileLock(output.with_name(f".{output.name}.lock"))
    except BlockingIOError:
        raise NotWritable(
            f"{plan.output} is being written by another run; wait for its end"
        ) from None
    stack.callback(lock.release)
    beside = [output.with_name(output.name + suffix) for suffix in _BESIDE]
    own = [output, *beside] if plan.stats is None else [output, *beside, plan.stats]
    walk = Walk(
        globs=plan.globs,
        follow=plan.follow,
        own=tuple(own),
        archives=plan.archives,
        limits=plan.options.reading.limits,
    )
    if next(walk.below(plan.folder), None) is None:  # before anything is made
        raise NothingThere
    if plan.replace:
        for each in (output, *beside):
            each.unlink(missing_ok=True)
    state = stack.enter_context(open_state(output))
    key = msgspec.json.encode(key_of(plan.options)).decode()
    store = open_store(output, plan.form, state, key)
    stack.callback(store.close)
    reporter = ConsoleReporter(None, stack, wanted=plan.progress)
    return Sync(store, state, plan.options, reporter).run(plan.folder, walk, prune=plan.prune)
