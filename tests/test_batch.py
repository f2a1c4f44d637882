"""The supervisor: order, lost workers, limits. Faults are staged in the worker by its test hook."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import hostile
import pytest

from imr_extract import errors
from imr_extract.batch import Outcome, Settings, Task, run
from imr_extract.batch.worker import EXIT_OUT_OF_MEMORY, FAULTS_VARIABLE
from imr_extract.limits import Limits
from imr_extract.pipeline import extract_bytes

FIXTURES = Path(__file__).parent.parent / "fixtures"
LETTERS = sorted((FIXTURES / "pdf").glob("*.pdf"))
COMMAND = [sys.executable, "-m", "imr_extract"]

Stage = Callable[..., None]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Stages faults: `stage("crash:a.pdf", "hang:b.pdf")`."""

    def call(*faults: str) -> None:
        monkeypatch.setenv(FAULTS_VARIABLE, ",".join(faults))

    return call


def tasks(paths: list[Path]) -> Iterator[Task]:
    for index, path in enumerate(paths):
        yield Task(index, os.fsencode(path))


def names(outcomes: list[Outcome]) -> list[str]:
    return [outcome.path.decode().rsplit("/", 1)[-1] for outcome in outcomes]


def test_each_line_is_the_record_that_the_library_gives() -> None:
    path = LETTERS[0]
    (outcome,) = run(tasks([path]), Settings())
    record = extract_bytes(path.read_bytes(), name=path.name)
    assert json.loads(outcome.line)["case"]["case_number"] == record.case.case_number
    assert outcome.notes == len(record.notes)
    assert outcome.error is None


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_keep_the_order_of_the_tasks_for_any_number_of_jobs(jobs: int) -> None:
    paths = LETTERS * 2
    outcomes = list(run(tasks(paths), Settings(), jobs=jobs))
    assert [path.name for path in paths] == names(outcomes)
    assert list(range(len(paths))) == [outcome.index for outcome in outcomes]


def test_without_order_nothing_is_lost() -> None:
    outcomes = list(run(tasks(LETTERS * 2), Settings(), jobs=2, ordered=False))
    assert list(range(2 * len(LETTERS))) == sorted(outcome.index for outcome in outcomes)


def test_a_native_crash_costs_that_letter_alone(stage: Stage) -> None:
    stage(f"crash:{LETTERS[3].name}")
    outcomes = list(run(tasks(LETTERS), Settings(), jobs=2))
    failed = {name for name, o in zip(names(outcomes), outcomes, strict=True) if o.error}
    assert {LETTERS[3].name} == failed
    assert outcomes[3].error == "crashed"
    assert f"signal {signal.SIGSEGV.value}" in outcomes[3].message


def test_an_abort_names_the_memory_limit_and_gives_one_advice() -> None:
    """Native code that gets no memory aborts; another reader would meet the same limit."""
    message = errors.Crashed(signal.SIGABRT, 2 * 1024**3).message
    assert "memory is over the limit of 2,048 MB" in message
    assert "--max-memory" in message
    assert "--reader" not in message


def test_a_letter_that_wants_too_much_memory_costs_itself_alone(stage: Stage) -> None:
    stage(f"memory:{LETTERS[0].name}", f"memory:{LETTERS[-1].name}")
    outcomes = list(run(tasks(LETTERS), Settings(), jobs=2))
    expected = ["out_of_memory", *[None] * (len(LETTERS) - 2), "out_of_memory"]
    assert expected == [outcome.error for outcome in outcomes]


def test_a_letter_that_hangs_is_ended_at_the_time_limit(stage: Stage) -> None:
    stage(f"hang:{LETTERS[1].name}")
    settings = Settings(limits=Limits(seconds=8))
    outcomes = list(run(tasks(LETTERS[:6]), settings, jobs=2))
    assert [None, "timed_out", None, None, None, None] == [o.error for o in outcomes]
    assert "8 seconds" in outcomes[1].message


def test_an_outcome_among_the_tasks_is_passed_on_in_its_place() -> None:
    done = Outcome(1, b"done.pdf", b'{"done":1}', None, 0, None, "")
    mixed: list[Task | Outcome] = list(tasks(LETTERS[:3]))
    mixed[1] = done
    outcomes = list(run(iter(mixed), Settings(), jobs=2))
    assert [0, 1, 2] == [outcome.index for outcome in outcomes]
    assert done == outcomes[1]


