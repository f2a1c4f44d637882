"""Amounts: how much of a service is asked for, by the wordings of `data/quantities.toml`."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from imr_extract.rules.patterns import (
    FRAGMENTS,
    Match,
    alternatives,
    compile_pattern,
    parse_number,
)
from imr_extract.rules.table import CompiledRow, PatternRow, RuleTable, load

# The tables in the order in which they are tried.
FOR_DRUG = ("measure", "marked", "form", "total", "count", "supply", "repeat", "trailing")
FOR_SERVICE = (
    *("hours", "total", "count", "course", "repeat", "marked"),
    *("form", "measure", "supply", "time", "trailing"),
)

TIMES = "time"

_SUMMED = frozenset(("quantities.number_of_visits",))
# "Times 1" gives no amount.
_NOT_ONE = frozenset(("quantities.times_number", "quantities.visits_times_number"))

_DAYS_A_WEEK = 7
_WORDS_BETWEEN = 6
# An amount in grams below this, or in units above this, is a strength.
_LEAST_GRAMS = 10
_MOST_UNITS = 999
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_ONE_AMOUNT = rf"{_NUMBER}(?: ?\(#?{_NUMBER}\))?"
_AMOUNT = rf"{_ONE_AMOUNT}(?: ?(?:-|\u2013|to|or) ?{_ONE_AMOUNT})?"
_LEVEL = r"[clts]-?\d{1,2}"  # of the spine
_ANY_NUMBER = compile_pattern(r"\d|\b(?:once|twice|weekly|week|monthly|month)\b", ignore_case=True)
_NUMBER_WORD = compile_pattern(FRAGMENTS["number_word"], ignore_case=True)
_DIGIT = compile_pattern(r"\d")
_NUMBERS = compile_pattern(_NUMBER)
_AND = compile_pattern(r"\b(?:and|plus|then|followed by|thereafter)\b|&|\+", ignore_case=True)
# What stands between the phases of a course ("twice a week for 2 weeks, then weekly for 4 weeks").
_THEN = compile_pattern(
    r"[ ,;.)]*(?:(?:and|plus|&|\+) ?)?(?:(?:then|followed by|thereafter|after that|decreas\w+ to"
    r"|taper\w+ to|reduc\w+ to) ?)?[ ,(]*",
    ignore_case=True,
)
_VOLUMES = frozenset(("cc", "ml"))
_GRAMS = frozenset(("g", "gm", "gram", "grm"))


class Units(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that amounts are counted in, and words beside which a number is no amount."""

    visit: tuple[str, ...]
    time: tuple[str, ...]
    form: tuple[str, ...]
    measure: tuple[str, ...]
    thing: tuple[str, ...]
    dose_before: tuple[str, ...]
    dose_after: tuple[str, ...]
    not_between: tuple[str, ...]
    between: tuple[str, ...]  # names that hold one of those


class Quantities(Struct, frozen=True, forbid_unknown_fields=True):
    """`data/quantities.toml`: tables of pattern rows."""

    units: Units
    mask: tuple[PatternRow, ...]
    hours: tuple[PatternRow, ...]
    total: tuple[PatternRow, ...]
    course: tuple[PatternRow, ...]
    count: tuple[PatternRow, ...]
    repeat: tuple[PatternRow, ...]
    marked: tuple[PatternRow, ...]
    measure: tuple[PatternRow, ...]
    form: tuple[PatternRow, ...]
    supply: tuple[PatternRow, ...]
    time: tuple[PatternRow, ...]
    trailing: tuple[PatternRow, ...]


class Amount(NamedTuple):
    """An amount as an interval of the text."""

    quantity: float | int
    unit: str  # in the singular as printed, or what the wording means
    start: int
    end: int
    rule: str


@cache
def quantities() -> Quantities:
    """The shipped wordings of amounts."""
    return load("quantities.toml", Quantities)


@cache
def _fragments() -> dict[str, str]:
    units = quantities().units
    stop = f"(?:{alternatives(units.not_between)})s?"
    plain = rf"(?:\(?[a-z_][a-z_'\u2019/-]*\)?|{_LEVEL}(?:[-/]{_LEVEL})*),?"
    held = alternatives(units.between)
    return {
        "{n}": f"(?<n>{_AMOUNT})",
        "{n2}": f"(?<m>{_AMOUNT})",
        "{n3}": f"(?<k>{_AMOUNT})",
        "{words}": rf"(?:(?:{held}|(?!{stop}\b){plain}) ){{0,{_WORDS_BETWEEN}}}?",
        "{dose_before}": alternatives(units.dose_before),
        "{dose_after}": alternatives(units.dose_after),
        **{
            f"{{{name}}}": _plurals(getattr(units, name))
            for name in ("visit", "time", "form", "measure", "thing")
        },
    }


def _plurals(units: Iterable[str]) -> str:
    """A pattern for these units, with the plural outside the unit's own words."""
    return f"(?:{alternatives([*units, *map(_plural, units)])})"


def _plural(unit: str) -> str:
    if unit.endswith("y") and unit[-2] not in "aeiou":
        return unit[:-1] + "ies"
    return unit + ("es" if unit.endswith(("s", "x", "ch", "sh")) else "s")


@cache
def _singulars() -> dict[str, str]:
    units = quantities().units
    return {
        _plural(unit).lower(): unit
        for unit in (*units.visit, *units.time, *units.form, *units.measure, *units.thing)
    }


