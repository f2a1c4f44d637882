"""The supervisor: order, lost workers, limits. Faults are staged by the module `faults`."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import faults
import hostile
import pytest
from processes import FOR_EVER, size_of, wait_until
from thinning import quick_every

from imr_extract import extract_bytes
from imr_extract.batch import Outcome, Task, run
from imr_extract.batch.worker import EXIT_OUT_OF_MEMORY
from imr_extract.pipeline.options import ReadingOptions

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LETTERS = sorted((FIXTURES / "pdf").glob("*.pdf"))
COMMAND = [sys.executable, "-m", "imr_extract"]
FAULTY = [sys.executable, str(Path(faults.__file__).with_name("faulty_command.py"))]

Stage = Callable[..., None]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Stages faults: `stage("crash:a.pdf", "hang:b.pdf")`."""

    def call(*staged: str) -> None:
        monkeypatch.setenv(faults.VARIABLE, ",".join(staged))

    return call


def tasks(paths: list[Path]) -> Iterator[Task]:
    for index, path in enumerate(paths):
        yield Task(index, os.fsencode(path))


def names(outcomes: list[Outcome]) -> list[str]:
    return [outcome.path.decode().rsplit("/", 1)[-1] for outcome in outcomes]


def test_each_line_is_the_record_that_the_library_gives() -> None:
    path = LETTERS[0]
    (outcome,) = run(tasks([path]), ReadingOptions())
    record = extract_bytes(path.read_bytes(), name=path.name)
    assert json.loads(outcome.line)["case"]["case_number"] == record.case.case_number
    assert outcome.notes == len(record.notes)
    assert outcome.error is None


@pytest.mark.parametrize("jobs", quick_every(2, [3, 1]))
def test_outcomes_keep_the_order_of_the_tasks_for_any_number_of_jobs(jobs: int) -> None:
    paths = LETTERS * 2
    outcomes = list(run(tasks(paths), ReadingOptions(), jobs=jobs))
    assert [path.name for path in paths] == names(outcomes)
    assert list(range(len(paths))) == [outcome.index for outcome in outcomes]


@pytest.mark.slow
def test_without_order_nothing_is_lost() -> None:
    outcomes = list(run(tasks(LETTERS * 2), ReadingOptions(), jobs=2, ordered=False))
    assert list(range(2 * len(LETTERS))) == sorted(outcome.index for outcome in outcomes)


def test_a_native_crash_costs_that_letter_alone(stage: Stage) -> None:
    stage(f"crash:{LETTERS[3].name}")
    outcomes = list(run(tasks(LETTERS), ReadingOptions(), jobs=2, work=faults.work))
    failed = {name for name, o in zip(names(outcomes), outcomes, strict=True) if o.error}
    assert {LETTERS[3].name} == failed
    assert outcomes[3].error == "crashed"
    assert f"signal {signal.SIGSEGV.value}" in outcomes[3].message


@pytest.mark.slow
def test_a_letter_that_wants_too_much_memory_costs_itself_alone(stage: Stage) -> None:
    stage(f"memory:{LETTERS[0].name}", f"memory:{LETTERS[-1].name}")
    outcomes = list(run(tasks(LETTERS), ReadingOptions(), jobs=2, work=faults.work))
    expected = ["out_of_memory", *[None] * (len(LETTERS) - 2), "out_of_memory"]
    assert expected == [outcome.error for outcome in outcomes]


def test_an_outcome_among_the_tasks_is_passed_on_in_its_place() -> None:
    done = Outcome(1, b"done.pdf", b'{"done":1}', None, 0, None, "")
    mixed: list[Task | Outcome] = list(tasks(LETTERS[:3]))
    mixed[1] = done
    outcomes = list(run(iter(mixed), ReadingOptions(), jobs=2))
    assert [0, 1, 2] == [outcome.index for outcome in outcomes]
    assert done == outcomes[1]


def test_data_that_only_the_supervisor_could_read_is_sent_along() -> None:
    data = LETTERS[0].read_bytes()
    mixed = [*tasks(LETTERS[:40]), Task(len(LETTERS[:40]), b"-", data)]
    outcomes = list(run(iter(mixed), ReadingOptions(), jobs=1))
    assert "-" == json.loads(outcomes[-1].line)["source"]["name"]
    assert all(outcome.error is None for outcome in outcomes)


