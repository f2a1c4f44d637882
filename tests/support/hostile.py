"""PDFs and texts made to take a reader down: bombs, loops, floods. None is like any letter."""

import zlib
from collections.abc import Callable

from corpus import make_issue, make_letter

MB = 1024 * 1024


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1 on; the first is the catalogue."""
    out = bytearray(b"%PDF-1.6\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def one_page(content: bytes, *others: bytes, resources: bytes = b"/Font << /F 5 0 R >>") -> bytes:
    """A PDF of one page; `content` is object 4, the font 5, `others` follow from 6 on."""
    return pdf(
        CATALOG,
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << %s >> >>" % resources,
        content,
        FONT,
        *others,
    )


def deflated(unit: bytes, megabytes: int, *, head: bytes = b"") -> bytes:
    """The zlib form of `head` and that many megabytes of `unit`, made without deflating them all.

    After a full flush the deflated bytes know nothing of what came before: they can be repeated.
    """
    packer = zlib.compressobj(9)
    block = unit * (MB // len(unit))
    first = packer.compress(head + block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    check = zlib.adler32(head)
    for _ in range(megabytes):
        check = zlib.adler32(block, check)
    return first + again * (megabytes - 1) + b"\x03\x00" + check.to_bytes(4)


SHOWN = b"BT /F 12 Tf 72 700 Td (words) Tj ET\n"


def flate_bomb() -> bytes:
    """Blanks: 400 MB of them in 400 kB."""
    return one_page(stream(deflated(b" ", 400), b"/Filter /FlateDecode"))


def double_flate_bomb() -> bytes:
    """The same, deflated twice: a few kB."""
    twice = zlib.compress(deflated(b" ", 400), 9)
    return one_page(stream(twice, b"/Filter [/FlateDecode /FlateDecode]"))


def text_bomb() -> bytes:
    """4 MB of text operators: millions of characters on one page."""
    shown = deflated(b"0 -9 Td (aaaaaaaaaaaaaaaaaaaaaaaaaa) Tj\n", 4, head=b"BT /F 1 Tf ")
    return one_page(stream(shown, b"/Filter /FlateDecode"))


def page_tree_loop() -> bytes:
    """A page tree whose kid is its own parent."""
    return pdf(
        CATALOG,
        b"<< /Type /Pages /Count 3 /Kids [3 0 R] /Parent 3 0 R >>",
        b"<< /Type /Pages /Count 3 /Kids [2 0 R 3 0 R] /Parent 2 0 R >>",
    )


def deep_page_tree() -> bytes:
    """A page below 50,000 nodes."""
    deep = 50_000
    nodes = (
        b"<< /Type /Pages /Count 1 /Kids [%d 0 R] /Parent %d 0 R >>" % (number + 1, number - 1)
        for number in range(2, deep)
    )
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % (deep - 1)
    return pdf(CATALOG, *nodes, page)


def self_referring_objects() -> bytes:
    """Contents, resources and lengths that are references to themselves."""
    return pdf(
        CATALOG,
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox 6 0 R /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Length 4 0 R >>\nstream\n%s\nendstream" % SHOWN,
        b"5 0 R",
        b"[6 0 R 6 0 R 6 0 R 6 0 R]",
    )


def recursive_forms() -> bytes:
    """Two forms that draw each other."""
    other = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
        b"/Resources << /XObject << /X %d 0 R >> >>"
    )
    return one_page(
        stream(b"/X Do " + SHOWN),
        stream(b"/X Do " * 9, other % 7),
        stream(b"/X Do " * 9, other % 6),
        resources=b"/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
    )


def billion_forms() -> bytes:
    """Ten forms, each of which draws the next ten times: 10^10 words."""
    form = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
        b"/Resources << /Font << /F 5 0 R >> /XObject << /X %d 0 R >> >>"
    )
    forms = [stream(b"/X Do " * 10, form % number) for number in range(7, 16)]
    return one_page(
        stream(b"/X Do "),
        *forms,
        stream(SHOWN, form % 15),
        resources=b"/XObject << /X 6 0 R >>",
    )


def font_loop() -> bytes:
    """A composite font that is its own descendant, and a glyph drawn in its own font."""
    return one_page(
        stream(b"BT /G 12 Tf (a) Tj /H 12 Tf (a) Tj ET " + SHOWN),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H "
        b"/DescendantFonts [6 0 R] /ToUnicode 6 0 R >>",
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
        b"/FirstChar 97 /LastChar 97 /Widths [9] /Encoding << /Differences [97 /a] >> "
        b"/CharProcs << /a 8 0 R >> /Resources << /Font << /H 7 0 R >> >> >>",
        stream(b"9 0 d0 BT /H 1 Tf (a) Tj ET"),
        resources=b"/Font << /F 5 0 R /G 6 0 R /H 7 0 R >>",
    )


def many_fonts() -> bytes:
    """20,000 fonts on a page, each used."""
    count = 20_000
    names = b" ".join(b"/F%d 5 0 R" % number for number in range(count))
    shown = b"".join(b"BT /F%d 1 Tf 9 9 Td (a) Tj ET\n" % number for number in range(count))
    return one_page(stream(shown), resources=b"/Font << %s >>" % names)


def claimed_pages() -> bytes:
    """One page, and the claim of ten thousand."""
    return pdf(
        CATALOG,
        b"<< /Type /Pages /Count 10000 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )


def negative_pages() -> bytes:
    """A count of pages below zero."""
    return claimed_pages().replace(b"/Count 10000", b"/Count -9999")


def many_pages() -> bytes:
    """Ten thousand pages that are there."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(10_000))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    pages = [page] * 10_000
    return pdf(CATALOG, b"<< /Type /Pages /Count 10000 /Kids [%s] >>" % kids, *pages)


