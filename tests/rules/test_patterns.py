"""Dates and numbers as printed."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imr_extract.rules.patterns import (
    FRAGMENTS,
    compile_pattern,
    expand,
    is_cut_short,
    parse_date,
    parse_number,
)

DATE = compile_pattern(FRAGMENTS["date"])


@pytest.mark.parametrize(
    ("printed", "latest_year", "iso"),
    [
        ("6-24-2014", None, "2014-06-24"),
        ("10/5/2016", None, "2016-10-05"),
        ("10.5.2016", None, "2016-10-05"),
        ("10/14/ 2016", None, "2016-10-14"),
        ("10 - 5 - 2016", None, "2016-10-05"),
        ("1-9-17", 2017, "2017-01-09"),
        ("1-9-18", 2017, "1918-01-09"),
        ("1-9-89", 2017, "1989-01-09"),
        ("1-9-16", None, "2016-01-09"),
        ("1-9-49", None, "2049-01-09"),
        ("1-9-50", None, "1950-01-09"),
        ("12-31-00", 2017, "2000-12-31"),
        ("1-9-99", 1999, "1999-01-09"),
        ("2-29-2016", None, "2016-02-29"),
        ("2-29-2017", None, None),
        ("13-1-2016", None, None),
        ("0-10-2016", None, None),
        ("1-0-2016", None, None),
        ("1-1-0000", None, None),
        ("June 24, 2014", None, "2014-06-24"),
        ("June 24 2014", None, "2014-06-24"),
        ("Oct. 3rd, 2016", None, "2016-10-03"),
        ("24 June 2014", None, "2014-06-24"),
        ("OCTOBER 2016", None, "2016-10"),
        ("October of 2016", None, "2016-10"),
        ("Augu\u017ft 2016", None, "2016-08"),
        ("\u0662\u0660\u0661\u0665", None, None),
        ("May 2016", None, "2016-05"),
        ("Sept 9, 2016", None, "2016-09-09"),
        ("February 30, 2016", None, None),
        ("10/2016", None, "2016-10"),
        ("13/2016", None, None),
        ("2015", None, "2015"),
        ("", None, None),
        ("215", None, None),
        ("soon", None, None),
        ("Dec. 1, '14", 2017, "2014-12-01"),
        ("12-1-\u201914", 2017, "2014-12-01"),
        ("December1, 2014", None, "2014-12-01"),
        ("1-Dec-2014", None, "2014-12-01"),
        ("30-Oct-15", 2017, "2015-10-30"),
        ("3rd of June, 2014", None, "2014-06-03"),
        ("3rd of June of 2014", None, "2014-06-03"),
        ("5th June 2014", None, "2014-06-05"),
        ("Sept. 12th, 2014", None, "2014-09-12"),
        ("2014-07-09", None, "2014-07-09"),
        ("2014/7/9", None, "2014-07-09"),
        ("2014-13-09", None, None),
        ("December 1 ,2014", None, "2014-12-01"),
        ("December 1,2014", None, "2014-12-01"),
        ("December 1st of 2014", None, "2014-12-01"),
        ("Dec-2014", None, "2014-12"),
        ("June, 2014", None, "2014-06"),
        ("10\u201314\u20132016", None, "2016-10-14"),
    ],
)
def test_parse_date(printed: str, latest_year: int | None, iso: str | None) -> None:
    assert iso == parse_date(printed, latest_year)


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("on 6-24-2014.", "6-24-2014"),
        ("on 10/14/ 2016 he", "10/14/ 2016"),
        ("in October 2016,", "October 2016"),
        ("since 2015.", "2015"),
        ("rated 8-9 out of 10", None),
        ("at L4-5 and C5-6", None),
        ("claim 12345678", None),
        ("1-2-20161", None),
        ("on 1-Dec-2014 an", "1-Dec-2014"),
        ("the 3rd of June, 2014 was", "3rd of June, 2014"),
        ("on Sept. 12th, 2014.", "Sept. 12th, 2014"),
        ("dated 2014-07-09,", "2014-07-09"),
        ("of December 1 ,2014", "December 1 ,2014"),
        ("in March of 2015", "March of 2015"),
        ("1-Dec-20141", None),
        ("at C5-6 in Dec-14", None),
    ],
)
def test_the_date_shape(words: str, printed: str | None) -> None:
    match = DATE.search(words)
    assert printed == (None if match is None else match.group())


@given(
    st.dates(min_value=dt.date(1000, 1, 1)),
    st.sampled_from(["%m-%d-%Y", "%m/%d/%Y", "%B %d, %Y", "%d %B %Y", "%b. %d, %Y"]),
)
def test_every_day_is_read_from_every_form(day: dt.date, form: str) -> None:
    assert day.isoformat() == parse_date(day.strftime(form), None)


@given(st.text(), st.none() | st.integers(1, 9999))
def test_any_text_is_a_date_or_none(words: str, latest_year: int | None) -> None:
    iso = parse_date(words, latest_year)
    assert iso is None or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", iso)


@given(
    st.from_regex(re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2})"), fullmatch=True)
)
def test_whatever_has_the_shape_is_a_date_or_none(words: str) -> None:
    iso = parse_date(words, 2017)
    assert iso is None or re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("58", 58),
        ("007", 7),
        ("zero", 0),
        ("nineteen", 19),
        ("Twenty", 20),
        ("forty-two", 42),
        ("Ninety nine", 99),
        ("", None),
        ("some", None),
        ("forty-", None),
        ("4.5", None),
        ("-4", None),
        ("\u00b2", None),
    ],
)
def test_parse_number(words: str, number: int | None) -> None:
    assert number == parse_number(words)


@given(st.text())
def test_any_text_is_a_number_or_none(words: str) -> None:
    number = parse_number(words)
    assert number is None or number >= 0


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x{2}{3,4}", "x{2}{3,4}"),
        (r"\p{Lu}{unknown}", r"\p{Lu}{unknown}"),
        ("on {age}", f"on {FRAGMENTS['age']}"),
    ],
)
def test_expand_replaces_names_only(source: str, expected: str) -> None:
    assert expected == expand(source)


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        ("on June 3 to 5, 2014", True),
        ("on June 3 and 4 of 2014", True),
        ("in June 2014", False),
        ("in 2014", False),
        ("on 6-24-2014", False),
        ("rated 8. In 2014", False),
    ],
)
def test_a_date_that_is_understood_in_part_is_known(words: str, cut: bool) -> None:
    match = DATE.search(words)
    assert match is not None
    iso = parse_date(match.group(), None)
    assert iso is not None
    assert is_cut_short(words, match.start(), iso) is cut
