"""`verify`: a record that is right passes, and every fault that is planted in one is told."""

from pathlib import Path

import msgspec
import pytest
from commands import Run
from corpus import FIXTURES, NAMES, pdf, text
from planted import PLANTED, drop, put
from thinning import quick_every

from imr_extract import extract_bytes
from imr_extract.audit.verify import Discrepancy, VerifyTally, verify
from imr_extract.batch.sources import Sources
from imr_extract.batch.work import Task, failure
from imr_extract.errors import Empty
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import ReaderChoice
from imr_extract.record.model import Grade

NAME = "mixed-outcomes"  # three pages, three issues, three states, drugs, amounts
FILE = f"{NAME}.pdf"


def line_of(name: str, reader: ReaderChoice = "auto", *, boxes: bool = False) -> bytes:
    record = extract_bytes(pdf(name), name=f"{name}.pdf", reader=reader, evidence=True, boxes=boxes)
    return msgspec.json.encode(record)


def faults(*lines: bytes, folder: Path = FIXTURES / "pdf") -> list[Discrepancy]:
    return list(verify(lines, Sources(folder, DEFAULT_LIMITS), DEFAULT_LIMITS, VerifyTally()))


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("boxes", [False, True])
@pytest.mark.parametrize("name", quick_every(25, NAMES))
def test_records_of_pdfs_hold(name: str, reader: ReaderChoice, boxes: bool) -> None:
    assert faults(line_of(name, reader, boxes=boxes)) == []


@pytest.mark.parametrize("name", NAMES)
def test_records_of_texts_hold(name: str) -> None:
    record = extract_bytes(text(name), name=f"{name}.txt", evidence=True)
    assert faults(msgspec.json.encode(record), folder=FIXTURES / "text") == []


def test_fifty_faults_are_planted() -> None:
    assert len(PLANTED) >= 50


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_told(planted: str) -> None:
    plant, field, words = PLANTED[planted]
    tree = msgspec.json.decode(line_of(NAME))
    plant(tree)
    stated = faults(msgspec.json.encode(tree))
    assert [fault for fault in stated if fault.field == field and words in fault.what], stated
    assert {fault.file for fault in stated} == {tree["source"]["name"]}


def test_a_box_that_was_moved_is_told() -> None:
    tree = msgspec.json.decode(line_of(NAME, boxes=True))
    tree["evidence"]["patient.age"][0]["boxes"][0][1] += 3
    assert [fault.field for fault in faults(msgspec.json.encode(tree))] == ["patient.age"]


def test_a_record_of_another_reader_is_read_with_that_reader() -> None:
    tree = msgspec.json.decode(line_of(NAME, "pdfplumber"))
    tree["source"]["reader"] = "pdfium"
    assert faults(msgspec.json.encode(tree))


def test_a_source_that_cannot_be_read_any_more_is_told(tmp_path: Path) -> None:
    data = pdf(NAME)[:-2000]
    (tmp_path / FILE).write_bytes(data)
    tree = msgspec.json.decode(line_of(NAME))
    assert faults(msgspec.json.encode(tree), folder=tmp_path) == [
        Discrepancy(FILE, "source.sha256", "the file of this name has different content")
    ]


def test_of_files_with_one_name_that_with_the_content_is_taken(tmp_path: Path) -> None:
    for folder, name in (("a", "mixed-outcomes"), ("b", NAME), ("c", "no-gender")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / FILE).write_bytes(pdf(name))
    assert faults(line_of(NAME), folder=tmp_path) == []


def test_lines_that_are_no_record_are_told_by_number_and_error_objects_passed_over() -> None:
    error = failure(Task(0, b"a"), Empty(), ReadingOptions()).line
    lines = [line_of(NAME), b"\n", error, b"{}", b"not JSON"]
    stated = faults(*lines)
    assert [(fault.file, fault.field) for fault in stated] == [("line 4", ""), ("line 5", "")]


def test_the_command_is_quiet_on_records_that_hold(run: Run, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"".join(line_of(name) + b"\n" for name in NAMES[:3]))
    result = run("verify", records, "--source", FIXTURES)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 records" in result.stderr
    assert "0 discrepancies" in result.stderr


def test_the_command_prints_a_line_a_fault_and_ends_with_1(run: Run) -> None:
    tree = msgspec.json.decode(line_of(NAME))
    put("patient.age", 21)(tree)
    drop("outcome")(tree)
    result = run("verify", "-", "--source", FIXTURES / "pdf", stdin=msgspec.json.encode(tree))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{FILE}\tpatient.age\tthe words at its spans do not give the value",
        f"{FILE}\toutcome\thas no evidence",
    ]
    assert "2 discrepancies" in result.stderr


def test_a_name_of_many_lines_takes_one_line(run: Run) -> None:
    tree = msgspec.json.decode(line_of(NAME))
    tree["source"]["name"] = "a\n\x1b[31mb\tc.pdf"
    result = run("verify", "-", "--source", FIXTURES / "pdf", stdin=msgspec.json.encode(tree))
    assert result.stdout.count("\n") == 1
    assert result.stdout.count("\t") == 2
    assert "\x1b" not in result.stdout


def test_no_record_at_all_is_no_success(run: Run) -> None:
    result = run("verify", "-", "--source", FIXTURES, stdin=b"\n")
    assert result.exit_code == 3
    assert "nothing to verify" in result.stderr


def test_records_that_are_not_there_are_a_wrong_command_line(run: Run, tmp_path: Path) -> None:
    result = run("verify", tmp_path / "none.jsonl", "--source", FIXTURES)
    assert result.exit_code == 2


@pytest.mark.parametrize("least", ["high", "medium", "low"])
def test_records_without_values_of_lower_grades_hold(least: Grade) -> None:
    """The notes say what was left out, and so with which limit the letter was read."""
    records = [
        extract_bytes(pdf(name), name=f"{name}.pdf", evidence=True, min_grade=least)
        for name in NAMES[::3]
    ]
    assert (least == "low") is not any("left out" in n.message for r in records for n in r.notes)
    assert [] == faults(*map(msgspec.json.encode, records))
