"""Killed at any step, also of beginning, converting and ending, and resumed: the same bytes."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from corpus import FIXTURES
from processes import FOR_EVER, KILLED
from thinning import quick_every

from imr_extract.batch.resumable_output import ResumableOutput

LETTERS = sorted((FIXTURES / "text").glob("*.txt"))[:7]


def extract(last_step: int | str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        str(KILLED),
        str(last_step),
        "extract",
        *map(str, [*LETTERS, *arguments]),
    ]
    return subprocess.run(command, capture_output=True, check=False, timeout=FOR_EVER)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "sqlite", "parquet", "json"])
def test_killed_at_twenty_random_steps_and_resumed(suffix: str, tmp_path: Path) -> None:
    _check_kills(20, suffix, tmp_path)


@pytest.mark.parametrize("suffix", quick_every(3, ["jsonl", "csv", "sqlite"]))
def test_killed_at_three_random_steps_and_resumed(suffix: str, tmp_path: Path) -> None:
    _check_kills(3, suffix, tmp_path)


def _check_kills(kills: int, suffix: str, tmp_path: Path) -> None:
    for name in ("unbroken", "out"):
        (tmp_path / name).mkdir()
    output = tmp_path / "out" / f"letters.{suffix}"
    unbroken = extract(0, "-o", output)
    steps = int(unbroken.stdout)
    assert steps > 20
    whole = output.read_bytes()
    output.unlink()
    exceptions = random.Random(4)  # noqa: S311 - not a secret
    killed = 0
    while killed < kills:
        done = extract(exceptions.randrange(1, steps + 1), "-o", output, "--resume")
        if output.exists():  # a database, too, is not there before it is whole
            assert whole == output.read_bytes()
            output.unlink()
        assert done.returncode in {0, -signal.SIGKILL}
        killed += done.returncode != 0
    assert 0 == extract(0, "-o", output, "--resume").returncode
    assert whole == output.read_bytes()
    assert [output] == list(output.parent.iterdir())


@pytest.mark.parametrize("suffix", ["jsonl", "sqlite"])
def test_killed_at_its_very_end_it_is_complete(suffix: str, tmp_path: Path) -> None:
    """No letter is read again, and what stands in the place stays to the byte."""
    output = tmp_path / "out" / f"letters.{suffix}"
    output.parent.mkdir()
    partial = ResumableOutput(output)
    assert partial.claim()
    partial.begin({}).close()
    (partial.folder / "finished").write_bytes(b"letters.jsonl")
    partial.lines.write_bytes(b"all of it")
    os.close(partial._lock)
    done = extract(0, "-o", output, "--resume")
    assert 0 == done.returncode
    assert b"is complete" in done.stderr
    assert b"all of it" == output.read_bytes()
    assert [output] == list(output.parent.iterdir())


def test_a_run_that_has_ended_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "letters.jsonl"
    partial = ResumableOutput(target)
    assert partial.claim()
    partial.begin({}).close()
    partial.lines.write_bytes(b"line\n")
    partial._note("finished", b"letters.jsonl")
    partial.release()
    again = ResumableOutput(target)
    assert again.claim()
    assert b"line\n" == target.read_bytes()
    assert not again.is_unfinished
    again.release()
    assert [target] == list(tmp_path.iterdir())
