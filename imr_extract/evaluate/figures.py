"""Figures: what the marks of many letters come to, with intervals by the bootstrap over letters."""

import random
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from imr_extract.evaluate.judge import FieldScore, Measure

RESAMPLES = 1000
_TAIL = RESAMPLES // 40  # 2.5 % on either side
# What is counted of a letter for a field: questions asked, values wanted, values given; then for
# each match questions answered rightly, values hit.
_COUNTS = 7
_SOFT, _STRICT = 3, 5


class Figure(Struct, frozen=True, kw_only=True):
    """A share with the interval that holds it in 95 of 100 samples of as many letters."""

    value: float
    low: float
    high: float


class MatchFigures(Struct, frozen=True, kw_only=True):
    """The figures of one match.

    Of a field with one answer a letter (or an issue) `accuracy` is the share that is right, of a
    list the share of lists that are. Precision counts the values given, recall those wanted; both
    are 1 where there are none.
    """

    precision: Figure
    recall: Figure
    f1: Figure
    accuracy: Figure


class FigureRow(Struct, frozen=True, kw_only=True):
    """A field with all its figures."""

    field: str
    measure: Measure  # the figure that counts for this field
    n: int  # answers wanted: of "accuracy" questions, of "f1" values that the labels have
    soft: MatchFigures
    strict: MatchFigures

    def main(self, *, strict: bool = False) -> Figure:
        """The figure that counts."""
        match = self.strict if strict else self.soft
        return match.accuracy if self.measure == "accuracy" else match.f1


def rows(letters: Sequence[Iterable[FieldScore]], seed: int = 0) -> list[FigureRow]:
    """A row a field, in the order in which the fields are asked; the same for the same seed."""
    marks = [list(letter) for letter in letters]
    measures: dict[str, Measure] = {}
    for mark in (mark for each in marks for mark in each):
        measures.setdefault(mark.field, mark.measure)
    fields = list(measures)
    counted = [_count(each, fields) for each in marks]
    whole = [sum(column) for column in zip(*counted, strict=True)]
    samples = _resampled(counted, seed)
    made = []
    for index, field in enumerate(fields):
        part = slice(index * _COUNTS, (index + 1) * _COUNTS)
        counts, drawn = whole[part], [sample[part] for sample in samples]
        made.append(
            FigureRow(
                field=field,
                measure=measures[field],
                n=counts[0 if measures[field] == "accuracy" else 1],
                soft=_match(counts, drawn, _SOFT),
                strict=_match(counts, drawn, _STRICT),
            )
        )
    return _in_order(made, marks)


def _in_order(made: list[FigureRow], marks: Sequence[Sequence[FieldScore]]) -> list[FigureRow]:
    """The rows in the order of the letter that was asked most; those it lacks come at the end."""
    longest = max(marks, key=lambda each: len({mark.field for mark in each}), default=())
    order = {field: place for place, field in enumerate(dict.fromkeys(m.field for m in longest))}
    return sorted(made, key=lambda row: order.get(row.field, len(order)))


def _count(marks: Iterable[FieldScore], fields: Sequence[str]) -> list[int]:
    counts = [0] * (len(fields) * _COUNTS)
    place = {field: index * _COUNTS for index, field in enumerate(fields)}
    for mark in marks:
        at = place[mark.field]
        counts[at] += 1
        counts[at + 1] += mark.wanted
        counts[at + 2] += len(mark.paths)
        for offset, verdict in ((_SOFT, mark.soft), (_STRICT, mark.strict)):
            counts[at + offset] += not verdict.faults
            counts[at + offset + 1] += verdict.hits
    return counts


def _resampled(counted: Sequence[Sequence[int]], seed: int) -> list[Sequence[int]]:
    """The sums of `RESAMPLES` draws of as many letters, with replacement.

    A letter's counts are packed into one long number, four bytes a count, so that adding letters is
    one addition: a thousand draws of a hundred letters take a blink instead of seconds. No sum
    comes near four bytes.
    """
    packed = [int.from_bytes(array("I", counts).tobytes(), sys.byteorder) for counts in counted]
    if not packed:
        return []
    size = len(counted[0]) * array("I").itemsize
    draw = random.Random(seed)  # noqa: S311 - the same letters and seed must give the same figures
    samples: list[Sequence[int]] = []
    for _ in range(RESAMPLES):
        total = sum(draw.choices(packed, k=len(packed)))
        samples.append(array("I", total.to_bytes(size, sys.byteorder)))
    return samples


def _match(counts: Sequence[int], drawn: Sequence[Sequence[int]], offset: int) -> MatchFigures:
    def figure(of: Any) -> Figure:
        values = sorted(of(each, offset) for each in drawn)
        return Figure(value=of(counts, offset), low=values[_TAIL], high=values[-1 - _TAIL])

    return MatchFigures(
        precision=figure(_precision),
        recall=figure(_recall),
        f1=figure(_f1),
        accuracy=figure(_accuracy),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _precision(counts: Sequence[int], offset: int) -> float:
    return _share(counts[offset + 1], counts[2])


def _recall(counts: Sequence[int], offset: int) -> float:
    return _share(counts[offset + 1], counts[1])


def _f1(counts: Sequence[int], offset: int) -> float:
    return _share(2 * counts[offset + 1], counts[1] + counts[2])


def _accuracy(counts: Sequence[int], offset: int) -> float:
    return _share(counts[offset], counts[0])
