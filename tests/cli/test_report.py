"""`report` and `stats` as commands: every kind of input, what is written, how it ends."""

import csv
import sqlite3
import sys
import webbrowser
from pathlib import Path

import msgspec
import pytest
from commands import Run
from corpus import FIXTURES
from records import fixture_records
from terminal import on_terminal
from thinning import quick_every

from imr_extract.cli.exits import Exit
from imr_extract.writers import Format, open_writer

LINES = [msgspec.json.encode(each) for each in fixture_records()]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\n".join(LINES) + b"\n")
    return path


def figures(run: Run, *arguments: str | Path, stdin: bytes = b"") -> dict[str, object]:
    done = run("report", "--format", "json", *arguments, stdin=stdin)
    assert done.exit_code == 0, done.stderr
    tree: dict[str, object] = msgspec.json.decode(done.stdout)
    del tree["summary"]["sources"]  # type: ignore[attr-defined]
    return tree


@pytest.mark.parametrize(
    "form", quick_every(3, ["json", "parquet", "sqlite", "duckdb", "csv", "tsv"])
)
def test_every_format_gives_the_same_figures(
    run: Run, records: Path, tmp_path: Path, form: Format
) -> None:
    path = tmp_path / f"records.{form}"
    if form in {"sqlite", "duckdb"}:
        with open_writer(form, path) as writer:
            for line in LINES:
                writer.write(line)
    else:
        rows = "letters" if form in {"csv", "tsv"} else None
        with path.open("wb") as target, open_writer(form, target, rows=rows) as writer:  # type: ignore[arg-type]
            for line in LINES:
                writer.write(line)
    assert figures(run, records) == figures(run, path)


def test_records_come_from_standard_input(run: Run, records: Path) -> None:
    assert figures(run, records) == figures(run, "-", stdin=records.read_bytes())


def test_a_folder_of_letters_is_extracted(run: Run, tmp_path: Path) -> None:
    names = ("mixed-outcomes", "no-gender")
    for name in names:
        (tmp_path / f"{name}.pdf").write_bytes((FIXTURES / "pdf" / f"{name}.pdf").read_bytes())
    tree = msgspec.json.decode(run("report", "--format", "json", tmp_path, "-j", "1").stdout)
    assert tree["summary"]["letters"] == len(names)
    assert tree["tables"]["grades"]["rows"]  # the letters are read with their evidence


def test_a_letter_that_fails_is_left_out_and_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes((FIXTURES / "pdf" / "no-gender.pdf").read_bytes())
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 and no more")
    page = tmp_path.parent / f"{tmp_path.name}.html"
    done = run("report", tmp_path, "-o", page, "-j", "1")
    assert done.exit_code == Exit.SOME_FAILED
    assert "b.pdf" in done.stderr
    assert "Left out: error" in page.read_text(encoding="utf-8")


def test_a_page_and_its_tables_are_written(run: Run, records: Path, tmp_path: Path) -> None:
    page, folder = tmp_path / "report.html", tmp_path / "tables"
    done = run("report", records, "-o", page, "--tables", folder)
    assert done.exit_code == 0
    assert page.read_bytes().startswith(b"\n<!DOCTYPE html>") or page.read_bytes().startswith(
        b"<!DOCTYPE html>"
    )
    with (folder / "categories.csv").open(encoding="utf-8") as file:
        assert next(csv.reader(file))[0] == "category"


