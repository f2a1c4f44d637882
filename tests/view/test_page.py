"""Pages of letters: what is marked, what is said of it, and that nothing of a letter gets out."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from commands import Run
from corpus import FIXTURES, NAMES, make_letter, pdf, text, view
from thinning import quick_every

from imr_extract import extract_bytes
from imr_extract.record import paths
from imr_extract.record.model import Record
from imr_extract.text.document import Span
from imr_extract.view import FailedInput, write
from imr_extract.view.marks import Claim, MarkedRun, pieces

# A text with an end tag is taken for a web page, and no letter.
NASTY = """<script>alert('x') & "quoted" &amp; <img src=x onerror=alert(1)> ]]> $title"""
AS_FILED = NASTY.replace("&amp;", "&amp;amp;")  # entities are read once


class Marked(HTMLParser):
    """The text of a page and its marks, as a browser would have them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.text = ""  # of the letter
        self.marks: list[tuple[set[int], Span, str]] = []
        self.tags: list[str] = []
        self.paths: dict[int, str] = {}
        self._depth = 0
        self._mark: tuple[set[int], Span] | None = None
        self._words = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        held = {name: value or "" for name, value in attrs}
        if tag == "div" and held.get("class") == "text":
            self._depth = 1
            self.text += "\f" if self.text else ""
        elif tag == "div" and self._depth:
            self._depth += 1
        if tag == "a" and "data-value" in held:
            self.paths[int(held["data-value"])] = held["data-path"]
        if tag == "mark":
            start, end = held["data-at"].split("-")
            values = {int(number) for number in held["data-values"].split()}
            self._mark, self._words = (values, Span(int(start), int(end))), ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1
        if tag == "mark":
            assert self._mark is not None
            self.marks.append((*self._mark, self._words))
            self._mark = None

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.text += data
        if self._mark is not None:
            self._words += data

    def spans(self) -> dict[str, list[Span]]:
        """The stretches marked for each value, joined where they touch."""
        found: dict[str, list[Span]] = {}
        for values, span, _ in self.marks:
            for number in values:
                some = found.setdefault(self.paths[number], [])
                if some and some[-1].end == span.start:
                    some[-1] = Span(some[-1].start, span.end)
                else:
                    some.append(span)
        return found


def claims_of(record: Record, words: str) -> dict[str, list[Span]]:
    """What should be marked for each value: its spans without line ends, joined."""
    assert record.evidence is not msgspec.UNSET
    found: dict[str, list[Span]] = {}
    for path, evidence in record.evidence.items():
        inside = {
            at for each in evidence for at in range(each.start, each.end) if words[at] not in "\n\f"
        }
        some: list[Span] = []
        for at in sorted(inside):
            if some and some[-1].end == at:
                some[-1] = Span(some[-1].start, at + 1)
            else:
                some.append(Span(at, at + 1))
        found[path] = some
    return found


@pytest.mark.parametrize("data", ["pdf", "text"])
@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_the_marks_are_the_spans_of_the_record(name: str, data: str) -> None:
    shown = view(pdf(name) if data == "pdf" else text(name), name)
    page = Marked(shown.page())
    assert page.spans() == claims_of(shown.record, shown.document.text)
    for _, span, words in page.marks:
        assert words == shown.document.text[span.start : span.end]


def lines_of(words: str) -> list[str]:
    return [line for line in re.split(r"[\n\f]", words) if line]


@pytest.mark.parametrize("data", ["pdf", "text"])
@pytest.mark.parametrize("name", quick_every(6, NAMES))
def test_the_page_holds_all_of_the_text_and_the_lines_as_printed(name: str, data: str) -> None:
    shown = view(pdf(name) if data == "pdf" else text(name), name)
    assert lines_of(Marked(shown.page()).text) == lines_of(shown.document.text)


def test_every_value_and_every_note_is_in_the_list() -> None:
    record = view(pdf("birth-date-no-age"), "letter.pdf").record
    page = view(pdf("birth-date-no-age"), "letter.pdf").page().decode()
    listed = set(Marked(page.encode()).paths.values())
    assert {path for path, _ in paths.values(record)} <= listed
    assert record.notes
    for note in record.notes:
        assert note.field in listed
        assert note.message in unescape(page)


