"""Runs `extract` or `sync` in this process, and kills it at its n-th step on files and letters.

    python killed.py N extract ARGUMENT...
    python killed.py letter:N sync ARGUMENT...

With N = 0 it is not killed, and prints how many steps there were. A step is a letter that is read,
a record that is converted, a change of a file below a folder `out`, or a step of a store of `sync`;
with `letter:` only letters count. Workers do not take part.
"""

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

from imr_extract.batch import Outcome, Task, sinks, supervisor, sync_state, sync_stores
from imr_extract.batch.work import work
from imr_extract.cli import main
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.writers import table_file

EVENTS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"}
FOLDER = f"{os.sep}out{os.sep}"


class Steps:
    """Counts the steps, and kills the process before the last one that is allowed."""

    def __init__(self, last: str) -> None:
        self.only_letters = last.startswith("letter:")
        self.last = int(last.removeprefix("letter:"))
        self.taken = 0

    def take(self, *, letter: bool = False) -> None:
        self.taken += letter or not self.only_letters
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS and FOLDER in str(arguments[0]):
            self.take()


def of_store(steps: Steps, kind: type, name: str) -> None:
    """Make each call of a method a step."""
    method = getattr(kind, name)

    def counted(*arguments: Any) -> Any:
        steps.take()
        return method(*arguments)

    setattr(kind, name, counted)


def command(steps: Steps) -> None:
    """Run the command without workers, which take time to start and are not what is tested."""

    def run(
        tasks: Iterator[Task | Outcome], settings: ReadingOptions, **_: object
    ) -> Iterator[Task | Outcome]:
        for each in tasks:
            steps.take(letter=True)
            yield work(each, settings) if isinstance(each, Task) else each

    put = sinks._put

    def counted(*arguments: Any, **options: Any) -> None:
        steps.take()
        put(*arguments, **options)

    supervisor.run = run  # type: ignore[assignment]
    sinks._put = counted
    table_file.BATCH = 3
    for kind in (sync_stores.LineStore, sync_stores.DatabaseStore):
        for name in ("put", "remove", "mark_gone", "flush", "finish"):
            of_store(steps, kind, name)
    of_store(steps, sync_state.SyncState, "commit")
    sys.addaudithook(steps.audit)
    main()


if __name__ == "__main__":
    STEPS = Steps(sys.argv[1])
    sys.argv = ["imr-extract", *sys.argv[2:]]
    try:
        command(STEPS)
    finally:
        print(STEPS.taken)
