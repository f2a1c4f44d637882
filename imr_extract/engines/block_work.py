"""The work on one block: the project's supervised batch, and one part in each format."""

import hashlib
import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec
from msgspec.structs import replace

from imr_extract import __version__
from imr_extract.batch import CannotWork, supervisor
from imr_extract.batch.addresses import is_remote
from imr_extract.batch.inputs import shown
from imr_extract.batch.orchestration import key_of, with_path
from imr_extract.batch.tally import RunTally
from imr_extract.batch.work import Outcome, Task, failure
from imr_extract.engines.blocks import Block, BlockResult, Job, Part, PartFormat
from imr_extract.engines.places import Place
from imr_extract.engines.remote_inputs import load_remote
from imr_extract.engines.work_folders import work_folder
from imr_extract.errors import ImrError
from imr_extract.writers.base import Writer
from imr_extract.writers.json_text import JsonLinesWriter
from imr_extract.writers.parquet import ParquetPartWriter

# Letters of a store that are fetched ahead: enough that no worker waits for the network, and few,
# since each may be as large as the limit on a letter.
_AHEAD = 8


def do_block(block: Block, job: Job) -> BlockResult:
    """Have the letters of a block read, and put its parts and then its receipt in their places.

    Doing it again replaces them by the same. Raises `CannotWork` where there are no workers, or
    this machine has another version than that which planned the run; and `OSError` where the output
    cannot be written.
    """
    _check_version(job)
    tally = RunTally()
    contents, failed = bytearray(), list[Outcome]()
    with work_folder() as folder:
        with ExitStack() as stack:
            parts = _Parts(folder, job.formats, stack)
            origin = _origin(job)
            for outcome in stack.enter_context(closing(_outcomes(block, job))):
                if origin not in outcome.line:
                    raise CannotWork(
                        "the program was changed while it worked: letters of one block would be "
                        "read in two ways; finish the change, and run it again with --resume"
                    )
                parts.put(outcome)
                tally.count(outcome)
                if outcome.letter == 1 and outcome.sha256 is not None:
                    contents += outcome.sha256[:8]
                if outcome.error is not None:
                    failed.append(outcome)
        assert tally.read == len(block.paths)
        name, place = job.name(block.number), Place(job.output)
        result = BlockResult(
            number=block.number,
            inputs=block.digest,
            first=shown(block.paths[0]),
            last=shown(block.paths[-1]),
            counts=tally.counts,
            parts=tuple(_placed(place, parts.files[form], form, name) for form in job.formats),
            contents=bytes(contents),
            errors=tuple(failed),
        )
        receipt = folder / "receipt"
        receipt.write_bytes(msgspec.json.encode(result))
        place.put(receipt_name(name), receipt)
    return result


def receipt_name(name: str) -> str:
    """Where the result of the block of this name is written."""
    return f"blocks/block-{name}.json"


def part_name(name: str, form: PartFormat) -> str:
    """Where the records of the block of this name are written."""
    return f"{form}/part-{name}.{form}"


def _check_version(job: Job) -> None:
    here = key_of(job.options)
    if other := [name for name, value in job.key.items() if here.get(name) != value]:
        raise CannotWork(
            f"a machine that should work has another {' and another '.join(other)} than the one "
            "that started the run; install the same everywhere"
        )


def _origin(job: Job) -> bytes:
    """What stands in every record and error object of this version with these layouts."""
    return msgspec.json.encode({"program": __version__, "rules": job.rules})[1:-1]


class _Parts:
    """The files of a block, while they are made on this machine."""

    def __init__(self, folder: Path, formats: tuple[PartFormat, ...], stack: ExitStack) -> None:
        """The files are whole once the stack is closed."""
        self.files = {form: folder / form for form in formats}
        self._writers: list[Writer] = []
        for form, path in self.files.items():
            file = stack.enter_context(path.open("wb"))
            writer = JsonLinesWriter(file, None) if form == "jsonl" else ParquetPartWriter(file)
            self._writers.append(stack.enter_context(writer))

    def put(self, outcome: Outcome) -> None:
        """Write a record, or an error with its path, in each format."""
        path, is_error = shown(outcome.path), outcome.error is not None
        for writer in self._writers:
            if isinstance(writer, ParquetPartWriter):
                writer.put(outcome.line, path, is_error=is_error)
            elif is_error:
                writer.write_error(with_path(outcome, path))
            else:
                writer.write(outcome.line)


def _placed(place: Place, file: Path, form: PartFormat, name: str) -> Part:
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    place.put(part_name(name, form), file)
    return Part(name=part_name(name, form), bytes=file.stat().st_size, sha256=digest)


def _outcomes(block: Block, job: Job) -> Generator[Outcome, None, None]:
    """What came of each letter, in order, with the path that the input was named by."""
    reading = job.options.reading
    with closing(_tasks(block, job)) as tasks:
        found = supervisor.run(tasks, reading, jobs=job.options.jobs, work=job.work)
        with closing(found):
            for outcome in found:
                for letter in outcome.of_letters:
                    yield replace(letter, path=block.paths[letter.index])


def _tasks(block: Block, job: Job) -> Generator[Task | Outcome, None, None]:
    """A task for each input; what stands in a store is fetched here, a few letters ahead."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        ahead: deque[Task | Future[Task | Outcome]] = deque()
        for index, path in enumerate(block.paths):
            if is_remote(os.fsdecode(path)):
                ahead.append(pool.submit(_fetched, Task(index, path), job))
            else:
                ahead.append(Task(index, os.path.join(os.fsencode(job.folder), path)))  # noqa: PTH118
            if len(ahead) > _AHEAD:
                yield _ready(ahead.popleft())
        while ahead:
            yield _ready(ahead.popleft())


def _ready(each: "Task | Future[Task | Outcome]") -> Task | Outcome:
    return each if isinstance(each, Task) else each.result()


def _fetched(task: Task, job: Job) -> Task | Outcome:
    reading = job.options.reading
    try:
        return replace(task, data=load_remote(os.fsdecode(task.path), reading.limits))
    except ImrError as error:
        return failure(task, error, reading)
