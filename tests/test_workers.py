"""Worker processes: when their time counts, and what becomes of those that cannot start."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import COMMAND
from corpus import FIXTURES

from imr_extract.batch import CannotWork, Settings, Task, run
from imr_extract.batch.worker import FAULTS_VARIABLE
from imr_extract.limits import Limits

LETTERS = sorted((FIXTURES / "pdf").glob("*.pdf"))
# More than a worker takes for a letter, and less than it takes to start.
SHORT = Settings(limits=Limits(seconds=0.4))


def tasks(count: int) -> Iterator[Task]:
    for index in range(count):
        yield Task(index, os.fsencode(LETTERS[index % len(LETTERS)]))


def test_the_start_of_a_worker_is_not_the_first_letters_time() -> None:
    assert [None] == [outcome.error for outcome in run(tasks(1), SHORT)]


def test_a_reader_that_pauses_costs_no_letter() -> None:
    """Longer than the time limit, with a worker that waits for its outcomes to be taken."""
    settings = Settings(limits=Limits(seconds=1))
    errors = []
    for number, outcome in enumerate(run(tasks(100), settings)):
        errors.append(outcome.error)
        if number == 10:
            time.sleep(6.5)
    assert [None] * 100 == errors


def test_a_run_that_is_stopped_and_goes_on_loses_no_letter(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03d}.pdf").symlink_to(LETTERS[number % len(LETTERS)])
    command = [COMMAND, "extract", "--follow", "--timeout", "1", "-j", "2", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        for _ in range(2):
            os.killpg(process.pid, signal.SIGSTOP)
            time.sleep(1.5)
            os.killpg(process.pid, signal.SIGCONT)
            time.sleep(0.1)
        records, talk = process.communicate()
    assert (0, 100) == (process.returncode, len((first + records).splitlines())), talk


@pytest.mark.parametrize(
    ("fault", "why"), [("start", "RuntimeError: staged"), ("die", f"exit code {-signal.SIGSEGV}")]
)
def test_workers_that_cannot_start_end_the_run(
    fault: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAULTS_VARIABLE, fault)
    done = subprocess.run(
        [COMMAND, "extract", "-j", "2", *LETTERS], capture_output=True, check=False, timeout=60
    )
    (line,) = done.stderr.decode().splitlines()
    assert (5, b"") == (done.returncode, done.stdout)
    assert f"imr-extract: the worker processes cannot start ({why})" in line


def test_memory_that_is_too_little_to_start_ends_the_run() -> None:
    with pytest.raises(CannotWork, match=r"\((?:Memory|System)Error.*\); raise --max-memory"):
        list(run(tasks(3), Settings(limits=Limits(memory=1024 * 1024))))


def test_more_workers_than_the_system_allows_are_no_matter_of_the_output() -> None:
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "from imr_extract.cli import main\n"
        "sys.argv[1:] = ['extract', '-j', '30', *sys.argv[1:]]\n"
        "if __name__ == '__main__': main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *LETTERS * 20], capture_output=True, check=False, timeout=60
    )
    last = done.stderr.decode().splitlines()[-1]
    assert 5 == done.returncode, done.stderr
    assert "a worker process cannot be started (Too many open files); use fewer --jobs" in last
