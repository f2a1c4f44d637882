"""Amounts: what is counted, what is computed, and which numbers are none."""

import pytest

from imr_extract.clinical import quantities
from imr_extract.clinical.quantities import Quantities
from imr_extract.rules.patterns import Pattern
from imr_extract.rules.table import PatternRow

TABLES = Quantities.__struct_fields__[1:]
ROWS = [
    pytest.param(row, compiled.pattern, id=row.id)
    for table in TABLES
    for row, compiled in zip(
        getattr(quantities.quantities(), table), quantities.rows(table), strict=True
    )
]


def amount(text: str, *, drug: bool = False) -> tuple[float | int, str] | None:
    """The quantity and unit found in the text."""
    found = quantities.find(text, 0, len(text), drug=drug)
    return found and (found.quantity, found.unit)


@pytest.mark.parametrize(("row", "pattern"), ROWS)
def test_every_example_of_a_row_matches(row: PatternRow, pattern: Pattern) -> None:
    assert row.examples
    assert [] == [each for each in row.examples if not pattern.search(quantities.in_digits(each))]


@pytest.mark.parametrize(("row", "pattern"), ROWS)
def test_no_near_miss_of_a_row_matches(row: PatternRow, pattern: Pattern) -> None:
    assert row.near_misses
    assert [] == [each for each in row.near_misses if pattern.search(quantities.in_digits(each))]


def test_every_table_is_tried() -> None:
    tried = {"mask", *quantities.FOR_DRUG, *quantities.FOR_SERVICE}
    assert set(TABLES) == tried


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Eight (8) sessions of massage", (8, "session")),
        ("massage, eighteen visits", (18, "visit")),
        ("6 additional post-operative aquatic therapy visits", (6, "visit")),
        ("two sessions for the hip and six sessions for the knee", (8, "session")),
        ("12 sessions (3x4)", (12, "session")),  # explained, not added to
        ("1-2 visits", (2, "visit")),  # a range counts by its upper bound
        ("massage 5 times a week for 3 weeks", (15, "time")),
        ("massage twice a week for three weeks", (6, "time")),
        ("massage 2-3x/week x 4 weeks", (12, "time")),
        ("massage 2 x week x 6", (12, "time")),
        ("massage 2x4", (8, "time")),
        ("massage 1 times 11", (11, "time")),
        ("massage x 6", (6, "time")),
        ("massage #8", (8, "count")),
        ("massage 3 x week x 2 weeks then 2 x week x 4 weeks", (14, "time")),
        ("massage twice a week for 3 weeks, and then weekly for 6 weeks", (12, "time")),
        ("massage 2x/week for 4 weeks followed by once a week for 4 weeks", (12, "time")),
        ("massage every other week for 8 weeks", (4, "time")),
        ("massage once every two weeks for 12 weeks", (6, "time")),
        ("massage 6 visits, then 6 more visits", (12, "visit")),
        ("weekly for 5 weeks", (5, "time")),
        ("once a month for 4 months", (4, "time")),
        ("a commode, one month rental", (1, "month")),
        ("a pump, 14 day rental", (14, "day")),
        ("an aide 4 hours a day, 5 days a week for 2 weeks", (40, "hour")),
        ("an aide 3 hours daily for 2 weeks", (42, "hour")),
        ("one injection", (1, "injection")),
        ("electrodes, 8 packs", (8, "pack")),
        ("splints, 2", (2, "count")),
    ],
)
def test_the_amount_of_a_service(text: str, expected: tuple[float | int, str]) -> None:
    assert expected == amount(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 mg #70", (70, "count")),
        ("10 mg QTY 30", (30, "time")),
        ("10 mg, quantity: 90, with 2 refills", (90, "time")),
        ("gel, 120 grams #1", (120, "gram")),  # a weight beats the count
        ("(10 mg/5 ml suspension) 240 ml", (240, "ml")),
        ("cream 62.5 gm", (62.5, "gm")),
        ("#1 box", (1, "box")),
        ("5 mg, take 1 tablet every 4-6 hours, 90 tablets", (90, "tablet")),
        ("5 mg, two month supply", (2, "month")),
    ],
)
def test_the_amount_of_a_drug(text: str, expected: tuple[float | int, str]) -> None:
    assert expected == amount(text, drug=True)


@pytest.mark.parametrize(
    "text",
    [
        "massage times 1",
        "massage x1",
        "massage 2 times a week",  # a rate
        "an aide 4 hours per day",
        "an injection at L4-5 and L5-S1",
        "a 2 level block",
        "x-ray, 3 views",
        "a visit in 4 weeks",
        "a visit (DOS: 3/4/2016)",
        "massage, CPT 97124",
        "6 weeks post-op",
    ],
)
def test_no_amount_of_a_service(text: str) -> None:
    assert amount(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "10 mg",
        "10/325 mg",
        "1 tablet by mouth twice daily",
        "apply 1 patch every 12 hours",
        "50,000 units",  # a strength
        "with 2 refills",
        "7 times a day",
    ],
)
def test_no_amount_of_a_drug(text: str) -> None:
    assert amount(text, drug=True) is None


def test_digits_of_a_name_are_no_amount() -> None:
    text = "Pillow #3, #30"
    assert quantities.find(text, 0, len(text), drug=True, names=[(0, 9)]) == (
        30,
        "count",
        11,
        14,
        "quantities.number_sign",
    )


def test_number_words_become_digits_of_the_same_length() -> None:
    assert quantities.in_digits("Six or twenty-four") == "006 or 00000000024"
