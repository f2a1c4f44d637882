"""Worker processes that are copies of the supervisor have nothing of what it holds open."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from imr_extract.batch import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux only")

# In a process of its own, since the one of the tests may have threads.
_TWO_COPIES = """
import multiprocessing, os, sys
from imr_extract.batch import Outcome, Task, run
from imr_extract.pipeline.options import ReadingOptions

kept = open(sys.argv[1])

def work(task, reading):
    held = []
    for name in os.listdir("/proc/self/fd"):
        try:
            held.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:  # the list itself
            pass
    kind = type(multiprocessing.current_process()).__name__
    return Outcome(task.index, task.path, b"", None, 0, None, " ".join([kind, *held]))

tasks = (Task(index, b"letter") for index in range(2))
for outcome in run(tasks, ReadingOptions(), jobs=2, work=work, forks=True):
    print(outcome.message)
"""


def test_a_copy_holds_its_own_pipe_and_no_file_of_the_supervisor(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.touch()
    done = subprocess.run(
        [sys.executable, "-c", _TWO_COPIES, path], check=True, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("ForkProcess ")
        assert line.count("socket:") == 1
        assert str(path) not in line


def test_a_process_with_a_second_thread_is_not_copied() -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert not processes.may_fork()
    finally:
        end.set()
        thread.join()
