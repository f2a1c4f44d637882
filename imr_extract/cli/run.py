"""One run of `extract`: from inputs to a complete output, with everything accounted for."""

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from imr_extract import batch, rules
from imr_extract.batch.tally import Tally
from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.interrupts import Interrupts
from imr_extract.cli.sinks import File, Form, Sink, Stream
from imr_extract.errors import ImrError
from imr_extract.inputs import Input, Walk, load
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.model import SCHEMA_VERSION
from imr_extract.writers import NotWritable, OutputError


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line of `extract` asks for, beside its inputs."""

    settings: batch.Settings
    jobs: int = 1
    ordered: bool = True
    output: Path | None = None  # None is standard output
    form: Form = Form()
    resume: bool = False
    force: bool = False
    errors_to: Path | None = None
    stats: Path | None = None
    progress: bool = True
    total: int | None = None  # inputs, where that is known beforehand


def run(inputs: Iterator[Input], walk: Walk, plan: Plan) -> Exit:
    """Extract all inputs; what the process should exit with."""
    tally = Tally()
    try:
        with ExitStack() as stack:
            stats = _open(plan.stats, stack)
            began = time.monotonic()
            _run(inputs, plan, tally, _open(plan.errors_to, stack))
            tally.skipped = walk.skipped
            seconds = time.monotonic() - began
            if stats is not None:
                stats.write(tally.as_json(seconds) + b"\n")
    except KeyboardInterrupt:
        again = "; the same command with --resume goes on" if plan.output else ""
        console.tell(f"stopped after {tally.read:,} letters{again}")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        console.leave_quietly()
    except OutputError as error:
        console.tell(error.message)
        return Exit(error.exit_code)
    except OSError as error:
        full = plan.output is not None and error.errno in {errno.ENOSPC, errno.EDQUOT}
        kept = "; what is done is kept: make room and use --resume" if full else ""
        console.tell(f"the output cannot be written ({error.strerror}){kept}")
        return Exit.NOT_WRITABLE
    if not tally.read:
        console.tell("nothing to read: no letter is named, and no folder given holds any")
        return Exit.NOTHING_TO_READ
    console.tell(tally.summary(seconds), "info")
    return Exit.SOME_FAILED if tally.failed else Exit.OK


def _open(path: Path | None, stack: ExitStack) -> BinaryIO | None:
    """A file beside the output, open for writing as long as the stack is; None without a path."""
    if path is None:
        return None
    try:
        return stack.enter_context(path.open("wb"))
    except OSError as error:
        raise NotWritable(f"{path} cannot be written ({error.strerror})") from None


def _run(inputs: Iterator[Input], plan: Plan, tally: Tally, errors: BinaryIO | None) -> None:
    with ExitStack() as stack:
        interrupts = stack.enter_context(Interrupts())
        sink = stack.enter_context(closing(_sink(plan)))
        if sink.starts_over:
            console.tell("the unfinished run had other options or rules: this one starts over")
        advance = stack.enter_context(console.progress(plan.total, wanted=plan.progress))
        tasks = sink.tasks(_tasks(inputs, plan), plan.settings.limits)
        outcomes = batch.run(
            _counted(tasks, tally), plan.settings, jobs=plan.jobs, ordered=plan.ordered
        )
        for outcome in stack.enter_context(closing(outcomes)):
            with interrupts.held():
                _take(outcome, plan, tally, sink, errors)
            advance()
        if tally.read:
            sink.finish()
        else:
            sink.discard()


def _take(
    outcome: batch.Outcome, plan: Plan, tally: Tally, sink: Sink, errors: BinaryIO | None
) -> None:
    """Count an outcome, and put it where the plan wants it."""
    inline = plan.form.inline_errors
    again = tally.count(outcome)
    shown = Input.of(outcome.path).shown
    if again:
        console.tell(f"{shown}: the same letter came before", "debug")
    if outcome.error is None or inline:
        sink.put(outcome)
    if outcome.error is None:
        return
    if errors is not None:
        errors.write(_with_path(outcome))
    elif not inline:
        told = f"{shown}: {outcome.message} [{outcome.error}]"
        console.tell(told, path=shown, code=outcome.error)


def _sink(plan: Plan) -> Sink:
    if plan.output is None:
        return Stream(console.stdout(), plan.form)
    from importlib.metadata import version

    key = msgspec.json.encode(
        {
            "program": version("imr-extract"),
            "schema": SCHEMA_VERSION,
            "rules": rules.digest(),
            # Limits change no record, and a letter over one of them is tried again.
            "settings": replace(plan.settings, limits=DEFAULT_LIMITS),
            "inline_errors": plan.form.inline_errors,
        }
    )
    return File(plan.output, plan.form, key, resume=plan.resume, force=plan.force)


def _tasks(inputs: Iterator[Input], plan: Plan) -> Iterator[batch.Task]:
    for index, each in enumerate(inputs):
        data = None
        if each.only_here:
            try:
                data = load(each, plan.settings.limits)
            except ImrError:
                data = None  # the worker meets the same, and tells
        yield batch.Task(index, os.fsencode(each.path), data)


def _counted(
    tasks: Iterator[batch.Task | batch.Outcome], tally: Tally
) -> Iterator[batch.Task | batch.Outcome]:
    for each in tasks:
        tally.resumed += isinstance(each, batch.Outcome)
        yield each


def _with_path(outcome: batch.Outcome) -> bytes:
    """The line of an error object, with the path that `--files-from` reads again."""
    # Bytes of a path that are no UTF-8 are kept as lone surrogates, which JSON can escape.
    path = json.dumps(os.fsdecode(outcome.path)).encode()
    return outcome.line[:-1] + b',"path":' + path + b"}\n"
