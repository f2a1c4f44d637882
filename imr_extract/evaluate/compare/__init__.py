"""Comparison of two files of records of the same letters: what was gained, lost and changed."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from imr_extract.evaluate.compare.differences import Difference, differences
from imr_extract.evaluate.compare.joining import NotARecord, Pair, join
from imr_extract.evaluate.compare.judged import Shift, shifts

__all__ = ["Difference", "NotARecord", "Pair", "Shift", "compare", "join", "shifts"]

WHOLE = "record"  # the field of a letter that only one of the files has

_tree = msgspec.json.Decoder(dict[str, Any])


def compare(old: BinaryIO, new: BinaryIO) -> Iterator[tuple[Pair, list[Difference]]]:
    """Every letter of either file with its differences, which may be none.

    In the order of `new`, then those that only `old` has. Both files must allow seeking; of each
    only keys and places are kept. Raises `NotARecord`.
    """
    for pair in join(old, new):
        if pair.old is None:
            yield pair, [Difference(WHOLE, "", "gain", None, pair.letter)]
        elif pair.new is None:
            yield pair, [Difference(WHOLE, "", "loss", pair.letter, None)]
        else:
            before, after = _tree.decode(pair.old), _tree.decode(pair.new)
            yield pair, list(differences(before, after))
