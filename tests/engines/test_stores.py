"""Letters and outputs in stores: the same records, and errors for what cannot be had."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Spawn
from corpus import pdf, text
from folders import lines

from imr_extract import errors
from imr_extract.batch.addresses import is_remote, local_path
from imr_extract.batch.inputs import Walk
from imr_extract.batch.shards import Shard
from imr_extract.engines.places import Place, below, opened, reason_of
from imr_extract.engines.remote_inputs import RemoteWalk, load_remote
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.writers import NotWritable

fsspec = pytest.importorskip("fsspec", reason="fsspec, which has a store in memory, is missing")

LETTERS = {
    "a b%20c.txt": text("one-issue-upheld"),
    "b.pdf": pdf("all-overturned"),
    "b/1.txt": text("mixed-outcomes"),
    "b/2.txt": b"",
    "c.TXT": text("no-gender"),
}
PASSED_OVER = (".hidden.txt", "b/.git/x.txt", "b/letter.txt~")


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a store in memory, with letters in a folder."""
    system = fsspec.filesystem("memory")
    for name, data in LETTERS.items():
        system.pipe(f"/bucket/letters/{name}", data)
    for name in PASSED_OVER:
        system.pipe(f"/bucket/letters/{name}", b"")
    yield "memory://bucket"
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same letters on a disk."""
    for name in (*LETTERS, *PASSED_OVER):
        path = tmp_path / "letters" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(LETTERS.get(name, b""))
    return tmp_path / "letters"


def names(address: str, **options: object) -> list[str]:
    walk = RemoteWalk(Walk(), "memory://elsewhere", **options)  # type: ignore[arg-type]
    return [str(each.path).removeprefix(f"{address}/") for each in walk.expand([address])]


def test_records_from_and_to_a_store_are_those_of_a_disk(
    command: Spawn, store: str, folder: Path, tmp_path: Path
) -> None:
    local = tmp_path / "local.jsonl"
    command("extract", folder, "--errors", "inline", "-o", local)
    out = f"{store}/records/"
    done = command("extract", f"{store}/letters/", "--engine", "local", "-o", out, "--block", "2")
    assert 1 == done.returncode, done.stderr
    system = fsspec.filesystem("memory")
    parts = sorted(path for path in system.find("/bucket/records") if "/jsonl/" in path)
    assert 3 == len(parts)
    ours = b"".join(map(system.cat, parts)).splitlines()
    theirs = local.read_bytes().splitlines()
    for mine, local_line in zip(ours, theirs, strict=True):
        if b'"error"' not in mine:
            assert local_line == mine
        else:  # the path is the address
            at = json.loads(mine)
            assert f"{store}/letters/b/2.txt" == at.pop("path")
            assert {
                key: value for key, value in json.loads(local_line).items() if key != "path"
            } == at
    manifest = json.loads(system.cat("/bucket/records/manifest.json"))
    assert (5, 4, 1, 3) == tuple(
        manifest[name] for name in ("files", "records", "failed", "skipped")
    )


def test_a_run_on_a_store_is_resumed(command: Spawn, store: str) -> None:
    arguments = ("extract", f"{store}/letters", "--engine", "local", "-o", f"{store}/records")
    command(*arguments, "--block", "2")
    system = fsspec.filesystem("memory")
    before = {path: system.cat(path) for path in system.find("/bucket/records")}
    system.rm("/bucket/records/jsonl/part-000001.jsonl")
    done = command(*arguments, "--block", "2", "--resume")
    assert b"taken over" in done.stderr
    assert before == {path: system.cat(path) for path in system.find("/bucket/records")}
    assert 4 == command(*arguments).returncode  # neither --resume nor --force


def test_a_store_is_gone_through_as_a_folder_is(store: str, folder: Path) -> None:
    on_disk = [str(each.path.relative_to(folder)) for each in Walk().expand([folder])]
    assert on_disk == names(f"{store}/letters")
    assert list(LETTERS) == sorted(on_disk)


def test_what_is_in_a_store_is_chosen_as_in_a_folder(store: str) -> None:
    assert ["b/1.txt", "b/2.txt"] == names(f"{store}/letters", globs=("b/*",))
    assert ["b.pdf"] == names(f"{store}/letters", globs=("*.pdf",))
    shares = [names(f"{store}/letters", shard=Shard(number, 2)) for number in (1, 2)]
    assert sorted(LETTERS) == sorted(shares[0] + shares[1])


def test_shares_are_those_of_the_same_folder_on_a_disk(store: str, folder: Path) -> None:
    walk = Walk(shard=Shard(1, 2))
    on_disk = [str(each.path.relative_to(folder)) for each in walk.expand([folder])]
    assert on_disk == names(f"{store}/letters", shard=Shard(1, 2))


def test_one_letter_by_its_address(store: str) -> None:
    (path,) = names(f"{store}/letters/b.pdf")
    assert f"{store}/letters/b.pdf" == path
    assert pdf("all-overturned") == load_remote(path, DEFAULT_LIMITS)


def test_a_letter_that_is_not_there_is_an_error_of_its_own(
    command: Spawn, store: str, tmp_path: Path
) -> None:
    named = (f"{store}/letters/b.pdf", f"{store}/gone.pdf")
    done = command("extract", *named, "--engine", "local", "-o", tmp_path / "out")
    assert 1 == done.returncode
    assert (
        b"memory://bucket/gone.pdf: cannot be read (no such file or folder in the store)"
        in done.stderr
    )
    assert 2 == len(lines(tmp_path / "out").splitlines())


def test_a_letter_that_is_too_large_is_not_read(store: str) -> None:
    address = f"{store}/letters/b.pdf"
    size = len(pdf("all-overturned"))
    assert size == len(load_remote(address, DEFAULT_LIMITS._replace(bytes=size)))
    with pytest.raises(errors.TooLarge):
        load_remote(address, DEFAULT_LIMITS._replace(bytes=size - 1))


def test_a_store_that_falters_is_asked_once_more(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, _ = opened(store)
    asked: list[str] = []

    class Faltering:
        def __init__(self, times: int) -> None:
            self.times = times

        def open_input_stream(self, path: str) -> object:
            asked.append(path)
            if len(asked) <= self.times:
                raise OSError("When reading: AWS Error SLOW_DOWN during GetObject: a long story")
            return system.open_input_stream(path)

    def patched(times: int) -> None:
        from imr_extract.engines import remote_inputs

        asked.clear()
        monkeypatch.setattr(
            remote_inputs, "opened", lambda address: (Faltering(times), opened(address)[1])
        )

    patched(1)
    assert text("mixed-outcomes") == load_remote(f"{store}/letters/b/1.txt", DEFAULT_LIMITS)
    patched(2)
    with pytest.raises(errors.Unreadable, match=r"\(AWS error SLOW_DOWN\)"):
        load_remote(f"{store}/letters/b/1.txt", DEFAULT_LIMITS)


def test_what_a_library_of_a_store_raises_is_an_error_of_the_letter(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise LookupError("words that are nobody's business")

    monkeypatch.setattr(fsspec.filesystem("memory"), "open", refuse)
    with pytest.raises(errors.Unreadable, match=r"\(LookupError\)"):
        load_remote(f"{store}/letters/b.pdf", DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("path", "top", "name"),
    [
        ("bucket/a/b", "bucket/a", "b"),
        ("/bucket/a/b", "bucket/a/", "b"),
        ("bucket/a//b", "bucket/a", "/b"),  # another object than a/b
        ("/b", "/", "b"),
    ],
)
def test_the_name_below_a_folder(path: str, top: str, name: str) -> None:
    assert name == below(path, top)


def test_archives_in_a_store_are_refused(command: Spawn, store: str, tmp_path: Path) -> None:
    for named in ((f"{store}/letters/x.zip",), (f"{store}/letters", "--archives")):
        done = command("extract", *named, "--engine", "local", "-o", tmp_path / "out")
        assert 2 == done.returncode
        assert b"unpack them first" in done.stderr


def test_an_upload_that_breaks_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(str(tmp_path / "out"))
    source = tmp_path / "source"
    source.write_bytes(b"first")
    place.put("jsonl/part", source)

    def fail(*_: object) -> None:
        raise OSError("staged")

    source.write_bytes(b"second")
    monkeypatch.setattr("imr_extract.engines.places.sync", fail)
    with pytest.raises(OSError, match="staged"):
        place.put("jsonl/part", source)
    assert b"first" == place.read("jsonl/part")


@pytest.mark.parametrize(
    ("address", "remote", "path"),
    [
        ("s3://bucket/a//b c%20", True, None),
        ("gs://bucket", True, None),
        ("file:///tmp/a", False, "/tmp/a"),  # noqa: S108 - no file is made
        ("/tmp/s3:/a", False, "/tmp/s3:/a"),  # noqa: S108
        ("a.pdf", False, "a.pdf"),
        ("C://x", False, "C://x"),
        ("s3:/bucket/a", False, "s3:/bucket/a"),
    ],
)
def test_which_addresses_are_of_this_machine(address: str, remote: bool, path: str | None) -> None:
    assert remote is is_remote(address)
    if path is not None:
        assert Path(path) == local_path(address)


def test_an_address_that_nothing_installed_opens() -> None:
    with pytest.raises(NotWritable, match="nosuch://"):
        Place("nosuch://bucket/x")


def test_the_reason_of_a_store_is_the_name_of_its_error() -> None:
    assert "Permission denied" == reason_of(PermissionError(13, "Permission denied"))
    assert "AWS error ACCESS_DENIED" == reason_of(OSError("x: AWS Error ACCESS_DENIED during y"))
    assert "OSError" == reason_of(OSError("words"))
