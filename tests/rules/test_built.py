"""The built rules say what the data files say, and are left aside where they do not fit."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import regex
from corpus import ROOT
from thinning import quick_every

from imr_extract.clinical.vocabulary import conditions, drugs, service_categories, sites, therapies
from imr_extract.rules import built, data_files
from imr_extract.rules.patterns import expand
from imr_extract.rules.table import PatternRow, cue_rows

CUES = sorted(path.stem for path in (data_files.DATA / "cues").glob("*.toml"))


@pytest.fixture(scope="module")
def built_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file as `make rules` writes it."""
    path = tmp_path_factory.mktemp("rules") / "rules.bin"
    script = ROOT / "scripts" / "build_rules.py"
    subprocess.run([sys.executable, script, "-o", path], check=True)
    return path


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whatever is set on `built` holds for this test only."""
    yield monkeypatch
    monkeypatch.undo()
    built._contents.cache_clear()


def look_at(file: Path, use: pytest.MonkeyPatch) -> None:
    use.setattr(built, "FILE", file)
    built._contents.cache_clear()


def changed(file: Path, new: Path, **values: object) -> Path:
    contents = msgspec.msgpack.decode(file.read_bytes(), type=built.BuiltRules)
    new.write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(contents, **values)))
    return new


def all_rows() -> list[PatternRow]:
    return [row for name in CUES for rows in cue_rows(name).values() for row in rows]


@pytest.mark.parametrize("path", quick_every(8, data_files.paths()))
def test_a_built_file_says_what_the_data_file_says(
    path: str, built_file: Path, use: pytest.MonkeyPatch
) -> None:
    look_at(built_file, use)
    kept = built.file(path)
    assert kept is not None
    assert data_files.decoded(path) == msgspec.msgpack.decode(kept)


def test_every_row_is_built_and_finds_its_examples_only(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    look_at(built_file, use)
    rows = [(row, expand(row.pattern)) for row in all_rows()]
    assert [] == [
        row.id for row, source in rows if built.key_of(source, 0) not in built._contents().patterns
    ]
    wrong = [
        row.id
        for row, source in rows
        if not all(built.pattern(source, 0).search(words) for words in row.examples)
        or any(built.pattern(source, 0).search(words) for words in row.near_misses)
    ]
    assert wrong == []


def test_a_built_pattern_has_the_groups_and_flags_of_its_source(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    look_at(built_file, use)
    for row in all_rows():
        source = expand(row.pattern)
        of_file, of_source = built.pattern(source, 0), regex.compile(source)
        assert (of_source.pattern, of_source.flags) == (of_file.pattern, of_file.flags)
        assert (of_source.groups, of_source.groupindex) == (of_file.groups, of_file.groupindex)


@pytest.mark.parametrize("module", [conditions, drugs, sites, therapies])
def test_a_built_vocabulary_is_the_one_that_is_made(
    module: object, built_file: Path, use: pytest.MonkeyPatch
) -> None:
    make = module._phrases.__wrapped__  # type: ignore[attr-defined]
    look_at(built_file, use)
    of_file = make()
    look_at(built_file.with_name("none"), use)
    assert vars(make()) == vars(of_file)


def test_the_built_services_are_those_that_are_made(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    look_at(built_file, use)
    of_file = service_categories._index.__wrapped__()
    assert of_file == service_categories._made_index()
    assert isinstance(next(iter(of_file.values()))[0], service_categories._RuleEntry)


def test_rules_that_changed_since_are_read_from_their_files(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    use.setattr(data_files, "digest", lambda: "of other rules")
    look_at(built_file, use)
    assert built.file("cues/injury.toml") is None
    assert built.table("services", list[str], lambda: ["made"]) == ["made"]
    assert not built.fits()


def test_tables_of_modules_that_changed_since_are_made(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    use.setattr(built, "_makers", lambda: "of other modules")
    look_at(built_file, use)
    assert built.table("services", list[str], lambda: ["made"]) == ["made"]
    assert built.file("cues/injury.toml") is not None


def test_patterns_of_another_version_of_the_engine_are_compiled(
    built_file: Path, tmp_path: Path, use: pytest.MonkeyPatch
) -> None:
    spoiled = {built.key_of("a+", 0): built.packed("what no version reads")}
    look_at(changed(built_file, tmp_path / "other", regex="0", patterns=spoiled), use)
    assert built.pattern("a+", 0).fullmatch("aa")


def test_a_pattern_that_is_not_in_the_file_is_compiled(
    built_file: Path, use: pytest.MonkeyPatch
) -> None:
    look_at(built_file, use)
    source = r"no (?<shipped>pattern) looks for this"
    assert built.pattern(source, int(regex.IGNORECASE)).fullmatch("NO PATTERN LOOKS FOR THIS")


@pytest.mark.parametrize("data", [b"", b"\x93nonsense", b"\x90"], ids=["empty", "cut", "short"])
def test_a_file_that_cannot_be_read_is_as_none(
    data: bytes, tmp_path: Path, use: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules.bin").write_bytes(data)
    look_at(tmp_path / "rules.bin", use)
    assert built.file("cues/injury.toml") is None
    assert built.pattern("a+", 0).fullmatch("aa")


@pytest.mark.slow
def test_records_are_the_same_with_the_file_and_without(built_file: Path) -> None:
    program = """
import sys
from pathlib import Path
from imr_extract.rules import built
built.FILE = Path(sys.argv[1])
from imr_extract import extract_bytes
from imr_extract.record.json_line import json_line
assert built.fits() == built.FILE.exists()
for path in sys.argv[2:]:
    print(json_line(extract_bytes(Path(path).read_bytes(), evidence=True)))
"""
    letters = sorted((ROOT / "fixtures" / "pdf").glob("*.pdf"))[::3]

    def records(file: Path) -> bytes:
        command: list[str | Path] = [sys.executable, "-c", program, file, *letters]
        return subprocess.run(command, check=True, capture_output=True).stdout

    of_file = records(built_file)
    assert of_file.count(b"\n") == len(letters)
    assert of_file == records(built_file.with_name("none"))