def test_a_conflict_stands_out() -> None:
    page = view(pdf("dates-in-prose"), "letter.pdf").page().decode()
    assert re.search(r'<li class="warns"><a [^>]*data-path="injury.date"', page)
    assert '<span class="code">conflict</span>' in page


def test_the_words_of_a_letter_are_text_wherever_they_stand() -> None:
    letter = make_letter(summary=f"A 36 year old female. Diagnoses: {AS_FILED} knee strain.")
    plain = Marked(view(make_letter().encode(), "a.txt").page())
    page = Marked(view(letter.encode(), f"{NASTY.replace('/', '')}.txt").page())
    assert NASTY in page.text
    assert page.tags.count("script") == plain.tags.count("script") == 1
    assert "img" not in page.tags


def test_end_tags_in_a_text_end_nothing() -> None:
    shown = view(make_letter().encode(), "letter.txt")
    ends = "</div></mark></script>"
    assert len(ends) == len("A reviewer was chosen.")
    words = shown.document.text.replace("A reviewer was chosen.", ends)
    page = Marked(shown._replace(document=shown.document._replace(text=words)).page())
    assert lines_of(page.text) == lines_of(words)
    assert page.spans() == claims_of(shown.record, words)


def test_a_service_that_holds_markup_is_text_in_the_list_too() -> None:
    issue = f"""\
{AS_FILED}: Upheld

Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.

MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004.

Decision rationale: The {AS_FILED} would not help. The request is not medically necessary.
"""
    shown = view(make_letter(issues=issue).encode(), "letter.txt")
    assert shown.record.issues[0].disputed_service == NASTY
    page = Marked(shown.page())
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert page.spans() == claims_of(shown.record, shown.document.text)


def test_the_policy_allows_the_page_s_own_style_and_script_and_nothing_else() -> None:
    page = view(pdf(NAMES[0]), "letter.pdf").page().decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]
    assert " style=" not in page  # no rule of the policy would allow it
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "http://www.w3.org" not in page
    assert "url(" not in page


def test_a_page_is_the_same_bytes_every_time() -> None:
    assert view(pdf(NAMES[0]), "a.pdf").page() == view(pdf(NAMES[0]), "a.pdf").page()


LINE = Span(10, 30)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], [(10, 30, ())]),
        ([((12, 15), 1)], [(10, 12, ()), (12, 15, (1,)), (15, 30, ())]),
        # One inside the other: the inner one is the first of both.
        (
            [((12, 20), 1), ((14, 16), 2)],
            [(10, 12, ()), (12, 14, (1,)), (14, 16, (2, 1)), (16, 20, (1,)), (20, 30, ())],
        ),
        # They overlap.
        (
            [((12, 18), 1), ((15, 25), 2)],
            [(10, 12, ()), (12, 15, (1,)), (15, 18, (1, 2)), (18, 25, (2,)), (25, 30, ())],
        ),
        # The same words give two values; one value has two spans there.
        ([((10, 30), 1), ((10, 30), 2), ((10, 30), 1)], [(10, 30, (1, 2))]),
        # From the line before, into the line behind, and neither.
        (
            [((0, 12), 1), ((28, 99), 2), ((30, 40), 3)],
            [(10, 12, (1,)), (12, 28, ()), (28, 30, (2,))],
        ),
    ],
)
def test_a_line_is_cut_where_spans_begin_and_end(
    claims: list[tuple[tuple[int, int], int]], expected: list[tuple[int, int, tuple[int, ...]]]
) -> None:
    some = [Claim(Span(*span), value, passage=False) for span, value in claims]
    found = list(pieces(LINE, some, []))
    assert [(piece.start, piece.end, piece.values) for piece in found] == expected


def test_bold_begins_and_ends_inside_a_line_and_a_passage_holds_finds() -> None:
    claims = [Claim(Span(12, 28), 1, passage=True), Claim(Span(14, 16), 2, passage=False)]
    assert list(pieces(LINE, claims, [Span(5, 13)])) == [
        MarkedRun(10, 12, (), passage=False, bold=True),
        MarkedRun(12, 13, (1,), passage=True, bold=True),
        MarkedRun(13, 14, (1,), passage=True, bold=False),
        MarkedRun(14, 16, (2, 1), passage=False, bold=False),
        MarkedRun(16, 28, (1,), passage=True, bold=False),
        MarkedRun(28, 30, (), passage=False, bold=False),
    ]


