"""How well invented case summaries in many house styles are read, all together."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from case_summaries import regions, texts

_FILE = Path(__file__).parent / "summaries.toml"
CASES: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))["case"]
_ALIKE = 0.7  # F1 of the words of two phrases that mean the same


def _words(phrase: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z0-9']+", phrase.lower()))


def _alike(one: str, other: str) -> float:
    left, right = _words(one), _words(other)
    return 2 * (left & right).total() / max(1, left.total() + right.total())


def _paired(expected: list[str], actual: list[str]) -> list[tuple[str, str]]:
    """The pairs of alike phrases, each phrase in one pair at most, the likest first."""
    pairs: list[tuple[str, str]] = []
    left, right = list(expected), list(actual)
    for likeness, one, other in sorted(
        ((_alike(one, other), one, other) for one in expected for other in actual), reverse=True
    ):
        if likeness >= _ALIKE and one in left and other in right:
            pairs.append((one, other))
            left.remove(one)
            right.remove(other)
    return pairs


def test_the_diagnoses_of_case_summaries() -> None:
    paired = exact = asked = given = 0
    for case in CASES:
        actual = texts(case["text"])
        pairs = _paired(case["diagnoses"], actual)
        paired += len(pairs)
        exact += sum(_words(one) == _words(other) for one, other in pairs)
        asked += len(case["diagnoses"])
        given += len(actual)
    assert 2 * paired / (asked + given) >= 0.97
    assert 2 * exact / (asked + given) >= 0.95


def test_the_regions_of_case_summaries() -> None:
    shared = asked = given = 0
    for case in CASES:
        if "parts" in case:
            expected, actual = set(case["parts"]), set(regions(case["text"]))
            shared += len(expected & actual)
            asked += len(expected)
            given += len(actual)
    assert 2 * shared / (asked + given) >= 0.96
