"""The columns of CSV for people: few, flat, and safe to open."""

import csv
import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
from commands import Spawn
from corpus import FIXTURES
from hypothesis import given
from records import any_records, fixture_records, streamed, written

from imr_extract.record.fields import parse_fields
from imr_extract.record.model import Guideline, Note, Record
from imr_extract.writers import OutputNotReadable, WrongCombination, open_writer, read_back
from imr_extract.writers.empty_columns import empty_columns

COLUMNS = (
    "case_number decision_date disputed_service outcome category subcategory drugs quantity unit "
    "body_parts age gender injury_date diagnoses specialties claims_administrator_guidelines "
    "imr_guidelines days_from_denial notes file"
).split()
MARK = b"\xef\xbb\xbf"
LETTER = FIXTURES / "pdf" / "mixed-outcomes.pdf"


def table_of(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=delimiter, strict=True))


def main(records: list[Record], format_: Any = "csv", **options: Any) -> list[dict[str, str]]:
    data = streamed(records, format_, columns="main", **options)
    return table_of(data, "\t" if format_ == "tsv" else ",")


def guideline(body: str) -> Guideline:
    return Guideline(
        body=body, title=None, year=None, sections=[], edition=None, page=None, url=None
    )


def two_issues() -> Record:
    """A record whose values are set here, so that each cell is known."""
    record = next(each for each in fixture_records() if len(each.issues) > 1)
    change = msgspec.structs.replace
    first = change(
        record.issues[0],
        disputed_service="Knee brace",
        outcome="upheld",
        drugs=["tramadol", "naproxen"],
        quantity=60,
        unit=None,
        imr_guidelines=[guideline("MTUS"), guideline("ODG"), guideline("MTUS")],
    )
    second = change(
        record.issues[1],
        disputed_service="=1+1",
        outcome="overturned",
        drugs=["tramadol"],
        quantity=None,
        unit="visits",
        imr_guidelines=[guideline("ACOEM")],
    )
    notes = [
        Note(field="patient.age", code="not_in_letter", message="no age"),
        Note(field="issues[0].unit", code="not_in_letter", message="no unit"),
        Note(field="issues[1]", code="incomplete", message="cut"),
        Note(field="issues[10].unit", code="not_in_letter", message="far"),
    ]
    source = change(record.source, name="bundle.pdf", letter=2, letters=3)
    return change(record, issues=[first, second], notes=notes, source=source)


@pytest.mark.parametrize("format_", ["csv", "csv-excel", "tsv"])
def test_an_issue_is_a_row_of_twenty_plain_cells(format_: str) -> None:
    first, second = main([two_issues()], format_)
    assert COLUMNS == list(first)
    assert ("Knee brace", "upheld", "tramadol; naproxen", "60", "") == tuple(
        first[name] for name in ("disputed_service", "outcome", "drugs", "quantity", "unit")
    )
    assert "MTUS; ODG" == first["imr_guidelines"]
    assert "patient.age: no age; issues[0].unit: no unit" == first["notes"]
    assert "patient.age: no age; issues[1]: cut" == second["notes"]
    assert "bundle.pdf, letter 2" == first["file"]
    assert "'=1+1" == second["disputed_service"]


def test_a_letter_is_a_row_whose_issues_stay_in_step() -> None:
    (row,) = main([two_issues()], rows="letters")
    assert "Knee brace; =1+1" == row["disputed_service"]
    assert ("upheld; overturned", "60; ", "; visits") == (
        row["outcome"],
        row["quantity"],
        row["unit"],
    )
    assert ("tramadol; naproxen", "MTUS; ODG; ACOEM") == (row["drugs"], row["imr_guidelines"])


@pytest.mark.parametrize("rows", ["issues", "letters"])
def test_a_letter_without_issues_is_a_row(rows: str) -> None:
    record = msgspec.structs.replace(two_issues(), issues=[])
    (row,) = main([record], rows=rows)
    assert (record.case.case_number, "", "") == (
        row["case_number"],
        row["disputed_service"],
        row["drugs"],
    )


@pytest.mark.slow
@given(any_records())
def test_whatever_the_model_allows_has_its_rows(records: list[Record]) -> None:
    rows = main(records)
    assert sum(max(1, len(each.issues)) for each in records) == len(rows)
    assert not any(
        cell.startswith(("=", "+", "@", "\t", "\r", "\n"))
        for each in rows
        for name, cell in each.items()
        if name != "quantity"
    )


