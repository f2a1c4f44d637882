"""Files from strangers: bombs, loops and floods cost themselves alone, and get no wrong record."""

import os
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

import hostile
import pytest
from corpus import make_letter, pdf, text, without_source

from imr_extract import ImrError, Limits, errors, extract_bytes, extract_text
from imr_extract.batch import Task, run
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import pdf as pdf_reader
from imr_extract.readers import read
from imr_extract.record.model import ErrorCode
from imr_extract.rules.table import cue_rows, cues

# The limits of a small machine, so that the tests take no long time to reach them.
SMALL = Limits(seconds=2, memory=700 * 1024 * 1024)


# What takes the second reader no long time; it has nothing to tell that the first had not.
FOR_PDFPLUMBER = (
    hostile.flate_bomb,
    hostile.page_tree_loop,
    hostile.self_referring_objects,
    hostile.recursive_forms,
    hostile.font_loop,
    hostile.many_pages,
    hostile.nested_arrays,
    hostile.xref_loop,
    hostile.huge_numbers,
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "makers"),
    [
        ("pdfium", hostile.PDFS),
        pytest.param("pdfplumber", FOR_PDFPLUMBER, marks=pytest.mark.slow),
    ],
)
def test_every_hostile_pdf_gives_a_typed_error(
    reader: Literal["pdfium", "pdfplumber"],
    makers: tuple[Callable[[], bytes], ...],
    tmp_path: Path,
) -> None:
    paths = [tmp_path / f"{make.__name__}.pdf" for make in makers]
    for path, make in zip(paths, makers, strict=True):
        path.write_bytes(make())
    good = tmp_path / "good.pdf"
    good.write_bytes(pdf("one-issue-upheld"))
    tasks = (Task(index, os.fsencode(path)) for index, path in enumerate([*paths, good]))
    *bad, last = run(tasks, ReadingOptions(reader=reader, limits=SMALL), jobs=2)
    assert last.error is None
    codes = {outcome.error for outcome in bad}
    assert codes <= set(get_args(ErrorCode)) - {"internal"}  # None were a record


@pytest.mark.parametrize(
    ("reader", "make"),
    [
        ("pdfium", hostile.many_pages),
        ("pdfium", hostile.claimed_pages),
        ("pdfium", hostile.text_bomb),
        ("pdfplumber", hostile.many_pages),
    ],
)
def test_what_is_over_a_limit_says_so(
    reader: Literal["pdfium", "pdfplumber"], make: Callable[[], bytes]
) -> None:
    """Here, where no clock ends it: a busy machine takes long for what a worker has seconds for."""
    with pytest.raises(errors.TooLarge):
        read(make(), reader, Limits())


def floods() -> Iterator[Task]:
    for unit in hostile.UNITS:
        for part, letter in hostile.flooded(hostile.filled(unit)).items():
            yield Task(0, f"{part} of {unit!r}".encode(), letter.encode())


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_no_flood_of_words_takes_long(step: int) -> None:
    """A letter of 20,000 characters of anything is read well within the time limit."""
    some = islice(floods(), 0, None, step)
    tasks = (Task(index, task.path, task.data) for index, task in enumerate(some))
    failed = {
        outcome.path.decode(): outcome.error
        for outcome in run(tasks, ReadingOptions(limits=Limits(seconds=20)), jobs=2)
        if outcome.error not in (None, "unknown_layout")
    }
    assert {} == failed


@pytest.mark.parametrize("name", ["context", "diagnoses", "diagnostics", "injury", "treatments"])
def test_no_pattern_hangs_on_its_own_examples(name: str) -> None:
    """Said over and over they are what a pattern may go over again and again."""
    for table, rows in cue_rows(name).items():
        for row, compiled in zip(rows, cues(name, table), strict=True):
            for example in (*row.examples, *row.near_misses):
                many = (f"{example} " * 300)[:600]
                for _ in compiled.pattern.finditer(many, timeout=10):
                    pass


def test_a_line_of_a_hundred_megabytes_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"word " * (hostile.MB // 5))
    settings = [ReadingOptions(), ReadingOptions(limits=Limits(bytes=200 * hostile.MB))]
    outcomes = [next(run(iter([Task(0, os.fsencode(path))]), each)) for each in settings]
    assert ["too_large", "too_large"] == [outcome.error for outcome in outcomes]
    assert ["--max-bytes", "--max-characters"] == [
        outcome.message.rsplit(" ", 1)[-1] for outcome in outcomes
    ]


def test_the_characters_of_a_pdf_are_limited_page_by_page() -> None:
    data = pdf("twenty-issues")
    with pytest.raises(errors.TooLarge, match="2,000 characters"):
        pdf_reader.read(data, Limits(characters=2000))


MARKS = {
    "NUL": "\0",
    "backspace": "\b",
    "escape": "\x1b",
    "right-to-left mark": "\u200f",
    "right-to-left override": "\u202e",
    "zero-width space": "\u200b",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
}


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS.keys())
@pytest.mark.parametrize("name", ["one-issue-upheld", "mixed-outcomes"])
def test_marks_that_nobody_sees_change_nothing(mark: str, name: str) -> None:
    """Inside labels, words and numbers; more of the controls would make the text binary data."""
    words = text(name).decode()
    exceptions = random.Random(mark)  # noqa: S311 - not a secret
    places = sorted(exceptions.sample(range(len(words)), len(words) // 150))
    starts = [0, *places]
    marked = mark.join(
        words[start:end] for start, end in zip(starts, [*places, len(words)], strict=True)
    )
    assert without_source(extract_text(words)) == without_source(extract_text(marked))


def test_a_text_full_of_controls_is_no_text() -> None:
    with pytest.raises(errors.UnsupportedType):
        extract_text("\x01".join(make_letter()))


def test_lone_surrogates_are_read_as_unknown_characters() -> None:
    letter = make_letter(summary="The worker is a 36\ud800 year old \udfffmale.")
    record = extract_text(letter)
    assert record.patient.age in (None, 36)


def test_one_kind_of_file_inside_another_is_no_mixed_letter() -> None:
    """The record is that of the letter whose kind the bytes have, or there is none.

    A note on the file may say that it had to be repaired.
    """
    letter, words = pdf("one-issue-upheld"), text("mixed-outcomes")
    other = pdf("mixed-outcomes")
    expected = without_source(extract_bytes(letter))
    behind, second = letter + words[:1500], letter + other
    for data in (behind, letter + words, words + letter, words[:800] + letter, second):
        try:
            record = without_source(extract_bytes(data))
        except ImrError as error:
            assert error.code in {"damaged_pdf", "unsupported_type", "unknown_layout"}  # noqa: PT017
            continue
        record["notes"] = [note for note in record["notes"] if note["field"] != "source"]
        assert record in (expected, without_source(extract_bytes(other)))
