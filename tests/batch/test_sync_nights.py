"""Many nights of `sync` as a machine has them: killed at any step, a full disk, a folder away.

Whatever happened, the output is in the end what one run over the last night's folder makes.
"""

import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Spawn
from nightly import FORMS, LETTERS, Folder, at_once, change, folder_of_six, records
from processes import FOR_EVER, KILLED

STEPS = 12  # a run of a few letters has at least so many


def sync(
    folder: Folder, output: Path, *, last_step: int = 0, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A night in a process of its own; it is killed at its last step, unless that is 0."""
    arguments = ["sync", str(folder.path), "-o", str(output), "--prune", "--archives"]
    return subprocess.run(
        [sys.executable, str(KILLED), str(last_step), *arguments],
        capture_output=True,
        check=False,
        timeout=FOR_EVER,
        preexec_fn=before,
    )


def nothing_can_be_added() -> None:
    """No file can become larger than 4 KB, which stands in for a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def check_nights(count: int, suffix: str, command: Spawn, tmp_path: Path) -> None:
    """Every third night is killed, every fifth has a full disk, every seventh no folder."""
    chance = random.Random(f"{count} {suffix}")  # noqa: S311 - not a secret
    folder = folder_of_six(tmp_path / "letters")
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / f"letters.{suffix}"
    killed = full = away = 0
    assert 0 == sync(folder, output).returncode
    for night in range(1, count):
        for _ in range(1 + chance.randrange(3)):
            change(folder, chance)
        if night % 7 == 6:
            folder.path.rename(tmp_path / "away")
            before = output.read_bytes()
            assert 3 == sync(folder, output).returncode
            assert before == output.read_bytes()
            (tmp_path / "away").rename(folder.path)
            away += 1
        elif night % 5 == 4:
            folder.put("new.txt", LETTERS[night % len(LETTERS)].read_bytes() + b"\n" * night)
            done = sync(folder, output, before=nothing_can_be_added)
            assert 4 == done.returncode, done.stderr
            assert 1 == len(done.stderr.splitlines())
            full += 1
        elif night % 3 == 2:
            folder.put("other.txt", LETTERS[night % len(LETTERS)].read_bytes() + b"\n" * night)
            done = sync(folder, output, last_step=1 + chance.randrange(STEPS))
            killed += done.returncode == -signal.SIGKILL
        else:
            assert sync(folder, output).returncode in {0, 1}
    assert sync(folder, output).returncode in {0, 1}
    assert (killed, full, away) >= (count // 5, count // 8, count // 8)
    made = at_once(command, folder, output, "--archives")
    assert made == records(output, ordered=suffix == "jsonl")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMS)
def test_thirty_nights(suffix: str, command: Spawn, tmp_path: Path) -> None:
    check_nights(30, suffix, command, tmp_path)


def test_five_nights(command: Spawn, tmp_path: Path) -> None:
    check_nights(5, "db", command, tmp_path)