def test_the_suffix_of_the_output_says_its_form(run: Run, records: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    assert run("report", records, "-o", path).exit_code == 0
    assert msgspec.json.decode(path.read_bytes())["summary"]


def test_open_opens_the_page(
    run: Run, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def start(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", start)
    page = tmp_path / "report.html"
    assert run("report", records, "-o", page, "--open").exit_code == 0
    assert [page.as_uri()] == opened


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--open",), "-o report.html"),
        (("--filter", "nothing"), "FIELD=VALUE"),
        (("--filter", "colour=red"), "no field"),
        (("-j", "0"), "a number from 1"),
    ],
)
def test_wrong_options_are_told(
    run: Run, records: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = run("report", records, *arguments)
    assert done.exit_code == Exit.USAGE
    assert message in done.stderr


def test_an_input_is_never_written_over(run: Run, records: Path) -> None:
    before = records.read_bytes()
    done = run("report", records, "-o", records)
    assert done.exit_code == Exit.USAGE
    assert before == records.read_bytes()


def test_nothing_to_read_is_told(run: Run, tmp_path: Path) -> None:
    done = run("report", tmp_path, "--format", "json")
    assert done.exit_code == Exit.NOTHING_TO_READ
    assert "nothing to read" in done.stderr


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet", "a.sqlite", "a.duckdb"])
def test_a_file_of_something_else_is_one_clear_line(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"a": "secret words of a letter"}\n')
    done = run("report", path, "--format", "json")
    assert done.exit_code == Exit.USAGE
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr
    assert "secret" not in done.stderr


def test_without_the_packages_the_way_to_them_is_told(
    run: Run, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = run("report", records, "--format", "json")
    assert done.exit_code == Exit.USAGE
    assert "pip install 'imr-extract[report]'" in done.stderr


def test_stats_prints_the_figures_of_the_report(run: Run, records: Path) -> None:
    done = run("stats", records)
    tree = msgspec.json.decode(done.stdout)
    del tree["summary"]["sources"]
    assert figures(run, records) == tree


def test_stats_answers_questions(run: Run, records: Path) -> None:
    done = run("stats", records, "--group-by", "category", "--rate", "outcome=overturned")
    tree = msgspec.json.decode(done.stdout)
    assert tree["unit"] == "decisions"
    assert tree["n"] == sum(row["decisions"] for row in tree["rows"])
    assert set(tree["rows"][0]) >= {"issues.category", "decisions", "hits", "rate", "low", "high"}


def test_stats_shows_tables_with_bars_on_a_terminal(records: Path) -> None:
    wide = {"COLUMNS": "140"}
    shown = on_terminal("stats", records, stdout=True, env=wide)
    text = shown.terminal.decode()
    assert shown.exit_code == 0
    for said in ("Categories of service", "n = ", "Overturn rate", "\u2588", "in JSON"):
        assert said in text
    asked = on_terminal("stats", records, "--group-by", "gender", stdout=True, env=wide)
    assert "patient.gender" in asked.terminal.decode()


def test_a_page_is_not_poured_onto_a_terminal(records: Path) -> None:
    shown = on_terminal("report", records, stdout=True)
    assert shown.exit_code == Exit.USAGE
    assert "-o report.html" in shown.terminal.decode()


def test_stats_refuses_a_rate_of_nothing(run: Run, records: Path) -> None:
    assert run("stats", records, "--rate", "outcome=overturned").exit_code == Exit.USAGE


def test_the_views_of_both_databases_have_the_rates_of_the_report(
    run: Run, records: Path, tmp_path: Path
) -> None:
    import duckdb

    plans = {"dmhc-findings"}
    lines = [line for line in LINES if msgspec.json.decode(line)["layout"] not in plans]
    for form in ("sqlite", "duckdb"):
        with open_writer(form, tmp_path / f"r.{form}") as writer:
            for line in lines:
                writer.write(line)
    tables: dict[str, dict[str, list[dict[str, object]]]]
    tables = figures(run, records)["tables"]  # type: ignore[assignment]
    wanted = {
        view: {
            (row[key], row["decisions"], row["with_outcome"], row["overturned"])
            for row in tables[name]["rows"]
            if row[key] != "Not classified"
        }
        for view, name, key in (
            ("rates_by_category", "categories", "category"),
            ("rates_by_drug_class", "drug_classes", "drug_class"),
        )
    }
    lite = sqlite3.connect(tmp_path / "r.sqlite")
    duck = duckdb.connect(tmp_path / "r.duckdb", read_only=True)
    for view, rows in wanted.items():
        query = f"SELECT * FROM {view} WHERE 1 IS NOT NULL"  # noqa: S608 - a view of the test
        for found in (lite.execute(query).fetchall(), duck.execute(query).fetchall()):
            assert rows == {row[:4] for row in found if row[0] is not None}
            assert all(row[4] == pytest.approx(row[3] / row[2]) for row in found)
    days = "SELECT issue_id, days_from_denial, quarter, overturned FROM decisions_flat ORDER BY 1"
    assert lite.execute(days).fetchall() == duck.execute(days).fetchall()
    assert any(row[1] for row in lite.execute(days))
    lite.close()
    duck.close()
