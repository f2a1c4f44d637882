"""`--fields`: paths through the model, in the order asked."""

import msgspec
import pytest
from records import fixture_records

from imr_extract.record.fields import FieldsError, narrow, parse_fields, project
from imr_extract.record.shape import Leaf, ListOf, Parts, pick, record_shape

TREE = {
    "case": {"case_number": "CM17-0900999", "priority": None},
    "issues": [
        {"number": 1, "outcome": "upheld", "imr_guidelines": [{"body": "MTUS", "year": 2004}]},
        {"number": 2, "outcome": None, "imr_guidelines": []},
    ],
    "outcome": "upheld",
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("outcome", {"outcome": "upheld"}),
        # Order is that of the question, at every depth.
        ("outcome,case.priority", {"outcome": "upheld", "case": {"priority": None}}),
        (
            "case.priority,outcome,case.case_number",
            {"case": {"priority": None, "case_number": "CM17-0900999"}, "outcome": "upheld"},
        ),
        # Through lists without an index.
        (
            "issues.outcome,issues.number",
            {"issues": [{"outcome": "upheld", "number": 1}, {"outcome": None, "number": 2}]},
        ),
        (
            "issues.imr_guidelines.year",
            {"issues": [{"imr_guidelines": [{"year": 2004}]}, {"imr_guidelines": []}]},
        ),
        # A group is all that it holds, and what is below it adds nothing.
        ("case.priority,case", {"case": TREE["case"]}),
        ("case,case.priority", {"case": TREE["case"]}),
        # Twice is once; blanks around names are none of them.
        (" outcome , outcome", {"outcome": "upheld"}),
        # What the record leaves out stays out.
        ("evidence,outcome", {"outcome": "upheld"}),
    ],
)
def test_the_wanted_parts_come_out_in_the_order_asked(
    asked: str, expected: dict[str, object]
) -> None:
    found = project(TREE, parse_fields(asked))
    assert msgspec.json.encode(found) == msgspec.json.encode(expected)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("isues.outcome", "a record has no 'isues.outcome'; did you mean issues.outcome"),
        ("case_number", "a record has no 'case_number'; did you mean case.case_number"),
        ("outcome,issues.rational", "'issues.rational'; did you mean issues.rationale"),
        ("Outcome", "did you mean"),
        ("issues[0].outcome", "'issues[0].outcome' has an index"),
        ("outcome,,layout", "a name is empty"),
        ("", "a name is empty"),
        ("issues.", "a record has no 'issues.'"),
        ("evidence.patient.age", "a record has no 'evidence.patient.age'"),
        ("qqqqqq", "`imr-extract schema` lists what it has"),
        ("a\x1b[2Jb", r"'a\x1b[2Jb' has an index"),  # nothing reaches the terminal raw
    ],
)
def test_an_unknown_name_is_told_with_what_was_meant(asked: str, message: str) -> None:
    with pytest.raises(FieldsError) as stated:
        parse_fields(asked)
    assert message in stated.value.message
    assert stated.value.message.isprintable()
    assert stated.value.exit_code == 2


def test_every_value_of_the_fixtures_can_be_asked_for() -> None:
    asked: set[str] = set()

    def walk(value: object, path: str) -> None:
        if path:
            asked.add(path)
        if isinstance(value, list):
            for each in value:
                walk(each, path)
        elif isinstance(value, dict):
            for name, each in value.items():
                walk(each, f"{path}.{name}".lstrip("."))

    tree = msgspec.to_builtins(fixture_records())
    walk(tree, "")
    assert len(asked) > 60
    for path in asked:
        assert parse_fields(path).paths == (tuple(path.split(".")),)
    assert all(project(each, parse_fields(",".join(each))) == each for each in tree)


def test_the_shape_narrows_as_the_record_does() -> None:
    narrowed = narrow(record_shape(), parse_fields("issues.outcome,case.priority"))
    assert list(narrowed.fields) == ["issues", "case"]
    issues = narrowed.fields["issues"]
    assert isinstance(issues, ListOf)
    assert issues.item == Parts("Issue", {"outcome": Leaf("text", "null")})


def test_a_value_is_picked_through_lists_and_absent_groups() -> None:
    assert pick(TREE, ("issues", "imr_guidelines", "year")) == [[2004], []]
    assert pick(TREE, ("case", "case_number")) == "CM17-0900999"
    assert pick({"case": None}, ("case", "case_number")) is None
    assert pick({}, ("evidence",)) is None