def test_the_source_is_not_read_far_ahead() -> None:
    taken = 0

    def source() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(LETTERS * 400):
            taken += 1
            yield task

    outcomes = run(source(), ReadingOptions(), jobs=1)
    next(outcomes)
    outcomes.close()
    assert taken < 600


def test_no_worker_is_left_behind_when_the_run_is_closed() -> None:
    outcomes = run(tasks(LETTERS * 10), ReadingOptions(), jobs=2)
    next(outcomes)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("needs Linux's list of children")
    before = children.read_text().split()
    outcomes.close()
    after = children.read_text().split()
    assert len(before) - 2 == len(after)


@pytest.mark.slow
def test_five_bad_letters_among_a_thousand_cost_themselves_alone(
    tmp_path: Path, stage: Stage
) -> None:
    _check_bad_letters_among(1000, tmp_path, stage)


@pytest.mark.slow
def test_five_bad_letters_among_fifty_cost_themselves_alone(tmp_path: Path, stage: Stage) -> None:
    _check_bad_letters_among(50, tmp_path, stage)


def _check_bad_letters_among(count: int, folder: Path, stage: Stage) -> None:
    good = min(LETTERS, key=lambda path: path.stat().st_size)
    for number in range(count):
        (folder / f"{number:03d}.pdf").symlink_to(good)
    bad = {
        "005a-spin.pdf": (good.read_bytes(), "timed_out"),
        "017a-crash.pdf": (good.read_bytes(), "crashed"),
        "029a-bomb.pdf": (hostile.flate_bomb(), "too_large"),
        "029b-memory.pdf": (good.read_bytes(), "out_of_memory"),
        "040a-junk.pdf": (bytes(range(256)) * 8, "unsupported_type"),
        "999a-password.pdf": ((FIXTURES / "bad/password.pdf").read_bytes(), "password_required"),
    }
    for name, (data, _) in bad.items():
        (folder / name).write_bytes(data)
    stage("spin:005a-spin.pdf", "crash:017a-crash.pdf", "memory:029b-memory.pdf")
    limits = ("--jobs", "2", "--timeout", "3", "--errors", "inline", "--follow")
    done = subprocess.run(
        [*FAULTY, "extract", str(folder), *limits],
        capture_output=True,
        check=False,
        timeout=FOR_EVER,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    names = [line["source"]["name"] for line in lines]
    failed = [(line["source"]["name"], line["error"]["code"]) for line in lines if "error" in line]
    assert [(name, code) for name, (_, code) in bad.items()] == failed
    assert sorted(names) == names
    assert (count + 6, 1) == (len(lines), done.returncode)


def test_an_interrupt_ends_with_whole_lines_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number:04d}.pdf").symlink_to(LETTERS[number % len(LETTERS)])
    output, endless = tmp_path / "out.jsonl", tmp_path / "endless"
    os.mkfifo(endless)  # nobody writes to it, so that the run cannot end by itself
    letters = (str(folder), str(endless))
    command = [*COMMAND, "extract", *letters, "--follow", "-o", str(output), "-j", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    partial = tmp_path / "out.jsonl.partial" / "letters.jsonl"
    wait_until(lambda: size_of(partial) > 0, process)
    os.killpg(process.pid, signal.SIGINT)
    _, talk = process.communicate(timeout=FOR_EVER)
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
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=FOR_EVER)
    assert EXIT_OUT_OF_MEMORY == done.returncode


def test_a_worker_that_nobody_ends_ends_by_itself() -> None:
    """Where the supervisor was killed, a letter that hangs must not hold a processor for ever."""
    code = "from imr_extract.batch.worker import end_after\nend_after(0.2)\nwhile True: pass\n"
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=FOR_EVER)
    assert -signal.SIGPROF == done.returncode


@pytest.mark.slow
def test_what_a_worker_prints_at_its_end_reaches_nobody(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(LETTERS[0].read_bytes())
    stage("crash:a.pdf")
    command = [*FAULTY, "extract", str(tmp_path), "-j", "1"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=FOR_EVER)
    assert b"" == done.stdout
    assert 2 == len(done.stderr.splitlines())
