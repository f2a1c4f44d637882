"""`layouts test`: does a layout do on its own letters what it says?"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input
from imr_extract.layouts.loader import UserLayout, parse
from imr_extract.layouts.spec import Expected
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.letter import Letter, read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.text.plurals import counted


class Tried(NamedTuple):
    """A letter of the layout, and what came out otherwise than the file says; () for nothing."""

    file: str
    wrong: tuple[str, ...]


def run(user: UserLayout) -> Iterator[Tried]:
    """Each letter that the layout names, read with it. Raises `BadLayout`."""
    layout = parse(user)
    for expected in layout.letters:
        yield Tried(expected.file, tuple(_try(user, layout.id, expected)))


def _try(user: UserLayout, layout: str, expected: Expected) -> Iterator[str]:
    path = Path(user.path).parent / expected.file
    if Input(path).only_here:  # a pipe or a device: reading it may never end
        yield "is not a file"
        return
    try:
        data = load(Input(path), DEFAULT_LIMITS)
        letter = read_letter(data, ReadingOptions(user_layouts=(user,)), name=path.name)
    except errors.ImrError as error:
        yield f"{error.message} [{error.code}]"
        return
    yield from _differences(letter, layout, expected)


def _differences(letter: Letter, layout: str, expected: Expected) -> Iterator[str]:
    record = letter.record
    if record.layout != layout:
        yield f"is taken for a letter of {record.layout}"
    if expected.outcome is not None and record.outcome != expected.outcome:
        yield f"has the outcome {record.outcome or 'none'}, not {expected.outcome}"
    if expected.issues is not None and len(record.issues) != expected.issues:
        yield f"has {counted(len(record.issues), 'issue')}, not {expected.issues}"
    for name in expected.sections:
        if letter.sections.get(name) is None:
            yield f"has no section {name}"
