"""The report's page in a real browser: it asks for nothing, complains of nothing, is legible."""

from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import msgspec
import pytest
from browser import Browser
from many_records import many
from report_cases import encoded, fixtures, made_of

from imr_extract.report import Question, Report, build
from imr_extract.report.page import page
from tests.report.test_output import nasty

REASON = browser.missing()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))

Open = Callable[..., Browser]
WIDE = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# The contrast of all text with what stands behind it, by WCAG 2.
CONTRASTS = """
const level = (parts) => {
  const [r, g, b] = parts.map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = numbers(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found.slice(0, 3);
  }
  return [255, 255, 255];
};
const found = {};
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const parent = walk.currentNode.parentElement;
  const said = walk.currentNode.textContent.trim();
  if (!said || ["SCRIPT", "STYLE"].includes(parent.tagName)) continue;
  const style = getComputedStyle(parent);
  const ink = numbers(parent instanceof SVGElement ? style.fill : style.color).slice(0, 3);
  const behind = ground(parent);
  const [low, high] = [level(ink), level(behind)].sort((a, b) => a - b);
  found[`${ink} on ${behind}`] = (high + 0.05) / (low + 0.05);
}
return found;
"""
HEADINGS = "return [...document.querySelectorAll('h1,h2,h3')].map((each) => +each.tagName[1])"
# Cells and labels whose text does not fit where it stands.
CUT = """
return [...document.querySelectorAll("h1,h2,h3,p,th,td,dt,dd,li")].filter((each) => {
  const style = getComputedStyle(each);
  return style.overflow !== "visible" && each.scrollWidth > each.clientWidth + 1;
}).map((each) => each.textContent.slice(0, 60));
"""


# Texts of plots that stand over the edge of the window, or over each other.
CROWDED = """
const all = [...document.querySelectorAll("svg text")];
const texts = all.filter((each) => each.getClientRects().length);
const over = texts.filter((each) => {
  const box = each.getBoundingClientRect();
  return box.left < 0 || box.right > document.documentElement.clientWidth;
});
const touching = texts.filter((each) => {
  const next = each.nextElementSibling;
  if (!next || next.tagName !== "text" || !next.getClientRects().length) return false;
  const [one, other] = [each.getBoundingClientRect(), next.getBoundingClientRect()];
  return one.right > other.left && one.bottom > other.top && other.bottom > one.top;
});
return [...over, ...touching].map((each) => each.textContent);
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with browser.driver() as found:
        yield found


@pytest.fixture(scope="module")
def report() -> Report:
    return made_of([msgspec.json.decode(each) for each in many(fixtures(), 300)])


@pytest.fixture
def open_page(address: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Browser] = []

    def call(report: Report, *, dark: bool = False) -> Browser:
        (tmp_path / "report.html").write_bytes(page(report))
        found = Browser(address, tmp_path / f"profile-{len(opened)}", dark=dark)
        opened.append(found)
        found.size(1300, 1000)
        found.open(tmp_path / "report.html")
        return found

    yield call
    for each in opened:
        each.close()


def test_it_opens_without_a_complaint_or_a_request(open_page: Open, report: Report) -> None:
    shown = open_page(report)
    assert [] == shown.console()
    assert ["report.html"] == [each.rpartition("/")[2] for each in shown.requests()]


def test_headings_follow_each_other_without_a_gap(open_page: Open, report: Report) -> None:
    levels = open_page(report).run(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(2) == len(report.sections)
    assert levels.count(3) == len(report.tables)
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_what_is_behind_it(
    open_page: Open, report: Report, dark: bool
) -> None:
    contrasts = open_page(report, dark=dark).run(CONTRASTS)
    assert len(contrasts) > 5
    assert {} == {colours: each for colours, each in contrasts.items() if each < 4.5}


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 820, 1300, 2200])
def test_nothing_is_wider_than_the_window_or_cut(
    open_page: Open, report: Report, width: int
) -> None:
    shown = open_page(report)
    # A window cannot be as narrow as a phone; what it shows can.
    shown.emulate(width, 900)
    wide, window = shown.run(WIDE)
    assert wide <= window
    assert [] == shown.run(CUT)
    assert [] == shown.run(CROWDED)


def test_every_figure_with_a_plot_says_its_n(open_page: Open, report: Report) -> None:
    shown = open_page(report)
    without = shown.run(
        "return [...document.querySelectorAll('figure')].filter((each) => each.querySelector"
        "('.chart, .map, td.plot') && !/n = |n here/.test(each.textContent))"
        ".map((each) => each.id)"
    )
    assert [] == without


def test_a_column_sorts_when_its_head_is_pressed(open_page: Open, report: Report) -> None:
    shown = open_page(report)
    rows = (
        "return [...document.querySelectorAll('#categories tbody tr')]"
        ".map((row) => row.cells[{}].dataset.order)"
    )
    names = shown.run(rows.format(0))
    shown.click("#categories thead th:first-child [role=button]")
    assert sorted(names, key=str.casefold) == shown.run(rows.format(0))
    shown.click("#categories thead th:nth-child(2) [role=button]")
    counts = [float(each) for each in shown.run(rows.format(1))]
    assert sorted(counts, reverse=True) == counts
    shown.click("#categories thead th:nth-child(2) [role=button]")
    assert sorted(counts) == [float(each) for each in shown.run(rows.format(1))]
    state = "return document.querySelector('#categories [aria-sort]').getAttribute('aria-sort')"
    assert shown.run(state) == "ascending"


def test_a_mark_shows_its_values(open_page: Open, report: Report) -> None:
    shown = open_page(report)
    hint = shown.run(
        "const mark = document.querySelector('#decisions_by_year [data-hint]');"
        "mark.dispatchEvent(new PointerEvent('pointermove', {bubbles: true}));"
        "const hint = document.getElementById('hint'); return [hint.hidden, hint.textContent]"
    )
    assert hint[0] is False
    assert "overturned" in hint[1]


def test_a_record_with_markup_runs_nothing(open_page: Open) -> None:
    shown = open_page(made_of(nasty()))
    assert [] == shown.console()
    assert len(shown.requests()) == 1
    assert (
        shown.run("return document.querySelectorAll('img, iframe, object, main script').length")
        == 0
    )
    assert "<script>alert(1)</script>" in shown.run("return document.body.textContent")


@pytest.mark.slow
def test_a_comparison_is_as_legible(open_page: Open) -> None:
    trees = [msgspec.json.decode(each) for each in many(fixtures(), 120)]
    made = build(
        Question(iter(encoded(trees)), ("one",)), Question(iter(encoded(trees[:60])), ("other",))
    )
    shown = open_page(made)
    assert [] == shown.console()
    wide, window = shown.run(WIDE)
    assert wide <= window
    assert shown.run("return document.querySelectorAll('circle.there').length") > 10
