"""All formats: what is written is read back equal, and what cannot be is refused."""

import io
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from corpus import golden
from hypothesis import HealthCheck, given, settings
from records import DATABASES, FORMATS, SHAPES, any_records, fixture_records, streamed, written
from thinning import quick_every

from imr_extract.batch.work import Task, failure
from imr_extract.errors import Unreadable
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.fields import parse_fields
from imr_extract.record.model import Record
from imr_extract.writers import (
    Format,
    NotWritable,
    OutputNotReadable,
    PackageMissing,
    Rows,
    WrongCombination,
    format_of,
    open_writer,
    read_back,
)

STREAMS = [each for each in FORMATS if each not in DATABASES]
ERROR = failure(Task(0, b"bad.pdf"), Unreadable("no such file"), ReadingOptions()).line


@pytest.mark.parametrize(("format_", "rows"), SHAPES)
def test_fixtures_come_back_equal(format_: Format, rows: Rows | None, tmp_path: Path) -> None:
    records = fixture_records()
    assert any(len(each.issues) > 1 for each in records)
    assert any(issue.imr_guidelines for each in records for issue in each.issues)
    path = written(tmp_path / "letters", records, format_, rows=rows)
    back = list(read_back(path, format_))
    assert back == records
    # Equal to the byte, too: 30 does not come back as 30.0.
    assert [msgspec.json.encode(each) for each in back] == list(map(msgspec.json.encode, records))


@pytest.mark.parametrize(("format_", "rows"), quick_every(4, SHAPES))
def test_whatever_the_model_allows_comes_back_equal(
    format_: Format, rows: Rows | None, tmp_path: Path
) -> None:
    examples = 10 if format_ in DATABASES else 40  # a database file takes 0.1 s to make
    runs = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(any_records())
    def check(records: list[Record]) -> None:
        nonlocal runs
        runs += 1
        path = written(tmp_path / f"{runs}", records, format_, rows=rows)
        assert list(read_back(path, format_)) == records

    check()
    assert runs >= examples


@pytest.mark.parametrize(("format_", "rows"), SHAPES)
def test_no_record_gives_a_valid_file(format_: Format, rows: Rows | None, tmp_path: Path) -> None:
    path = written(tmp_path / "none", [], format_, rows=rows)
    assert list(read_back(path, format_)) == []
    assert format_ == "jsonl" or path.stat().st_size > 0


@pytest.mark.parametrize("format_", STREAMS)
def test_the_same_letter_twice_is_two_letters_in_a_stream(format_: Format, tmp_path: Path) -> None:
    one = fixture_records()[0]
    empty = msgspec.structs.replace(one, issues=[])
    records = [one, one, empty, empty]
    assert list(read_back(written(tmp_path / "x", records, format_), format_)) == records


@pytest.mark.parametrize("format_", STREAMS)
def test_a_stream_stays_open_and_need_not_seek(format_: Format) -> None:
    class Pipe(io.BytesIO):
        def tell(self) -> int:
            raise OSError("a pipe has no position")

        seek = tell  # type: ignore[assignment]

    target = Pipe()
    with open_writer(format_, target) as writer:
        writer.write(msgspec.json.encode(fixture_records()[0]))
    assert target.getvalue() == streamed(fixture_records()[:1], format_)


def test_json_lines_pass_unchanged() -> None:
    target = io.BytesIO()
    with open_writer("jsonl", target) as writer:
        writer.write(b'{"as": 1.50,  "it":"is"}')
    assert target.getvalue() == b'{"as": 1.50,  "it":"is"}\n'


@pytest.mark.parametrize("format_", ["jsonl", "json"])
def test_inline_errors_stand_in_their_place(format_: Format, tmp_path: Path) -> None:
    records = fixture_records()[:2]
    path = tmp_path / "x"
    with path.open("wb") as target, open_writer(format_, target, inline_errors=True) as writer:
        writer.write(msgspec.json.encode(records[0]))
        writer.write_error(ERROR)
        writer.write(msgspec.json.encode(records[1]))
    whole = path.read_bytes()
    objects = (
        msgspec.json.decode(whole)
        if format_ == "json"
        else list(map(msgspec.json.decode, whole.splitlines()))
    )
    assert [each.get("error", {}).get("code") for each in objects] == [None, "unreadable", None]
    assert list(read_back(path, format_)) == records


