"""`explain`: the rule and the words behind a value, and what was turned down by what."""

import io

import msgspec
import pytest
from commands import Run
from corpus import FIXTURES, NAMES, make_letter, pdf, variants
from rich.console import Console
from thinning import quick_every

from imr_extract.audit.explain import Explanation, UnknownField, explain
from imr_extract.cli.explain_text import shown
from imr_extract.pipeline.evidence import LETTER_OUTCOME
from imr_extract.pipeline.letter import read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import Case
from imr_extract.rules.catalogue import rule


def of_letter(field: str, *, summary: str) -> Explanation:
    """The explanation of one field of a letter with this case summary."""
    letter = read_letter(make_letter(summary=summary).encode(), ReadingOptions(evidence=True))
    found = {each.field: each for each in explain(letter, field)}
    return found[field]


def turned_down(each: Explanation) -> list[tuple[str, str, str | None]]:
    return [
        (loser.words.text, loser.rule.id, loser.by.id if loser.by else None)
        for loser in each.rejected
    ]


def test_a_value_is_explained_by_its_words_and_the_row_that_took_them() -> None:
    age = of_letter("patient.age", summary="A 36 year old female was hurt on 1-9-2017.")
    assert age.value == 36
    (match,) = age.matches
    assert (match.words.text, match.words.before[-1:], match.words.page) == ("36", "A", 1)
    assert match.words.after.startswith("year old female")
    assert (match.rule.id, match.rule.file) == ("patient.years_old", "cues/patient.toml")
    assert "{age}" in match.rule.row["pattern"]
    assert "examples" not in match.rule.row
    assert (age.rejected, age.notes) == ([], [])


def test_an_age_that_nobody_has_is_turned_down_and_the_absence_noted() -> None:
    age = of_letter("patient.age", summary="A 3 year old male was hurt on 1-9-2017.")
    assert age.value is None
    assert age.matches == []
    assert turned_down(age) == [("3", "patient.years_old", None)]
    assert age.rejected[0].reason == "a worker cannot have that age"
    assert [note.code for note in age.notes] == ["not_in_letter"]


def test_a_match_further_down_is_turned_down() -> None:
    age = of_letter("patient.age", summary="A 36 year old female. Her friend, aged 51, drove.")
    assert age.value == 36
    assert turned_down(age) == [("51", "patient.aged", None)]


def test_pronouns_of_both_genders_are_shown_with_their_numbers() -> None:
    gender = of_letter("patient.gender", summary="He fell. She fell. He rose. She rose.")
    assert gender.value is None
    assert {loser.reason for loser in gender.rejected} == {
        "2 pronouns of this gender, 2 of the other"
    }
    assert {loser.words.text for loser in gender.rejected} == {"He", "She"}


def test_the_summary_s_date_loses_against_the_header_s() -> None:
    date = of_letter("injury.date", summary="He was injured at work on 6/24/2014.")
    assert date.value == "2017-01-09"
    assert turned_down(date) == [("6/24/2014", "injury.injury_on", None)]
    assert [note.code for note in date.notes] == ["conflict"]


def test_a_day_that_no_calendar_has_is_turned_down() -> None:
    date = of_letter("injury.date_in_summary", summary="He was injured at work on 13/45/2016.")
    assert date.value is None
    assert turned_down(date)[0][0] == "13/45/2016"
    assert date.rejected[0].reason == "no calendar date"


def test_a_denied_condition_names_the_rule_of_context_that_denies_it() -> None:
    summary = "Diagnoses: knee strain. There was no ligament tear. He is seen to rule out gout."
    diagnoses = of_letter("diagnoses", summary=summary)
    assert ("tear", "conditions.named", "context.no") in turned_down(diagnoses)
    assert ("gout", "conditions.named", "context.rule_out") in turned_down(diagnoses)
    assert "strain" not in [words for words, _, _ in turned_down(diagnoses)]
    (tear,) = [each for each in diagnoses.rejected if each.words.text == "tear"]
    assert tear.by is not None
    assert tear.by.file == "cues/context.toml"
    assert "negated" in tear.reason


def test_a_treatment_that_is_only_planned_names_the_plan() -> None:
    summary = "He was treated with ibuprofen. The plan is to begin acupuncture."
    treatments = of_letter("treatments", summary=summary)
    ((words, named, by),) = turned_down(treatments)
    assert (words, named) == ("acupuncture", "treatments.named")
    assert by is not None
    assert by.startswith("treatments.")
    row = rule(by, "dwc-issues").row
    assert row is not None


