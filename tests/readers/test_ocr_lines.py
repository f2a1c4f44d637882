"""From an engine's words to printed lines."""

import pytest
from scanned import words

from imr_extract.readers.ocr.engine import RecognizedWord
from imr_extract.readers.ocr.lines import lines


def shown(*fragments: list[RecognizedWord]) -> list[str]:
    return [" ".join(word.text for word in line) for line in lines(fragments)]


def test_cells_of_a_table_stand_in_their_rows() -> None:
    """An engine may give a table by columns."""
    labels = [words("Date Assigned:"), words("Decision Date:", top=140)]
    values = [words("03/14/2017", left=500), words("04/11/2017", left=500, top=142)]
    assert ["Date Assigned: 03/14/2017", "Decision Date: 04/11/2017"] == shown(*labels, *values)


def test_pieces_of_one_line_are_joined_wherever_the_engine_gives_them() -> None:
    first, last = words("The knee was"), words("swollen.", left=420)
    assert ["The knee was swollen.", "It hurt."] == shown(last, words("It hurt.", top=140), first)


def test_two_columns_of_prose_stay_apart() -> None:
    left = [words("a line of the left column", top=100 + 40 * at) for at in range(9)]
    right = [words("the right column goes on", left=600, top=100 + 40 * at) for at in range(9)]
    assert [*["a line of the left column"] * 9, *["the right column goes on"] * 9] == shown(
        *left, *right
    )


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("UR Denial Date: | 11/16/2016", "UR Denial Date: 11/16/2016"),
        ("|CM17-0900101|", "CM17-0900101"),
        ("no pain / no gain", "no pain / no gain"),
    ],
)
def test_rules_of_tables_are_no_text(read: str, printed: str) -> None:
    assert [printed] == shown(words(read))


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("on 1 1-14-16 show", "on 11-14-16 show"),
        ("on 1 2/9/2016.", "on 12/9/2016."),
        ("phase 1 3-14-16", "phase 1 3-14-16"),  # no month ends so
        ("grade 1 1 of 4", "grade 1 1 of 4"),  # no date
    ],
)
def test_a_month_that_was_read_apart_is_whole_again(read: str, printed: str) -> None:
    assert [printed] == shown(words(read))


def test_a_figure_far_from_a_date_is_no_part_of_it() -> None:
    assert ["table 1 1-14-16"] == shown([*words("table 1"), *words("1-14-16", left=400)])


def test_stains_are_left_out_and_unsure_words_of_a_sentence_stay() -> None:
    stain = words("yim ray", confidence=0.3)
    sure, unsure = words("Decision based on the Illness", top=200), words("x", top=200)
    sentence = [*sure[:-1], sure[-1]._replace(confidence=0.0)]
    assert ["Decision based on the Illness"] == shown(stain, sentence)
    assert ["x"] == shown(unsure)


def test_signs_that_the_engine_guesses_at_are_left_out() -> None:
    assert ["03/14/2017"] == shown([*words("~", confidence=0.4), *words("03/14/2017", left=300)])
    assert ["- ice"] == shown([*words("-"), *words("ice", left=240)])
