"""Two ways into the command: in this process, and as a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from processes import FOR_EVER
from typer.testing import CliRunner, Result

from imr_extract.cli.app import app

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[bytes]]

# The same examples every time, and no clock: a machine with much to do is no fault of the code.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

COMMAND = str(Path(sys.executable).parent / "imr-extract")


@pytest.fixture
def run() -> Run:
    """Runs the command here: `run("extract", path)` gives exit code, stdout and stderr."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)

    return call


@pytest.fixture
def spawn() -> Spawn:
    """Runs the installed command as people do."""

    def call(
        *arguments: str | bytes | Path, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            env=environment or None,
            timeout=FOR_EVER,
        )

    return call