def nested_arrays() -> bytes:
    """An array in an array, 200,000 deep."""
    deep = 200_000
    return one_page(stream(SHOWN), b"[" * deep + b"]" * deep, resources=b"/Font 6 0 R")


def object_stream_bomb() -> bytes:
    """An object stream that inflates to 400 MB, and holds the page tree."""
    data = deflated(b" ", 400, head=b"2 0 << /Type /Pages /Count 1 /Kids [4 0 R] >>")
    holder = stream(data, b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    out = b"%PDF-1.6\n"
    first = len(out)
    out += b"1 0 obj\n%s\nendobj\n" % CATALOG
    third = len(out)
    out += b"3 0 obj\n%s\nendobj\n" % holder
    fourth = len(out)
    out += b"4 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
    start = len(out)
    places = [(0, 0, 65535), (1, first, 0), (2, 3, 0), (1, third, 0), (1, fourth, 0), (1, start, 0)]
    table = b"".join(
        kind.to_bytes(1) + at.to_bytes(4) + number.to_bytes(2) for kind, at, number in places
    )
    entries = b"/Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R"
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, entries), start)


def xref_loop() -> bytes:
    """A table of references whose predecessor is itself."""
    data = one_page(stream(SHOWN))
    start = data.rindex(b"xref\n0")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def huge_numbers() -> bytes:
    """A page as wide as nothing is, text at places that no number holds."""
    shown = b"BT /F 99999999999999999999 Tf 1e300 -1e300 Td 1e39 Tc (words) Tj ET"
    return one_page(stream(shown)).replace(b"[0 0 612 792]", b"[-1e300 nan 1e300 1e300]")


PDFS: tuple[Callable[[], bytes], ...] = (
    flate_bomb,
    double_flate_bomb,
    text_bomb,
    page_tree_loop,
    deep_page_tree,
    self_referring_objects,
    recursive_forms,
    billion_forms,
    font_loop,
    many_fonts,
    claimed_pages,
    negative_pages,
    many_pages,
    nested_arrays,
    object_stream_bomb,
    xref_loop,
    huge_numbers,
)


LONG = 20_000

# What repeated patterns over letters may trip on. Each is filled up to `LONG` characters.
UNITS = (
    " ",
    "-",
    "a-\n",
    "\n",
    "\f",
    "a ",
    "A ",
    "(",
    "((1) ",
    ")",
    "1-",
    "1",
    "1/1/",
    ", ",
    "and ",
    ", and ",
    "; ",
    ": ",
    ". ",
    "Dr. ",
    "twenty-",
    "one ",
    "the worker ",
    "diagnoses include ",
    "has a history of ",
    "treatment has included ",
    "MRI of ",
    "left knee and ",
    "ibuprofen 600 mg ",
    "#60 ",
    "36 year old ",
    "no ",
    "not medically necessary ",
    "X was the original request. ",
    "Section(s): ",
    "Upheld ",
    "\nA splint: Upheld\n",
    "\nDecision rationale: x\n",
    "\nClaims Administrator guideline: x\n",
    "\nCase Number: CM17-0900999\n",
    "\u200f",
    "\u2028",
    "e\u0301",
)


def filled(unit: str) -> str:
    """The unit over and over."""
    return (unit * (LONG // len(unit) + 1))[:LONG]


def flooded(words: str) -> dict[str, str]:
    """A letter for each of its parts, with `words` in that part."""
    return {
        "header": make_letter(header=words),
        "credentials": make_letter(credentials=f"State(s) of Licensure: {words}"),
        "summary": make_letter(summary=f"The worker is a 36 year old female. {words}"),
        "heading": make_letter(issues=make_issue(heading=words)),
        "guideline": make_letter(issues=make_issue(maximus=words)),
        "rationale": make_letter(issues=make_issue(rationale=words)),
        "issues": make_letter(issues=f"{words}\nDecision rationale: none."),
    }
