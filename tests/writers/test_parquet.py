"""Parquet: typed whatever the letters hold, in bounded pieces, for every reader alike."""

import io
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from records import fixture_records, streamed, written

from imr_extract.record.fields import parse_fields
from imr_extract.record.model import SCHEMA_VERSION, Evidence, Record
from imr_extract.record.shape import Leaf, ListOf, MapOf, Parts, record_shape
from imr_extract.writers import parquet, read_back


def shown(path: Path) -> pa.Schema:
    return pq.read_schema(path)


def test_the_schema_is_that_of_the_model_even_without_letters(tmp_path: Path) -> None:
    full = shown(written(tmp_path / "full", fixture_records(), "parquet"))
    empty = shown(written(tmp_path / "empty", [], "parquet"))
    assert full.equals(empty)
    assert full.names == list(record_shape().fields)
    assert full.metadata == {b"imr_extract.schema_version": SCHEMA_VERSION.encode()}
    issue = full.field("issues").type.value_type
    assert issue.field("quantity").type == pa.float64()
    assert issue.field("drugs").type.value_type == pa.string()
    assert not issue.field("number").nullable
    assert full.field("patient").type.field("age").type == pa.int64()


def test_duckdb_polars_and_pandas_read_it_without_casts(tmp_path: Path) -> None:
    records = fixture_records()
    path = written(tmp_path / "x.parquet", records, "parquet")
    expected = sorted(
        (record.source.name, record.patient.age, issue.number, issue.outcome)
        for record in records
        for issue in record.issues
        if record.patient.age is not None and record.patient.age > 40
    )
    assert len(expected) > 5
    by_duckdb = duckdb.execute(
        "SELECT source.name, patient.age, issue.number, issue.outcome "
        f"FROM (SELECT *, unnest(issues) AS issue FROM '{path}') WHERE patient.age > 40"
    ).fetchall()
    assert sorted(by_duckdb) == expected
    by_polars = (
        pl.read_parquet(path)
        .explode("issues")
        .filter(pl.col("patient").struct.field("age") > 40)
        .select(
            pl.col("source").struct.field("name"),
            pl.col("patient").struct.field("age"),
            pl.col("issues").struct.field("number"),
            pl.col("issues").struct.field("outcome"),
        )
        .drop_nulls("number")
    )
    assert sorted(by_polars.rows()) == expected
    frame = pd.read_parquet(path)
    by_pandas = [
        (row.source["name"], row.patient["age"], issue["number"], issue["outcome"])
        for row in frame.itertuples()
        if row.patient["age"] is not None and row.patient["age"] > 40
        for issue in row.issues
    ]
    assert sorted(by_pandas) == expected


def test_evidence_is_a_map_and_comes_back(tmp_path: Path) -> None:
    record = fixture_records()[0]
    found = Evidence(start=1, end=4, page=1, rule="r", grade="low")
    shown_ = msgspec.structs.replace(record, evidence={"patient.age": [found]})
    path = written(tmp_path / "x.parquet", [record, shown_], "parquet")
    assert list(read_back(path)) == [record, shown_]
    rule = "evidence['patient.age'][1].rule"
    assert duckdb.execute(f"SELECT {rule} FROM '{path}'").fetchall() == [(None,), ("r",)]


def test_row_groups_are_bounded_by_letters_and_by_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = fixture_records()
    monkeypatch.setattr(parquet, "GROUP_LETTERS", 4)
    file = pq.ParquetFile(written(tmp_path / "a", records, "parquet"))
    sizes = [file.metadata.row_group(each).num_rows for each in range(file.num_row_groups)]
    assert sizes == [4] * (len(records) // 4) + [len(records) % 4]
    monkeypatch.setattr(parquet, "GROUP_BYTES", 1)
    file = pq.ParquetFile(written(tmp_path / "b", records, "parquet"))
    assert file.num_row_groups == len(records)


def test_fields_choose_the_columns() -> None:
    records = fixture_records()
    data = streamed(records, "parquet", fields=parse_fields("issues.outcome,case.case_number"))
    table = pq.read_table(io.BytesIO(data))
    assert table.column_names == ["issues", "case"]
    assert table.to_pylist() == [
        {
            "issues": [{"outcome": issue.outcome} for issue in record.issues],
            "case": {"case_number": record.case.case_number},
        }
        for record in records
    ]


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Leaf("json"), {"any": [1, None]}),
        (Leaf("bool"), True),
        (Leaf("number"), 30),
        (Leaf("number"), 2.5),
        (ListOf(Leaf("number")), [1, 2.5]),
        (ListOf(Leaf("text", "null")), ["a", None]),
        (MapOf(Leaf("text")), {"b": "x", "a": "y"}),
        (MapOf(ListOf(Parts("P", {"x": Leaf("int", "unset")}))), {"k": [{}, {"x": 1}]}),
        (Parts("P", {"x": Leaf("int", "null"), "y": Leaf("text", "unset")}), {"x": None}),
        (ListOf(ListOf(Leaf("text"))), [["a"], []]),
    ],
)
def test_every_shape_that_a_field_can_have_comes_back(shape: Any, value: Any) -> None:
    outer = Parts("Outer", {"field": shape})
    row = parquet._outward(outer)({"field": value})
    table = pa.Table.from_pylist([row], schema=parquet.schema(outer))
    (back,) = table.to_pylist()
    assert msgspec.json.encode(parquet._inward(outer)(back)) == msgspec.json.encode(
        {"field": value}
    )


def test_the_record_has_no_field_without_a_type() -> None:
    def leaves(shape: Any) -> list[Leaf]:
        match shape:
            case Leaf():
                return [shape]
            case ListOf(item=below) | MapOf(value=below):
                return leaves(below)
        return [each for below in shape.fields.values() for each in leaves(below)]

    assert len(leaves(record_shape())) > 50
    assert not [each for each in leaves(record_shape()) if each.kind == "json"]
    assert isinstance(fixture_records()[0], Record)
