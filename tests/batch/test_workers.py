"""Worker processes: when their time counts, what is tried again, and those that cannot start."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import faults
import pytest
from commands import COMMAND
from corpus import FIXTURES
from processes import FOR_EVER
from thinning import quick_every

from imr_extract import errors
from imr_extract.batch import CannotWork, Outcome, Task, run
from imr_extract.limits import Limits
from imr_extract.pipeline.options import ReadingOptions

LETTERS = sorted((FIXTURES / "pdf").glob("*.pdf"))
FAULTY = Path(faults.__file__).with_name("faulty_command.py")
PATIENT = ReadingOptions(limits=Limits(seconds=FOR_EVER))

Stage = Callable[..., None]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    """Stages faults: `stage("crash:1", "once-kill:2")`."""

    def call(*staged: str) -> None:
        monkeypatch.setenv(faults.VARIABLE, ",".join(staged))
        monkeypatch.setenv(faults.FOLDER, str(tmp_path))

    return call


class Clock:
    """A clock that a test sets; it goes on by `step` seconds each time that it is read."""

    def __init__(self, step: float = 0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


# A limit of processor time, and the time between two looks that comes of it.
SHORT = ReadingOptions(limits=Limits(seconds=0.05))
LOOK = 0.125


def numbered(*names: object) -> Iterator[Task]:
    """Tasks for `faults.name_only`."""
    for index, name in enumerate(names):
        yield Task(index, os.fsencode(f"/nowhere/{name}"))


def codes(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.error for outcome in outcomes]


def test_a_letter_that_computes_for_ever_is_ended_and_the_others_are_unaffected(
    stage: Stage,
) -> None:
    stage("spin:1")
    settings = ReadingOptions(limits=Limits(seconds=0.5))
    outcomes = list(run(numbered(*range(6)), settings, jobs=2, work=faults.name_only))
    assert [None, "timed_out", None, None, None, None] == codes(outcomes)
    assert "0.5 seconds" in outcomes[1].message


def test_a_letter_that_waits_for_ever_is_ended_by_the_clock(stage: Stage) -> None:
    stage("sleep:1")
    clock = Clock(LOOK)
    outcomes = list(run(numbered(1), SHORT, work=faults.name_only, clock=clock))
    assert ["timed_out"] == codes(outcomes)
    assert clock.now > 2 * 10 * SHORT.limits.seconds  # two tries, with ten times the limit each


def test_a_worker_that_is_starved_has_ten_times_the_limit(stage: Stage, tmp_path: Path) -> None:
    """Its letter comes out, long after the limit and in the first try."""
    stage("wait:0")
    pipe = tmp_path / "0"
    os.mkfifo(pipe)

    class Slow(Clock):
        def __call__(self) -> float:
            before, now = self.now, super().__call__()
            if before < 8 * SHORT.limits.seconds <= now:
                pipe.write_bytes(b"go on")  # waits for the worker, which may have to start first
            return now

    outcomes = list(run(numbered(0), SHORT, work=faults.name_only, clock=Slow(LOOK)))
    assert [None] == codes(outcomes)


def test_a_reader_that_pauses_costs_no_letter() -> None:
    """Far longer than all limits, with a worker that waits for its outcomes to be taken."""
    clock = Clock()
    settings = ReadingOptions(limits=Limits(seconds=FOR_EVER))
    found = []
    for outcome in run(numbered(*range(1000)), settings, work=faults.name_only, clock=clock):
        found.append(outcome.error)
        clock.now += 1e9
    assert [None] * 1000 == found


@pytest.mark.parametrize("fault", quick_every(4, ["kill", "crash", "memory", "spin"]))
@pytest.mark.parametrize("place", quick_every(2, [4, 0]))
def test_a_letter_whose_worker_is_lost_once_comes_out(stage: Stage, fault: str, place: int) -> None:
    """Also the first letter of a worker, which no earlier one can have spoiled."""
    stage(f"once-{fault}:{place}")
    settings = ReadingOptions(limits=Limits(seconds=0.5))
    outcomes = list(run(numbered(*range(8)), settings, work=faults.name_only))
    assert [None] * 8 == codes(outcomes)


@pytest.mark.slow
def test_a_worker_that_is_killed_twice_names_memory(stage: Stage) -> None:
    stage("kill:1")
    outcomes = list(run(numbered(*range(3)), PATIENT, work=faults.name_only))
    assert [None, "crashed", None] == codes(outcomes)
    assert "signal 9, as when the system runs out of memory" in outcomes[1].message
    assert "use fewer --jobs" in outcomes[1].message


def test_an_abort_names_the_memory_limit_and_gives_one_advice() -> None:
    """Native code that gets no memory aborts; another reader would meet the same limit."""
    message = errors.Crashed(signal.SIGABRT, 2 * 1024**3).message
    assert "memory is over the limit of 2,048 MB" in message
    assert "--max-memory" in message
    assert "--reader" not in message


@pytest.mark.slow
def test_a_run_that_is_stopped_and_goes_on_loses_no_letter(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03d}.pdf").symlink_to(LETTERS[number % len(LETTERS)])
    command = [COMMAND, "extract", "--follow", "-j", "2", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        for _ in range(2):
            os.killpg(process.pid, signal.SIGSTOP)
            os.killpg(process.pid, signal.SIGCONT)
        records, talk = process.communicate()
    assert (0, 100) == (process.returncode, len((first + records).splitlines())), talk


@pytest.mark.parametrize(
    ("fault", "why"), [("start", "RuntimeError: staged"), ("die", f"exit code {-signal.SIGSEGV}")]
)
def test_workers_that_cannot_start_end_the_run(fault: str, why: str) -> None:
    done = subprocess.run(
        [sys.executable, FAULTY, "extract", "-j", "2", *LETTERS],
        capture_output=True,
        check=False,
        env={**os.environ, "IMR_TEST_START": fault},
        timeout=FOR_EVER,
    )
    (line,) = done.stderr.decode().splitlines()
    assert (5, b"") == (done.returncode, done.stdout)
    assert f"imr-extract: the worker processes cannot start ({why})" in line


def test_memory_that_is_too_little_to_start_ends_the_run() -> None:
    with pytest.raises(CannotWork, match=r"\((?:Memory|System)Error.*\); raise --max-memory"):
        list(run(numbered(1, 2, 3), ReadingOptions(limits=Limits(memory=1024 * 1024))))


def test_more_workers_than_the_system_allows_are_no_matter_of_the_output() -> None:
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "from imr_extract.cli import main\n"
        "sys.argv[1:] = ['extract', '-j', '30', *sys.argv[1:]]\n"
        "if __name__ == '__main__': main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *LETTERS * 20],
        capture_output=True,
        check=False,
        timeout=FOR_EVER,
    )
    last = done.stderr.decode().splitlines()[-1]
    assert 5 == done.returncode, done.stderr
    assert "a worker process cannot be started (Too many open files); use fewer --jobs" in last
