"""Filters, and questions of one's own on any field of the record."""

from collections import Counter
from typing import Any

import pytest
import report_apart as apart
from report_cases import encoded, fixtures, made_of

from imr_extract.report import FieldError, answer, parse_condition, parse_field


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ("category=pharmaceuticals", lambda _, i: i["category"] == "Pharmaceuticals"),
        ("category=Surgery|DMEPOS", lambda _, i: i["category"] in {"Surgery", "DMEPOS"}),
        ("category!=Surgery", lambda _, i: i["category"] != "Surgery"),
        ("outcome=overturned", lambda _, i: i["outcome"] == "overturned"),
        ("letter.outcome=upheld", lambda r, _: r["outcome"] == "upheld"),
        ("patient.age>=50", lambda r, _: (r["patient"]["age"] or 0) >= 50),
        ("age<50", lambda r, _: r["patient"]["age"] is not None and r["patient"]["age"] < 50),
        ("year=2017", lambda r, _: r["case"]["decision_date"][:4] == "2017"),
        ("decision_date>2017-05-31", lambda r, _: r["case"]["decision_date"] > "2017-05-31"),
        ("issues.body_parts=knee", lambda _, i: "knee" in i["body_parts"]),
        ("issues.drugs=", lambda _, i: not i["drugs"]),
        ("disputed_service~THERAPY", lambda _, i: "therapy" in i["disputed_service"].lower()),
        ("licensure_states=Texas", lambda r, _: "Texas" in r["reviewer"]["licensure_states"]),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_fits(condition: str, fits: Any) -> None:
    trees = [each for each in fixtures() if each["case"]["decision_date"]]
    wanted = [[fits(each, issue) for issue in each["issues"]] for each in trees]
    head = made_of(trees, condition).head
    assert sum(map(sum, wanted)) == head.decisions
    assert sum(map(any, wanted)) == head.letters
    assert head.decisions > 0


def test_several_filters_must_all_hold() -> None:
    trees = fixtures()
    wanted = sum(
        issue["category"] == "Pharmaceuticals" and issue["outcome"] == "upheld"
        for each in trees
        for issue in each["issues"]
    )
    assert made_of(trees, "category=Pharmaceuticals", "outcome=upheld").head.decisions == wanted


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("categry", "did you mean category"),
        ("text", "names several fields: diagnoses.text"),
        ("issues", "no field"),
    ],
)
def test_a_name_that_is_no_field_gets_a_hint(name: str, message: str) -> None:
    with pytest.raises(FieldError) as raised:
        parse_field(name)
    assert message in raised.value.message


def test_a_text_that_is_no_condition() -> None:
    with pytest.raises(FieldError) as raised:
        parse_condition("category")
    assert "FIELD=VALUE" in raised.value.message


def test_an_answer_counts_by_any_fields() -> None:
    trees = fixtures()
    fields = [parse_field("category"), parse_field("gender")]
    found = answer(encoded(trees), fields, parse_condition("outcome=overturned"), None)
    wanted = apart.counted(
        ((i["category"] or "(none)", r["patient"]["gender"] or "(none)"), i["outcome"])
        for r in trees
        for i in r["issues"]
    )
    keys = [column.key for column in found.columns]
    assert ["issues.category", "patient.gender", "decisions"] == keys[:3]
    assert wanted == {
        (str(row[0]), str(row[1])): (row[2], row[4], row[5]) for row in found.rows
    }  # fmt: skip


def test_an_answer_about_letters_counts_letters() -> None:
    trees = fixtures()
    found = answer(encoded([*trees, trees[0]]), [parse_field("letter.outcome")], None, None)
    wanted = Counter(each["outcome"] for each in trees)
    assert found.unit == "letters"
    assert wanted == {str(row[0]): row[1] for row in found.rows}


def test_a_letter_with_several_values_counts_under_each() -> None:
    first = fixtures()[0]
    tree = {**first, "reviewer": {**first["reviewer"], "licensure_states": ["Ohio", "Texas"]}}
    found = answer(encoded([tree]), [parse_field("licensure_states")], None, None)
    assert [("Ohio", 1, 1.0), ("Texas", 1, 1.0)] == sorted(found.rows)
