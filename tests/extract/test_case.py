"""The header table, in the orders that readers give its cells."""

import itertools

import msgspec
import pytest
from corpus import make_letter, note_of
from hypothesis import given
from hypothesis import strategies as st

from imr_extract import extract_text
from imr_extract.record.model import Case

LABELS = {
    "case_number": "Case Number:",
    "date_assigned": "Date Assigned:",
    "date_of_injury": "Date of Injury:",
    "decision_date": "Decision Date:",
    "ur_denial_date": "UR Denial Date:",
    "priority": "Priority:",
    "application_received": "Application Received:",
}
PRINTED = {
    "case_number": "CM17-0900999",
    "date_assigned": "03/14/2017",
    "date_of_injury": "01/09/2017",
    "decision_date": "04/11/2017",
    "ur_denial_date": "02/22/2017",
    "priority": "Standard",
    "application_received": "03/03/2017",
}
CASE = Case(
    case_number="CM17-0900999",
    date_assigned="2017-03-14",
    date_of_injury="2017-01-09",
    decision_date="2017-04-11",
    ur_denial_date="2017-02-22",
    priority="standard",
    application_received="2017-03-03",
    days_from_denial=48,
    days_from_application=39,
    days_from_assignment=28,
)
# The intervals that a date begins or ends.
_INTERVALS = {
    "ur_denial_date": ["days_from_denial"],
    "application_received": ["days_from_application"],
    "date_assigned": ["days_from_assignment"],
    "decision_date": ["days_from_denial", "days_from_application", "days_from_assignment"],
}
LEFT = ["case_number", "date_assigned", "decision_date", "priority"]
RIGHT = ["date_of_injury", "ur_denial_date", "application_received"]


def case_of(header: str) -> Case:
    return extract_text(make_letter(header=header)).case


def without(field: str) -> Case:
    """The case without a value, and without the intervals that hang on it."""
    return msgspec.structs.replace(CASE, **dict.fromkeys([field, *_INTERVALS.get(field, [])]))


def column(fields: list[str]) -> str:
    return "\n".join([LABELS[field] for field in fields] + [PRINTED[field] for field in fields])


def rows(fields: list[str]) -> str:
    return "\n".join(f"{LABELS[field]} {PRINTED[field]}" for field in fields)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(rows(list(LABELS)), id="a-row-a-field"),
        pytest.param(rows(list(LABELS)).replace(": ", ":\n"), id="label-above-value"),
        pytest.param(" ".join(rows(list(LABELS)).split("\n")), id="one-line"),
        pytest.param(column(LEFT) + "\n" + column(RIGHT), id="two-columns"),
        pytest.param(column(list(LABELS)), id="one-column"),
        pytest.param(column(LEFT) + "\n" + rows(RIGHT), id="column-then-rows"),
        pytest.param(rows(LEFT) + "\n" + column(RIGHT), id="rows-then-column"),
        pytest.param(
            rows(LEFT + RIGHT[:2]) + "\nApplication 03/03/2017\nReceived:", id="value-between"
        ),
        pytest.param(
            rows(LEFT + RIGHT[:2]) + "\nApplication\n03/03/2017\nReceived:", id="value-on-its-line"
        ),
        pytest.param(
            rows(LEFT + RIGHT[:2]) + "\nApplication\nReceived:\n03/03/2017", id="value-after"
        ),
        pytest.param(
            rows(LEFT + RIGHT[:2]) + "\n03/03/2017\nApplication\nReceived:", id="value-before"
        ),
        pytest.param(
            "\n".join(f" {line} " for line in rows(list(LABELS)).split("\n")), id="blanks"
        ),
        pytest.param(rows(list(LABELS)).replace(":", " :"), id="blank-before-colon"),
        pytest.param(rows(list(LABELS)).replace("\n", "\r\n"), id="crlf"),
    ],
)
def test_every_order_of_the_cells_gives_the_same_case(header: str) -> None:
    assert CASE == case_of(header)


@given(st.permutations(list(LABELS)))
def test_rows_in_any_order_give_the_same_case(fields: list[str]) -> None:
    assert CASE == case_of(rows(fields))


@given(st.permutations(list(LABELS)), st.integers(1, 6))
def test_any_two_columns_give_the_same_case(fields: list[str], cut: int) -> None:
    assert CASE == case_of(column(fields[:cut]) + "\n" + column(fields[cut:]))


@given(st.permutations(list(LABELS)), st.integers(1, 6))
def test_a_column_and_rows_give_the_same_case(fields: list[str], cut: int) -> None:
    assert CASE == case_of(rows(fields[:cut]) + "\n" + column(fields[cut:]))