def test_data_that_only_the_supervisor_could_read_is_sent_along() -> None:
    data = LETTERS[0].read_bytes()
    mixed = [*tasks(LETTERS[:40]), Task(len(LETTERS[:40]), b"-", data)]
    outcomes = list(run(iter(mixed), Settings(), jobs=1))
    assert "-" == json.loads(outcomes[-1].line)["source"]["name"]
    assert all(outcome.error is None for outcome in outcomes)


def test_the_source_is_not_read_far_ahead() -> None:
    taken = 0

    def source() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(LETTERS * 400):
            taken += 1
            yield task

    outcomes = run(source(), Settings(), jobs=1)
    next(outcomes)
    outcomes.close()
    assert taken < 600


def test_no_worker_is_left_behind_when_the_run_is_closed() -> None:
    outcomes = run(tasks(LETTERS * 10), Settings(), jobs=2)
    next(outcomes)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("needs Linux's list of children")
    before = children.read_text().split()
    outcomes.close()
    after = children.read_text().split()
    assert len(before) - 2 == len(after)


def test_five_bad_letters_among_a_thousand_cost_themselves_alone(
    tmp_path: Path, stage: Stage
) -> None:
    good = min(LETTERS, key=lambda path: path.stat().st_size)
    for number in range(1000):
        (tmp_path / f"{number:03d}.pdf").symlink_to(good)
    bad = {
        "050a-hang.pdf": (good.read_bytes(), "timed_out"),
        "170a-crash.pdf": (good.read_bytes(), "crashed"),
        "290a-bomb.pdf": (hostile.flate_bomb(), "too_large"),
        "290b-memory.pdf": (good.read_bytes(), "out_of_memory"),
        "400a-junk.pdf": (bytes(range(256)) * 8, "unsupported_type"),
        "999a-password.pdf": ((FIXTURES / "bad/password.pdf").read_bytes(), "password_required"),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    stage("hang:050a-hang.pdf", "crash:170a-crash.pdf", "memory:290b-memory.pdf")
    limits = ("--jobs", "2", "--timeout", "10", "--errors", "inline", "--follow")
    done = subprocess.run(
        [*COMMAND, "extract", str(tmp_path), *limits], capture_output=True, check=False, timeout=120
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    names = [line["source"]["name"] for line in lines]
    failed = [(line["source"]["name"], line["error"]["code"]) for line in lines if "error" in line]
    assert [(name, code) for name, (_, code) in bad.items()] == failed
    assert sorted(names) == names
    assert (1006, 1) == (len(lines), done.returncode)


def test_an_interrupt_ends_with_whole_lines_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number:04d}.pdf").symlink_to(LETTERS[number % len(LETTERS)])
    output = tmp_path / "out.jsonl"
    command = [*COMMAND, "extract", str(folder), "--follow", "-o", str(output), "-j", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    partial = tmp_path / "out.jsonl.partial" / "letters.jsonl"
    until = time.monotonic() + 60
    while time.monotonic() < until and not (partial.exists() and partial.stat().st_size):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, talk = process.communicate(timeout=30)
    assert 130 == process.returncode
    assert b"--resume" in talk
    assert b"Traceback" not in talk
    assert partial.read_bytes().endswith(b"\n")
    assert not output.exists()


def test_memory_is_watched_where_the_system_keeps_no_limit() -> None:
    """The watcher ends the process as a worker out of memory does."""
    code = (
        "import threading, time\n"
        "from imr_extract.batch.worker import watch_memory\n"
        "threading.Thread(target=watch_memory, args=(150_000_000,), daemon=True).start()\n"
        "held = []\n"
        "for _ in range(1000): held.append(bytearray(10_000_000)); time.sleep(0.01)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert EXIT_OUT_OF_MEMORY == done.returncode


def test_a_worker_that_nobody_ends_ends_by_itself() -> None:
    """Where the supervisor was killed, a letter that hangs must not hold a processor for ever."""
    code = "from imr_extract.batch.worker import end_after\nend_after(0.2)\nwhile True: pass\n"
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=50)
    assert -signal.SIGPROF == done.returncode


def test_what_a_worker_prints_at_its_end_reaches_nobody(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(LETTERS[0].read_bytes())
    stage("crash:a.pdf")
    command = [*COMMAND, "extract", str(tmp_path), "-j", "1"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert b"" == done.stdout
    assert 2 == len(done.stderr.splitlines())
