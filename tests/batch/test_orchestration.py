"""A run without a command line: what came of each input, and what a reporter hears."""

import io
import json
from pathlib import Path

import pytest
from corpus import FIXTURES

from imr_extract.batch import Outcome
from imr_extract.batch.inputs import Input
from imr_extract.batch.orchestration import Options, Reporter, outcomes, run_batch
from imr_extract.batch.output_form import OutputForm
from imr_extract.batch.sinks import open_sink

LETTER, OTHER = sorted((FIXTURES / "text").glob("*.txt"))[:2]
BAD = FIXTURES / "bad" / "empty.pdf"
MISSING = Path("no such letter.pdf")


class Listener(Reporter):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def failed(self, path: str, outcome: Outcome) -> None:
        self.heard.append((Path(path).name, str(outcome.error)))

    def repeated(self, path: str) -> None:
        self.heard.append((Path(path).name, "repeated"))

    def advance(self) -> None:
        self.heard.append(("", "advance"))


def test_a_reporter_hears_what_happens_in_order() -> None:
    target, listener = io.BytesIO(), Listener()
    sink = open_sink(target, OutputForm(), {}, resume=False, force=False)
    inputs = map(Input, [LETTER, BAD, LETTER, MISSING])
    tally = run_batch(inputs, sink, Options(), listener)
    assert (2, 2, 1) == (tally.records, tally.failed.total(), tally.duplicates)
    expected = [
        ("", "advance"),
        (BAD.name, "empty"),
        ("", "advance"),
        (LETTER.name, "repeated"),
        ("", "advance"),
        (MISSING.name, "unreadable"),
        ("", "advance"),
    ]
    assert expected == listener.heard
    names = [json.loads(line)["source"]["name"] for line in target.getvalue().splitlines()]
    assert [LETTER.name, LETTER.name] == names


def test_outcomes_come_in_the_order_of_the_inputs() -> None:
    found = outcomes(map(Input, [OTHER, BAD, LETTER]), Options(jobs=2))
    assert [None, "empty", None] == [outcome.error for outcome in found]


def test_outcomes_that_nobody_takes_end_the_workers() -> None:
    found = outcomes(map(Input, [LETTER] * 100), Options())
    assert next(found).error is None
    found.close()
    with pytest.raises(StopIteration):
        next(found)
