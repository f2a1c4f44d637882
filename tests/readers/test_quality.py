"""When PDFium's text is taken for no prose."""

import pytest
from corpus import NAMES, pdf

from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read
from imr_extract.readers.quality import looks_wrong

PROSE = "The worker was seen twice and the wrist was better each time. " * 5


@pytest.mark.parametrize("name", NAMES)
def test_letters_look_right(name: str) -> None:
    assert not looks_wrong(read(pdf(name), "pdfium", DEFAULT_LIMITS).text)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        pytest.param(PROSE, False, id="prose"),
        pytest.param(PROSE + "\uf0b7 one bullet", False, id="odd-bullet"),
        pytest.param("\ufffd" * 99, False, id="too-little-to-judge"),
        pytest.param("\ufffd" * 100, True, id="unknown"),
        pytest.param(PROSE.replace("w", "\ue010"), True, id="private-use"),
        pytest.param(PROSE.replace("twice", "(cid:12)(cid:7)"), True, id="pdfminer-codes"),
        pytest.param(PROSE.replace("e", "\x05"), True, id="controls"),
        pytest.param(PROSE.replace(" ", ""), True, id="run-together"),
    ],
)
def test_what_counts_as_wrong(words: str, *, wrong: bool) -> None:
    assert wrong == looks_wrong(words)
