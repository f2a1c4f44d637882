"""Measure nights of `sync` over a large folder: one with nothing new, and one with ten letters.

    python scripts/bench_sync.py [--letters N] [FORM ...]

N letters, 100,000 if it is not told, are copies of a fixture letter that differ in a word. The
first night, which would take an hour and shows only how fast letters are read, is made here with
the records of one letter under the hashes of the others; the nights behind it are the command.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imr_extract import extract_bytes
from imr_extract.batch import Outcome, Task, supervisor
from imr_extract.batch.input_bytes import load
from imr_extract.cli.app import application
from imr_extract.limits import DEFAULT_LIMITS

ROOT = Path(__file__).resolve().parent.parent
LETTER = ROOT / "fixtures/text/mixed-outcomes.txt"
FORMS = ("db", "duckdb", "jsonl")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Nights of sync over a large folder.")
    parser.add_argument("forms", nargs="*", default=FORMS)
    parser.add_argument("--letters", type=int, default=100_000)
    asked = parser.parse_args()
    vars(supervisor)["run"] = _copied
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "letters"
        for number in range(asked.letters):
            _put(folder, number)
        for form in asked.forms:
            output = Path(place) / f"letters.{form}"
            application()(["sync", str(folder), "-o", str(output), "-q"], standalone_mode=False)
            _night(f"{form}, nothing new", folder, output)
            first = asked.letters + 10 * FORMS.index(form)
            for number in range(first, first + 10):
                _put(folder, number)
            _night(f"{form}, ten new", folder, output)


def _put(folder: Path, number: int) -> None:
    path = folder / f"{number // 1000:04}" / f"{number:07}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(LETTER.read_bytes() + f"\n{number}\n".encode())


def _copied(tasks: Iterator[Task | Outcome], *_: Any, **__: Any) -> Iterator[Outcome]:
    """The record of the one letter, as that of each."""
    tree = json.loads(extract_bytes(LETTER.read_bytes()).to_json())
    for task in tasks:
        assert isinstance(task, Task)
        digest = hashlib.sha256(load(task.input, DEFAULT_LIMITS))
        tree["source"] |= {"sha256": digest.hexdigest(), "name": task.input.name}
        line = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
        yield Outcome(task.index, task.path, line, digest.digest(), 0, None, "")


def _night(what: str, folder: Path, output: Path) -> None:
    command = [sys.executable, "-m", "imr_extract", "sync", str(folder), "-o", str(output), "-q"]
    began = time.perf_counter()
    _, status, used = os.wait4(subprocess.Popen(command).pid, 0)
    assert status == 0
    print(
        f"{what}: {time.perf_counter() - began:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of "
        f"processor time, {used.ru_maxrss / 1024:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
