"""Letters in archives: read as a folder is, within limits, and never unpacked onto a disk."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from commands import Spawn
from corpus import FIXTURES

from imr_extract import extract_bytes
from imr_extract.batch import archives
from imr_extract.limits import Limits

TEXTS = sorted((FIXTURES / "text").glob("*.txt"))[:3]
MEMBERS = {
    f"{folder}{path.name}": path.read_bytes()
    for folder, path in zip(("", "b/", "a/"), TEXTS, strict=True)
}


def made(path: Path) -> Path:
    """An archive of the letters, of the kind that the suffix says."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in MEMBERS.items():
                archive.writestr(name, data)
            archive.writestr("__MACOSX/", b"")
            archive.writestr(".hidden", b"x")
    else:
        with tarfile.open(path, "w:gz" if path.suffix in {".gz", ".tgz"} else "w") as tar:
            for name, data in MEMBERS.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
            link = tarfile.TarInfo("link.txt")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
            tar.addfile(link)
    return path


@pytest.mark.parametrize("name", ["b.zip", "b.tar", "b.tar.gz", "b.tgz"])
def test_an_archive_is_read_as_a_folder(command: Spawn, tmp_path: Path, name: str) -> None:
    archive = made(tmp_path / name)
    done = command("extract", archive)
    assert 0 == done.returncode, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    expected = [Path(each).name for each in sorted(MEMBERS)]
    assert expected == [each["source"]["name"] for each in records]
    assert [archive] == list(tmp_path.iterdir())


def test_a_single_letter_may_be_packed(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / f"{TEXTS[0].name}.gz"
    path.write_bytes(gzip.compress(TEXTS[0].read_bytes()))
    (record,) = map(json.loads, command("extract", path).stdout.splitlines())
    assert TEXTS[0].name == record["source"]["name"]
    whole = extract_bytes(TEXTS[0].read_bytes(), name=TEXTS[0].name)
    assert whole.source.sha256 == record["source"]["sha256"]


def test_archives_inside_folders_are_read_where_that_is_asked_for(
    command: Spawn, tmp_path: Path
) -> None:
    made(tmp_path / "b.zip")
    assert 1 == command("extract", tmp_path).returncode  # a file of another type
    done = command("extract", tmp_path, "--archives")
    assert (0, 3) == (done.returncode, len(done.stdout.splitlines()))


def test_a_bad_member_costs_itself_alone_and_its_path_leads_back(
    command: Spawn, tmp_path: Path
) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TEXTS[0].read_bytes())
        archive.writestr("b.txt", b"")
        archive.writestr("c.txt", TEXTS[1].read_bytes())
    errors = tmp_path / "errors.jsonl"
    done = command("extract", path, "--errors-to", errors)
    assert (1, 2) == (done.returncode, len(done.stdout.splitlines()))
    assert f"{path}!b.txt" == json.loads(errors.read_text())["path"]
    again = command("extract", "--files-from", errors, "-q")
    assert b"b.txt: is empty" in again.stderr
    good = command("extract", f"{path}!c.txt")
    assert (0, "c.txt") == (good.returncode, json.loads(good.stdout)["source"]["name"])


@pytest.mark.parametrize("name", ["b.zip", "b.tar.gz", "b.txt.gz"])
def test_a_damaged_archive_is_one_error(command: Spawn, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 cut off")
    done = command("extract", tmp_path / name)
    assert (1, b"") == (done.returncode, done.stdout)
    assert b"[unreadable]" in done.stderr
    assert b"Traceback" not in done.stderr


def test_members_over_a_limit_are_not_read_to_their_end(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXTS[0].read_bytes())
        archive.writestr("bomb.txt", b" " * 80_000_000)
    done = command("extract", path)
    assert (1, 1) == (done.returncode, len(done.stdout.splitlines()))
    assert b"bomb.txt: is larger than the limit of" in done.stderr


def test_archives_of_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", b" " * 1_000_000)
    monkeypatch.setattr(archives, "_MANY", 3_000_000)
    with pytest.raises(archives.BadArchive, match="unpacks to more than"):
        list(archives.read_all(path, Limits()))
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    with pytest.raises(archives.BadArchive, match="more than 10 files"):
        archives.members(path)


def test_a_word_document_says_what_to_do(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w:document/>")
    done = command("extract", path)
    assert (1, True) == (done.returncode, b"is a Word document (.docx: there" in done.stderr)


def test_members_are_chosen_by_pattern_in_folders_too(command: Spawn, tmp_path: Path) -> None:
    """The name of the archive itself matches nothing."""
    name = TEXTS[0].name
    made(tmp_path / "bundle.zip")
    (tmp_path / "other.txt").write_bytes(TEXTS[1].read_bytes())
    done = command("extract", tmp_path, "--archives", "--glob", name)
    assert [name] == [json.loads(line)["source"]["name"] for line in done.stdout.splitlines()]
