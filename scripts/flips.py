"""Turn one bit of a letter, many times, and count what is said of it.

    python scripts/flips.py LETTERS [COUNT] [SEED] [MAKE...]

Each make of PDF is tried COUNT times (10,000 without it), over all letters of the folder. A record
that differs from the good letter's without a new note is damage in silence; its letter, place and
changed keys are printed, without a word of the letter. Flips in the data of pictures and of what is
said about a file count as `same` without a look, where random bytes in place of all such data leave
the letter as it is. Exit code 1 where an issue was lost or an outcome changed in silence.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest.mock import patch

import makes
import msgspec
import spoiled

from imr_extract import readers
from imr_extract.batch import Outcome, Task, failure, run
from imr_extract.batch.work import work
from imr_extract.errors import ImrError
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.text.document import Document

OPTIONS = ReadingOptions(limits=Limits(seconds=60, memory=2 * 1024**3))
# Streams with data that is no text: pictures, and what is said about a file.
_STREAM = re.compile(rb"obj\b((?:(?!\bobj\b).){,600}?)\bstream\r?\n", re.DOTALL)
_WITHOUT_TEXT = re.compile(rb"/Subtype\s*/Image\b|/Type\s*/Metadata\b")


class Good(NamedTuple):
    """A letter of some make as it should be."""

    data: bytes
    document: Document
    line: bytes  # its record
    unread: tuple[range, ...]  # places whose bytes change nothing


@cache
def good(make: str, path: str) -> Good:
    """A letter in another make, read."""
    data = makes.MAKES[make](Path(path).read_bytes())
    line = work(Task(0, path.encode(), data), OPTIONS).line
    document = _read(data)
    unread = tuple(_places_without_text(data))
    is_proven = _read(_with_random_bytes(data, unread)) == document
    return Good(data, document, line, unread if is_proven else ())


def _read(data: bytes) -> Document:
    return readers.read(data, "auto", OPTIONS.limits, OPTIONS.scans)


def _places_without_text(data: bytes) -> Iterator[range]:
    for found in _STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        if end > 0 and _WITHOUT_TEXT.search(found[1]):
            yield range(found.end(), len(data[:end].rstrip(b"\r\n")))


def _with_random_bytes(data: bytes, places: tuple[range, ...]) -> bytes:
    spoiled = bytearray(data)
    for place in places:
        spoiled[place.start : place.stop] = Random(place.start).randbytes(len(place))
    return bytes(spoiled)


def flip(letter: bytes, seed: str) -> tuple[int, bytes]:
    """A place, and the letter with one bit turned there; the same ones for the same seed."""
    chance = Random(seed)
    data = bytearray(letter)
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    return at, bytes(data)


def spoil(task: Task, options: ReadingOptions) -> Outcome:
    """In a worker: what is said of one flip; the task's path holds make, seed and letter."""
    make, seed, path = task.path.decode().split("\n")
    letter = good(make, path)
    at, data = flip(letter.data, seed)
    document = letter.document
    try:
        if not any(at in place for place in letter.unread):
            document = _read(data)
    except ImrError as error:
        return failure(task, error, options)
    outcome = Outcome(task.index, task.path, letter.line, None, 0, None, "")
    if document != letter.document:  # the same document gives the same record
        with patch.object(readers, "read", lambda *_: document):
            outcome = work(Task(task.index, task.path, data), options)
    said: str = spoiled.said_of(outcome, letter.line)
    if said == "noted" and spoiled.has_other_outcomes(outcome, letter.line):
        said = "noted, other outcomes"
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
