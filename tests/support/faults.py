"""Work that goes wrong for letters of certain names, for tests of what becomes of the others.

The variable `IMR_TEST_FAULTS` names them: "crash:NAME" kills the worker by SIGSEGV, "kill:NAME" as
the system does that has no memory left, "spin:NAME" computes for ever, "sleep:NAME" waits for ever,
"wait:NAME" until the pipe NAME is written to, "park:NAME" until there is a file `GO`, "memory:NAME"
asks for more than there is, "raise:NAME" raises what no work may, "parent:NAME" kills the process
of the supervisor; "once-" in front spares the second try. Several are parted by commas. The
variable `IMR_TEST_FOLDER` names the folder of the pipes, and of what was tried.
"""

import os
import signal
import time
from pathlib import Path

from imr_extract.batch import Outcome, Task
from imr_extract.batch.work import work as real_work
from imr_extract.pipeline.options import ReadingOptions

VARIABLE = "IMR_TEST_FAULTS"
FOLDER = "IMR_TEST_FOLDER"
GO = "go"


def stage(task: Task) -> None:
    """Do what the variable says for the letter of this name."""
    faults = filter(None, os.environ.get(VARIABLE, "").split(","))
    for kind, name in (fault.split(":") for fault in faults):
        if name == task.input.name and not (kind.startswith("once-") and was_tried(name)):
            go_wrong(kind.removeprefix("once-"), name)


def was_tried(name: str) -> bool:
    mark = Path(os.environ[FOLDER]) / name
    if mark.exists():
        return True
    mark.touch()
    return False


def go_wrong(kind: str, name: str) -> None:
    match kind:
        case "crash" | "kill":
            os.kill(os.getpid(), signal.SIGSEGV if kind == "crash" else signal.SIGKILL)
        case "parent":
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
        case "sleep":
            signal.pause()
        case "wait" | "park":
            wait(kind, Path(os.environ[FOLDER]), name)
        case "memory":
            bytearray(1 << 62)
        case "raise":
            raise LookupError("staged")
        case "spin":
            while True:
                pass
        case _:
            raise ValueError(kind)


def wait(kind: str, folder: Path, name: str) -> None:
    if kind == "wait":
        (folder / name).read_bytes()
        return
    while not (folder / GO).exists():
        time.sleep(0.05)


def work(task: Task, settings: ReadingOptions) -> Outcome:
    """The work of the program, where the letter is spared."""
    stage(task)
    return real_work(task, settings)


def name_only(task: Task, settings: ReadingOptions) -> Outcome:
    """No work at all, where the letter is spared: it takes no time on any machine."""
    del settings
    stage(task)
    return Outcome(task.index, task.path, b"{}", None, 0, None, "")