def test_only_csv_for_excel_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    records = fixture_records()[:3]
    assert MARK + streamed(records, "csv") == streamed(records, "csv-excel")
    path = written(tmp_path / "x.csv", records, "csv-excel")
    assert records == list(read_back(path))  # by the suffix, too


def test_what_is_left_out_is_not_read_back(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", fixture_records()[:1], "csv", columns="main")
    with pytest.raises(OutputNotReadable, match="--columns all"):
        list(read_back(path))


def test_columns_go_with_tables_of_texts_and_not_with_fields() -> None:
    with pytest.raises(WrongCombination, match="--columns goes with"):
        open_writer("jsonl", io.BytesIO(), columns="main")
    with pytest.raises(WrongCombination, match="does not go with --fields"):
        open_writer("csv", io.BytesIO(), columns="all", fields=parse_fields("layout"))


def test_the_command_writes_them_by_default(command: Spawn, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert 0 == command("extract", LETTER, "-o", path).returncode
    assert COLUMNS == list(table_of(path.read_bytes())[0])
    marked = command("extract", LETTER, "-o", path, "--force", "--format", "csv-excel")
    assert (0, MARK) == (marked.returncode, path.read_bytes()[:3])
    every = command("extract", LETTER, "--format", "csv", "--columns", "all")
    assert "case.case_number" in table_of(every.stdout)[0]
    named = command("extract", LETTER, "--format", "csv", "--fields", "layout")
    assert ["layout"] == list(table_of(named.stdout)[0])
    refused = command("extract", LETTER, "--format", "json", "--columns", "all")
    assert (2, b"--columns goes with") == (refused.returncode, refused.stderr[13:32])


def test_a_finished_file_of_some_fields_says_why_it_is_not_added_to(
    command: Spawn, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    options = ("-o", path, "--fields", "outcome")
    command("extract", LETTER, *options)
    again = command("extract", LETTER, *options, "--resume")
    assert 0 == again.returncode
    assert b"with some fields or columns only" in again.stderr


PLANS = sorted((FIXTURES / "layouts" / "dmhc-findings").glob("*.txt"))[:3]
OF_COMPENSATION = {
    "case_number",
    "decision_date",
    "injury_date",
    "claims_administrator_guidelines",
    "imr_guidelines",
    "days_from_denial",
}


@pytest.mark.parametrize("rows", ["issues", "letters"])
def test_columns_that_no_letter_of_the_run_can_fill_are_left_out(
    command: Spawn, tmp_path: Path, rows: str
) -> None:
    """Decisions on health plans alone; with one letter of another kind all columns are there."""
    output, both = tmp_path / "plans.csv", tmp_path / "both.csv"
    command("extract", *PLANS, "-o", output, "--rows", rows)
    expected = [name for name in COLUMNS if name not in OF_COMPENSATION]
    plans = table_of(output.read_bytes())
    assert expected == list(plans[0])
    command("extract", *PLANS, LETTER, "-o", both, "--rows", rows)
    whole = table_of(both.read_bytes())
    assert COLUMNS == list(whole[0])
    for left, right in zip(plans, whole, strict=False):
        assert left == {name: cell for name, cell in right.items() if name in left}
    stream = command("extract", *PLANS, "--format", "csv", "--rows", rows)
    assert COLUMNS == list(table_of(stream.stdout)[0])  # no row had come when the header went out


def test_a_column_that_a_layout_can_fill_stays(command: Spawn, tmp_path: Path) -> None:
    letter = FIXTURES / "text" / "no-gender.txt"
    command("extract", letter, "-o", tmp_path / "one.csv")
    assert COLUMNS == list(table_of((tmp_path / "one.csv").read_bytes())[0])
    with pytest.raises(OutputNotReadable, match="main columns only"):
        list(read_back(tmp_path / "one.csv"))


def test_a_value_keeps_its_column() -> None:
    """A cover page may print what its letter does not; a layout of one's own may fill all."""
    change, two = msgspec.structs.replace, two_issues()
    empty = change(
        two,
        layout="dmhc-findings",
        case=change(two.case, case_number=None, decision_date=None, days_from_denial=None),
        injury=change(two.injury, date=None),
        issues=[],
    )
    lines = [msgspec.json.encode(empty)]
    assert OF_COMPENSATION == empty_columns(lines)
    numbered = change(empty, case=change(empty.case, case_number="CM17-0900001"))
    assert OF_COMPENSATION - {"case_number"} == empty_columns(
        [*lines, msgspec.json.encode(numbered)]
    )
    own = change(empty, layout="own")
    assert frozenset() == empty_columns([*lines, msgspec.json.encode(own)])
    assert frozenset() == empty_columns([])