def test_the_command_writes_a_page_to_standard_output_or_a_file(run: Run, tmp_path: Path) -> None:
    letter = FIXTURES / "pdf" / f"{NAMES[0]}.pdf"
    printed = run("view", letter)
    assert printed.exit_code == 0
    written = run("view", letter, "-o", tmp_path / "a.html")
    assert (written.exit_code, written.stdout) == (0, "")
    assert (tmp_path / "a.html").read_bytes() == printed.stdout_bytes


def test_a_letter_that_cannot_be_read_ends_with_its_own_code(run: Run) -> None:
    result = run("view", FIXTURES / "bad" / "empty.pdf")
    assert result.exit_code == 11
    assert result.stdout == ""


def test_a_folder_gives_a_page_a_letter_and_an_index(run: Run, tmp_path: Path) -> None:
    result = run("view", FIXTURES / "pdf", "-o", tmp_path / "out")
    assert result.exit_code == 0
    pages = {path.name for path in (tmp_path / "out").iterdir()}
    assert pages == {f"{name}.html" for name in NAMES} | {"index.html"}
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="([^"]+)"', index)) == pages - {"index.html"}
    assert index.count("<tr") == len(NAMES) + 1


def test_letters_without_a_record_are_rows_without_a_page(run: Run, tmp_path: Path) -> None:
    result = run("view", FIXTURES / "bad", "-o", tmp_path)
    assert result.exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "[password_required]" in index


def test_records_without_their_letters_say_what_is_missing(run: Run, tmp_path: Path) -> None:
    for name in ("records.jsonl", "letters.db"):
        (tmp_path / name).write_bytes(b"{}")
        result = run("view", tmp_path / name)
        assert result.exit_code == 2
        assert "--source DIR" in " ".join(result.stderr.split())


def test_many_letters_need_a_folder(run: Run) -> None:
    assert run("view", FIXTURES / "pdf").exit_code == 2


def test_records_are_shown_with_the_letters_they_were_made_from(run: Run, tmp_path: Path) -> None:
    lines = []
    for name in NAMES[:3]:
        record = extract_bytes(pdf(name), name=f"{name}.pdf", evidence=name != NAMES[2])
        lines.append(msgspec.json.encode(record))
    tree = msgspec.json.decode(lines[0])
    tree["patient"]["age"] = 101  # what the record says is shown, not what the letter gives
    lines[0] = msgspec.json.encode(tree)
    lost = msgspec.structs.replace(
        msgspec.json.decode(lines[1], type=Record).source, name="lost.pdf"
    )
    tree = msgspec.json.decode(lines[1]) | {"source": msgspec.to_builtins(lost)}
    lines.append(msgspec.json.encode(tree))
    (tmp_path / "records.jsonl").write_bytes(b"\n".join(lines))
    out = tmp_path / "out"
    result = run("view", tmp_path / "records.jsonl", "--source", FIXTURES / "pdf", "-o", out)
    assert result.exit_code == 1
    assert "lost.pdf" in result.stderr
    for name in NAMES[:3]:
        page = (out / f"{name}.html").read_text(encoding="utf-8")
        assert ('<span class="word">101</span>' in page) == (name == NAMES[0])
        assert "<mark" in page


def test_records_that_are_none_are_a_wrong_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text("{}\n", encoding="utf-8")
    result = run("view", tmp_path / "records.jsonl", "--source", FIXTURES, "-o", tmp_path / "out")
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("letter.pdf", "letter.html"),
        ("../../etc/passwd", "__.._etc_passwd.html"),
        (".hidden.txt", "_hidden.html"),
        ("index.pdf", "index-2.html"),
        ("a b&c\n.pdf", "a_b_c_.html"),
        ("no suffix", "no_suffix.html"),
        ("", "letter.html"),
    ],
)
def test_pages_stay_in_their_folder_whatever_a_letter_is_called(
    name: str, page: str, tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "out"
    write(folder, "title", [view(make_letter().encode(), name)])
    assert {path.name for path in folder.iterdir()} == {page, "index.html"}
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_letters_of_one_name_get_a_page_each(tmp_path: Path) -> None:
    shown = view(make_letter().encode(), "A.txt")
    entries = write(tmp_path, "title", [shown, view(make_letter().encode(), "a.txt"), shown])
    assert [entry.page for entry in entries if not isinstance(entry, FailedInput)] == [
        "A.html",
        "a-2.html",
        "A-3.html",
    ]
