"""The closing summary: numbers that add up."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from imr_extract.batch import Outcome
from imr_extract.batch import tally as module
from imr_extract.batch.tally import RunTally, Seen, statistics


def outcome(content: bytes, *, notes: int = 0, failed: bool = False) -> Outcome:
    digest = hashlib.sha256(content).digest()
    return Outcome(0, b"x", b"{}", digest, notes, "empty" if failed else None, "")


def test_records_and_failures_add_up() -> None:
    tally = RunTally()
    for each in (outcome(b"a", notes=2), outcome(b"b"), outcome(b"c", failed=True)):
        tally.count(each)
    stated = msgspec.json.decode(statistics(tally.numbers(2.0), Path("run.json")))
    assert stated["read"] == stated["records"] + stated["failed"] == 3
    assert 2 == stated["notes"]
    assert {"empty": 1} == stated["failed_by_code"]
    assert 1.5 == stated["letters_per_second"]


def test_the_line_names_each_code_once() -> None:
    tally = RunTally()
    tally.count(outcome(b"a", failed=True))
    tally.count(outcome(b"b", failed=True))
    assert "2 read: 0 records (0 notes), 2 failed (2 empty); 1.0 s, 2 letters/s" == tally.summary(1)


def test_the_same_content_is_told() -> None:
    tally = RunTally()
    assert [False, False, True] == [tally.count(outcome(each)) for each in (b"a", b"b", b"a")]
    assert 1 == tally.duplicates


def test_contents_are_remembered_through_all_stages_of_storage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_RUN", 4)
    seen = Seen()
    digests = [hashlib.sha256(str(number).encode()).digest() for number in range(300)]
    assert [False] * 300 == [seen.add(digest) for digest in digests]
    assert [True] * 300 == [seen.add(digest) for digest in digests]


def test_numbers_for_a_monitor_are_openmetrics() -> None:
    tally = RunTally()
    tally.count(outcome(b"a", notes=2))
    tally.count(outcome(b"b", failed=True))
    lines = statistics(tally.numbers(2.0), Path("run.prom")).decode().splitlines()
    assert "# EOF" == lines[-1]
    assert "imr_extract_records 1" in lines
    assert 'imr_extract_failed_by_code{code="empty"} 1' in lines
    assert any(line.startswith("imr_extract_program_info{program=") for line in lines)
