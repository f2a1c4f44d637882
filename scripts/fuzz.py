"""Spoil fixture PDFs at random and read them, for `make fuzz`: any bytes give a record or an error.

    python scripts/fuzz.py [SECONDS] [SEED]

Without SECONDS one minute; without SEED another run every time. Prints what came out, and keeps in
`out/fuzz/` what ended in a fault of this program, in a lost worker or at a limit: such a file
belongs into `tests/support/hostile.py` once it is understood. Exit code 1 where there was a fault.
Records with fewer issues than the letter had are counted: nothing told that part of it was lost.
"""

import io
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path

import msgspec
import pypdfium2
import pypdfium2.raw as pdfium

from imr_extract import extract_bytes
from imr_extract.batch import Outcome, Task, run
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "out" / "fuzz"
LIMITS = Limits(seconds=20, memory=1024**3)
#: Codes that a spoiled file may end with, and that are worth a look.
NOTABLE = {"internal", "crashed", "timed_out", "out_of_memory"}

OBJECT = re.compile(rb"\d+ 0 obj\b.*?\bendobj\b", re.DOTALL)
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z]+")
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483647", b"-2147483648", b"99999999999999999999")

Mutation = Callable[[bytes, bytes, random.Random], bytes]


def flip_bits(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """Some bits turned."""
    del other
    spoiled = bytearray(data)
    for _ in range(exceptions.choice((1, 4, 32, 256))):
        spoiled[exceptions.randrange(len(spoiled))] ^= 1 << exceptions.randrange(8)
    return bytes(spoiled)


def cut(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """The file without its end, and with the end mark or without."""
    del other
    return data[: exceptions.randrange(len(data))] + exceptions.choice((b"", b"\n%%EOF\n"))


def leave_out(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """The file without a piece in the middle."""
    del other
    start = exceptions.randrange(len(data))
    return data[:start] + data[start + exceptions.choice((1, 16, 1024)) :]


def splice(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """A piece of another file in the middle, over what was there or between."""
    start, from_ = exceptions.randrange(len(data)), exceptions.randrange(len(other))
    piece = other[from_ : from_ + exceptions.choice((16, 512, 4096))]
    return data[:start] + piece + data[start + exceptions.choice((0, len(piece))) :]


def swap_objects(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """Two objects in each other's place; the table of references is left as it was."""
    del other
    found = list(OBJECT.finditer(data))
    if len(found) < 2:
        return data
    one, two = sorted(exceptions.sample(found, 2), key=lambda match: match.start())
    between = data[one.end() : two.start()]
    return data[: one.start()] + two.group() + between + one.group() + data[two.end() :]


def change_numbers(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """Numbers, of which many are references and lengths, made odd or another of the file's."""
    del other
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    return _replaced(data, found, [*_NUMBERS, exceptions.choice(found).group()], exceptions)


def change_names(data: bytes, other: bytes, exceptions: random.Random) -> bytes:
    """Names of keys and types, made another of the file's."""
    del other
    found = list(_NAME.finditer(data))
    if not found:
        return data
    return _replaced(data, found, [exceptions.choice(found).group() for _ in range(3)], exceptions)


def _replaced(
    data: bytes, found: Sequence[re.Match[bytes]], by: Sequence[bytes], exceptions: random.Random
) -> bytes:
    chosen = exceptions.sample(found, min(len(found), exceptions.choice((1, 3, 10))))
    for match in sorted(chosen, key=lambda match: -match.start()):
        data = data[: match.start()] + exceptions.choice(by) + data[match.end() :]
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


def packed(letter: bytes) -> bytes:
    """The letter without a cipher and with packed streams, whose checksums can tell of damage."""
    copy = io.BytesIO()
    with pypdfium2.PdfDocument(letter) as pdf:
        pdf.save(copy, flags=pdfium.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def spoiled(letters: Sequence[bytes], seed: str) -> bytes:
    """One of the letters, spoiled in one to three ways; the same for the same seed."""
    exceptions = random.Random(seed)
    data = exceptions.choice(letters)
    for _ in range(exceptions.choice((1, 1, 1, 2, 3))):
        data = (
            exceptions.choice(MUTATIONS)(data, exceptions.choice(letters), exceptions) or b"%PDF-"
        )
    return data


def unspoiled(letters: Sequence[bytes], seed: str) -> bytes:
    """The letter that `spoiled` begins with."""
    return random.Random(seed).choice(letters)


@cache
def issues(letter: bytes) -> int:
    """How many issues a good letter has."""
    return len(extract_bytes(letter).issues)


class _Issues(msgspec.Struct):
    issues: list[msgspec.Raw]


def is_silent_loss(outcome: Outcome, letter: bytes) -> bool:
    """Whether this is a record, and has fewer issues than the letter that was spoiled."""
    if outcome.error is not None:
        return False
    return len(msgspec.json.decode(outcome.line, type=_Issues).issues) < issues(letter)


def main() -> int:
    """Fuzz until the time is over; 1 where this program was at fault."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    letters = [path.read_bytes() for path in sorted((ROOT / "fixtures/pdf").glob("*.pdf"))]
    letters += [packed(letter) for letter in letters]
    until = time.monotonic() + seconds

    def tasks() -> Iterator[Task]:
        for index in count():
            if time.monotonic() > until:
                return
            name = f"{seed}-{index}"
            yield Task(index, name.encode(), spoiled(letters, name))

    came: Counter[str] = Counter()
    silent = 0
    began = time.monotonic()
    for outcome in run(tasks(), ReadingOptions(limits=LIMITS), jobs=2):
        came[outcome.error or "record"] += 1
        name = outcome.path.decode()
        silent += is_silent_loss(outcome, unspoiled(letters, name))
        if outcome.error in NOTABLE:
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"{name}.pdf").write_bytes(spoiled(letters, name))
            print(f"{name}: {outcome.message} [{outcome.error}]", flush=True)
    taken = time.monotonic() - began
    print(f"{came.total():,} spoiled letters in {taken:.0f} s, seed {seed}:")
    for code, times in came.most_common():
        print(f"{times:9,}  {code}")
    print(f"{silent:9,}  of the records have fewer issues than the letter had")
    return 1 if came["internal"] else 0


if __name__ == "__main__":
    sys.exit(main())
