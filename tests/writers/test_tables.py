"""SQLite and DuckDB: tables that belong together, that can be searched, and that renew."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from records import fixture_records, written

from imr_extract.record.model import Diagnosis, Record
from imr_extract.writers import NotWritable, OutputNotReadable, open_writer, read_back, table_file
from imr_extract.writers.sqlite_file import INDEXED, SEARCHED
from imr_extract.writers.tables import all_tables, letters

TABLES = {"letters", "issues", "diagnoses", "treatments", "diagnostics", "citations", "notes"}

# A limit on the length of files fails a write as a full disk does; it holds for a whole process.
FULL_DISK = """
import resource, sys, msgspec
from pathlib import Path
from records import fixture_records
from imr_extract.writers import NotWritable, open_writer, table_file

table_file.BATCH = 25
record = fixture_records()[0]
try:
    with open_writer(sys.argv[1], Path(sys.argv[2])) as writer:
        for number in range(4000):
            if number == 25:
                resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
            source = msgspec.structs.replace(record.source, sha256=f"{number:064x}")
            writer.write(msgspec.json.encode(msgspec.structs.replace(record, source=source)))
except NotWritable as error:
    print(error.message)
"""


def query(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows that a query gives, from either kind of file."""
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as file:
            return file.execute(sql, values).fetchall()
    with duckdb.connect(path, read_only=True) as file:
        return file.execute(sql, values).fetchall()


def changed(record: Record) -> Record:
    """The same letter, read by a program that has learned."""
    found = Diagnosis(
        text="tennis elbow", code="M77.10", icd10cm=None, body_parts=["elbow"], laterality=None
    )
    issues = [msgspec.structs.replace(record.issues[0], rationale="Quokkas were not asked.")]
    return msgspec.structs.replace(record, issues=issues, diagnoses=[found])


