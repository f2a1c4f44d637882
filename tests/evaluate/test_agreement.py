"""`eval` and `../shared/tools/score.py`, two implementations, give the same figures."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from corpus import NAMES, SHARED, golden

from imr_extract import ImrError, extract_bytes
from imr_extract.evaluate import join, judge, read_labels, rows

SCORE = SHARED / "tools" / "score.py"
LABELLED = SHARED / "gold" / "dev"

pytestmark = pytest.mark.skipif(
    not SCORE.is_file(), reason="tools/score.py is not beside the project"
)

Tree = dict[str, Any]


def spoiled(record: Tree, draw: random.Random) -> Tree:
    """The record with values lost, changed, doubled and moved at random."""
    return {key: _spoiled(value, draw) for key, value in record.items()}


def _spoiled(value: Any, draw: random.Random) -> Any:
    if isinstance(value, dict):
        return {key: _spoiled(each, draw) for key, each in value.items()}
    luck = draw.random()
    if isinstance(value, list):
        kept = [_spoiled(each, draw) for each in value if draw.random() < 0.9]
        if luck < 0.1:
            kept += kept[:1]
        if luck > 0.9:
            kept.reverse()
        return kept
    if isinstance(value, str) and " " in value and luck < 0.3:
        some = value.split()
        return " ".join(some[draw.randrange(2) :]).upper() if luck < 0.15 else " ".join(some[:-1])
    if isinstance(value, int) and luck < 0.2:
        return value + 1
    return value


def compare(gold: Path, records: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCORE, "--gold", gold, "--records", records, "--json"],
        capture_output=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    labels = read_labels(gold)
    found, _ = join(labels, records.read_bytes().splitlines())
    marked = [list(judge(label, record)) for label, record in zip(labels, found, strict=True)]
    ours = {each.field: each for each in rows(marked)}
    assert len(theirs) > 35
    for name, figures in theirs.items():
        row = ours[name.removesuffix(".exact")]
        exact = name.endswith(".exact")
        match = row.strict if exact else row.soft
        assert figures["n"] == row.n, name
        assert figures["kind"] == row.measure, name
        assert pytest.approx(figures["value"], abs=1e-12) == row.main(strict=exact).value, name
        if figures["kind"] == "f1":
            assert pytest.approx(figures["precision"], abs=1e-12) == match.precision.value, name
            assert pytest.approx(figures["recall"], abs=1e-12) == match.recall.value, name
    assert set(ours) == {name.removesuffix(".exact") for name in theirs}


@pytest.mark.parametrize("seed", range(4))
def test_on_spoiled_records_of_the_fixtures(seed: int, tmp_path: Path) -> None:
    """Labels are the fixtures' records; of the spoiled records some are left out."""
    draw = random.Random(seed)  # noqa: S311
    gold = tmp_path / "gold"
    gold.mkdir()
    lines = []
    for name in NAMES:
        record = json.loads(golden(name))
        label = {"id": name, **record}
        label["case"]["case_number"] = name  # some fixtures print none
        (gold / f"{name}.json").write_text(json.dumps(label))
        if draw.random() < 0.9:
            changed = spoiled(record, draw)
            changed["case"]["case_number"] = name
            lines.append(json.dumps(changed))
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(lines))
    compare(gold, records)


@pytest.mark.slow
@pytest.mark.skipif(not LABELLED.is_dir(), reason="the labelled letters are not there")
@pytest.mark.parametrize("harm", [False, True])
def test_on_the_labelled_letters(tmp_path: Path, *, harm: bool) -> None:
    draw = random.Random(5)  # noqa: S311
    lines = []
    for path in sorted((SHARED / "letters" / "dev-text").glob("*.txt")):
        try:
            tree = msgspec.to_builtins(extract_bytes(path.read_bytes(), name=path.name))
        except ImrError:
            continue  # both count it as a record that is missing
        number = tree["case"]["case_number"]
        changed = spoiled(tree, draw) if harm else tree
        changed["case"]["case_number"] = number
        lines.append(json.dumps(changed))
    records = tmp_path / "records.jsonl"
    records.write_text("\n".join(lines))
    compare(LABELLED, records)
