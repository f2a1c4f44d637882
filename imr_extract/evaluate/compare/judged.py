"""Two files of records beside labels: which of the differences make it better, which worse."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from imr_extract.evaluate import Disagreement, Facts, judge


class Shift(NamedTuple):
    """A value that became right ("gain") or wrong ("loss")."""

    letter: str
    layout: str
    field: str
    kind: Literal["gain", "loss"]
    fault: Disagreement  # the one that is gone, or the one that is new


def shifts(
    labels: Sequence[Facts], old: Sequence[Facts | None], new: Sequence[Facts | None]
) -> Iterator[Shift]:
    """What got better and worse, by letter; `old` and `new` are the records of the labels.

    A value that is wrong in both, though otherwise, is neither.
    """
    for label, before, after in zip(labels, old, new, strict=True):
        layout = (after and after.layout) or (before and before.layout) or ""
        once, now = _faults(label, before), _faults(label, after)
        for key, (field, fault) in once.items():
            if key not in now:
                yield Shift(label.id, layout, field, "gain", fault)
        for key, (field, fault) in now.items():
            if key not in once:
                yield Shift(label.id, layout, field, "loss", fault)


def _faults(label: Facts, record: Facts | None) -> dict[tuple[str, ...], tuple[str, Disagreement]]:
    """The faults, each by what makes it the same in another record."""
    return {
        (mark.field, *fault.key): (mark.field, fault)
        for mark in judge(label, record)
        for fault in mark.soft.faults
    }
