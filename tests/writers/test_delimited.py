"""CSV and TSV: cells that no program misreads, and columns that stay."""

import csv
import io
from pathlib import Path

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import NASTY, fixture_records, streamed, written

from imr_extract.record.fields import parse_fields
from imr_extract.record.model import Record
from imr_extract.record.shape import Leaf, ListOf, record_shape
from imr_extract.writers.cells import decoder, encoder
from imr_extract.writers.delimited import table

TEXT = Leaf("text", "null")
TEXTS = ListOf(Leaf("text"))


def rows_of(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    text = io.StringIO(data.decode(), newline="")
    return list(csv.DictReader(text, delimiter=delimiter, strict=True))


def with_request(words: str) -> Record:
    record = fixture_records()[0]
    issue = msgspec.structs.replace(record.issues[0], disputed_service=words)
    return msgspec.structs.replace(record, issues=[issue])


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("MRI of the knee", "MRI of the knee"),
        (None, ""),
        ("", "'"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝x", "'＝x"),  # noqa: RUF001
        ("'tis", "''tis"),
        ("it's", "it's"),
        ("a=b", "a=b"),
        ("a\0b", '\'"a\\u0000b"'),
        ('"quoted"', '"quoted"'),
    ],
)
def test_a_text_stands_in_its_cell_as_documented(value: str | None, cell: str) -> None:
    assert encoder(TEXT)(value) == cell
    assert decoder(TEXT)(cell) == value


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ([], ""),
        (["California"], "California"),
        (["California", "New York"], "California; New York"),
        (["a;b", "c"], r"a\;b; c"),
        (["a\\", "b"], r"a\\; b"),
        ([""], r"\e"),
        (["", ""], r"\e; \e"),
        (["\\e"], r"\\e"),
        (["=1", "-2"], "'=1; -2"),
        (["; "], r"\; "),
    ],
)
def test_a_list_of_texts_stands_in_its_cell_as_documented(value: list[str], cell: str) -> None:
    assert encoder(TEXTS)(value) == cell
    assert decoder(TEXTS)(cell) == value


@given(st.lists(st.text(alphabet="ab;\\e '\"=\0\n ", max_size=6) | st.sampled_from(NASTY)))
def test_any_list_of_texts_comes_back(values: list[str]) -> None:
    cell = encoder(TEXTS)(values)
    assert isinstance(cell, str)
    assert "\0" not in cell
    assert decoder(TEXTS)(cell) == values


def test_a_semicolon_without_its_backslash_is_refused() -> None:
    with pytest.raises(ValueError, match="not escaped"):
        decoder(TEXTS)("a;b")


@pytest.mark.parametrize("words", NASTY)
@pytest.mark.parametrize(("format_", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_no_cell_is_a_formula_or_breaks_its_row(words: str, format_: str, delimiter: str) -> None:
    data = streamed([with_request(words)], format_)  # type: ignore[arg-type]
    assert b"\0" not in data
    (row,) = rows_of(data, delimiter)
    assert list(row) == [each.name for each in table("issues", None)]
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row.values())  # noqa: RUF001
    assert decoder(TEXT)(row["issues.disputed_service"]) == words


def test_a_row_an_issue_repeats_the_letter() -> None:
    records = fixture_records()
    many = max(records, key=lambda each: len(each.issues))
    none = msgspec.structs.replace(many, issues=[])
    rows = rows_of(streamed([many, none], "csv"))
    assert len(rows) == len(many.issues) + 1
    assert len(many.issues) >= 10
    assert {row["case.case_number"] for row in rows} == {many.case.case_number}
    assert [row["issues.number"] for row in rows] == [
        *(str(issue.number) for issue in many.issues),
        "",
    ]
    last = rows[-1]
    assert {last[name] for name in last if name.startswith("issues.")} == {""}


def test_a_row_a_letter_holds_the_issues_as_json() -> None:
    records = fixture_records()
    rows = rows_of(streamed(records, "csv", rows="letters"))
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert msgspec.json.decode(row["issues"]) == msgspec.to_builtins(record.issues)
        assert row["reviewer.specialties"] == "; ".join(record.reviewer.specialties)


def test_the_columns_are_those_of_the_model_in_its_order() -> None:
    names = [each.name for each in table("issues", None)]
    assert names[:3] == ["schema_version", "source.name", "source.sha256"]
    assert len(names) == len(set(names))
    groups = dict.fromkeys(name.partition(".")[0] for name in names)
    assert list(groups) == list(record_shape().fields)
    assert "issues" not in names
    assert "issues.rationale" in names
    letters = [each.name for each in table("letters", None)]
    assert [each for each in names if not each.startswith("issues.")] == [
        each for each in letters if each != "issues"
    ]


def test_fields_choose_the_columns_and_their_order() -> None:
    record = max(fixture_records(), key=lambda each: len(each.issues))
    fields = parse_fields("issues.outcome,case,patient.age,issues.imr_guidelines.body")
    data = streamed([record], "csv", fields=fields)
    rows = rows_of(data)
    assert data.startswith(b"issues.outcome,case.case_number,case.date_assigned,")
    assert list(rows[0])[-2:] == ["patient.age", "issues.imr_guidelines.body"]
    assert [row["issues.outcome"] for row in rows] == [issue.outcome for issue in record.issues]
    assert [row["issues.imr_guidelines.body"] for row in rows] == [
        "; ".join(each.body for each in issue.imr_guidelines) for issue in record.issues
    ]
    (letter,) = rows_of(streamed([record], "csv", rows="letters", fields=fields))
    assert msgspec.json.decode(letter["issues.outcome"]) == [
        issue.outcome for issue in record.issues
    ]


def test_lines_end_as_rfc_4180_says() -> None:
    data = streamed(fixture_records(), "csv")
    assert data.count(b"\r\n") == data.count(b"\n")
    assert data.endswith(b"\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")


def test_another_reader_sees_the_same_cells(tmp_path: Path) -> None:
    records = [*fixture_records(), *map(with_request, NASTY)]
    path = written(tmp_path / "x.csv", records, "csv")
    frame = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
    assert frame.to_dicts() == rows_of(path.read_bytes())


def test_a_rationale_longer_than_the_csv_module_takes_comes_back(tmp_path: Path) -> None:
    from imr_extract.writers import read_back

    record = with_request("knee " * 60_000)
    assert list(read_back(written(tmp_path / "x.csv", [record], "csv"))) == [record]
