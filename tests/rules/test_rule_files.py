"""The rule files: every row matches its examples and none of its near misses."""

from collections import Counter
from pathlib import Path

import pytest
from corpus import ROOT

from imr_extract.layouts.loader import LAYOUT_IDS, shipped
from imr_extract.layouts.modified_requests import modified_request
from imr_extract.layouts.spec import Layout, ModifiedRequest
from imr_extract.record.model import Case, Reviewer
from imr_extract.rules.patterns import compile_pattern, expand
from imr_extract.rules.table import PatternRow, cue_rows, cues

DATA = ROOT / "imr_extract" / "data"
CUE_FILES = sorted(path.stem for path in (DATA / "cues").glob("*.toml"))
NAMED_ROWS = {
    f"{name}.{row.id}": row
    for name in CUE_FILES
    for table in cue_rows(name).values()
    for row in table
}
ROWS = [pytest.param(row, id=name) for name, row in NAMED_ROWS.items()]
FORMS = [
    pytest.param(layout, form, id=f"{layout.id}.{form.id}")
    for layout in shipped()
    for form in layout.issues.modified_requests
]


@pytest.mark.parametrize("row", ROWS)
def test_every_example_of_a_row_matches(row: PatternRow) -> None:
    pattern = compile_pattern(expand(row.pattern))
    assert row.examples
    assert [] == [words for words in row.examples if not pattern.search(words)]


@pytest.mark.parametrize("row", ROWS)
def test_no_near_miss_of_a_row_matches(row: PatternRow) -> None:
    pattern = compile_pattern(expand(row.pattern))
    assert row.near_misses
    assert [] == [words for words in row.near_misses if pattern.search(words)]


@pytest.mark.parametrize("name", CUE_FILES)
def test_row_names_are_unique_in_a_file(name: str) -> None:
    ids = Counter(row.id for table in cue_rows(name).values() for row in table)
    assert [] == [each for each, count in ids.items() if count > 1]


@pytest.mark.parametrize("name", CUE_FILES)
def test_tables_compile_in_file_order(name: str) -> None:
    for table, rows in cue_rows(name).items():
        assert [f"{name}.{row.id}" for row in rows] == [row.id for row in cues(name, table)]


@pytest.mark.parametrize(("layout", "form"), FORMS)
def test_every_example_of_a_heading_form_has_all_its_parts(
    layout: Layout, form: ModifiedRequest
) -> None:
    for words in form.examples:
        found = modified_request(layout, words)
        assert found is not None
        assert form == found[0]
        assert {"disputed_service", "original_request", "authorized"} == set(found[1].groupdict())
        assert all(found[1].groupdict().values())


@pytest.mark.parametrize(("layout", "form"), FORMS)
def test_no_near_miss_of_a_heading_form_matches(layout: Layout, form: ModifiedRequest) -> None:
    assert form.near_misses
    assert [] == [words for words in form.near_misses if modified_request(layout, words)]


def test_every_layout_file_is_shipped() -> None:
    assert set(LAYOUT_IDS) == {path.stem for path in (DATA / "layouts").glob("*.toml")}
    assert list(LAYOUT_IDS) == [layout.id for layout in shipped()]


@pytest.mark.parametrize("layout", shipped(), ids=lambda layout: layout.id)
def test_layouts_name_fields_of_the_record(layout: Layout) -> None:
    assert set(Case.__struct_fields__) >= set(layout.header)
    assert set(Reviewer.__struct_fields__) >= set(layout.credentials)
    names = [section.name for section in layout.sections]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.toml")), ids=lambda path: path.stem)
def test_rule_files_are_plain(path: Path) -> None:
    """No tabs, no blanks at line ends, a last line end; a comment says what the file holds."""
    text = path.read_text(encoding="utf-8")
    assert "\t" not in text
    assert [] == [line for line in text.split("\n") if line != line.rstrip()]
    assert text.endswith("\n")
    assert text.startswith("#")
