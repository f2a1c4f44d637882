"""Engines and servers of S3 and Google Cloud Storage: what a store in memory cannot show."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Spawn
from corpus import pdf, text
from folders import ScriptedEngine, lines, without_workers
from stores import SCHEMES, Store, bucket_of, serving

from imr_extract.batch import CannotWork
from imr_extract.batch.inputs import Walk
from imr_extract.engines import places
from imr_extract.engines.places import Place, reason_of
from imr_extract.engines.remote_inputs import RemoteWalk
from imr_extract.engines.runs import extract_to
from imr_extract.writers import NotWritable

pytest.importorskip("pyarrow", reason="pyarrow, which speaks to the stores, is missing")

LETTERS = {
    "#1.txt": text("one-issue-upheld"),
    "[1].txt": text("mixed-outcomes"),
    "a b%20c+&.txt": text("no-gender"),
    "deep/er/still/x.pdf": pdf("all-overturned"),
    "deep/q?x=1.txt": text("mixed-outcomes"),
    "empty.txt": b"",
    "\u00fcn\u00efc\u00f6d\u00e9 \u2013 \u65e5\u672c \U0001f600.txt": text("non-ascii"),
}


@pytest.fixture(scope="module", params=SCHEMES)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """The scheme of a server and its port."""
    with serving(request.param) as port:
        yield request.param, port


@pytest.fixture
def store(server: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty bucket, with whose server this process speaks."""
    store = bucket_of(*server)
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    places._file_system.cache_clear()
    yield store
    places._file_system.cache_clear()


@pytest.fixture
def full(store: Store) -> Store:
    """The bucket with letters in a folder."""
    for name, data in LETTERS.items():
        store.put(f"letters/{name}", data)
    return store


def on_disk(folder: Path) -> Path:
    for name, data in LETTERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_letters_of_any_name_give_the_records_of_a_disk(
    command: Spawn, full: Store, tmp_path: Path
) -> None:
    letters = on_disk(tmp_path / "letters")
    command("extract", letters, "-o", tmp_path / "out", "--engine", "local", "--block", "3")
    theirs = lines(tmp_path / "out").replace(f"{letters}/".encode(), b"")
    out = f"{full.address}/records #1/"  # of the output, too
    arguments = ("extract", f"{full.address}/letters/", "-o", out, "--engine", "local")
    done = command(*arguments, "--block", "3")
    assert 1 == done.returncode, done.stderr
    assert b"empty.txt: has no content" in done.stderr or b"[empty]" in done.stderr
    written = full.tree("records #1")
    parts = [written[name] for name in sorted(written) if name.startswith("jsonl/")]
    assert 3 == len(parts)
    assert theirs == b"".join(parts).replace(f"{full.address}/letters/".encode(), b"")
    manifest = json.loads(written["manifest.json"])
    assert (7, 6, 1) == (manifest["files"], manifest["records"], manifest["failed"])
    assert manifest["files"] == sum(block["files"] for block in manifest["blocks"])
    assert not [name for name in written if "_new-" in name]

    full.remove("records #1/parquet/part-000001.parquet")
    full.remove("records #1/manifest.json")
    full.put("records #1/jsonl/_new-0123456789abcdef-part-000001.jsonl", b"{")
    done = command(*arguments, "--block", "3", "--resume")
    assert b"taken over" in done.stderr
    assert written == full.tree("records #1")
    assert 4 == command(*arguments, "--block", "3").returncode  # neither --resume nor --force


