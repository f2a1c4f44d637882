"""The command `imr-extract` whose workers meet the faults that `faults` stages.

With "start" in `IMR_TEST_START` they fail before any letter, with "die" they are killed then.
"""

import functools
import os
import signal

import faults

from imr_extract.batch import supervisor, worker
from imr_extract.cli import main


def fail() -> None:
    """What a worker does in place of making ready."""
    if os.environ["IMR_TEST_START"] == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    raise RuntimeError("staged")


# Workers import this file, too.
if "IMR_TEST_START" in os.environ:
    vars(worker)["prepare"] = fail

if __name__ == "__main__":
    vars(supervisor)["run"] = functools.partial(supervisor.run, work=faults.work)
    main()
