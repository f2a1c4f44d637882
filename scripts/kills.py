"""Kill runs of `extract` at random moments, resume them, and compare the rows with an unbroken run.

    python scripts/kills.py [COUNT] [SEED] [FORMAT...]

COUNT kills (300 without it) over all formats, of the fixture letters. The supervisor is killed, or
one of its workers, or all at once; while it starts, between letters, while the file is converted
and closed, or at one of its last steps on files and folders. SQLite and DuckDB files are made anew
or added to. A worker that is killed must cost no letter. A run that is killed must give, once it is
resumed, the bytes of an unbroken one, of databases the records, and leave nothing else behind.
What is different is printed; exit code 1 where there was any.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from imr_extract.writers import read_back

ROOT = Path(__file__).resolve().parent.parent
LETTERS = ROOT / "fixtures" / "text"
FORMATS = ("jsonl", "csv", "sqlite", "duckdb", "parquet", "json", "xlsx", "tsv")
DATABASES = ("sqlite", "duckdb")
JOBS = 2
# Who is killed, and when. A worker has nothing to do with the end of a run.
KINDS = (
    ("supervisor", "start"),
    ("supervisor", "letters"),
    ("supervisor", "end"),
    ("supervisor", "step"),
    ("worker", "start"),
    ("worker", "letters"),
    ("all workers", "letters"),
    ("both", "letters"),
    ("both", "end"),
    ("both", "step"),
)
MISSED = "missed: the run had ended, or had no worker yet"
EVENTS = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir")
FOR_EVER = 900.0  # seconds


class Unbroken(NamedTuple):
    """What a run gives that nobody kills, and how long its parts take."""

    content: object  # bytes of the file, or rows of the database
    lines: int  # bytes of its records while they are collected
    start: float  # seconds until the first of them
    end: float  # seconds from the last of them on
    steps: int  # on files and folders from there on


class Case(NamedTuple):
    """An output, in a folder of its own."""

    target: Path
    before: Path | None  # the database that is added to

    def fresh(self) -> None:
        """Make the folder as it is before a run."""
        shutil.rmtree(self.target.parent, ignore_errors=True)
        self.target.parent.mkdir()
        if self.before is not None:
            shutil.copy(self.before, self.target)

    @property
    def partial(self) -> Path:
        """The folder of an unfinished run."""
        return self.target.with_name(self.target.name + ".partial")

    @property
    def collected(self) -> int:
        """How many bytes of records an unfinished run has; -1 where there is none."""
        with suppress(OSError):
            return (self.partial / "letters.jsonl").stat().st_size
        return -1

    @property
    def left(self) -> list[str]:
        """What stands in the folder beside the output."""
        return [each.name for each in self.target.parent.iterdir() if each != self.target]


def content_of(path: Path) -> object:
    """The bytes of a file, or the records of a database, whose rows may have other numbers."""
    if path.suffix[1:] in DATABASES:
        return sorted(msgspec.json.encode(record) for record in read_back(path))
    return path.read_bytes()


def command(case: Case, *, step: int | None = None) -> list[str]:
    """The command line of a run, which with `step` counts its last steps and ends itself at one."""
    start = [sys.executable, "-m", "imr_extract"]
    if step is not None:
        start = [sys.executable, str(Path(__file__)), f"--step={step}"]
    return [*start, "extract", str(LETTERS), "-o", str(case.target), "-j", str(JOBS), "--quiet"]


def begin(case: Case, *, resume: bool, step: int | None = None) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    line = [*command(case, step=step), *(["--resume"] if resume else [])]
    out = subprocess.PIPE if step == 0 else subprocess.DEVNULL
    return subprocess.Popen(line, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)


def wait_until(condition: Callable[[], bool], run: subprocess.Popen[bytes]) -> None:
    """Return once the condition holds, or the run has ended."""
    until = time.monotonic() + FOR_EVER
    while not condition() and run.poll() is None and time.monotonic() < until:
        time.sleep(0.001)


def measured(case: Case) -> Unbroken:
    """A run that nobody kills."""
    case.fresh()
    run = begin(case, resume=False, step=0)
    began, collected = time.monotonic(), 0
    first = last = 0.0
    while run.poll() is None:
        now = case.collected
        if now > collected:
            last = time.monotonic()
            first = first or last
            collected = now
        time.sleep(0.001)
    ended = time.monotonic()
    assert run.stdout is not None
    steps = int(run.stdout.read())
    if run.returncode or case.left:
        raise SystemExit(f"{case.target.name}: exit code {run.returncode}, left: {case.left}")
    return Unbroken(content_of(case.target), collected, first - began, ended - last, steps)


def kill(
    case: Case, whom: str, moment: str, unbroken: Unbroken, chances: random.Random, *, resume: bool
) -> tuple[subprocess.Popen[bytes], bool]:
    """Begin a run, and kill somebody in it at a random moment; the run, and whether one was hit."""
    if moment == "step":
        run = begin(case, resume=resume, step=chances.randrange(1, unbroken.steps + 1))
        hit = run.wait(FOR_EVER) == -signal.SIGKILL
        if whom == "both":  # its workers are on their own now
            _signal(run, whom)
        return run, hit
    run = begin(case, resume=resume)
    if moment == "start":
        time.sleep(chances.uniform(0, unbroken.start))
    else:
        enough = unbroken.lines if moment == "end" else chances.randrange(1, unbroken.lines)
        wait_until(lambda: case.collected >= enough, run)
    if moment == "end":
        time.sleep(chances.uniform(0, unbroken.end))
    return run, _signal(run, whom) and ("worker" in whom or run.wait(FOR_EVER) == -signal.SIGKILL)


def _signal(run: subprocess.Popen[bytes], whom: str) -> bool:
    """Kill; whether anybody was there."""
    try:
        if whom == "both":
            os.killpg(run.pid, signal.SIGKILL)
        elif whom == "supervisor":
            run.kill()
        else:
            workers = workers_of(run.pid)
            for worker in workers if whom == "all workers" else workers[:1]:
                os.kill(worker, signal.SIGKILL)
            return bool(workers)
    except ProcessLookupError:
        return False
    return True


def workers_of(supervisor: int) -> list[int]:
    """The processes of the workers."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if (
                parent == supervisor
                and b"resource_tracker" not in (folder / "cmdline").read_bytes()
            ):
                found.append(int(folder.name))
    return found


