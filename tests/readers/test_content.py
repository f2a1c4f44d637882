"""Content without a checksum: what breaks the grammar of PDF has a note."""

import io
from random import Random

import hostile
import pikepdf
import pytest
from corpus import FIXTURES
from damage import told_of

from imr_extract.readers import content

LINE = b"BT /F 11 Tf 1 0 0 1 72 700 Tm [(a word)-3( of it)] TJ 0 -12 Td (more words) Tj ET\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"of it)", b"of it!"),  # the string goes on to the end
        (b"(more", b"8more"),
        (b"[(a", b"\x1b(a"),  # an array that was never opened
        (b" Td", b" Tz"),
        (b"0 -12 Td", b"0 -1b Td"),
        (b" Tj", b" Uj"),
        (b"/F 11 Tf", b"/F 1q Tf"),
        (b"72 400 Tm", b"72 4P0 Tm"),
        (b"Tm [", b"Tm\x0b["),
    ],
)
@pytest.mark.parametrize("is_form", [False, True], ids=["page", "form"])
def test_content_without_a_checksum_that_breaks_the_grammar_has_a_note(
    old: bytes, new: bytes, is_form: bool
) -> None:
    def file_with(content: bytes) -> bytes:
        if not is_form:
            return hostile.one_page(hostile.stream(content))
        fonts = b"/Font << /F 5 0 R >>"
        form = b"/Subtype /Form /BBox [0 0 612 792] /Resources << %s >>" % fonts
        return hostile.one_page(
            hostile.stream(LINE + b" /X Do"),
            hostile.stream(content, form),
            resources=fonts + b" /XObject << /X 6 0 R >>",
        )

    good = b"".join(LINE.replace(b"700", b"%d" % height) for height in (600, 500, 400))
    assert "nothing" == told_of(file_with(good))
    assert old in good
    spoiled = new.join(good.rsplit(old, 1))
    assert "incomplete" == told_of(file_with(spoiled))


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F 11 Tf 72 700 Td (a \\(b\\) (c) and Td of Tj ) Tj T* (x) ' 1 2 (y) \" ET",
        b"q 0.5 g 1 0 0 RG 0 0 9 9 re W* n /P <</MCID 0>> BDC EMC /G gs [] 0 d Q " + LINE,
        b"/CS0 cs 0 0 0 scn q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI Q " + LINE,
        b"BT /F 11 Tf <666f72> Tj [<66> -2.5 (x) .5] TJ 1.5 Tc 2 Tr ET",
    ],
)
def test_usual_content_breaks_no_grammar(content: bytes) -> None:
    assert "nothing" == told_of(hostile.one_page(hostile.stream(content + b"\n")))


@pytest.mark.parametrize(
    "tail", [b"/P <<", b"/P <</MCID 4>>", b"1 0 0", b"(and so", b"[(on)", b"/F1"]
)
def test_content_cut_off_before_an_operator_has_a_note(tail: bytes) -> None:
    assert "nothing" == told_of(hostile.one_page(hostile.stream(LINE)))
    assert "nothing" == told_of(hostile.one_page(hostile.stream(LINE + b"% the end\n")))
    assert "incomplete" == told_of(hostile.one_page(hostile.stream(LINE + tail)))


def contents_of_fixtures() -> list[bytes]:
    """The contents of pages, and one with all that is usual."""
    paths = sorted((FIXTURES / "pdf").glob("*.pdf"))[::6]
    found = [
        LINE + b"q 0 0 0 scn /P <</MCID 0>> BDC (a \\(b\\) \\222) ' EMC Q [<6f> 1] TJ n " + LINE
    ]
    for path in paths:
        with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
            found += [part.Contents.read_bytes() for part in (page.obj for page in pdf.pages)]
    return found


def test_what_is_plainly_right_is_so_for_the_library_too(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = content._is_plain
    good = contents_of_fixtures()
    assert all(map(plain, good[1:]))
    chances = Random(7)  # noqa: S311 - not a secret
    tried = list(good)
    for _ in range(300):
        spoiled = bytearray(chances.choice(good))
        spoiled[chances.randrange(len(spoiled))] ^= 1 << chances.randrange(8)
        tried.append(bytes(spoiled))
    found = [each for each in tried if plain(each)]
    assert len(good) < len(found) < len(tried)
    monkeypatch.setattr(content, "_is_plain", lambda _: False)
    assert [] == [each for each in found if content.breaks_grammar(each)]


@pytest.mark.parametrize("old", [b" Tf", b"72 700"])
@pytest.mark.parametrize("new", [b" \xb5f", b" 9 0 R"])
def test_content_that_the_library_does_not_take_has_a_note(old: bytes, new: bytes) -> None:
    """An operator that is not ASCII, and a reference, which may not stand there."""
    data = hostile.one_page(hostile.stream(LINE + LINE.replace(old, new)))
    assert "incomplete" == told_of(data)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"/Contents 4 0 R", b"/Contentr 4 0 R", "incomplete"),
        (b"/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>", b"", "nothing"),
        (b"/Contents 4 0 R", b"/Contents 9 0 R", "damaged"),
    ],
)
def test_a_page_that_prints_nothing_has_a_note_where_it_has_fonts(
    old: bytes, new: bytes, said: str
) -> None:
    """A blank page has none."""
    two = hostile.pdf(
        hostile.CATALOG,
        b"<< /Type /Pages /Count 2 /Kids [3 0 R 6 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 7 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        hostile.stream(LINE),
        hostile.FONT,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
        b"/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        hostile.stream(LINE),
    )
    assert "nothing" == told_of(two)
    spoiled = two.replace(old, new.ljust(len(old)))
    assert said == told_of(spoiled)
