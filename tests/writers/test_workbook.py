"""The Excel workbook: typed cells, no formulas, and every row in its place."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from commands import Spawn
from corpus import FIXTURES
from records import NASTY, fixture_records, streamed, written

from imr_extract.record.fields import parse_fields
from imr_extract.record.model import Record
from imr_extract.writers import (
    NotWritable,
    OutputNotReadable,
    PackageMissing,
    Writer,
    WrongCombination,
    open_writer,
    read_back,
    workbook,
)

SHEETS = ["issues", "letters", "diagnoses", "treatments", "citations"]
LETTER = FIXTURES / "pdf" / "mixed-outcomes.pdf"


def opened(records: list[Record]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(streamed(records, "xlsx")))


def rows_of(book: Any, sheet: str) -> list[dict[str, Any]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def write_all(writer: Writer, lines: list[bytes]) -> None:
    with writer:
        for line in lines:
            writer.write(line)


def with_words(words: str, **case: str) -> Record:
    record = fixture_records()[0]
    issue = msgspec.structs.replace(record.issues[0], disputed_service="x" + words, rationale=words)
    changed = msgspec.structs.replace(record.case, **case)
    return msgspec.structs.replace(record, issues=[issue], case=changed)


def test_every_item_of_every_record_has_its_row() -> None:
    records = fixture_records()
    book = opened(records)
    assert SHEETS == book.sheetnames
    issues = [issue for each in records for issue in each.issues]
    expected = {
        "issues": len(issues),
        "letters": len(records),
        "diagnoses": sum(len(each.diagnoses) for each in records),
        "treatments": sum(len(each.treatments) for each in records),
        "citations": sum(
            len(each.imr_guidelines) + len(each.claims_administrator_guidelines) for each in issues
        ),
    }
    assert expected == {name: len(rows_of(book, name)) for name in SHEETS}
    assert [each.rationale for each in issues] == [
        row["rationale"] for row in rows_of(book, "issues")
    ]
    cited = [row["body"] for row in rows_of(book, "citations") if row["field"] == "imr_guidelines"]
    assert [cite.body for each in issues for cite in each.imr_guidelines] == cited


def test_the_header_stays_and_filters() -> None:
    book = opened(fixture_records()[:2])
    for sheet in book:
        assert ("A2", True) == (sheet.freeze_panes, sheet["A1"].font.bold)
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.column_dimensions["A"].width > 8.43  # which is Excel's own


def test_whole_days_are_dates_and_others_stay_texts() -> None:
    record = with_words("w", decision_date="2017-05-30", date_assigned="2017-05")
    book = opened([record])
    (letter,), (issue,) = rows_of(book, "letters"), rows_of(book, "issues")
    day = dt.datetime(2017, 5, 30)  # noqa: DTZ001
    assert (day, "2017-05") == (letter["case_decision_date"], letter["case_date_assigned"])
    assert day == issue["decision_date"]


@pytest.mark.parametrize("words", [*NASTY, "https://example.org", "{=1+1}", "=cmd|' /C calc'!A0"])
def test_words_are_never_a_formula_nor_a_link(words: str) -> None:
    sheet = opened([with_words(words)])["issues"]
    column = next(each.column for each in sheet[1] if each.value == "rationale")
    cell = sheet.cell(2, column)
    assert cell.data_type in {"s", "inlineStr", "n"}
    assert cell.hyperlink is None
    if words.isprintable() and words:
        assert words == cell.value


def test_a_text_that_is_too_long_says_that_it_is_cut() -> None:
    (row,) = rows_of(opened([with_words("é" * 40_000)]), "issues")
    assert (workbook.MOST_CHARACTERS, True) == (
        len(row["rationale"]),
        row["rationale"].endswith("é[cut]"),
    )


def test_more_rows_than_a_sheet_holds_end_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    target = io.BytesIO()
    writer = open_writer("xlsx", target)
    lines = [msgspec.json.encode(each) for each in fixture_records()]
    with pytest.raises(NotWritable, match="rows, and the sheet"):
        write_all(writer, lines)
    assert b"" == target.getvalue()


def test_the_same_records_give_the_same_bytes() -> None:
    records = fixture_records()[:3]
    assert streamed(records, "xlsx") == streamed(records, "xlsx")


def test_a_workbook_is_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "x.xlsx", fixture_records()[:1], "xlsx")
    with pytest.raises(OutputNotReadable, match="workbook for people"):
        list(read_back(path))
    with pytest.raises(WrongCombination, match="--fields does not go"):
        open_writer("xlsx", io.BytesIO(), fields=parse_fields("layout"))
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(PackageMissing, match=r"imr-extract\[xlsx\]"):
        open_writer("xlsx", io.BytesIO())


def test_the_command_knows_the_suffix(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert 0 == command("extract", LETTER, "-o", path).returncode
    assert SHEETS == openpyxl.load_workbook(path).sheetnames