def try_once(
    case: Case, kinds: list[tuple[str, str]], unbroken: Unbroken, chances: random.Random
) -> tuple[Counter[str], list[str]]:
    """Kill a run, and the runs that resume it, once for each kind, and let the last one end."""
    case.fresh()
    came: Counter[str] = Counter()
    wrong: list[str] = []
    has_ended = False
    for at, (whom, moment) in enumerate(kinds):
        if has_ended:
            case.fresh()
        run, hit = kill(case, whom, moment, unbroken, chances, resume=at > 0 and not has_ended)
        of_worker = "worker" in whom
        code = run.wait(FOR_EVER)
        has_ended = code != -signal.SIGKILL
        came[f"{whom}, {moment}" if hit else MISSED] += 1
        if code not in {0, -signal.SIGKILL} or (of_worker and code):
            wrong.append(f"{whom} killed, {moment}: exit code {code}")
        elif has_ended:
            wrong += different(case, unbroken, f"{whom} killed, {moment}")
    if not has_ended:
        code = begin(case, resume=True).wait(FOR_EVER)
        after = f"resumed after {kinds}"
        wrong += [f"{after}: exit code {code}"] if code else different(case, unbroken, after)
    return came, wrong


def different(case: Case, unbroken: Unbroken, when: str) -> list[str]:
    """What is not as an unbroken run leaves it."""
    wrong = []
    if content_of(case.target) != unbroken.content:
        wrong.append(f"{when}: other rows")
    if case.left:
        wrong.append(f"{when}: left {case.left}")
    return wrong


def main() -> int:
    """Kill runs, and print what came of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = sys.argv[2] if len(sys.argv) > 2 else str(time.time_ns())
    chances = random.Random(seed)
    came: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as made:
        cases = list(_cases(Path(made), sys.argv[3:] or list(FORMATS)))
        unbroken = {case: measured(case) for case in cases}
        kinds = cycle(KINDS)
        turns = cycle(cases)
        while count > 0:
            case, several = next(turns), min(chances.choice((1, 1, 2, 3)), count)
            found, wrong = try_once(case, list(islice(kinds, several)), unbroken[case], chances)
            hit = several - found[MISSED]
            count -= hit
            name = case.target.suffix[1:] + (", added to" if case.before else "")
            came.update(found)
            came[name] += hit
            for each in wrong:
                faults += 1
                print(f"{name}: {each}", flush=True)
    for what, times in sorted(came.items()):
        print(f"{times:9,}  {what}")
    print(f"{faults:9,}  faults, seed {seed}")
    return 1 if faults else 0


def _cases(made: Path, formats: list[str]) -> "list[Case]":
    cases = []
    for suffix in formats:
        cases.append(Case(made / f"{suffix}-new" / f"letters.{suffix}", None))
        if suffix in DATABASES:
            before = made / f"before.{suffix}"
            line = [sys.executable, "-m", "imr_extract", "extract", str(LETTERS), "-j", "1"]
            subprocess.run([*line, "-o", str(before), "--limit", "12", "--quiet"], check=True)
            cases.append(Case(made / f"{suffix}-added" / f"letters.{suffix}", before))
    return cases


def run_to_step(last: int) -> None:
    """Be the command; from the last record on count steps, and end at that one, 0 for none."""
    from imr_extract.batch import sinks
    from imr_extract.cli import main as run_command

    supervisor, taken, counts = os.getpid(), 0, False
    finish = sinks.FileSink.finish

    def begin_to_count(sink: sinks.FileSink) -> None:
        nonlocal counts
        counts = True
        finish(sink)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        if not counts or event not in EVENTS or os.getpid() != supervisor:
            return
        if "letters." in str(arguments[0]):
            taken += 1
            if taken == last:
                os.kill(supervisor, signal.SIGKILL)

    sinks.FileSink.finish = begin_to_count  # type: ignore[assignment, method-assign]
    sys.addaudithook(audit)
    try:
        run_command()
    finally:
        if last == 0:
            print(taken)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("--step="):
        STEP = int(sys.argv.pop(1).removeprefix("--step="))
        sys.argv[0] = "imr-extract"
        run_to_step(STEP)
    else:
        sys.exit(main())
