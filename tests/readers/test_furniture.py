"""Running heads and feet: what the quick test on lines as read leaves to the careful one."""

import pytest

from imr_extract.readers.furniture import may_be_furniture
from imr_extract.readers.layers import PlacedLine

HEIGHT = 792.0
WORDS = ("Guideline citation", "was the only one given", "The patient reported pain")


def page(top: str, baseline: float, number: int) -> list[PlacedLine]:
    """A page of text with the words `top` at a height near its beginning."""
    texts = [f"{WORDS[at % 3]} {'x' * at} on page {'y' * number}" for at in range(30)]
    lines = [PlacedLine(text, 72, 100 + 14 * at, False) for at, text in enumerate(texts)]
    return sorted([*lines, PlacedLine(top, 72, baseline, False)], key=lambda line: line.baseline)


@pytest.mark.parametrize(
    ("tops", "baseline", "may_be"),
    [
        (("a line of 2016 that recurs", "a line of 2016 that recurs"), 86, False),
        (("a line that recurs", "a line that does not"), 50, False),
        (("in the margin", "in the margin"), 60, True),
        (("away from the text", "away from the text"), 76, True),
        (("printed over the text", "printed over the text"), 107, True),
        (("page 1 of the letter", "page 2 of the letter"), 86, True),
    ],
    ids=["in the text", "once", "margin", "away", "over the text", "counts pages"],
)
def test_a_line_that_recurs_may_be_furniture_unless_it_stands_in_the_text(
    tops: tuple[str, str], baseline: float, may_be: bool
) -> None:
    pages = [page(top, baseline, number) for number, top in enumerate(tops, start=1)]
    assert may_be is may_be_furniture(pages, [HEIGHT] * 2)