@cache
def rows(table: str) -> RuleTable:
    """The compiled rows of one table, in file order."""
    table_rows: tuple[PatternRow, ...] = getattr(quantities(), table)
    return RuleTable(
        CompiledRow(f"quantities.{row.id}", _expanded(row.pattern), row.value, ignore_case=True)
        for row in table_rows
    )


def _expanded(source: str) -> str:
    for name, fragment in _fragments().items():
        source = source.replace(name, fragment)
    return source


def find(
    text: str,
    start: int,
    end: int,
    *,
    drug: bool,
    injection: bool = False,
    names: Sequence[tuple[int, int]] = (),
) -> Amount | None:
    """The amount asked for in `text[start:end]`; None where none is printed or it is one time.

    `names` are intervals whose digits belong to a name ("Tylenol #3"). The unit is `TIMES` where
    the words state only how often. A volume of what is injected ("5 cc of lidocaine") is a dose.
    """
    printed = text[start:end]
    item = in_digits(printed)
    if not _ANY_NUMBER.search(item):
        return None
    without = _without(printed, [(left - start, right - start) for left, right in names])
    if without != printed:
        item = in_digits(without)
    for row in _in_order(FOR_DRUG if drug else FOR_SERVICE).called(item):
        amount = _amount(row, item)
        if amount and injection and _is_dose(item, amount):
            continue
        if amount and row in _courses():
            amount = _with_phases(item, amount)
        if amount:
            return amount._replace(start=amount.start + start, end=amount.end + start)
    return None


@cache
def _courses() -> frozenset[CompiledRow]:
    return frozenset(rows("course"))


@cache
def _in_order(tables: tuple[str, ...]) -> RuleTable:
    """The rows of these tables as one, so that an item is looked at once for all."""
    return RuleTable(row for table in tables for row in rows(table))


def _is_dose(item: str, amount: Amount) -> bool:
    return amount.unit in _VOLUMES and item[amount.end :].lstrip().startswith("of ")


def _with_phases(item: str, amount: Amount) -> Amount:
    """The amount of a course with what its further phases add to it."""
    while True:
        link = _THEN.match(item, amount.end)
        if link is None or not link.group().strip(" ,(.)"):
            return amount
        phases = (
            _read(row, match)
            for row in rows("course").called(item)
            if (match := row.pattern.match(item, link.end()))
        )
        added = next((phase for phase in phases if phase), None)
        if added is None:
            return amount
        amount = amount._replace(quantity=amount.quantity + added.quantity, end=added.end)


def in_digits(item: str) -> str:
    """`item` with numbers in words as digits, at its old length: "six" becomes "006"."""
    return _NUMBER_WORD.sub(
        lambda match: str(parse_number(match.group())).zfill(len(match.group())), item
    )


def _without(item: str, names: Sequence[tuple[int, int]]) -> str:
    """`item` with dates, codes and the digits of names blotted out, at its old length."""
    for left, right in names:
        item = item[:left] + _DIGIT.sub("_", item[left:right]) + item[right:]
    spans = [
        match.span() for row in rows("mask").called(item) for match in row.pattern.finditer(item)
    ]
    for left, right in spans:
        item = item[:left] + "_" * (right - left) + item[right:]
    return item


def _amount(row: CompiledRow, item: str) -> Amount | None:
    """The first amount of this wording; the sum where several of one kind are asked for."""
    found: list[Amount] = []
    for match in row.pattern.finditer(item):
        amount = _read(row, match)
        if amount is None:
            continue
        if not found or _adds(row, item, found[-1], amount):
            found.append(amount)
    if not found:
        return None
    quantity = sum(amount.quantity for amount in found)
    return found[0]._replace(quantity=quantity, end=found[-1].end)


def _adds(row: CompiledRow, item: str, last: Amount, amount: Amount) -> bool:
    """Whether an amount comes on top of the one before it, not in explanation of it."""
    between = item[last.end : amount.start]
    return (
        row.id in _SUMMED
        and amount.unit == last.unit
        and "(" not in between
        and _AND.search(between) is not None
    )


def _read(row: CompiledRow, match: Match) -> Amount | None:
    groups = match.groupdict()
    factors = [value for name in ("n", "m", "k") if (value := _value(groups.get(name)))]
    if groups.get("twice"):
        factors.append(2)
    if groups.get("sevens"):
        factors.append(_DAYS_A_WEEK)
    quantity: float | int = 1
    for factor in factors:
        quantity *= factor
    apart = 2 if groups.get("other") else int(groups.get("every") or 1)
    if apart > 1:
        quantity = math.ceil(quantity / apart)
    printed = (groups.get("unit") or row.value or "").lower()
    unit = _singulars().get(printed, printed)
    if not quantity or (row.id in _NOT_ONE and quantity == 1):
        return None
    if (unit in _GRAMS and quantity < _LEAST_GRAMS) or (unit == "unit" and quantity > _MOST_UNITS):
        return None
    return Amount(quantity, unit, *match.span(), row.id)


def _value(printed: str | None) -> float | int | None:
    """The upper bound of a printed amount; None where there is none."""
    numbers = _NUMBERS.findall(printed or "")
    if not numbers:
        return None
    last = numbers[-1].replace(",", "")
    return int(float(last)) if float(last).is_integer() else float(last)
