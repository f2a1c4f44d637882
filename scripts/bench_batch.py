"""Measure `imr-extract extract` on many letters, for `make bench`: speed, memory, the first record.

The letters are hard links to the fixture PDFs in a folder of their own. Each run is a command in a
process of its own, whose records are read and dropped. Memory is what Linux shows in /proc: of the
supervisor the highest it ever had, of the whole tree the highest sum that a look found.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from imr_extract.batch import Task
from imr_extract.batch.work import work
from imr_extract.pipeline.options import ReadingOptions

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "imr-extract")
FEW = 1_000  # letters of the smaller run, to see whether memory grows
LOOK = 0.05  # seconds between two looks at the memory
PURE = 2_000  # letters that the pure work is measured on


class Ran(NamedTuple):
    """One run of the command."""

    letters: int
    seconds: float
    processor: float  # seconds of the processor, of all processes
    first: float  # seconds to the first record
    supervisor: int  # its highest memory, in bytes
    tree: int  # the highest sum of all processes


class Memory(threading.Thread):
    """Looks at the memory of a process and those below it, until that process is gone."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.supervisor = 0
        self.tree = 0

    def run(self) -> None:
        """Look again and again."""
        while True:
            try:
                status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
                self.supervisor = max(self.supervisor, _kilobytes(status, "VmHWM") * 1024)
                self.tree = max(self.tree, sum(_resident(each) for each in _family(self.process)))
            except (OSError, StopIteration):  # gone, or a shell of what it was
                return
            time.sleep(LOOK)


def of_children() -> float:
    """The processor seconds of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _kilobytes(status: str, name: str) -> int:
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name))


def _resident(process: int) -> int:
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [process, *map(int, children.split())]


def linked(folder: Path, count: int) -> None:
    """Make the folder, with that many letters."""
    folder.mkdir()
    fixtures = sorted((ROOT / "fixtures/pdf").glob("*.pdf"))
    for number in range(count):
        source = fixtures[number % len(fixtures)]
        (folder / f"{number:07d}.pdf").hardlink_to(source)


def run(folder: Path, jobs: int) -> Ran:
    """Extract the letters of the folder."""
    command = [COMMAND, "extract", "--quiet", "-j", str(jobs), str(folder)]
    count = sum(1 for _ in folder.iterdir())
    before = of_children()
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        memory = Memory(process.pid)
        memory.start()
        assert process.stdout is not None
        lines = 1 if process.stdout.readline() else 0
        first = time.perf_counter() - start
        lines += sum(1 for _ in process.stdout)
    seconds = time.perf_counter() - start
    memory.join()
    if (process.returncode, lines) != (0, count):
        raise SystemExit(f"{lines} records of {count}, exit code {process.returncode}")
    processor = of_children() - before
    return Ran(count, seconds, processor, first, memory.supervisor, memory.tree)


def pure(folder: Path, count: int) -> float:
    """The seconds that the work itself takes a letter, in this process and nothing around it."""
    paths = sorted(folder.iterdir())[: min(count, PURE)]
    tasks = [Task(index, os.fsencode(path)) for index, path in enumerate(paths)]
    settings = ReadingOptions()
    for task in tasks[:50]:  # rules are loaded once
        work(task, settings)
    start = time.perf_counter()
    for task in tasks:
        work(task, settings)
    return (time.perf_counter() - start) / len(tasks)


def measure(count: int) -> dict[int, Ran]:
    """The runs on `count` letters with one worker and with two; prints what they took."""
    # Beside the fixtures, since hard links do not leave their file system.
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as name:
        # A folder of their own for the few: names of a folder are in memory as long as it is read.
        folder, folder_of_few = Path(name) / "all", Path(name) / "few"
        linked(folder, count)
        linked(folder_of_few, min(FEW, count))
        alone = pure(folder, count)
        print(f"{count:,} PDFs, load average {os.getloadavg()[0]:.1f}")
        print(f"pure work: {1 / alone:,.0f} letters/s in one process")
        runs = {}
        for jobs in (1, 2):
            ran = run(folder, jobs)
            few = run(folder_of_few, jobs)
            runs[jobs] = ran
            print(
                f"--jobs {jobs}: {count / ran.seconds:,.0f} letters/s, "
                f"{ran.seconds / (alone * count / jobs):.2f} x the pure work shared among {jobs}, "
                f"first record after {ran.first:.2f} s"
            )
            print(
                f"          supervisor {_mb(few.supervisor)} at {few.letters:,} letters and "
                f"{_mb(ran.supervisor)} at {ran.letters:,}; all processes {_mb(few.tree)} and "
                f"{_mb(ran.tree)}"
            )
    return runs


def _mb(size: int) -> str:
    return f"{size / 1024**2:.0f} MB"
