"""What comes out of a report: the page, JSON and CSV; and what goes in."""

import csv
import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from many_records import many
from msgspec import inspect
from records import NASTY, values
from report_cases import Tree, fixtures, made_of

from imr_extract.record.model import Record
from imr_extract.report import NotRecords, Question, build
from imr_extract.report.export import as_csv, as_json, write_tables
from imr_extract.report.page import page


def test_the_same_records_give_the_same_bytes() -> None:
    trees = [msgspec.json.decode(each) for each in many(fixtures(), 60)]
    one, other = made_of(trees), made_of(trees)
    assert page(one) == page(other)
    assert as_json(one) == as_json(other)


def test_json_holds_every_row() -> None:
    report = made_of(fixtures())
    tree = msgspec.json.decode(as_json(report))
    assert [each.name for each in report.tables] == list(tree["tables"])
    for each in report.tables:
        assert len(each.rows) == len(tree["tables"][each.name]["rows"])
        assert each.n == tree["tables"][each.name]["n"]


def test_csv_holds_every_row(tmp_path: Path) -> None:
    report = made_of(fixtures())
    write_tables(tmp_path, report)
    for each in report.tables:
        text = (tmp_path / f"{each.name}.csv").read_text(encoding="utf-8")
        head, *rows = csv.reader(io.StringIO(text))
        assert [column.key for column in each.columns] == head
        assert len(each.rows) == len(rows)


def nasty() -> list[Tree]:
    """Records whose names hold formulas, markup, quotes and control characters."""
    words = [*NASTY, "<script>alert(1)</script>", "{{ 7 * 7 }}", "</style><b>", "\x1b[31m\u202egnp"]
    first = fixtures()[0]
    return [
        {
            **first,
            "source": {**first["source"], "sha256": f"{at:064x}"},
            "layout": word,
            "reviewer": {"licensure_states": [word], "specialties": [word]},
            "diagnoses": [{"text": f"{word} sprain", "code": None, "body_parts": [word],
                           "laterality": None}],
            "issues": [
                {**first["issues"][0], "disputed_service": word, "body_parts": [word],
                 "category": word, "subcategory": word,
                 "imr_guidelines": [{"body": word, "title": word, "year": 1, "sections": []}]},
                {**first["issues"][0], "disputed_service": word, "drugs": [word],
                 "category": "Pharmaceuticals", "subcategory": "Other"},
            ],
        }
        for at, word in enumerate(words)
    ]  # fmt: skip


def test_nothing_of_a_record_is_markup_or_a_formula() -> None:
    report = made_of(nasty())
    html = page(report).decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
    assert "{{ 7 * 7 }}" in html
    assert html.count("<script>") == html.count("</script>") == 1
    assert not any(mark in html for mark in ("\x1b", "\0", "\u202e"))
    for each in report.tables:
        for row in csv.reader(io.StringIO(as_csv(each).decode())):
            assert not any(cell.startswith(("=", "+", "@", "\t", "\r", "＝")) for cell in row)  # noqa: RUF001
            assert not any("\0" in cell for cell in row)
            assert not any(cell.startswith("-") and not is_number(cell) for cell in row)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_page_of_no_letters_says_so() -> None:
    html = page(made_of([])).decode()
    assert "no decisions to count" in html
    assert "No letter is counted" in html


@pytest.mark.parametrize("line", [b"{}", b"[1]", b"nonsense", b'{"source":{},"layout":"x"}'])
def test_a_line_that_is_no_record_is_told_with_its_place(line: bytes) -> None:
    with pytest.raises(NotRecords) as raised:
        build(Question(iter([("a.jsonl, line 1", line)]), ("a",)))
    assert raised.value.message.startswith("a.jsonl, line 1 is no ")


def test_records_of_an_earlier_version_are_read() -> None:
    tree = fixtures()[0]
    del tree["schema_version"]
    del tree["injury"]["body_parts"]
    assert made_of([tree]).head.letters == 1


@given(st.lists(values(inspect.type_info(Record)), max_size=3))
@settings(max_examples=8, phases=[Phase.generate])  # to shrink would take minutes
def test_any_record_of_the_model_gives_a_page(trees: list[Tree]) -> None:
    for number, tree in enumerate(trees):
        tree["source"]["sha256"] = f"{number:064x}"
    report = made_of(trees)
    assert page(report).rstrip().endswith(b"</html>")
    assert as_json(report)