def test_fields_choose_and_order_what_json_holds() -> None:
    record = fixture_records()[0]
    fields = parse_fields("issues.outcome,case.case_number,issues.number")
    line = streamed([record], "jsonl", fields=fields)
    outcome, number = record.issues[0].outcome, record.case.case_number
    assert line.decode() == (
        f'{{"issues":[{{"outcome":"{outcome}","number":1}}],"case":{{"case_number":"{number}"}}}}\n'
    )
    assert msgspec.json.decode(streamed([record], "json", fields=fields)) == [
        msgspec.json.decode(line)
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.JSON", "json"),
        ("a.csv", "csv"),
        ("a.tsv", "tsv"),
        ("a.parquet", "parquet"),
        ("a.sqlite", "sqlite"),
        ("a.db", "sqlite"),
        ("a.duckdb", "duckdb"),
        ("a.csv.gz", None),
        ("csv", None),
        (".csv", None),
    ],
)
def test_the_suffix_tells_the_format(name: str, expected: Format | None) -> None:
    assert format_of(Path(name)) == expected


def test_what_does_not_go_together_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    target = io.BytesIO()
    fields = parse_fields("layout")
    for format_ in DATABASES:
        with pytest.raises(WrongCombination, match="needs a file: name one with -o"):
            open_writer(format_, target)  # type: ignore[arg-type]
        with pytest.raises(WrongCombination, match="--fields does not go with"):
            open_writer(format_, tmp_path / "x", fields=fields)  # type: ignore[arg-type]
    for format_ in STREAMS:
        with pytest.raises(WrongCombination, match="needs a stream"):
            open_writer(format_, tmp_path / "x")
    for format_ in ("jsonl", "json", "parquet"):
        with pytest.raises(WrongCombination, match="--rows issues goes with"):
            open_writer(format_, target, rows="issues")  # type: ignore[arg-type]
    for format_ in ("csv", "tsv", "parquet"):
        with pytest.raises(WrongCombination, match="--errors inline goes with"):
            open_writer(format_, target, inline_errors=True)  # type: ignore[arg-type]
    assert WrongCombination.exit_code == 2
    assert target.getvalue() == b""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("format_", "package"), [("parquet", "pyarrow"), ("duckdb", "duckdb")])
def test_a_missing_package_is_told_with_its_remedy(
    format_: Format, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "x", fixture_records()[:1], format_)
    monkeypatch.setitem(sys.modules, package, None)
    for module in [each for each in sys.modules if each.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(PackageMissing) as stated:
        open_writer(format_, tmp_path / "y" if format_ == "duckdb" else io.BytesIO())
    assert f"pip install 'imr-extract[{format_}]'" in stated.value.message
    assert "\n" not in stated.value.message
    with pytest.raises(PackageMissing):
        list(read_back(path, format_))


def test_no_format_loads_what_another_needs() -> None:
    script = (
        "import io, sys; from imr_extract.writers import open_writer\n"
        "open_writer('jsonl', io.BytesIO()).close()\n"
        "print(sorted({'csv', 'sqlite3', 'pyarrow', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize("format_", FORMATS)
def test_other_files_are_refused_without_their_words(format_: Format, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_text('{"secret": "words"}\nsecret words\n', encoding="utf-8")
    with pytest.raises(OutputNotReadable) as stated:
        list(read_back(path, format_))
    assert stated.value.message.startswith(str(path))
    assert "secret" not in stated.value.message


@pytest.mark.parametrize("format_", ["jsonl", "json", "csv", "tsv"])
def test_a_file_that_is_cut_off_is_not_read_as_whole(format_: Format, tmp_path: Path) -> None:
    path = written(tmp_path / "x", fixture_records()[:2], format_)
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(OutputNotReadable):
        list(read_back(path, format_))


@pytest.mark.parametrize("format_", ["parquet", "sqlite", "duckdb"])
def test_a_number_that_a_format_does_not_take_is_told_without_it(
    format_: Format, tmp_path: Path
) -> None:
    record = fixture_records()[0]
    huge = msgspec.structs.replace(
        record, patient=msgspec.structs.replace(record.patient, age=10**18 * 97)
    )
    with pytest.raises(NotWritable) as stated:
        written(tmp_path / "x", [huge], format_)
    assert "97" not in stated.value.message
    assert stated.value.exit_code == 4


def test_what_raises_in_the_body_leaves_no_complete_output(tmp_path: Path) -> None:
    line = golden("one-issue-upheld").encode()
    for format_ in ("json", "parquet"):
        path = tmp_path / "x"
        with (  # noqa: PT012
            pytest.raises(KeyboardInterrupt),
            path.open("wb") as target,
            open_writer(format_, target) as writer,
        ):
            writer.write(line)
            raise KeyboardInterrupt
        with pytest.raises(OutputNotReadable):
            list(read_back(path, format_))
