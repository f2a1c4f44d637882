"""A run over many letters: from inputs to a complete output, with every input accounted for.

The command line, the library and other engines run the same thing:

    for outcome in outcomes(inputs, Options(jobs=4)): ...

gives what came of each letter, and `run_batch` puts it into a sink, counts it, and reports to a
`Reporter` what happens.
"""

import json
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext

import msgspec
from msgspec.structs import asdict, replace

from imr_extract import __version__
from imr_extract.batch import supervisor
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input
from imr_extract.batch.output_files import SidecarFile
from imr_extract.batch.resumable_output import VERSION, Key
from imr_extract.batch.sinks import Sink
from imr_extract.batch.tally import RunTally
from imr_extract.batch.work import Outcome, Task, failure
from imr_extract.errors import ImrError
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import SCHEMA_VERSION
from imr_extract.rules import table
from imr_extract.scans import OcrEngine

# Whose words and places of words a record depends on.
_LIBRARIES = ("pdfplumber", "pikepdf", "pypdfium2", "regex")
# Options of the command line whose name is not that of the field.
_OPTIONS = {"min_grade": "--min-grade", "user_layouts": "--layouts"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How a run goes about its inputs."""

    reading: ReadingOptions = ReadingOptions()
    jobs: int = 1
    ordered: bool = True
    inline_errors: bool = False  # whether the sink takes error objects, too
    forks: bool = False  # whether workers may be copies of this process, a program of ours


class Reporter:
    """Hears what happens in a run. This one says nothing: override what you want to hear."""

    def failed(self, path: str, outcome: Outcome) -> None:
        """An input gave an error that no file takes; `path` is fit for a terminal."""

    def repeated(self, path: str) -> None:
        """An input has the same content as one before it in this run."""

    def advance(self) -> None:
        """An input is accounted for."""

    def lost(self, what: str) -> None:
        """Work on another machine was lost, and is done again; one line."""

    def together(self) -> AbstractContextManager[object]:
        """Entered while one outcome is put away; what would end the run should wait for its end."""
        return nullcontext()


def outcomes(
    inputs: Iterable[Input],
    options: Options,
    *,
    sink: Sink | None = None,
    tally: RunTally | None = None,
) -> Generator[Outcome, None, None]:
    """What comes of each letter, in the order of the inputs unless the options say otherwise.

    The letters of a file stand behind one another. `sink` knows what need not be done again,
    which `tally` counts. Raises `CannotWork`; closing the generator ends the workers.
    """
    tasks = _tasks(inputs, options.reading)
    if sink is not None:
        tasks = sink.tasks(tasks, options.reading.limits)
    if tally is not None:
        tasks = _counted(tasks, tally)
    found = supervisor.run(
        tasks,
        options.reading,
        jobs=options.jobs,
        ordered=options.ordered,
        forks=options.forks,
    )
    with closing(found):
        for outcome in found:
            yield from outcome.of_letters


def run_batch(
    inputs: Iterable[Input],
    sink: Sink,
    options: Options,
    reporter: Reporter,
    *,
    errors: SidecarFile | None = None,
    tally: RunTally | None = None,
) -> RunTally:
    """Put what comes of all inputs into the sink, and make it whole; the numbers of the run.

    `errors` takes the error objects with their paths. A `tally` that is given is counted on, so
    that its owner has the numbers also where the run ends early: `CannotWork`, `OutputError`,
    `OSError` and `KeyboardInterrupt` pass through, and the sink is left for its owner to close.
    """
    tally = RunTally() if tally is None else tally
    with closing(outcomes(inputs, options, sink=sink, tally=tally)) as found:
        for outcome in found:
            with reporter.together():
                _put_away(outcome, sink, options, reporter, errors, tally)
            if outcome.letter == outcome.letters:
                reporter.advance()
    if errors is not None:
        errors.flush()  # while the sink is unfinished, so that the errors can be had again
    if tally.read:
        sink.finish()
    else:
        sink.discard()
    return tally


def _put_away(
    outcome: Outcome,
    sink: Sink,
    options: Options,
    reporter: Reporter,
    errors: SidecarFile | None,
    tally: RunTally,
) -> None:
    """Count an outcome, and put it where it belongs."""
    if tally.count(outcome):
        reporter.repeated(Input.of(outcome.path).shown)
    if outcome.error is None:
        sink.put(outcome)
        return
    shown = Input.of(outcome.path).shown
    if options.inline_errors:
        sink.put(replace(outcome, line=with_path(outcome, shown)))
    if errors is not None:
        # Bytes of a path that are no UTF-8 are kept as lone surrogates, which --files-from reads.
        errors.write(with_path(outcome, os.fsdecode(outcome.path)))
    elif not options.inline_errors:
        reporter.failed(shown, outcome)


def key_of(options: Options) -> Key:
    """What a run that resumes another must have in common with it, by option."""
    from importlib import metadata  # takes longer to load than a letter to read

    values: dict[str, object] = {
        VERSION: [__version__, SCHEMA_VERSION, table.digest()],
        "--errors": options.inline_errors,
        "--ocr": options.reading.scans.ocr,
        "--ocr-engine": options.reading.scans.engine,
        **{f"version of {name}": metadata.version(name) for name in _LIBRARIES},
    }
    if options.reading.scans.ocr != "off":
        values["version of the OCR engine"] = _ocr_edition(options.reading.scans.engine)
    for name, value in asdict(options.reading).items():
        # Limits change no record, and a letter over one of them is tried again.
        if name not in {"limits", "scans"}:
            values[_OPTIONS.get(name, f"--{name}")] = value
    return {name: msgspec.json.encode(value).decode() for name, value in values.items()}


def _ocr_edition(engine: OcrEngine) -> str | None:
    """The engine that reads pages, with its version; None where there is none."""
    from imr_extract.readers.ocr.engine import edition

    try:
        return edition(engine)
    except ImrError:
        return None


def _tasks(inputs: Iterable[Input], reading: ReadingOptions) -> Iterator[Task | Outcome]:
    """The tasks; of an input that only this process can read, and cannot, the error at once."""
    for index, each in enumerate(inputs):
        task = Task(index, os.fsencode(each.path))
        if each.data is None and not each.only_here:
            yield task
            continue
        try:
            yield replace(task, data=load(each, reading.limits))
        except ImrError as error:
            yield failure(task, error, reading)


def _counted(tasks: Iterator[Task | Outcome], tally: RunTally) -> Iterator[Task | Outcome]:
    for task in tasks:
        if isinstance(task, Outcome) and task.error is None:
            tally.resumed += task.letters
        yield task


def with_path(outcome: Outcome, path: str) -> bytes:
    """The line of an error object, with a path: two folders may hold files of the same name."""
    return outcome.line[:-1] + b',"path":' + json.dumps(path).encode() + b"}"
