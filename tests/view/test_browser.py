"""The page of a letter in a real browser: opened from a file, clicked, typed at, and looked at."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import browser
import pytest
from browser import Browser
from corpus import make_letter, pdf, view
from PIL import Image

from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read
from imr_extract.text.document import Span
from imr_extract.view import View, write
from tests.view.test_page import AS_FILED, NASTY, claims_of

REASON = browser.missing()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]

NAME = "mixed-outcomes"
DOWN, RIGHT, END, ENTER, ESCAPE, TAB = "\ue015", "\ue014", "\ue010", "\ue007", "\ue00c", "\ue004"

Open = Callable[..., Browser]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with browser.driver() as found:
        yield found


@pytest.fixture
def shown() -> View:
    return view(pdf(NAME), f"{NAME}.pdf")


@pytest.fixture
def open_page(address: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Browser] = []

    def call(page: bytes, *, dark: bool = False, name: str = "page.html") -> Browser:
        (tmp_path / name).write_bytes(page)
        found = Browser(address, tmp_path / f"profile-{len(opened)}", dark=dark)
        opened.append(found)
        found.size(1400, 1000)
        found.open(tmp_path / name)
        return found

    yield call
    for each in opened:
        each.close()
    shutil.rmtree(tmp_path / "profile-0", ignore_errors=True)


@pytest.fixture
def page(open_page: Open, shown: View) -> Browser:
    return open_page(shown.page())


# Numbers of the values whose words are lit, the path that is chosen, and the words lit.
LIT = """
const chosen = document.querySelector("a.value[aria-current]");
const lit = [...document.querySelectorAll("mark.on")];
return [chosen && chosen.dataset.path, lit.map((mark) => mark.textContent).join(" ")];
"""
VALUE = "a.value[data-path='{}']"
MARKS = """
const paths = {};
for (const value of document.querySelectorAll("a.value")) {
  paths[value.dataset.value] = value.dataset.path;
}
return [...document.querySelectorAll("mark")].map((mark) => [
  mark.dataset.values.split(" ").map((number) => paths[number]),
  ...mark.dataset.at.split("-").map(Number), mark.textContent]);
