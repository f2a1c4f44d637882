"""The words that rules wait for: derived from the patterns, and standing in every match of them."""

import json

import derive_prefilters
import pytest

from imr_extract.layouts.loader import shipped
from imr_extract.layouts.spec import Layout, Sign, timed
from imr_extract.rules import prefilters
from imr_extract.rules.patterns import expand
from imr_extract.rules.table import CompiledRow, PatternRow, RuleTable, cue_rows, cues

ROWS = [
    pytest.param(row, compiled, id=compiled.id)
    for path in sorted((derive_prefilters.DATA / "cues").glob("*.toml"))
    for table, rows in cue_rows(path.stem).items()
    for row, compiled in zip(rows, cues(path.stem, table), strict=True)
]
PROSE = "It rained on the roof and the boat. " * 20
SIGNS = [
    pytest.param(layout, sign, id=f"{layout.id}.{sign.id}")
    for layout in shipped()
    for sign in derive_prefilters.rows_of(layout)
]


@pytest.mark.slow
def test_the_file_is_what_the_patterns_give() -> None:
    assert derive_prefilters.text() == derive_prefilters.FILE.read_text(encoding="utf-8")
    assert json.loads(derive_prefilters.text())


@pytest.mark.parametrize(("row", "compiled"), ROWS)
def test_a_word_stands_in_every_example_of_a_row(row: PatternRow, compiled: CompiledRow) -> None:
    lowered = [example.lower() for example in row.examples]
    sets = prefilters._table().get(prefilters.digest_of(compiled.source), ())
    assert [] == [
        (example, words)
        for example in lowered
        for words in sets
        if not any(word in example for word in words)
    ]


@pytest.mark.parametrize(("layout", "sign"), SIGNS)
def test_a_sign_of_a_layout_is_found_in_its_examples(
    layout: Layout, sign: Sign | PatternRow
) -> None:
    """Also in a long text, whose words are kept."""
    row = timed(layout, sign)
    longer = [*sign.examples, *(f"{each} {PROSE}" for each in sign.examples)]
    assert [] == [each for each in longer if not row.is_called(each, 0, len(each))]
    assert [] == [each for each in sign.examples if not row.search(each)]
    assert prefilters.bits_of(expand(sign.pattern))
    assert not row.is_called(PROSE, 0, len(PROSE))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\b(?i:treated|managed) with\b", [["managed with", "treated with"]]),
        (r"\b[Rr]estart(?:ed|s)?\b", [["restart"]]),
        (r"(?<=the )gr[ae]y(?! cat)", [["gray", "grey"]]),
        (r"gray (?=cat)", [["gray "], ["cat"]]),
        (r"(?:plan|\d+)x?", []),  # a number alone makes a match
        (r"\w+ of \d", []),  # in nearly every sentence
        (r"\w+ \d", []),
        (r"(?:needle){2,3}", [["needleneedle"]]),
        (r"(?:needle)?pin cushion", [["pin cushion"]]),
        (r"D\.?O\.?B", [["d.o.b", "d.ob", "do.b", "dob"]]),
        (r"_{4,}|</\w", [["</", "____"]]),
        (r"report\w* of \d+ needles", [["report"], [" needles"]]),
    ],
)
def test_the_words_of_a_pattern(source: str, expected: list[list[str]]) -> None:
    found = derive_prefilters.derived(source, ignore_case=False)
    assert sorted(expected) == sorted(found)


def test_a_row_is_called_where_a_word_of_each_of_its_sets_stands() -> None:
    (row,) = [
        row for row in cues("treatments", "surgery") if row.id.endswith("history_of_procedures")
    ]
    assert len(prefilters._table()[prefilters.digest_of(row.source)]) == 2
    assert [row] == RuleTable([row]).called("Past surgical history: none.")
    assert [] == RuleTable([row]).called("Her history was taken.")
    assert [] == RuleTable([row]).called("Past history", end=8)


@pytest.mark.parametrize("text", ["She was restarted on it.", "x" * 500 + " She was restarted."])
def test_a_row_is_called_where_its_word_stands_in_another(text: str) -> None:
    rows = [row for row in cues("treatments", "past_event") if row.id.endswith("fitted")]
    assert rows
    assert rows[0] in RuleTable(rows).called(text)
    assert rows[0] not in RuleTable(rows).called("She was seen.")


@pytest.mark.parametrize("before", ["", "x" * 500])
def test_words_keep_their_places_behind_a_capital_that_is_longer_in_lower_case(before: str) -> None:
    rows = [row for row in cues("treatments", "past_event") if row.id.endswith("fitted")]
    text = before + "\u0130" * 40 + " She was restarted on it."
    place = text.index("started on")
    assert rows[0] in RuleTable(rows).called(text, place)
    assert [place] == prefilters.Standing(text).places(rows[0].waits_for[0], 0, len(text))
