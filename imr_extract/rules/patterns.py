"""Shapes that letters share: dates, numbers in words, ages. How they compose, and what they mean.

Shapes are named fragments that rule files use as `{date}` or `{age}`. `compile_pattern` is the one
place that chooses engine and flags.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

import regex

from imr_extract.rules import built

Pattern = regex.Pattern[str]
Match = regex.Match[str]

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

# Every name of MONTHS; written so that a word is given up at its first letters.
_MONTH = (
    "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TENS_WORD = f"(?i:{'|'.join(_TENS)})"
_UNIT_WORD = f"(?i:{'|'.join(_UNITS)})"

# The day of a month in words, but for its tens: "the third of June", "the twenty-first".
_ORDINAL_WORD = (
    r"(?i:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|\w+teenth|twentieth|thirtieth)"
)

_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
# A year may stand behind a stray blank where a line was broken: "10/14/ 2016".
_SEPARATOR = r" ?[-/.\u2010-\u2013] ?"
_SHORT_YEAR = r"(?:\d{4}|['\u2019]?\d{2})(?![\d/-])"
_NUMERIC_DATE = rf"\d{{1,2}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}{_SHORT_YEAR}"
_ISO_DATE = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"

FRAGMENTS: Final = {
    # A day, a month or a year: "6-24-2014", "10/5/16", "June 24, 2014", "1-Dec-2014",
    # "3rd of June, 2014", "2014-07-09", "October 2016", "10/2016". A year of two digits only
    # between hyphens or behind an apostrophe, else it may be a day.
    "date": rf"(?:{_MONTH}(?:[ -]?{_DAY})?(?: ?, ?| of |[ -])(?:\d{{4}}|['\u2019]\d{{2}})(?!\d)"
    rf"|(?=\d)(?:{_NUMERIC_DATE}|{_ISO_DATE}"
    rf"|{_DAY}(?: of)?[ -]{_MONTH}(?:(?: ?, ?| of | )\d{{4}}(?!\d)|-{_SHORT_YEAR})"
    r"|\d{1,2}[-/]\d{4}(?!\d)"
    r"|(?:19|20)\d\d(?![\d/-])))",
    # A number of years, in digits or words: "58", "fifty-eight".
    "age": rf"(?:\d{{1,3}}|{_TENS_WORD}(?:[- ]{_UNIT_WORD})?|{_UNIT_WORD})",
    # A count in digits or words, as in "Eight (8)".
    "count": rf"(?:\d+|{_TENS_WORD}(?:[- ]{_UNIT_WORD})?|{_UNIT_WORD})(?: ?\(\d+\))?",
    # A number below 100 in words: "six", "twenty-four".
    "number_word": rf"\b(?:{_TENS_WORD}(?:[- ]{_UNIT_WORD})?|{_UNIT_WORD})\b",
}


def compile_pattern(source: str, *, ignore_case: bool = False) -> Pattern:
    """`source` compiled for the `regex` package, ahead of time where it is in the built rules."""
    return built.pattern(source, int(regex.IGNORECASE) if ignore_case else 0)


_NUMERIC_PARTS = compile_pattern(
    rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}['\u2019]?(\d{{4}}|\d{{2}})"
)
_ISO_PARTS = compile_pattern(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NAMED_PARTS = compile_pattern(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -])?({_MONTH})(?:[ -]?(\d{{1,2}})(?!\d))?"
    r"\D*(\d{4}|\d{2})"
)
# What before a month or year shows that a day, a month or a range of days was printed with it.
_MORE_BEFORE = compile_pattern(
    rf"(?:\b(?:{_MONTH}|{_ORDINAL_WORD})|\d(?:st|nd|rd|th)?)[ ,/\u2010-\u2014-]*"
    r"(?:(?:and|to|through|or|of) )?$"
)
_YEAR = compile_pattern(r"[0-9]{4}")
_MONTH_PARTS = compile_pattern(r"(\d{1,2})[-/](\d{4})")


# Hyphens and dashes as programs write them for the one of the keyboard.
HYPHEN = r"[-\u2010-\u2015\u2212]"
_HYPHENS = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")


def with_hyphens(words: str) -> str:
    """The words with the keyboard's hyphen for every kind of hyphen and dash."""
    return words.translate(_HYPHENS)


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first, taken literally."""
    return "|".join(
        word if word.isalnum() else regex.escape(word)
        for word in sorted(words, key=len, reverse=True)
    )


def expand(source: str) -> str:
    """`source` with `{name}` replaced by the fragment of that name; other braces stay."""
    for name, fragment in FRAGMENTS.items():
        source = source.replace(f"{{{name}}}", fragment)
    return source


def parse_date(printed: str, latest_year: int | None) -> str | None:
    """The ISO form of a printed `{date}`, as exact as that; None where there is no such day.

    A two-digit year is read as the latest year that is not after `latest_year`, the year of the
    letter's decision; without it, as a year up to 2049.
    """
    if match := _NUMERIC_PARTS.fullmatch(printed):
        month, day, year = match.groups()
        return _iso(_full_year(year, latest_year), int(month), int(day))
    if match := _NAMED_PARTS.fullmatch(printed):
        before, name, after, year = match.groups()
        month_number = MONTHS[name.casefold().rstrip(".")]
        printed_day = before or after
        full_year = _full_year(year, latest_year)
        return _iso(full_year, month_number, int(printed_day) if printed_day else None)
    if match := _ISO_PARTS.fullmatch(printed):
        year, month, day = match.groups()
        return _iso(int(year), int(month), int(day))
    if match := _MONTH_PARTS.fullmatch(printed):
        month, year = match.groups()
        return _iso(int(year), int(month), None)
    return printed if _YEAR.fullmatch(printed) else None


def is_cut_short(text: str, start: int, iso: str) -> bool:
    """Whether the date `iso`, printed at `start`, is less exact than the words around it.

    Of "June 3 to 5, 2014" only the year has a known shape.
    """
    if len(iso) == len("2014-06-24"):
        return False
    return _MORE_BEFORE.search(text, max(start - 20, 0), start) is not None


def _full_year(printed: str, latest_year: int | None) -> int:
    if len(printed) != 2:
        return int(printed)
    latest = 2049 if latest_year is None else latest_year
    year = latest - latest % 100 + int(printed)
    return year if year <= latest else year - 100


def _iso(year: int, month: int, day: int | None) -> str | None:
    try:
        date = dt.date(year, month, 1 if day is None else day)
    except ValueError:
        return None
    return date.isoformat()[:7] if day is None else date.isoformat()


def parse_number(words: str) -> int | None:
    """The value of digits or of a number below 100 in words; None for anything else."""
    if words.isdecimal():
        return int(words)
    total = 0
    for word in regex.split(r"[- ]", words.lower()):
        if word in _TENS:
            total += 20 + 10 * _TENS.index(word)
        elif word in _UNITS:
            total += _UNITS.index(word)
        else:
            return None
    return total