"""


# Every word of the list of values.
WORDS = """
const words = [];
for (const value of document.querySelectorAll("a.value")) {
  const texts = document.createTreeWalker(value, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) words.push(...texts.currentNode.data.split(/\\s+/));
}
return words;
"""


def test_it_opens_without_a_complaint_or_a_request(page: Browser) -> None:
    assert page.console() == []
    assert [each.rpartition("/")[2] for each in page.requests()] == ["page.html"]


def test_the_marks_are_the_spans_of_the_record(page: Browser, shown: View) -> None:
    found: dict[str, list[Span]] = {}
    for of, start, end, words in page.run(MARKS):
        assert words == shown.document.text[start:end]
        for path in of:
            some = found.setdefault(path, [])
            if some and some[-1].end == start:
                some[-1] = Span(some[-1].start, end)
            else:
                some.append(Span(start, end))
    assert found == claims_of(shown.record, shown.document.text)


def test_choosing_a_value_lights_its_words_and_brings_them_into_view(page: Browser) -> None:
    page.click(VALUE.format("issues[2].outcome"))
    assert page.run(LIT) == ["issues[2].outcome", "Upheld"]
    top, bottom = page.run(
        "const box = document.querySelector('mark.on').getBoundingClientRect();"
        "return new Promise((done) => setTimeout(() => {"
        "  const box = document.querySelector('mark.on').getBoundingClientRect();"
        "  done([box.top, box.bottom]); }, 900))"
    )
    assert 0 < top < bottom < 1000
    assert page.run("return document.getElementById('detail').innerText").startswith(
        "issues[2].outcome"
    )


def test_choosing_words_shows_value_rule_and_place(page: Browser) -> None:
    page.click("mark.g-patient")
    path, words = page.run(LIT)
    assert (path, words) == ("patient.age", "29")
    detail = page.run("return document.getElementById('detail').innerText")
    assert "patient.age" in detail
    assert "patient.years_old" in detail
    assert "page 1" in detail


def test_words_of_several_values_show_them_all(page: Browser) -> None:
    page.click("mark.g-case[data-values*=' ']")  # the header's date of injury gives two values
    assert page.run(LIT)[0] == "case.date_of_injury"
    page.click("#detail button")
    assert page.run(LIT)[0] == "injury.date"


def test_a_value_that_is_absent_shows_its_note(page: Browser) -> None:
    page.click(VALUE.format("injury.mechanism"))
    assert page.run(LIT) == ["injury.mechanism", ""]
    assert "not in letter" in page.run("return document.getElementById('detail').innerText")


def test_the_list_is_walked_and_chosen_from_by_keys(page: Browser) -> None:
    page.run("document.querySelector('a.value').focus()")
    page.type(DOWN + DOWN + ENTER)
    path, words = page.run(LIT)
    assert (path, words) == ("case.date_assigned", "06/20/2017")
    assert page.run("return document.activeElement.dataset.path") == path
    page.type(ESCAPE)
    assert page.run(LIT) == [None, ""]


def test_the_letter_is_walked_and_chosen_from_by_keys(page: Browser) -> None:
    page.run("document.querySelector('mark').focus()")
    page.type(RIGHT + ENTER)
    assert page.run(LIT) == ["case.date_assigned", "06/20/2017"]


def test_letter_list_and_filter_are_few_stops_of_the_tab_key(page: Browser) -> None:
    stops = "return [...document.querySelectorAll('a, input, button, mark')]"
    assert page.run(f"{stops}.filter((each) => each.tabIndex >= 0).length") == 5
    page.run("document.querySelector('mark').focus()")
    page.type(TAB)
    assert page.run("return document.activeElement.id") == "filter"
    outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_the_filter_leaves_what_it_names(page: Browser) -> None:
    page.type("/")
    assert page.run("return document.activeElement.id") == "filter"
    page.type("priority")
    visible = "return [...document.querySelectorAll('a.value')].filter((v) => v.offsetParent)"
    assert page.run(f"{visible}.map((value) => value.dataset.path)") == ["case.priority"]
    assert page.run("return document.getElementById('shown').textContent").startswith("1 of")


def test_only_values_with_notes_can_be_shown(page: Browser) -> None:
    page.click("#only-notes")
    visible = "return [...document.querySelectorAll('a.value')].filter((v) => v.offsetParent)"
    assert page.run(f"{visible}.map((value) => value.dataset.path)") == ["injury.mechanism"]


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_seen_is_not_blank(open_page: Open, shown: View, dark: bool) -> None:
    page = open_page(shown.page(), dark=dark)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    colours = image.getcolors(maxcolors=image.width * image.height)
    assert colours is not None
    assert len(colours) > 200
    most, ground = max((count, colour) for count, colour in colours)
    assert most < 0.9 * image.width * image.height
    assert isinstance(ground, tuple)
    assert (sum(ground) < 3 * 128) == dark


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_every_colour_behind_it(
    open_page: Open, shown: View, dark: bool
) -> None:
    """WCAG asks for a contrast of 4.5; marked words have it lit or not."""
    page = open_page(shown.page(), dark=dark)
    contrasts = page.run(
        """
        const level = (text) => {
          const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((each) => {
            const part = each / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (one, other) => {
          const [low, high] = [level(one), level(other)].sort((a, b) => a - b);
          return (high + 0.05) / (low + 0.05);
        };
        const found = [];
        for (const mark of document.querySelectorAll("mark.find")) {
          for (const on of [false, true]) {
            mark.classList.toggle("on", on);
            const style = getComputedStyle(mark);
            found.push(ratio(style.color, style.backgroundColor));
          }
          mark.classList.remove("on");
        }
        const paper = getComputedStyle(document.querySelector(".page")).backgroundColor;
        for (const soft of document.querySelectorAll(".folio, .name, .nothing, .note, .badge")) {
          found.push(ratio(getComputedStyle(soft).color, paper));
        }
        return found;
        """
    )
    assert len(contrasts) > 100
    assert min(contrasts) >= 4.5


def test_a_letter_with_markup_runs_nothing(open_page: Open) -> None:
    issue = f"{AS_FILED}: Upheld\n\nClaims Administrator guideline: None.\n\n"
    issue += "Decision rationale: It would not help. The request is not medically necessary.\n"
    shown = view(make_letter(issues=issue).encode(), "<b>letter</b>.txt")
    page = open_page(shown.page())
    assert page.console() == []
    assert len(page.requests()) == 1
    assert page.run("return document.querySelectorAll('img, iframe, object').length") == 0
    page.click(VALUE.format("issues[0].disputed_service"))
    assert page.run("return document.querySelector('#detail .full').textContent") == NASTY
    assert page.console() == []


def test_the_policy_stops_what_is_put_into_the_page(open_page: Open, shown: View) -> None:
    planted = shown.page().replace(b"</main>", b"<script>window.ran = 1</script></main>")
    page = open_page(planted)
    assert page.run("return window.ran === undefined")
    assert any("Content Security Policy" in line for line in page.console())


def test_nothing_is_wider_than_a_phone(page: Browser) -> None:
    page.size(500, 900)
    wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.run(wide)


@pytest.mark.parametrize(("width", "folds"), [(390, "normal"), (1400, "pre-wrap")])
def test_lines_wrap_once_on_a_phone(page: Browser, width: int, folds: str) -> None:
    """The ends of full lines are blanks there, and lines on a desktop are as printed."""
    page.emulate(width, 900)
    spaces = (
        "return [...document.querySelectorAll('.fold')]"
        ".map((each) => getComputedStyle(each).whiteSpace)"
    )
    found = page.run(spaces)
    assert found
    assert {folds} == set(found)


def test_printing_loses_nothing(page: Browser, shown: View) -> None:
    """Every line of the letter, and every word of the list of values, is on the paper."""
    printed = squeezed(read(page.printed(), "pdfium", DEFAULT_LIMITS).text)
    letter = shown.document.text.replace("\f", "\n")
    assert [] == [line for line in letter.split("\n") if squeezed(line) not in printed]
    words = page.run(WORDS)
    assert len(words) > 200
    lost = [each for each in words if squeezed(each) not in printed]
    assert [] == lost


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_index_filters_by_service_and_category_and_is_not_cut(
    address: str, tmp_path: Path, shown: View
) -> None:
    both = [shown, view(pdf("birth-date-no-age"), "other.pdf")]
    write(tmp_path / "site", "Two letters", both)
    found = Browser(address, tmp_path / "profile")
    try:
        found.size(1300, 900)
        found.open(tmp_path / "site" / "index.html")
        table = "const box = document.querySelector('.scroll');"
        assert found.run(f"{table} return box.scrollWidth <= box.clientWidth")
        every = [f"{NAME}.pdf", "other.pdf"]
        for words, names in (
            ("acupuncture", every[:1]),
            ("pharmaceuticals", every[:1]),
            ("dmepos", every),
            ("dmepos upheld", every[1:]),
        ):
            found.run(
                "const filter = document.getElementById('filter'); filter.value = arguments[0];"
                "filter.dispatchEvent(new Event('input'))",
                words,
            )
            rows = "return [...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden)"
            shown_names = found.run(f"{rows}.map((row) => row.cells[1].textContent)")
            assert names == shown_names
    finally:
        found.close()


def test_the_index_leads_to_the_pages(address: str, tmp_path: Path, shown: View) -> None:
    write(tmp_path / "site", "Two letters", [shown, view(pdf("no-gender"), "no gender & age.pdf")])
    found = Browser(address, tmp_path / "profile")
    try:
        found.open(tmp_path / "site" / "index.html")
        found.type("")
        found.run("document.getElementById('filter').focus()")
        found.type("gender")
        rows = "return [...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden)"
        assert found.run(f"{rows}.length") == 1
        found.click("tbody tr:not([hidden]) a")
        assert found.run("return document.querySelector('h1').textContent").startswith("CM")
        assert found.console() == []
        assert all(each.startswith("file:") for each in found.requests())
    finally:
        found.close()
