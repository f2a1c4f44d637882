"""The figures of `make bench`: kept in the page, and shown beside the next ones."""

import pytest
from bench_figures import PAGE, Figure, last_figures, table, with_figures

FIGURES = [
    Figure("our read of a PDF", 4.25, "ms"),
    Figure("texts per processor second", 1234.5, "", "at least 450"),
    Figure("start: extract one PDF", 0.287, "s", "at most 0.3"),
]
EMPTY = "Before.\n\n<!-- figures of make bench -->\n<!-- end of figures -->\n\nBehind.\n"


def test_figures_of_the_page_are_read_as_they_were_written() -> None:
    page = with_figures(EMPTY, FIGURES, "Measured today.")
    assert last_figures(page) == {each.what: each.shown for each in FIGURES}
    assert "Measured today." in page
    assert page.startswith("Before.\n")
    assert page.endswith("Behind.\n")


def test_new_figures_take_the_place_of_the_last() -> None:
    page = with_figures(with_figures(EMPTY, FIGURES, "Then."), FIGURES[:1], "Now.")
    assert page == with_figures(EMPTY, FIGURES[:1], "Now.")


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(SystemExit, match="no place for figures"):
        with_figures("A page.\n", FIGURES, "Now.")


def test_the_page_of_the_documents_has_a_place_for_figures() -> None:
    assert "Now." in with_figures(PAGE.read_text(encoding="utf-8"), FIGURES, "Now.")


def test_the_table_shows_the_last_figure_beside_each() -> None:
    lines = table(FIGURES, {"start: extract one PDF": "0.75 s"}).splitlines()
    assert lines[0].split() == ["measured", "now", "last", "aim"]
    assert lines[1].split()[-3:] == ["4.25", "ms", "-"]
    assert lines[2].split()[-4:] == ["-", "at", "least", "450"]
    assert "0.29 s  0.75 s  at most 0.3" in lines[3]