def test_a_run_that_was_stopped_goes_on(full: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    without_workers(monkeypatch)
    letters, out = f"{full.address}/letters", f"{full.address}/out"
    with pytest.raises(KeyboardInterrupt):
        extract_to([letters], out, ScriptedEngine(stop_after=2), size=2)
    assert "manifest.json" not in full.tree("out")
    engine = ScriptedEngine()
    manifest = extract_to([letters], out, engine, size=2, resume=True)
    assert [0, 1] == engine.given
    assert len(LETTERS) == manifest.files
    extract_to([letters], f"{full.address}/whole", ScriptedEngine(), size=2)
    assert full.tree("whole") == full.tree("out")


@pytest.mark.slow
def test_a_listing_of_several_pages(store: Store) -> None:
    """S3 names a thousand objects at a time."""
    if store.scheme == "gs":
        pytest.skip("the server of Google's kind names all objects at once")
    names = [f"letters/{number % 3}/{number:04}.txt" for number in range(1100)]
    for name in names:
        store.send(f"{store.bucket}/{name}", b"", "PUT")
    walk = RemoteWalk(Walk(), "s3://elsewhere/x")
    found = [each.path for each in walk.expand([f"{store.address}/letters"])]
    assert [f"{store.address}/{name}" for name in sorted(names)] == found


def test_an_empty_bucket_has_nothing_to_read(command: Spawn, store: Store) -> None:
    done = command("extract", store.address, "-o", f"{store.address}/out", "--engine", "local")
    assert 3 == done.returncode
    assert {} == store.tree("out")


def test_a_bucket_that_is_not_there(command: Spawn, store: Store, tmp_path: Path) -> None:
    letter = tmp_path / "a.txt"
    letter.write_bytes(text("mixed-outcomes"))
    nowhere = f"{store.scheme}://no-such-bucket"
    done = command("extract", letter, "-o", f"{nowhere}/out", "--engine", "local")
    assert 4 == done.returncode
    assert 1 == done.stderr.count(b"\n")
    assert b"NO_SUCH_BUCKET" in done.stderr or b"NOT_FOUND" in done.stderr
    done = command("extract", f"{nowhere}/in", "-o", tmp_path / "out", "--engine", "local")
    assert 1 == done.returncode
    assert b"/in: cannot be read (no such file or folder in the store)" in done.stderr


def test_a_store_that_refuses(command: Spawn, full: Store, tmp_path: Path) -> None:
    if full.scheme == "gs":
        pytest.skip("the server of Google's kind does not ask for credentials")
    letter = tmp_path / "a.txt"
    letter.write_bytes(text("mixed-outcomes"))
    full.send("moto-api/reset-auth", b"0", "POST")  # from here on, keys count
    try:
        read = command(
            "extract", f"{full.address}/letters", "-o", tmp_path / "out", "--engine", "local"
        )
        written = command("extract", letter, "-o", f"{full.address}/out", "--engine", "local")
    finally:
        full.send("moto-api/reset-auth", str(1 << 40).encode(), "POST")
    assert 5 == read.returncode
    assert f"{full.address}/letters cannot be listed (AWS error ".encode() in read.stderr
    assert 4 == written.returncode
    assert f"{full.address}/out cannot be read or written (AWS error".encode() in written.stderr
    assert 1 == read.stderr.count(b"\n") == written.stderr.count(b"\n")


def test_a_name_that_pyarrow_cannot_open_is_an_error_of_its_own(
    command: Spawn, full: Store, tmp_path: Path
) -> None:
    if full.scheme == "gs":
        pytest.skip("pyarrow leaves such names out of a listing of Google's")
    full.send(f"{full.bucket}/letters/deep//y.txt", text("mixed-outcomes"), "PUT")
    done = command(
        "extract", f"{full.address}/letters/deep", "-o", tmp_path / "out", "--engine", "local"
    )
    assert 1 == done.returncode
    assert b"deep//y.txt: cannot be read (a name that pyarrow cannot open)" in done.stderr
    assert 3 == len(lines(tmp_path / "out").splitlines())
    with pytest.raises(CannotWork, match="cannot be listed"):
        list(RemoteWalk(Walk(), "x").expand([f"{full.address}//letters"]))


@pytest.mark.parametrize("address", ["s3://", "s3:///letters", "gs://"])
def test_an_address_without_a_bucket(address: str) -> None:
    with pytest.raises(NotWritable, match="names no bucket"):
        Place(address)


def test_no_server_where_the_address_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    places._file_system.cache_clear()
    try:
        with pytest.raises(CannotWork, match=r"s3://bucket/x cannot be listed \(AWS error"):
            list(RemoteWalk(Walk(), "x").expand(["s3://bucket/x"]))
    finally:
        places._file_system.cache_clear()


def test_what_google_says_is_cut_short() -> None:
    said = "google::cloud::Status(PERMISSION_DENIED: Permanent error, with a last message of words"
    assert "Google Cloud error PERMISSION_DENIED" == reason_of(OSError(13, said))
    said = "google::cloud::Status(UNAVAILABLE: Could not create a OAuth2 access token to words"
    assert "no credentials for Google Cloud" == reason_of(OSError(said))


@pytest.mark.slow
def test_ray_reads_and_writes_a_store(spawn: Spawn, full: Store) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: make test-cluster installs it")
    environment = {**os.environ, **full.environment, "RAY_ADDRESS": "local"}
    for engine in ("ray", "local"):
        done = spawn("extract", f"{full.address}/letters", "-o", f"{full.address}/{engine}",
                     "--engine", engine, "--block", "3", **environment)  # fmt: skip
        assert 1 == done.returncode, done.stderr
    assert full.tree("local") == full.tree("ray")
