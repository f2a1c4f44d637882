"""The words that rules wait for: derived from the patterns, and standing in every match of them."""

import json

import derive_prefilters
import pytest

from imr_extract.rules.prefilters import words_of
from imr_extract.rules.table import CompiledRow, PatternRow, RuleTable, cue_rows, cues

ROWS = [
    pytest.param(row, compiled, id=compiled.id)
    for path in sorted((derive_prefilters.DATA / "cues").glob("*.toml"))
    for table, rows in cue_rows(path.stem).items()
    for row, compiled in zip(rows, cues(path.stem, table), strict=True)
]


def test_the_file_is_what_the_patterns_give() -> None:
    assert derive_prefilters.text() == derive_prefilters.FILE.read_text(encoding="utf-8")
    assert json.loads(derive_prefilters.text())


@pytest.mark.parametrize(("row", "compiled"), ROWS)
def test_a_word_stands_in_every_example_of_a_row(row: PatternRow, compiled: CompiledRow) -> None:
    words = words_of(compiled.source)
    lowered = [each.lower() for each in row.examples]
    assert [] == [each for each in lowered if words and not any(word in each for word in words)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\b(?i:treated|managed) with\b", ["managed", "treated"]),
        (r"\b[Rr]estart(?:ed|s)?\b", ["restart"]),
        (r"(?<=the )gr[ae]y(?! cat)", ["gray", "grey"]),
        (r"(?:plan|\d+)x?", []),  # a number alone makes a match
        (r"\w+ of \d", [" of "]),
        (r"\w+ \d", []),
        (r"(?:needle){2,3}", ["needle"]),
        (r"(?:needle)?pin cushion", ["pin cushion"]),
    ],
)
def test_the_words_of_a_pattern(source: str, expected: list[str]) -> None:
    assert expected == derive_prefilters.derived(source, ignore_case=False)


@pytest.mark.parametrize("text", ["She was restarted on it.", "x" * 500 + " She was restarted."])
def test_a_row_is_called_where_its_word_stands_in_another(text: str) -> None:
    rows = [row for row in cues("treatments", "past_event") if "started" in words_of(row.source)]
    assert rows
    assert rows[0] in RuleTable(rows).called(text)
    assert rows[0] not in RuleTable(rows).called("She was seen.")


def test_a_text_whose_lower_case_is_longer_is_tried_by_all_rows() -> None:
    table = cues("treatments", "past_event")
    assert list(table) == list(table.called("\u0130"))
