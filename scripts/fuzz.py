"""Spoil fixture PDFs at random and read them, for `make fuzz`: any bytes give a record or an error.

    python scripts/fuzz.py [SECONDS] [SEED]

Without SECONDS one minute; without SEED another run every time. Each letter is tried in every make
of `makes`. Its record is compared as a whole with that of the good letter: where the make has
checksums, a difference without a new note is a fault, and so is a fault of this program, a lost
worker or a limit. What is at fault is printed and kept in `out/fuzz/`; such a file belongs into
`tests/support/hostile.py` once it is understood. Exit code 1 where there was any.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

import makes
from spoiled import Said, changed, said_of

from imr_extract.batch import Outcome, Task, run
from imr_extract.batch.work import work
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions

ROOT = Path(__file__).resolve().parent.parent
LETTERS = ROOT / "fixtures" / "pdf"
KEPT = ROOT / "out" / "fuzz"
OPTIONS = ReadingOptions(limits=Limits(seconds=20, memory=1024**3))
JOBS = 2
#: Errors that are no answer to a spoiled file.
NOTABLE = {"internal", "crashed", "timed_out", "out_of_memory"}

OBJECT = re.compile(rb"\d+ 0 obj\b.*?\bendobj\b", re.DOTALL)
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z]+")
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"99999999999999999999")

Mutation = Callable[[bytes, bytes, random.Random], bytes]


def flip_bits(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """Some bits turned."""
    del other
    spoiled = bytearray(data)
    for _ in range(chances.choice((1, 4, 32, 256))):
        spoiled[chances.randrange(len(spoiled))] ^= 1 << chances.randrange(8)
    return bytes(spoiled)


def cut(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """The file without its end, and with the end mark or without."""
    del other
    return data[: chances.randrange(len(data))] + chances.choice((b"", b"\n%%EOF\n"))


def leave_out(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """The file without a piece in the middle."""
    del other
    start = chances.randrange(len(data))
    return data[:start] + data[start + chances.choice((1, 16, 1024)) :]


def splice(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """A piece of another file in the middle, over what was there or between."""
    start, from_ = chances.randrange(len(data)), chances.randrange(len(other))
    piece = other[from_ : from_ + chances.choice((16, 512, 4096))]
    return data[:start] + piece + data[start + chances.choice((0, len(piece))) :]


def swap_objects(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """Two objects in each other's place; the table of references is left as it was."""
    del other
    found = list(OBJECT.finditer(data))
    if len(found) < 2:
        return data
    one, two = sorted(chances.sample(found, 2), key=lambda match: match.start())
    between = data[one.end() : two.start()]
    return data[: one.start()] + two.group() + between + one.group() + data[two.end() :]


def change_numbers(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """Numbers, of which many are references and lengths, made odd or another of the file's."""
    del other
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    return _replaced(data, found, [*_NUMBERS, chances.choice(found).group()], chances)


def change_names(data: bytes, other: bytes, chances: random.Random) -> bytes:
    """Names of keys and types, made another of the file's."""
    del other
    found = list(_NAME.finditer(data))
    if not found:
        return data
    return _replaced(data, found, [chances.choice(found).group() for _ in range(3)], chances)


def _replaced(
    data: bytes, found: Sequence[re.Match[bytes]], by: Sequence[bytes], chances: random.Random
) -> bytes:
    chosen = chances.sample(found, min(len(found), chances.choice((1, 3, 10))))
    for match in sorted(chosen, key=lambda match: -match.start()):
        data = data[: match.start()] + chances.choice(by) + data[match.end() :]
    return data


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    cut,
    leave_out,
    splice,
    swap_objects,
    change_numbers,
    change_names,
)


class Letter(NamedTuple):
    """A good letter in some make."""

    data: bytes
    is_packed: bool  # so that a checksum shows damage to its text


def of_each_make(letters: Sequence[bytes], *, aes: bool = True) -> list[Letter]:
    """The letters in every make of PDF; those that are given have nothing packed.

    Without `aes` the same bytes every time.
    """
    plain = {"as it is": lambda letter: letter, **makes.PLAIN}
    packed = makes.PACKED | (makes.AES if aes else {})
    del packed["published"]
    return [
        Letter(make(letter), name in packed)
        for name, make in (plain | packed).items()
        for letter in letters
    ]


def spoiled(letters: Sequence[Letter], seed: str) -> bytes:
    """One of the letters, spoiled in one to three ways; the same for the same seed."""
    chances = random.Random(seed)
    data = chances.choice(letters).data
    for _ in range(chances.choice((1, 1, 1, 2, 3))):
        data = chances.choice(MUTATIONS)(data, chances.choice(letters).data, chances) or b"%PDF-"
    return data


def unspoiled(letters: Sequence[Letter], seed: str) -> Letter:
    """The letter that `spoiled` begins with."""
    return random.Random(seed).choice(letters)


@cache
def record_of(letter: bytes) -> bytes:
    """The record of a good letter, as a line."""
    return work(Task(0, b"good", letter), OPTIONS).line


class Finding(NamedTuple):
    """What came of a spoiled letter."""

    said: Said
    is_fault: bool  # of this program
    line: str


def finding_of(outcome: Outcome, letter: Letter) -> Finding:
    """What came of a letter, and whether that is a fault: a crash, or damage in silence."""
    name = outcome.path.decode()
    if outcome.error is not None:
        line = f"{name}: {outcome.message} [{outcome.error}]"
        return Finding("error", outcome.error in NOTABLE, line)
    good = record_of(letter.data)
    said = said_of(outcome, good)
    is_fault = letter.is_packed and said in {"silent", "lost"}
    return Finding(said, is_fault, f"{name}: {said}: {', '.join(changed(outcome, good))}")


def main() -> int:
    """Fuzz until the time is over; 1 where this program was at fault."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    letters = of_each_make([path.read_bytes() for path in sorted(LETTERS.glob("*.pdf"))])
    began = time.monotonic()

    def tasks() -> Iterator[Task]:
        for index in count():
            if time.monotonic() > began + seconds:
                return
            name = f"{seed}-{index}"
            yield Task(index, name.encode(), spoiled(letters, name))

    came: Counter[str] = Counter()
    faults = 0
    for outcome in run(tasks(), OPTIONS, jobs=JOBS):
        name = outcome.path.decode()
        letter = unspoiled(letters, name)
        found = finding_of(outcome, letter)
        packed = "packed" if letter.is_packed else "plain"
        came[outcome.error or f"record, {packed}: {found.said}"] += 1
        if found.is_fault:
            faults += 1
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"{name}.pdf").write_bytes(spoiled(letters, name))
            print(found.line, flush=True)
    print(f"{came.total():,} spoiled letters in {time.monotonic() - began:.0f} s, seed {seed}:")
    for what, times in came.most_common():
        print(f"{times:9,}  {what}")
    print(f"{faults:9,}  faults, kept in {KEPT.relative_to(ROOT)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
