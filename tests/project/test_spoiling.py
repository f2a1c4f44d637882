"""The scripts that turn bits and kill runs: what they compare, and that they see a difference."""

import os
import subprocess
import sys
from pathlib import Path

import flips
import hostile
import kills
import pytest
from commands import Run
from corpus import FIXTURES, ROOT

from imr_extract.batch import Task

LETTER = FIXTURES / "pdf" / "one-issue-upheld.pdf"


def test_a_flip_turns_one_bit_and_its_seed_tells_which() -> None:
    good = LETTER.read_bytes()
    at, spoiled = flips.flip(good, "1")
    assert (at, spoiled) == flips.flip(good, "1")
    assert [at] == [place for place in range(len(good)) if good[place] != spoiled[place]]
    assert 1 == (good[at] ^ spoiled[at]).bit_count()


def with_picture(data: bytes) -> bytes:
    picture = b"/Type /XObject /Subtype /Image /Width 1 /Height 2 /BitsPerComponent 8 /ColorSpace "
    return hostile.one_page(
        hostile.stream(hostile.SHOWN),
        hostile.stream(data, picture + b"/DeviceGray"),
        resources=b"/Font << /F 5 0 R >> /XObject << /P 6 0 R >>",
    )


def test_only_the_data_of_pictures_is_passed_over() -> None:
    data = with_picture(b"\x01\x02")
    (place,) = flips._places_without_text(data)
    assert b"\x01\x02" == data[place.start : place.stop]
    assert [] == list(flips._places_without_text(LETTER.read_bytes()))
    random = flips._with_random_bytes(data, (place,))
    assert (data[: place.start], data[place.stop :]) == (
        random[: place.start],
        random[place.stop :],
    )
    assert flips._read(data) == flips._read(random)


def test_what_is_said_of_a_flip_is_counted() -> None:
    letter = flips.good("uncompressed", str(LETTER))
    said = set()
    for number in range(40):
        task = Task(0, f"uncompressed\n{number}\n{LETTER}".encode())
        outcome = flips.spoil(task, flips.OPTIONS)
        said.add(outcome.error or outcome.line[2:8])
    assert {b'same",'} < said
    assert () == letter.unread


@pytest.fixture
def case(tmp_path: Path) -> kills.Case:
    (tmp_path / "out").mkdir()
    return kills.Case(tmp_path / "out" / "letters.jsonl", None)


def test_other_rows_and_what_is_left_are_told(case: kills.Case) -> None:
    case.target.write_bytes(b"row\n")
    unbroken = kills.Unbroken(b"row\n", 4, 0.0, 0.0, 1)
    assert [] == kills.different(case, unbroken, "then")
    case.partial.mkdir()
    case.target.write_bytes(b"")
    assert ["then: other rows", "then: left ['letters.jsonl.partial']"] == kills.different(
        case, unbroken, "then"
    )


@pytest.mark.parametrize("suffix", kills.DATABASES)
def test_a_database_is_compared_by_its_records(run: Run, tmp_path: Path, suffix: str) -> None:
    texts = sorted((FIXTURES / "text").glob("*.txt"))
    one, other = (tmp_path / f"{name}.{suffix}" for name in ("one", "other"))
    run("extract", texts[0], texts[1], "-o", one)
    run("extract", texts[1], "-o", other)
    assert kills.content_of(one) != kills.content_of(other)
    run("extract", texts[0], "-o", other)
    assert kills.content_of(one) == kills.content_of(other)


def test_workers_are_the_processes_below_a_run() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        parent = kills.workers_of(process.pid)
        mine = kills.workers_of(os.getpid())
        process.communicate(b"\n")
    assert [] == parent
    assert process.pid in mine


@pytest.mark.slow
def test_killed_runs_give_the_same_rows() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "kills.py", "4", "1", "jsonl", "sqlite"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert "0  faults, seed 1" in done.stdout
