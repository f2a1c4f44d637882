"""Which letters a command line names."""

import io
import json
import os
import socket
from pathlib import Path

import pytest

from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input, Walk, choose, listed
from imr_extract.errors import TooLarge, Unreadable
from imr_extract.limits import Limits


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "letters"
    for name in ("b.pdf", "a.txt", "B.pdf", "sub/z.pdf", "sub/y.txt", "sub.pdf", "é.pdf"):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return top


def below(top: Path, walk: Walk) -> list[str]:
    return [each.path.relative_to(top).as_posix() for each in walk.expand([top])]


def test_folders_come_in_the_order_of_their_names_bytes(tree: Path) -> None:
    expected = ["B.pdf", "a.txt", "b.pdf", "sub/y.txt", "sub/z.pdf", "sub.pdf", "é.pdf"]
    assert expected == below(tree, Walk())


def test_paths_come_in_the_order_given_and_missing_ones_are_inputs(tree: Path) -> None:
    given = [tree / "b.pdf", tree / "none.pdf", Path("-"), tree / "a.txt"]
    assert given == [each.path for each in Walk().expand(given)]


def test_hidden_and_editors_files_and_links_are_skipped_and_counted(tree: Path) -> None:
    for name in (".hidden", "a.txt~", "#a.txt#", ".git/config"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"x")
    (tree / "link.pdf").symlink_to(tree / "b.pdf")
    walk = Walk()
    assert 7 == len(below(tree, walk))
    assert 5 == walk.skipped  # the hidden folder counts once


def test_links_are_followed_when_asked_and_loops_end(tree: Path) -> None:
    (tree / "sub" / "loop").symlink_to(tree)
    (tree / "link.pdf").symlink_to(tree / "b.pdf")
    found = below(tree, Walk(follow=True))
    assert "link.pdf" in found
    assert 8 == len(found)


def test_pipes_and_sockets_inside_folders_are_skipped(tree: Path) -> None:
    """Nobody may ever write to them; one that is named is an input."""
    os.mkfifo(tree / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tree / "s"))
        walk = Walk()
        assert 7 == len(below(tree, walk))
    assert 2 == walk.skipped
    assert [tree / "pipe.pdf"] == [each.path for each in Walk().expand([tree / "pipe.pdf"])]


def test_what_a_run_writes_into_the_folder_it_reads_is_skipped(tree: Path) -> None:
    (tree / "out.jsonl").write_bytes(b"x")
    (tree / "again.jsonl").hardlink_to(tree / "out.jsonl")
    (tree / "out.jsonl.partial").mkdir()
    (tree / "out.jsonl.partial" / "key.json").write_bytes(b"x")
    walk = Walk(own=(tree / "out.jsonl", tree / "not-yet.jsonl"))
    assert 7 == len(below(tree, walk))
    assert 3 == walk.skipped


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        (("*.txt",), ["a.txt", "sub/y.txt"]),
        (("sub/*",), ["sub/y.txt", "sub/z.pdf"]),
        (("*.txt", "B*"), ["B.pdf", "a.txt", "sub/y.txt"]),
        (("*.md",), []),
    ],
)
def test_globs_choose_by_name_or_by_path(
    tree: Path, globs: tuple[str, ...], expected: list[str]
) -> None:
    assert expected == below(tree, Walk(globs=globs))


def test_a_name_that_is_not_utf8_is_shown_in_escapes() -> None:
    each = Input.of(b"folder/lett\xffer.pdf")
    assert r"lett\xffer.pdf" == each.name
    assert b"folder/lett\xffer.pdf" == os.fsencode(each.path)


def test_a_name_with_a_line_end_is_shown_in_one_line() -> None:
    assert r"a\nb\x1b[31m.pdf" == Input(Path("a\nb\x1b[31m.pdf")).shown


def test_a_list_is_read_by_lines_or_by_nuls() -> None:
    assert ["a b", "c"] == list(listed(io.BytesIO(b"a b\r\n\nc\n"), b"\n"))
    assert ["a\nb", "c"] == list(listed(io.BytesIO(b"a\nb\0\0c"), b"\0"))
    many = b"".join(b"folder/%d.pdf\0" % number for number in range(20_000))
    paths = list(listed(io.BytesIO(many), b"\0"))
    assert [f"folder/{number}.pdf" for number in range(20_000)] == paths


def test_a_list_of_error_objects_names_their_inputs() -> None:
    line = json.dumps({"error": {"code": "empty"}, "path": "a/b\udcff.pdf"}).encode()
    (path,) = listed(io.BytesIO(line + b"\n"), b"\n")
    assert b"a/b\xff.pdf" == os.fsencode(path)


@pytest.mark.parametrize("name", ["{", "{}", '{"path": 1}', '{"a": "b"}.pdf'])
def test_a_path_that_begins_as_an_object_is_a_path(name: str) -> None:
    assert [name] == list(listed(io.BytesIO(name.encode()), b"\n"))


def numbered(count: int) -> list[Input]:
    return [Input(Path(f"{number}.pdf")) for number in range(count)]


def test_the_limit_takes_the_first(tree: Path) -> None:
    chosen = list(choose(Walk().expand([tree]), limit=2, sample=None, seed=0))
    assert ["B.pdf", "a.txt"] == [each.name for each in chosen]


def test_a_sample_is_the_same_every_time_and_keeps_the_order() -> None:
    first = list(choose(numbered(1000), limit=None, sample=20, seed=1))
    assert first == list(choose(numbered(1000), limit=None, sample=20, seed=1))
    assert first == sorted(first, key=lambda each: int(each.path.stem))
    assert 20 == len(set(first))
    assert first != list(choose(numbered(1000), limit=None, sample=20, seed=2))


def test_a_sample_larger_than_all_is_all() -> None:
    assert numbered(5) == list(choose(numbered(5), limit=None, sample=9, seed=0))


def test_loading_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"12345")
    assert b"12345" == load(Input(path), Limits(bytes=5))
    with pytest.raises(TooLarge):
        load(Input(path), Limits(bytes=4))


@pytest.mark.parametrize("name", ["none.pdf", "nul\0byte.pdf", "."])
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable):
        load(Input(tmp_path / name), Limits())