@pytest.mark.parametrize("name", NAMES)
def test_no_words_are_both_taken_and_turned_down_for_the_same_field(name: str) -> None:
    letter = read_letter(pdf(name), ReadingOptions(evidence=True))
    taken: dict[str, list[tuple[int, int]]] = {}
    losers: list[tuple[str, tuple[int, int]]] = []
    for field in ("patient", "injury", "diagnoses", "treatments", "diagnostics"):
        try:
            explanations = explain(letter, field)
        except UnknownField:
            continue
        for each in explanations:
            spans = [(match.words.start, match.words.end) for match in each.matches]
            taken.setdefault(field, []).extend(spans)
            losers += [(field, (one.words.start, one.words.end)) for one in each.rejected]
    for field, (start, end) in losers:
        if field in ("diagnoses", "treatments", "diagnostics"):
            assert not [span for span in taken[field] if span[0] < end and start < span[1]]


@pytest.mark.parametrize("name", quick_every(4, NAMES))
def test_every_rule_of_every_value_stands_in_the_catalogue(name: str) -> None:
    for letter in variants(name).values():
        for rule_id in {found.rule for found in letter.found} | {LETTER_OUTCOME}:
            found = rule(rule_id, letter.layout.id)
            assert found.says or found.row, rule_id


def test_a_rule_that_is_no_row_shows_the_words_it_goes_by() -> None:
    labels = rule("header.priority", "dwc-issues")
    assert (labels.file, labels.row) == ("layouts/dwc-issues.toml", ["Priority"])
    body = rule("guidelines.ODG", "dwc-issues")
    assert body.row["body"] == "ODG"
    form = rule("issues.remaining_portion", "dwc-issues")
    assert form.row["id"] == "remaining_portion"
    assert "pattern" in form.row


def test_a_rule_that_nobody_knows_is_shown_by_its_id() -> None:
    assert rule("mine.own", "mine").row is None
    assert rule("mine.own", "mine").says is None


def test_a_field_above_stands_for_all_below() -> None:
    letter = read_letter(pdf("mixed-outcomes"), ReadingOptions(evidence=True))
    fields = [each.field for each in explain(letter, "case")]
    assert fields[0] == "case.case_number"
    assert len(fields) == len(Case.__struct_fields__)
    assert all(field.startswith("issues[1].") for field in _fields(explain(letter, "issues[1]")))


def _fields(explanations: list[Explanation]) -> list[str]:
    return [each.field for each in explanations]


def test_a_field_that_is_none_names_those_that_are_near() -> None:
    letter = read_letter(pdf("mixed-outcomes"), ReadingOptions(evidence=True))
    with pytest.raises(UnknownField) as error:
        explain(letter, "pateint.age")
    assert error.value.near[0] == "patient.age"


def test_the_command_gives_json_in_a_pipe(run: Run) -> None:
    result = run("explain", FIXTURES / "pdf" / "dates-in-prose.pdf", "injury.date")
    assert result.exit_code == 0
    tree = msgspec.json.decode(result.stdout)
    assert tree["source"]["name"] == "dates-in-prose.pdf"
    (field,) = tree["fields"]
    assert list(field) == ["field", "value", "matches", "rejected", "notes"]
    assert field["value"] == "2016-10-23"
    assert field["rejected"][0]["reason"] == "the header's date is taken"


def test_the_command_names_near_fields_and_ends_with_2(run: Run) -> None:
    result = run("explain", FIXTURES / "pdf" / "dates-in-prose.pdf", "injury.dat")
    assert result.exit_code == 2
    assert "injury.date" in result.stderr


def test_a_terminal_shows_words_rule_reason_and_note() -> None:
    letter = read_letter(pdf("dates-in-prose"), ReadingOptions(evidence=True))
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    console.print(shown(explain(letter, "injury.date")))
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    for words in (
        "injury.date = 2016-10-23",
        "10/23/2016",
        "by header.date_of_injury in layouts/dwc-issues.toml",
        "conflict",
        "rejected on page 1",
        "because the header's date is taken",
    ):
        assert words in printed


def test_brackets_in_a_letter_are_no_markup_on_a_terminal() -> None:
    letter = read_letter(
        make_letter(summary="A 36 year old [bold]female[/bold] worker.").encode(),
        ReadingOptions(evidence=True),
    )
    console = Console(file=io.StringIO(), width=100)
    console.print(shown(explain(letter, "patient.gender")))
    assert isinstance(console.file, io.StringIO)
    assert "[bold] female [/bold]" in console.file.getvalue()
