"""One odd label or outcome never costs an issue, nor changes an outcome, without a note."""

import pytest
from corpus import NAMES, text
from odd_prints import LABEL_KINDS, OUTCOME_KINDS, odd_prints

from imr_extract import Record, extract_bytes, extract_text


def outcomes(record: Record) -> list[str | None]:
    return [issue.outcome for issue in record.issues]


def test_there_are_kinds_enough() -> None:
    assert len(LABEL_KINDS) + len(OUTCOME_KINDS) >= 30


# One letter of each sort at every run; all of them with `make test-all`.
_SORTS = {"one-issue-upheld", "part-authorized-remaining"}
_EACH = [name if name in _SORTS else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.mark.parametrize("name", _EACH)
def test_an_odd_print_is_read_or_noted(name: str) -> None:
    wanted = extract_bytes(text(name))
    silent: list[str] = []
    for odd in odd_prints(name, text(name).decode()):
        record = extract_text(odd.text)
        assert len(wanted.issues) == len(record.issues), odd.kind
        differing = [
            index
            for index, (want, got) in enumerate(
                zip(outcomes(wanted), outcomes(record), strict=True)
            )
            if want != got
        ]
        noted = {note.field for note in record.notes}
        silent += [odd.kind for index in differing if f"issues[{index}].outcome" not in noted]
        if odd.readable:
            assert [] == differing, odd.kind
            assert wanted.outcome == record.outcome
        else:
            assert all(outcomes(record)[index] is None for index in differing), odd.kind
    assert [] == silent
