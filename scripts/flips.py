"""Turn one bit of a letter, many times, and count what is said of it.

    python scripts/flips.py LETTERS [COUNT] [SEED] [MAKE...]

Each make of PDF is tried COUNT times (10,000 without it), over all letters of the folder. A record
that differs from the good letter's without a new note is damage in silence; its letter, place and
changed keys are printed, without a word of the letter. Exit code 1 where an issue was lost or an
outcome changed in silence.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import makes
import msgspec
import spoiled

from imr_extract.batch import Outcome, Task, failure, run
from imr_extract.batch.work import work
from imr_extract.errors import ImrError
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import read
from imr_extract.text.document import Document

OPTIONS = ReadingOptions(limits=Limits(seconds=60, memory=2 * 1024**3))


class Good(NamedTuple):
    """A letter of some make as it should be."""

    data: bytes
    document: Document
    line: bytes  # its record


@cache
def good(make: str, path: str) -> Good:
    """A letter in another make, read."""
    data = makes.MAKES[make](Path(path).read_bytes())
    line = work(Task(0, path.encode(), data), OPTIONS).line
    return Good(data, read(data, "auto", OPTIONS.limits), line)


def flipped(letter: bytes, seed: str) -> bytes:
    """The letter with one bit turned, the same one for the same seed."""
    chance = Random(seed)
    data = bytearray(letter)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def spoil(task: Task, options: ReadingOptions) -> Outcome:
    """In a worker: what is said of one flip; the task's path holds make, seed and letter."""
    make, seed, path = task.path.decode().split("\n")
    letter = good(make, path)
    data = flipped(letter.data, seed)
    try:
        # The same document gives the same record.
        same = read(data, "auto", options.limits) == letter.document
    except ImrError as error:
        return failure(task, error, options)
    outcome = Outcome(task.index, task.path, letter.line, None, 0, None, "")
    if not same:
        outcome = work(Task(task.index, task.path, data), options)
    said = spoiled.said_of(outcome, letter.line)
    changed = spoiled.changed(outcome, letter.line) if said in {"silent", "lost"} else []
    shown = f"{make}: {said}: {Path(path).name}, seed {seed!r}: {', '.join(changed)}"
    line = msgspec.json.encode((said, shown))
    return Outcome(task.index, task.path, line, None, 0, outcome.error, outcome.message)


def measure(make: str, paths: list[Path], count: int, seed: str) -> Counter[str]:
    """What is said of `count` spoiled letters of a make."""

    def tasks() -> Iterator[Task]:
        # Letter by letter, so that a worker holds each once.
        for index in range(count):
            path = paths[index * len(paths) // count]
            yield Task(index, f"{make}\n{seed} {make} {index}\n{path}".encode())

    said: Counter[str] = Counter()
    for outcome in run(tasks(), OPTIONS, work=spoil):
        if outcome.error is not None:
            said["error"] += 1
            said[f"  {outcome.error}"] += 1
            continue
        found, shown = msgspec.json.decode(outcome.line, type=tuple[str, str])
        said[found] += 1
        if found in {"silent", "lost"}:
            print(shown, flush=True)
    return said


def main() -> int:
    """Measure the makes, and print a line for each."""
    folder, *rest = sys.argv[1:]
    count = int(rest[0]) if rest else 10_000
    seed = rest[1] if len(rest) > 1 else str(time.time_ns())
    paths = sorted(Path(folder).glob("*.pdf"))
    lost = 0
    for make in rest[2:] or makes.MAKES:
        said = measure(make, paths, count, seed)
        lost += said["lost"]
        print(f"{make}: {count:,} flips, seed {seed}: {dict(said)}", flush=True)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
