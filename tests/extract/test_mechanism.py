"""How the injury happened."""

import pytest
from corpus import normalized

from imr_extract.extract import mechanism
from imr_extract.rules.table import CompiledRow, PatternRow
from imr_extract.text.document import Found
from imr_extract.text.sentences import sentences

TABLES = mechanism.Mechanisms.__struct_fields__[1:]  # behind the words
ROWS = [
    pytest.param(row, compiled, id=row.id)
    for table in TABLES
    for row, compiled in zip(
        getattr(mechanism.mechanisms(), table), mechanism.rules(table), strict=True
    )
]


def stated(summary: str) -> str | None:
    """The mechanism that a summary tells."""
    text = normalized(summary)
    (found,) = mechanism.extract(text, sentences(text.text, 0, len(text.text)))
    if not isinstance(found, Found):
        assert ("injury.mechanism", "not_in_letter") == (found.field, found.code)
        return None
    (span,) = found.spans
    assert found.value == " ".join(text.document.text[span.start : span.end].split())
    return str(found.value)


def matches(rule: CompiledRow, words: str) -> list[bool]:
    """Whether the rule matches in each sentence of these words."""
    lines = [mechanism.NarrativeLine(each) for each in sentences(words, 0, len(words))]
    return [mechanism._match(rule, words, line) is not None for line in lines]


@pytest.mark.parametrize(("row", "compiled"), ROWS)
def test_every_example_of_a_row_matches(row: PatternRow, compiled: CompiledRow) -> None:
    assert row.examples
    assert [] == [each for each in row.examples if not any(matches(compiled, each))]


@pytest.mark.parametrize(("row", "compiled"), ROWS)
def test_no_near_miss_of_a_row_matches(row: PatternRow, compiled: CompiledRow) -> None:
    assert row.near_misses
    assert [] == [each for each in row.near_misses if any(matches(compiled, each))]


@pytest.mark.parametrize(
    ("summary", "phrase"),
    [
        ("The mechanism of injury is described as lifting a crate.", "lifting a crate"),
        ("Mechanism of injury: tripped over a hose.", "tripped over a hose"),
        ("The mechanism of injury occurred when he was in a fall.", "fall"),
        ("He was hurt on 1-2-16 when he slipped on oil and fell.", "slipped on oil and fell"),
        (
            "She sustained an injury while pushing a cart up a ramp, resulting in knee pain.",
            "pushing a cart up a ramp",
        ),
        ("The accident happened as she was stepping off a bus.", "stepping off a bus"),
        ("He was lifting a crate when he felt a pop in the back.", "lifting a crate"),
        (
            "The worker was in a car. She was struck by a falling pallet.",
            "struck by a falling pallet",
        ),
        (
            "The applicant was involved in a motor vehicle accident at work.",
            "motor vehicle accident",
        ),
        ("She has a wrist sprain due to repetitive typing.", "repetitive typing"),
        ("Diagnoses are a hip contusion, status post fall from a ladder.", "fall from a ladder"),
        ("He is treated for shin pain after being kicked by a horse.", "kicked by a horse"),
        ("He hurt his wrist using a drill on 1-2-16.", "using a drill"),
        (
            "An injury was caused by a heavy door closing on a finger.",
            "heavy door closing on a finger",
        ),
        ("A crush injury of the left thumb is reported.", "crush injury"),
        ("He filed a claim for cumulative trauma from 2010 to 2016.", "cumulative trauma"),
        ("On 1-2-16 he was assaulted by a customer.", "assaulted by a customer"),
    ],
)
def test_mechanism(summary: str, phrase: str) -> None:
    assert phrase == stated(summary)


@pytest.mark.parametrize(
    "summary",
    [
        "He sustained an industrial injury on 1-2-16.",
        "The mechanism of this injury was never documented. He has pain after lifting.",
        "The pain is worse with lifting, bending and repetitive gripping.",
        "She has difficulty walking and standing, and trouble falling asleep.",
        "No heavy lifting or pushing is allowed.",
        "He was injured while working as a cook.",
        "The injury occurred while performing her usual job duties.",
        "Past medical history includes a tractor accident.",
        "He has a history of falls and denies assault.",
        "She was walking without a limp.",
    ],
)
def test_no_mechanism(summary: str) -> None:
    assert stated(summary) is None


def test_what_is_called_the_mechanism_beats_what_is_told_before() -> None:
    summary = "He fell off a ladder in May. The mechanism of injury is described as lifting a pump."
    assert "lifting a pump" == stated(summary)


def test_every_example_has_a_word_of_its_row_or_a_sign() -> None:
    for table in TABLES:
        for row in getattr(mechanism.mechanisms(), table):
            for each in row.examples:
                (sentence, *_) = sentences(each, 0, len(each))
                line = mechanism.NarrativeLine(sentence)
                assert line.signed() or table not in {"happened", "stated", "named"}, each


def test_every_verb_of_a_list_begins_with_a_whole_word() -> None:
    for name in ("doing", "did", "suffered"):
        entries = getattr(mechanism.mechanisms().words, name)
        assert len(entries) == len(mechanism._first_words(entries))