@pytest.mark.parametrize(
    ("field", "printed", "is_misread"),
    [
        ("case_number", "CASE NUMBER:", False),
        ("case_number", "CaseNumber:", False),
        ("case_number", "Case Numbr:", True),
        ("date_assigned", "date assigned:", None),  # in lower case it may be a part of a sentence
        ("date_of_injury", "Date of injury;", False),
        ("date_of_injury", "DateofInjury", False),
        ("decision_date", "Decision Dale:", True),
        ("decision_date", "Decislon Date -", True),
        ("ur_denial_date", "URDenial Date:", False),
        ("priority", "PRIORITY", False),
        ("priority", "Pri0rity:", True),
        ("application_received", "APPLICATION RECEIVED:", False),
        ("case_number", "The case:", None),
    ],
)
def test_a_label_that_is_printed_otherwise_is_that_label(
    field: str, printed: str, is_misread: bool | None
) -> None:
    header = "  ".join(f"{LABELS[each]} {PRINTED[each]}" for each in LABELS)
    record = extract_text(make_letter(header=header.replace(LABELS[field], printed)))
    note = note_of(record, f"case.{field}")
    if is_misread is None:  # the value stands there, but whose it is is not sure
        assert getattr(record.case, field) is None
        assert note is not None
    else:
        assert record.case == CASE
        assert is_misread == (note is not None and note.code == "misread")


@pytest.mark.parametrize("missing", list(LABELS))
def test_a_field_that_is_not_printed_is_none_with_a_note(missing: str) -> None:
    fields = [field for field in LABELS if field != missing]
    record = extract_text(make_letter(header=rows(fields)))
    assert without(missing) == record.case
    note = note_of(record, f"case.{missing}")
    assert note is not None
    assert "not_in_letter" == note.code


@pytest.mark.parametrize("gone", list(LABELS))
def test_a_lost_value_is_never_taken_from_a_neighbour(gone: str) -> None:
    header = "\n".join(
        f"{LABELS[field]} {'' if field == gone else PRINTED[field]}" for field in LABELS
    )
    record = extract_text(make_letter(header=header))
    case, wanted = msgspec.structs.asdict(record.case), msgspec.structs.asdict(CASE)
    assert case[gone] is None
    # A neighbour may be as unsure: then it has no value either, and a note.
    unsure = {note.field.removeprefix("case.") for note in record.notes}
    assert {field: wanted[field] for field in LABELS if field not in unsure} == {
        field: case[field] for field in LABELS if case[field] is not None
    }


def test_values_that_may_belong_to_two_labels_are_left_out() -> None:
    """One date of a column of two is lost: which label it had is not to be known."""
    record = extract_text(
        make_letter(
            header="Date Assigned:\nDecision Date:\n03/14/2017\n"
            + rows(["case_number", "priority", "date_of_injury"])
        )
    )
    assert [None, None] == [record.case.date_assigned, record.case.decision_date]
    assert "2017-01-09" == record.case.date_of_injury
    note = note_of(record, "case.date_assigned")
    assert note is not None
    assert "ambiguous" == note.code


@pytest.mark.parametrize("printed", ["02/30/2017", "13/01/2017", "00/10/2017", "04/31/2017"])
def test_an_impossible_date_is_rejected_with_a_note(printed: str) -> None:
    record = extract_text(
        make_letter(header=rows(list(LABELS)).replace(PRINTED["decision_date"], printed))
    )
    assert record.case.decision_date is None
    note = note_of(record, "case.decision_date")
    assert note is not None
    assert "rejected" == note.code


@pytest.mark.parametrize(
    ("printed", "priority"),
    [("Standard", "standard"), ("Expedited", "expedited"), ("EXPEDITED", "expedited")],
)
def test_priorities(printed: str, priority: str) -> None:
    assert priority == case_of(rows(list(LABELS)).replace("Standard", printed)).priority


@pytest.mark.parametrize("number", ["CM13-0000001", "CM25-0123456"])
def test_case_numbers(number: str) -> None:
    assert number == case_of(rows(list(LABELS)).replace("CM17-0900999", number)).case_number


def test_without_a_header_every_field_has_a_note() -> None:
    letter = make_letter(header="")
    record = extract_text(letter)
    assert set(msgspec.structs.asdict(record.case).values()) == {None}
    codes = {note.field: note.code for note in record.notes if note.field.startswith("case.")}
    assert codes == {f"case.{field}": "section_missing" for field in LABELS} | {
        f"case.{field}": "not_in_letter" for field in _INTERVALS["decision_date"]
    }


def test_the_orders_of_two_columns_are_many() -> None:
    """Every split of the fields into a left and a right column, each in the printed order."""
    fields = list(LABELS)
    for size in range(1, len(fields)):
        for left in itertools.combinations(fields, size):
            right = [field for field in fields if field not in left]
            assert CASE == case_of(column(list(left)) + "\n" + column(right))
