"""Ways into the command: in this process, with and without workers, and as a process of its own."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import corpus
import pytest
from commands import COMMAND, Run, Spawn
from hypothesis import settings
from processes import FOR_EVER
from typer.testing import CliRunner, Result

from imr_extract.batch import Outcome, Task, supervisor
from imr_extract.batch.work import work
from imr_extract.cli import console
from imr_extract.cli.app import application
from imr_extract.pipeline.options import ReadingOptions

# The same examples every time, and no clock: a machine with much to do is no fault of the code.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Read every fixture by the slow reader only where slow tests run."""
    corpus.every_reader = config.option.markexpr != "not slow"


@pytest.fixture
def run() -> Run:
    """Runs the command here: `run("extract", path)` gives exit code, stdout and stderr."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Result:
        console.set_talk()  # as in a process of its own
        return CliRunner().invoke(application(), [str(each) for each in arguments], input=stdin)

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


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Spawn:
    """As `spawn`, but in this process and without workers: the rules are loaded only once."""

    def run(
        tasks: Iterator[Task | Outcome], reading: ReadingOptions, **_: object
    ) -> Iterator[Outcome]:
        for each in tasks:
            yield each if isinstance(each, Outcome) else work(each, reading)

    def call(
        *arguments: str | bytes | Path, stdin: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        given = [os.fsdecode(each) for each in arguments]
        console.set_talk()  # as in a process of its own
        done = CliRunner().invoke(
            application(), given, input=stdin, env=environment or None, prog_name="imr-extract"
        )
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(
            given, done.exit_code, done.stdout_bytes, done.stderr_bytes
        )

    monkeypatch.setattr(supervisor, "run", run)
    return call
