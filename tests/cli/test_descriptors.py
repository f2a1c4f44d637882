"""What a shell can close, fill or interrupt: one line tells, and no traceback."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from commands import COMMAND, Spawn
from corpus import FIXTURES, text
from processes import FOR_EVER, wait_until

ONE = FIXTURES / "pdf" / "one-issue-upheld.pdf"


def shell(line: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", line, COMMAND, *arguments],
        capture_output=True,
        check=False,
        timeout=FOR_EVER,
    )


@pytest.mark.parametrize("command", ["extract -j 1", "text"])
@pytest.mark.parametrize("where", [">&-", "> /dev/full"])
def test_an_output_that_takes_nothing_is_told(command: str, where: str) -> None:
    if where == "> /dev/full" and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full, a disk that is full")
    done = shell(f'"$0" {command} "$1" {where}', ONE)
    (line,) = done.stderr.splitlines()
    assert 4 == done.returncode
    assert line.startswith(b"imr-extract: the output cannot be written (")


def test_a_closed_standard_input_cannot_be_read() -> None:
    done = shell('"$0" extract -q - <&-')
    assert (1, b"") == (done.returncode, done.stdout)
    assert done.stderr.endswith(b"[unreadable]\n")
    assert 1 == len(done.stderr.splitlines())


@pytest.mark.slow
def test_nobody_to_talk_to_is_no_reason_to_stop(tmp_path: Path) -> None:
    """Nor does talk land in the data, or the data in a file that got the closed number."""
    output = tmp_path / "out.jsonl"
    done = shell('"$0" extract -j 1 "$1" "$2" "$3" -o "$4" 2>&-', ONE, "none", ONE, output)
    assert (1, b"", b"") == (done.returncode, done.stdout, done.stderr)
    assert ["out.jsonl"] == [path.name for path in tmp_path.iterdir()]
    assert 2 == len([json.loads(line) for line in output.read_bytes().splitlines()])
    done = shell('"$0" extract -j 1 "$1" -o "$2" --force >&- <&- 2>&-', ONE, output)
    assert 0 == done.returncode
    assert 1 == len([json.loads(line) for line in output.read_bytes().splitlines()])


def test_a_letter_from_standard_input_over_the_limit_is_too_large(spawn: Spawn) -> None:
    done = spawn("extract", "-q", "--max-bytes", "1K", "-", stdin=text("one-issue-upheld"))
    assert 1 == done.returncode
    assert done.stderr.endswith(b"[too_large]\n")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's list of children")
def test_an_interrupt_while_workers_start_leaves_no_traceback(tmp_path: Path) -> None:
    """The run cannot end before, since nobody takes its records."""
    for number in range(100):
        (tmp_path / f"{number:03d}.pdf").symlink_to(ONE)
    command = [COMMAND, "extract", "--follow", "-j", "2", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        # Python's resource tracker, and the first worker.
        wait_until(lambda: len(children.read_text().split()) >= 2, process)
        os.killpg(process.pid, signal.SIGINT)
        _, talk = process.communicate(timeout=FOR_EVER)
    assert 130 == process.returncode
    (line,) = talk.decode().splitlines()
    assert line.startswith("imr-extract: stopped after ")
    assert "-o FILE" in line
