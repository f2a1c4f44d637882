"""Write many records out of a few, to measure with: `many_records.py RECORDS.jsonl COUNT [SEED]`.

Each record is one of the file with another hash, case number, decision date (2013 to 2024, the
other dates moved along) and, for one issue in ten, another outcome. The same seed gives the same
bytes.
"""

import datetime as dt
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

_FIRST, _DAYS = dt.date(2013, 1, 1), 12 * 365
_DATES = ("date_assigned", "date_of_injury", "decision_date", "ur_denial_date",
          "application_received")  # fmt: skip


def many(records: list[dict[str, Any]], count: int, seed: int = 0) -> Iterator[bytes]:
    """So many records as JSON, made of these in turn."""
    source = random.Random(seed)
    encoder = msgspec.json.Encoder()
    for number in range(count):
        tree = dict(records[number % len(records)])
        tree["source"] = {**tree["source"], "sha256": f"{number:064x}"}
        tree["case"], tree["injury"] = _moved(tree, _FIRST + dt.timedelta(source.randrange(_DAYS)))
        tree["case"]["case_number"] = f"CM{number % 90 + 10:02d}-{number:07d}"
        tree["issues"] = [_decided(issue, source) for issue in tree["issues"]]
        outcomes = {issue["outcome"] for issue in tree["issues"]}
        known = outcomes - {None}
        tree["outcome"] = "partially_overturned" if len(known) > 1 else next(iter(known), None)
        yield encoder.encode(tree)


def _moved(tree: dict[str, Any], decided: dt.date) -> tuple[dict[str, Any], dict[str, Any]]:
    """Case and injury with the decision on another day, and as many days between their dates."""
    case, injury = dict(tree["case"]), dict(tree["injury"])
    old = case["decision_date"]
    if old is None or len(old) != len("2015-06-03"):
        return case, injury
    by = decided - dt.date.fromisoformat(old)
    for part, names in ((case, _DATES), (injury, ("date",))):
        for name in names:
            if part[name] is not None and len(part[name]) == len("2015-06-03"):
                part[name] = (dt.date.fromisoformat(part[name]) + by).isoformat()
    return case, injury


def _decided(issue: dict[str, Any], source: random.Random) -> dict[str, Any]:
    if source.random() >= 0.1:
        return issue
    return {**issue, "outcome": source.choice(("upheld", "overturned"))}


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_bytes().splitlines()
    chosen = many(
        [msgspec.json.decode(line) for line in lines],
        int(sys.argv[2]),
        int(sys.argv[3]) if len(sys.argv) > 3 else 0,
    )
    for each in chosen:
        sys.stdout.buffer.write(each + b"\n")
