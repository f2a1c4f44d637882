"""What broken runs had done: found again whatever came between, in flat memory."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from imr_extract.batch import Outcome, Task
from imr_extract.batch.completed_letters import CompletedLetters
from imr_extract.batch.resumable_output import ResumableOutput
from imr_extract.limits import DEFAULT_LIMITS


def line(name: str, content: bytes, *, failed: bool = False) -> bytes:
    source = {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
    stated = {"error": {"code": "empty", "message": "x"}, "path": "\\udcff"} if failed else {}
    return msgspec.json.encode({"source": source, "notes": [{}], **stated}) + b"\n"


@pytest.fixture
def letters(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{number}.txt" for number in range(6)]
    for path in made:
        path.write_text(path.name)
    return made


def lines(letters: list[Path]) -> list[bytes]:
    return [line(path.name, path.read_bytes()) for path in letters]


def tasks(letters: list[Path]) -> Iterator[Task]:
    return (Task(index, os.fsencode(path)) for index, path in enumerate(letters))


def taken_over(done: CompletedLetters, letters: list[Path]) -> list[int]:
    found = done.in_place(tasks(letters), DEFAULT_LIMITS)
    return [each.index for each in found if isinstance(each, Outcome)]


def test_lines_are_found_in_any_order_by_name_and_content(
    letters: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "done").write_bytes(b"".join(reversed(lines(letters[:4]))))
    letters[1].write_text("changed")
    with CompletedLetters() as done:
        assert done.add(tmp_path / "done")
        assert [0, 2, 3] == taken_over(done, letters)
        (first,) = done.in_place(tasks(letters[:1]), DEFAULT_LIMITS)
    assert isinstance(first, Outcome)
    assert (lines(letters)[0][:-1], 1) == (first.line, first.notes)


def test_errors_and_damaged_lines_hide_none_behind_them(
    letters: list[Path], tmp_path: Path
) -> None:
    """An error object is tried again; after a power failure a block may be all zeros."""
    failed = line(letters[0].name, letters[0].read_bytes(), failed=True)
    own = lines(letters)
    pieces = [failed, own[1], b"\0" * 50 + b"\n", own[2], b"{}\n", own[3], own[4][:-1]]
    (tmp_path / "done").write_bytes(b"".join(pieces))
    with CompletedLetters() as done:
        done.add(tmp_path / "done")
        assert [1, 2, 3] == taken_over(done, letters)


def test_a_file_that_a_later_one_holds_is_not_kept(letters: list[Path], tmp_path: Path) -> None:
    """However often a run is broken, what is kept does not grow, and nothing done is lost."""
    partial = ResumableOutput(tmp_path / "out.jsonl")
    assert partial.claim()
    own = lines(letters)
    with partial.begin({}) as file:
        file.writelines(own[:2])
    for count in (3, 1, 1, 4, 5):
        done, file = partial.go_on()
        with done, file:
            file.writelines(own[:count])
    assert 1 == len(list(partial.folder.glob("done-*")))
    done, file = partial.go_on()
    with done, file:
        assert [0, 1, 2, 3, 4] == taken_over(done, letters)
    partial.release()
