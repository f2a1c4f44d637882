"""Fixed words of layouts: found where a text prints them, of shipped layouts and of others."""

import pytest

from imr_extract.layouts import fixed_words
from imr_extract.layouts.loader import shipped
from imr_extract.layouts.spec import Layout

PROSE = "The worker fell from a roof and asked for a brace. " * 12


@pytest.mark.parametrize("layout", shipped(), ids=lambda layout: layout.id)
def test_each_word_of_a_shipped_layout_is_found_and_only_as_it_is_printed(layout: Layout) -> None:
    words = sorted(set(fixed_words.of_layout(layout)))
    assert words
    found = [each for each in words if fixed_words.any_printed(PROSE + each, (each,))]
    assert words == found
    assert not fixed_words.any_printed(PROSE, tuple(words))
    assert not fixed_words.any_printed(PROSE + words[0].swapcase(), (words[0],))


def test_words_of_a_layout_that_is_not_shipped_are_found() -> None:
    assert fixed_words.any_printed(PROSE + "OUR FINDINGS", ("OUR FINDINGS",))
    assert not fixed_words.any_printed(PROSE, ("OUR FINDINGS",))
