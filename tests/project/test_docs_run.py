"""The documents' commands and programs run as people type them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import COMMAND
from corpus import FIXTURES

from tests.project.test_docs import JOBS, LETTERS, PIPELINES, PROGRAMS, blocks


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with letters, where commands and programs run."""
    letters = tmp_path / "letters"
    letters.mkdir()
    for name in LETTERS:
        shutil.copy(FIXTURES / "pdf" / f"{name}.pdf", letters)
    shutil.copy(letters / f"{LETTERS[0]}.pdf", tmp_path / "letter.pdf")
    return tmp_path


def bash(script: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """The script as people run it; a browser is opened that shows nothing."""
    wanted = ("jq", "pdftotext", "sqlite3", "xargs")
    tools = {tool for tool in wanted if re.search(rf"\b{tool} ", script)}
    missing = sorted(tool for tool in tools if shutil.which(tool) is None)
    if missing:
        pytest.skip(f"needs {missing[0]}")
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(shutil.which("bash")), "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "BROWSER": "true"},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("line", PIPELINES)
def test_every_pipeline_runs(line: str, desk: Path) -> None:
    done = bash(line, desk)
    assert 0 == done.returncode, done.stderr
    assert " > " in line or " -o " in line or "conflict" in line or done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("job", JOBS)
def test_every_job_of_the_quick_start_runs(job: str, desk: Path) -> None:
    assert len(job.splitlines()) <= 10
    done = bash(job, desk)
    assert 0 == done.returncode, done.stderr
    assert done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_runs(program: str, desk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=desk, capture_output=True, check=False
    )
    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout


def test_there_are_five_jobs_and_five_commands() -> None:
    jobs = [name for name, _ in (*blocks("job", "sh"), *blocks("job", "python"))]
    assert ["docs/quickstart.md"] * 5 == jobs
    (commands,) = [block for name, block in blocks("runs", "sh") if name == "README.md"]
    assert 5 == len(commands.splitlines())
