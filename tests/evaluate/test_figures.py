"""Evaluation: what counts as right, what the figures come to, and how labels find records."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from corpus import NAMES, golden

from imr_extract.evaluate import (
    Facts,
    FieldScore,
    FigureRow,
    NotReadable,
    decode,
    join,
    judge,
    rows,
)
from imr_extract.evaluate import read_labels as read
from imr_extract.evaluate.matching import letters, likeness, pairs, same_words, words


def facts(**said: Any) -> Facts:
    return decode(json.dumps(said).encode(), "here")


def marks(label: Facts, record: Facts | None) -> dict[str, list[FieldScore]]:
    found: dict[str, list[FieldScore]] = {}
    for mark in judge(label, record):
        found.setdefault(mark.field, []).append(mark)
    return found


def row(field: str, *letters: tuple[Facts, Facts | None]) -> FigureRow:
    found = rows([list(judge(label, record)) for label, record in letters])
    return next(each for each in found if each.field == field)


def items(*texts: str) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]


def test_words_are_those_that_count() -> None:
    assert ["sprain", "left", "knee"] == words("A sprain of the left Knee,")
    assert ["l4-5", "500", "mg", "50%"] == words("L4-5; 500 mg (50%)")
    assert "mrioftheknee" == letters("MRI of\nthe knee.")
    assert "" == letters(None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("left knee sprain", "sprain of the left knee", 1.0),
        ("left knee sprain", "knee sprain", 0.8),
        ("left knee sprain", "right hip", 0.0),
        ("", "", 0.0),
    ],
)
def test_likeness_is_the_f1_of_the_words(one: str, other: str, expected: float) -> None:
    assert pytest.approx(expected) == likeness(one, other)


def test_pairs_are_one_to_one_and_the_best_first() -> None:
    wanted = ["left knee sprain", "knee sprain"]
    assert [(1, 0)] == pairs(wanted, ["knee sprain"])
    assert [(0, 1), (1, 0)] == sorted(pairs(wanted, ["knee sprain", "left knee sprain"]))
    assert [] == pairs(wanted, ["left knee strain and pain"], strict=True)
    assert [(0, 0)] == pairs(wanted, ["sprain of the left knee"], strict=True)
    assert same_words("the knee", "knee")


@pytest.mark.parametrize(
    ("wanted", "given", "soft", "strict"),
    [
        ("A cane, for the left side", "A cane, for the left side", True, True),
        ("A cane, for the left side", "A  cane,\nfor the left side", True, True),
        ("A cane, for the left side", "a cane for the left side.", True, False),
        ("A cane, for the left side", "a cane for the right side", False, False),
        ("A cane", None, False, False),
    ],
)
def test_texts_agree_by_their_letters_or_strictly(
    wanted: str, given: str | None, *, soft: bool, strict: bool
) -> None:
    label = facts(issues=[{"disputed_service": wanted}])
    (mark,) = marks(label, facts(issues=[{"disputed_service": given}]))["issues.disputed_service"]
    assert (soft, strict) == (not mark.soft.faults, not mark.strict.faults)
    assert "issues[0].disputed_service" == mark.where


def test_a_scalar_is_right_or_wrong() -> None:
    label = facts(patient={"age": 40, "gender": None})
    found = marks(label, facts(patient={"age": 41, "gender": None}))
    (age,), (gender,) = found["patient.age"], found["patient.gender"]
    ((where, kind, wanted, given),) = age.soft.faults
    assert ("patient.age", "wrong", 40, 41) == (where, kind, wanted, given)
    assert () == gender.soft.faults


def test_of_a_list_what_is_lost_and_what_is_extra() -> None:
    label = facts(diagnoses=items("left knee sprain", "gout"))
    (mark,) = marks(label, facts(diagnoses=items("sprain of knee", "asthma")))["diagnoses"]
    assert [("lost", "gout", None), ("extra", None, "asthma")] == [
        fault[1:] for fault in mark.soft.faults
    ]
    assert (True, False) == mark.soft.right
    assert 4 == len(mark.strict.faults)
    assert ("diagnoses[0].text", "diagnoses[1].text") == mark.paths


def test_kind_and_status_are_asked_of_treatments_that_were_found() -> None:
    wanted = [
        {"text": "physical therapy", "kind": "physical_medicine", "status": "prior"},
        {"text": "a cane", "kind": "device", "status": "current"},
    ]
    given = [
        {"text": "ice", "kind": "self_care", "status": "prior"},
        {"text": "physical therapy", "kind": "other", "status": "prior"},
    ]
    found = marks(facts(treatments=wanted), facts(treatments=given))
    (kind,), (status,) = found["treatments.kind"], found["treatments.status"]
    assert ("treatments[1].kind", 1, 0) == (kind.where, len(kind.soft.faults), kind.soft.hits)
    assert () == status.soft.faults


def test_what_a_label_does_not_have_is_not_asked() -> None:
    label = facts(patient={"age": 40}, issues=[{"outcome": "upheld"}])
    record = facts(patient={"age": 40, "gender": "male"}, diagnoses=items("gout"))
    asked = set(marks(label, record))
    assert {
        "record",
        "patient.age",
        "issues.count",
        "issues.outcome",
        "letter.structure_all_right",
        "letter.all_right",
    } == asked


def test_no_amount_where_none_is_asked_for_is_no_question() -> None:
    label = facts(issues=[{"quantity": None}, {"quantity": None}, {"quantity": 6}])
    record = facts(issues=[{"quantity": None}, {"quantity": 3}, {"quantity": 6}])
    found = marks(label, record)["issues.quantity"]
    assert [("issues[1].quantity", 1), ("issues[2].quantity", 0)] == [
        (mark.where, len(mark.soft.faults)) for mark in found
    ]


def test_only_chapters_of_the_mtus_are_compared() -> None:
    mtus = {"body": "MTUS", "title": "Knee Complaints", "year": 2004}
    label = facts(issues=[{"imr_guidelines": [mtus]}])
    other = {"body": "ODG", "title": "Knee", "year": None}
    record = facts(issues=[{"imr_guidelines": [other, {**mtus, "title": "Knee  complaints"}]}])
    (mark,) = marks(label, record)["issues.guidelines"]
    assert () == mark.soft.faults
    assert ("issues[0].imr_guidelines[1].title",) == mark.paths


def test_a_letter_is_all_right_where_nothing_is_wrong() -> None:
    label = facts(patient={"age": 40}, diagnoses=items("left knee sprain"))
    near = facts(patient={"age": 40}, diagnoses=items("knee sprain"))
    found = marks(label, near)
    (structure,), (whole,) = found["letter.structure_all_right"], found["letter.all_right"]
    assert ((), ()) == (structure.soft.faults, structure.strict.faults)
    assert ((), ["diagnoses"]) == (whole.soft.faults, whole.strict.faults[0].given)


def test_figures_of_planted_letters() -> None:
    """Three letters: one right, one with a loss and an addition, one without a record."""
    label = facts(patient={"age": 40}, diagnoses=items("gout", "left knee sprain"))
    poor = facts(patient={"age": 40}, diagnoses=items("gout", "asthma", "left hip strain"))
    three: list[tuple[Facts, Facts | None]] = [(label, label), (label, poor), (label, None)]
    diagnoses = row("diagnoses", *three)
    assert 6 == diagnoses.n
    assert pytest.approx(3 / 5) == diagnoses.soft.precision.value
    assert pytest.approx(3 / 6) == diagnoses.soft.recall.value
    assert pytest.approx(6 / 11) == diagnoses.main().value
    assert pytest.approx(1 / 3) == diagnoses.soft.accuracy.value
    age = row("patient.age", *three)
    assert 3 == age.n
    assert pytest.approx(2 / 3) == age.main().value
    assert 1.0 == age.soft.precision.value
    assert pytest.approx(2 / 3) == age.soft.recall.value
    assert pytest.approx(2 / 3) == row("record", *three).main().value
    assert pytest.approx(1 / 3) == row("letter.all_right", *three).main().value


def test_intervals_hold_the_value_and_narrow_with_more_letters() -> None:
    label, wrong = facts(patient={"age": 40}), facts(patient={"age": 41})
    few: list[tuple[Facts, Facts | None]] = [(label, x) for x in [label] * 8 + [wrong] * 2]
    narrow = row("patient.age", *few * 40).main()
    wide = row("patient.age", *few).main()
    for figure in (wide, narrow):
        assert figure.low < figure.value < figure.high
    assert narrow.high - narrow.low < 0.5 * (wide.high - wide.low)
    # Of 400 letters with a share of 0.8, the normal interval is 0.8 +- 0.039.
    assert pytest.approx(0.761, abs=0.01) == narrow.low
    assert pytest.approx(0.839, abs=0.01) == narrow.high


def test_the_same_seed_gives_the_same_intervals() -> None:
    label, wrong = facts(patient={"age": 40}), facts(patient={"age": 41})
    marked = [list(judge(label, each)) for each in [label] * 7 + [wrong] * 6]
    assert rows(marked, 1) == rows(marked, 1)
    assert rows(marked, 1) != rows(marked, 2)


def test_an_interval_without_faults_is_a_point() -> None:
    label = facts(patient={"age": 40})
    figure = row("patient.age", (label, label), (label, label)).main()
    assert (1.0, 1.0, 1.0) == (figure.value, figure.low, figure.high)


def lines(*records: dict[str, Any]) -> Iterator[bytes]:
    yield from (json.dumps(each).encode() + b"\n" for each in records)


def test_labels_find_records_by_case_number_then_by_file() -> None:
    one = facts(id="CM17-0900001", case={"case_number": "CM17-0900001"})
    two = facts(id="EI99-00001", patient={"age": 3})
    found, count = join(
        [one, two],
        lines(
            {"source": {"name": "CM17-0900001.pdf"}, "case": {"case_number": "CM17-0900009"}},
            {"source": {"name": "other.pdf"}, "case": {"case_number": "CM17-0900001"}},
            {"error": {"code": "empty", "message": ""}, "source": {"name": "EI99-00001.pdf"}},
            {"source": {"name": "EI99-00001.txt"}, "case": {"case_number": None}},
            {"source": {"name": "later.pdf"}, "case": {"case_number": "CM17-0900001"}},
        ),
    )
    assert 4 == count
    assert ["other.pdf", "EI99-00001.txt"] == [each.source.name for each in found if each]


def test_a_line_that_is_no_record_is_told_without_its_words() -> None:
    with pytest.raises(NotReadable) as caught:
        join([facts(id="x")], [b'{"patient": {"age": "secret"}}\n'])
    assert "line 1 is not a record" in caught.value.message
    assert "secret" not in caught.value.message


def test_labels_are_read_from_files_lines_and_folders(tmp_path: Path) -> None:
    label = {"patient": {"age": 40}}
    (tmp_path / "b.json").write_text(json.dumps({"id": "b", **label}))
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines({"id": "c", **label}, {"id": "a", **label})))
    (tmp_path / "notes.txt").write_text("no label")
    assert ["a", "b", "c"] == [each.id for each in read(tmp_path)]
    assert ["b"] == [each.id for each in read(tmp_path / "b.json")]
    (tmp_path / "d.json").write_text(json.dumps([{"id": "b", **label}]))
    with pytest.raises(NotReadable, match="second label"):
        read(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"id": 3}'])
def test_what_is_no_label_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(NotReadable):
        read(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_agrees_with_itself(name: str) -> None:
    record = msgspec.json.decode(golden(name).encode(), type=Facts)
    wrong = [mark.field for mark in judge(record, record) if mark.soft.faults or mark.strict.faults]
    assert [] == wrong
