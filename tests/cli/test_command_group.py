"""What stands in place of a command: a path suggests `extract`, a wrong word does not."""

import pytest
from commands import Spawn


@pytest.mark.parametrize("path", ["missing.pdf", "some/folder", "letters/"])
def test_a_path_in_place_of_a_command_suggests_extract(spawn: Spawn, path: str) -> None:
    done = spawn(path)
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"imr-extract extract {path}".encode() in done.stderr


def test_a_word_in_place_of_a_command_suggests_no_path(spawn: Spawn) -> None:
    done = spawn("extrat")
    assert 2 == done.returncode
    assert b"is a path" not in done.stderr