@pytest.fixture(params=["sqlite", "duckdb"])
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_every_list_is_a_table_with_a_row_an_item(kind: Any, tmp_path: Path) -> None:
    records = [changed(fixture_records()[0]), *fixture_records()[1:]]
    path = written(tmp_path / f"x.{kind}", records, kind)
    assert {table.name for table in all_tables()} == TABLES
    issues = [issue for record in records for issue in record.issues]
    expected = {
        "letters": len(records),
        "issues": len(issues),
        "diagnoses": sum(len(record.diagnoses) for record in records),
        "treatments": sum(len(record.treatments) for record in records),
        "diagnostics": sum(len(record.diagnostics) for record in records),
        "citations": sum(
            len(each.imr_guidelines) + len(each.claims_administrator_guidelines) for each in issues
        ),
        "notes": sum(len(record.notes) for record in records),
    }
    assert {name: query(path, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES} == expected
    assert expected["citations"] > 20
    assert query(path, "SELECT text, code FROM diagnoses WHERE code IS NOT NULL")[0] == (
        "tennis elbow",
        "M77.10",
    )


def test_a_question_over_several_tables(kind: Any, tmp_path: Path) -> None:
    records = fixture_records()
    path = written(tmp_path / f"x.{kind}", records, kind)
    rows = query(
        path,
        "SELECT letters.case_number, issues.number, citations.title FROM citations "
        "JOIN issues ON issues.id = citations.issue_id "
        "JOIN letters ON letters.id = issues.letter_id "
        "WHERE citations.body = 'MTUS' AND citations.field = 'imr_guidelines' "
        "AND issues.outcome = 'overturned' ORDER BY letters.id, 2, citations.position",
    )
    expected = [
        (record.case.case_number, issue.number, each.title)
        for record in records
        for issue in record.issues
        for each in issue.imr_guidelines
        if each.body == "MTUS" and issue.outcome == "overturned"
    ]
    assert len(expected) > 2
    assert rows == expected


def test_a_letter_that_comes_again_replaces_its_rows(
    kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "BATCH", 7)  # several batches, and a short last one
    records = fixture_records()
    path = written(tmp_path / f"x.{kind}", records, kind)
    numbers = query(path, "SELECT id FROM letters ORDER BY id")
    renewed = [records[0], changed(records[1]), *records[2:]]
    written(path, renewed, kind)
    assert list(read_back(path)) == renewed
    assert query(path, "SELECT id FROM letters ORDER BY id") == numbers
    # A new one is added, and one that comes twice in one run is there once, as it came last.
    new = msgspec.structs.replace(
        records[0], source=msgspec.structs.replace(records[0].source, sha256="f" * 64)
    )
    written(path, [new, changed(new)], kind)
    assert list(read_back(path)) == [*renewed, changed(new)]


def test_an_abandoned_run_leaves_whole_batches(
    kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_file, "BATCH", 4)
    path = tmp_path / f"x.{kind}"
    records = fixture_records()[:6]
    with pytest.raises(KeyboardInterrupt), open_writer(kind, path) as writer:  # noqa: PT012
        for each in records:
            writer.write(msgspec.json.encode(each))
        raise KeyboardInterrupt
    assert list(read_back(path)) == records[:4]


def test_a_batch_that_fails_leaves_nothing_of_itself(kind: Any, tmp_path: Path) -> None:
    good, other = fixture_records()[:2]
    path = written(tmp_path / f"x.{kind}", [good], kind)
    issue = msgspec.structs.replace(other.issues[0], number=2**80)
    bad = msgspec.structs.replace(other, issues=[issue])
    with pytest.raises(NotWritable, match="cannot be written"):
        written(path, [changed(good), bad], kind)
    assert list(read_back(path)) == [good]


def test_a_full_disk_is_told_and_leaves_whole_batches(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, kind, str(path)],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.count("\n") == 1
    assert "cannot be written" in done.stdout
    whole = list(read_back(path))
    assert 25 <= len(whole) < 4000
    assert len(whole) % 25 == 0


def test_a_file_of_another_version_is_refused(kind: Any, tmp_path: Path) -> None:
    path = written(tmp_path / f"x.{kind}", fixture_records()[:1], kind)
    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    with closing(connect(path)) as file:
        file.execute("UPDATE meta SET value = 'older' WHERE name IN ('digest', 'tables')")
        file.commit()
    before = query(path, "SELECT * FROM letters")
    with pytest.raises(NotWritable, match="another version"):
        open_writer(kind, path)
    assert query(path, "SELECT * FROM letters") == before


def test_a_file_of_another_program_is_left_alone(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    connect = sqlite3.connect if kind == "sqlite" else duckdb.connect
    with closing(connect(path)) as file:
        file.execute("CREATE TABLE mine (words TEXT)")
        file.commit()
    with pytest.raises(NotWritable, match="another program"):
        open_writer(kind, path)
    with pytest.raises(OutputNotReadable):
        list(read_back(path))
    junk = tmp_path / "junk"
    junk.write_bytes(b"junk " * 1000)
    with pytest.raises(NotWritable) as stated:
        open_writer(kind, junk)
    assert stated.value.exit_code == 4
    assert junk.read_bytes() == b"junk " * 1000
    with pytest.raises(NotWritable):
        open_writer(kind, tmp_path / "none" / "x")


def test_no_column_is_named_twice() -> None:
    for table in all_tables():
        assert len(table.names) == len(set(table.names)), table.name
    assert letters().names[:4] == ("id", "schema_version", "source_name", "source_sha256")
    assert {"case_number", "case_decision_date", "patient_age", "outcome"} <= set(letters().names)


def test_keys_and_indexes_hold(tmp_path: Path) -> None:
    path = written(tmp_path / "x.sqlite", fixture_records(), "sqlite")
    assert query(path, "PRAGMA foreign_key_check") == []
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA journal_mode") == [("delete",)]
    keys = {
        (table, row[2], row[3])
        for table in TABLES
        for row in query(path, f"PRAGMA foreign_key_list({table})")
    }
    assert ("citations", "issues", "issue_id") in keys
    assert {table for table, target, _ in keys if target == "letters"} == TABLES - {"letters"}
    columns = {table.name: set(table.names) for table in all_tables()}
    for table, names in [*INDEXED.items(), *SEARCHED.items()]:
        assert set(names) <= columns[table]
    for table, names in INDEXED.items():
        for name in names:
            plan = query(path, f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {name} = 'x'")
            assert f"USING INDEX {table}_{name}" in plan[0][3]


def test_sqlite_holds_to_its_keys_when_a_letter_is_deleted(tmp_path: Path) -> None:
    path = written(tmp_path / "x.sqlite", fixture_records(), "sqlite")
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA foreign_keys = ON")
        file.execute("DELETE FROM letters")
        file.execute("INSERT INTO issues_search (issues_search) VALUES ('integrity-check')")
        file.commit()
    assert [query(path, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES] == [0] * 7
    assert query(path, "SELECT count(*) FROM issues_search('the')") == [(0,)]


def test_words_are_found_and_forgotten_with_their_letter(tmp_path: Path) -> None:
    record = fixture_records()[0]
    path = written(tmp_path / "x.sqlite", fixture_records(), "sqlite")
    found = (
        "SELECT issues.rationale FROM issues_search "
        "JOIN issues ON issues.id = issues_search.rowid WHERE issues_search MATCH ?"
    )
    phrase = " ".join(str(record.issues[0].rationale).split()[:4]).strip(",.")
    assert (record.issues[0].rationale,) in query(path, found, f'rationale: "{phrase}"')
    assert query(path, found, "quokkas") == []
    written(path, [changed(record)], "sqlite")
    assert query(path, found, "quokkas") == [("Quokkas were not asked.",)]
    assert query(path, found, f'rationale: "{phrase}"') == []
    assert query(path, "SELECT text FROM diagnoses_search('tennis')") == [("tennis elbow",)]
    with closing(sqlite3.connect(path)) as file:
        for name in SEARCHED:  # raises where an index and its table disagree
            file.execute(
                f"INSERT INTO {name}_search ({name}_search, rank) VALUES ('integrity-check', 1)"
            )


def test_lists_are_json_in_sqlite_and_lists_in_duckdb(tmp_path: Path) -> None:
    record = next(each for each in fixture_records() if len(each.reviewer.licensure_states) > 1)
    states = record.reviewer.licensure_states
    path = written(tmp_path / "x.sqlite", [record], "sqlite")
    assert query(
        path, "SELECT value FROM letters, json_each(letters.reviewer_licensure_states)"
    ) == [(state,) for state in states]
    path = written(tmp_path / "x.duckdb", [record], "duckdb")
    assert query(path, "SELECT reviewer_licensure_states FROM letters") == [(states,)]
