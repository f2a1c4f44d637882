"""The report's figures: every one computed apart, in sums that add up."""

import statistics
from collections import Counter

import msgspec
import pytest
import report_apart as apart
from corpus import SHARED
from many_records import many
from report_cases import Tree, encoded, fixtures, made_of, table

from imr_extract import extract_bytes
from imr_extract.report import Question, Report, ReportTable, build
from imr_extract.report.tables import newcombe, wilson

DEV = SHARED / "letters" / "dev"


@pytest.fixture(scope="module", params=["fixtures", "made", "dev"])
def records(request: pytest.FixtureRequest) -> list[Tree]:
    """The fixtures' records; hundreds made of them; those of the labelled letters."""
    if request.param == "fixtures":
        return fixtures()
    if request.param == "made":
        return [msgspec.json.decode(each) for each in many(fixtures(), 600)]
    if not DEV.is_dir():
        pytest.skip("the labelled letters are not beside the project")
    paths = sorted(DEV.glob("*.pdf"))[:60]
    return [msgspec.to_builtins(extract_bytes(each.read_bytes(), name=each.name)) for each in paths]


@pytest.fixture(scope="module")
def report(records: list[Tree]) -> Report:
    return made_of(records)


def rate_rows(found: ReportTable, labels: int) -> dict[tuple[str, ...], tuple[int, int, int]]:
    """Of a table of rates: how many, with an outcome, overturned, by the labels."""
    return {
        tuple(str(each) for each in row[:labels]): (row[-7], row[-4], row[-5])  # type: ignore[misc]
        for row in found.rows
    }


def test_every_rate_is_what_plain_python_counts(records: list[Tree], report: Report) -> None:
    for name, wanted in apart.rates(records).items():
        labels = 2 if name == "subcategories" else 1
        assert wanted == rate_rows(table(report, name), labels), name


def test_shares_and_intervals_are_those_of_the_counts(records: list[Tree], report: Report) -> None:
    n = sum(len(each["issues"]) for each in records)
    for name in apart.rates(records):
        found = table(report, name)
        whole = found.n if name == "drug_classes" else n
        for row in found.dicts():
            many_, known, hits = row["decisions"], row["with_outcome"], row["overturned"]
            assert isinstance(many_, int)
            assert isinstance(known, int)
            assert isinstance(hits, int)
            assert row["share"] == pytest.approx(many_ / whole)
            if known:
                assert row["rate"] == pytest.approx(hits / known)
                assert (row["low"], row["high"]) == pytest.approx(
                    apart.wilson(hits, known), abs=1e-9
                )


def test_drugs_are_counted_by_their_ingredients(records: list[Tree], report: Report) -> None:
    found = table(report, "drugs")
    assert apart.drugs(records) == {
        (row[0],): (row[2], row[5], row[4]) for row in found.rows
    }  # fmt: skip
    for row in found.dicts():
        generic, brands = str(row["generic"]), str(row["brands"])
        assert generic.partition("/")[0].lower() not in brands.lower()


def test_the_map_of_categories_and_regions(records: list[Tree], report: Report) -> None:
    found = {
        (row["category"], row["body_region"]): (
            row["decisions"], row["with_outcome"], row["overturned"],
        )
        for row in table(report, "category_by_region").dicts()
    }  # fmt: skip
    assert apart.pairs(records) == found


@pytest.mark.parametrize("kind", ["year", "quarter"])
def test_determinations_by_period(records: list[Tree], report: Report, kind: str) -> None:
    decisions = apart.by_issue(records, lambda r, _: [apart.period(r, kind)])
    assert decisions == {
        (row["period"],): (row["decisions"], row["with_outcome"], row["overturned"])
        for row in table(report, f"decisions_by_{kind}").dicts()
    }
    letters = Counter((apart.period(each, kind), each["outcome"]) for each in records)
    for row in table(report, f"letters_by_{kind}").dicts():
        for outcome in ("upheld", "partially_overturned", "overturned"):
            assert row[outcome] == letters[str(row["period"]), outcome]


def test_sums_add_up_to_letters_and_decisions(records: list[Tree], report: Report) -> None:
    issues = sum(len(each["issues"]) for each in records)
    head = report.head
    assert (len(records), issues) == (head.letters, head.decisions)
    assert len(records) == sum(row[1] for row in table(report, "letter_outcomes").rows)  # type: ignore[misc]
    for name in ("categories", "subcategories", "services", "ages", "genders",
                 "guideline_agreement", "decisions_by_year", "decisions_by_quarter"):  # fmt: skip
        assert issues == sum(row["decisions"] for row in table(report, name).dicts()), name  # type: ignore[misc]
    for name in ("decisions_per_letter", "letters_by_year", "letters_by_quarter", "layouts",
                 "readers"):  # fmt: skip
        assert len(records) == sum(row["letters"] for row in table(report, name).dicts()), name  # type: ignore[misc]
    for row in table(report, "times").dicts():
        assert len(records) == row["letters"] + row["missing"] + row["negative"]  # type: ignore[operator]


def test_times_have_the_quartiles_of_plain_python(records: list[Tree], report: Report) -> None:
    for row in table(report, "times").dicts():
        name = str(row["name"])
        found = apart.days(records, apart.SPANS[name])
        assert len(found) == row["letters"]
        if len(found) < 2:
            continue
        quartiles = statistics.quantiles(found, n=4, method="inclusive")
        assert quartiles == [row["lower_quartile"], row["median"], row["upper_quartile"]]
        assert (found[0], found[-1]) == (row["least"], row["most"])
        assert row["mean"] == pytest.approx(statistics.mean(found))
        assert len(found) == sum(each["letters"] for each in table(report, name).dicts())  # type: ignore[misc]


def test_guidelines_by_side(records: list[Tree], report: Report) -> None:
    for what, named in (("bodies", bodies), ("chapters", apart.chapters)):
        ours: Counter[str] = Counter()
        theirs: Counter[str] = Counter()
        for record in records:
            for issue in record["issues"]:
                ours.update(named(issue["imr_guidelines"]))
                theirs.update(named(issue["claims_administrator_guidelines"]))
        found = table(report, f"guideline_{what}").dicts()
        key = {"bodies": "body", "chapters": "chapter"}[what]
        assert {str(row[key]): row["decisions"] for row in found if row["decisions"]} == ours
        assert theirs == {
            str(row[key]): row["claims_administrator"]
            for row in found
            if row["claims_administrator"]
        }


def bodies(citations: list[Tree]) -> set[str]:
    return {each["body"] for each in citations}


def test_notes_are_counted_once_a_letter(records: list[Tree], report: Report) -> None:
    wanted = Counter(code for each in records for code in {note["code"] for note in each["notes"]})
    found = {str(row["code"]): row["letters"] for row in table(report, "note_kinds").dicts()}
    assert wanted == found


def test_the_first_specialties_are_those_of_the_divisions_reports() -> None:
    trees = [
        {**each, "reviewer": {**each["reviewer"], "specialties": [name]}}
        for each, name in zip(
            fixtures(),
            ["Pain Management", "Pain Management", "Occupational Medicine"] * 20,
            strict=False,
        )
    ]
    rows = table(made_of(trees), "reviewer_specialties").rows
    assert [row[0] for row in rows] == ["Occupational Medicine", "Pain Management"]


def test_what_is_left_out_is_accounted_for() -> None:
    first, *rest = fixtures()
    error = {
        "schema_version": "1.0",
        "source": first["source"],
        "error": {"code": "empty", "message": "-"},
    }
    plan = {**first, "layout": "dmhc-findings", "source": {**first["source"], "sha256": "f" * 64}}
    trees = [first, *rest, first, error, error, plan]
    report = made_of(trees, "letter.case_number!=" + rest[0]["case"]["case_number"])
    rows = {row[0]: row[1] for row in table(report, "account").rows}
    assert rows == {
        "Read": len(trees),
        "Left out: error empty": -2,
        "Left out: same letter again": -1,
        "Left out: health-plan letter, another programme": -1,
        "Left out: does not fit --filter": -1,
        "Counted in this report": len(rest),
    }
    assert report.head.left_out == len(trees) - len(rest)


def test_health_plan_letters_alone_are_a_report_of_their_own() -> None:
    trees = [{**each, "layout": "dmhc-findings"} for each in fixtures()]
    report = made_of(trees)
    assert report.head.letters == len(trees)
    assert report.head.health_plans
    assert all(each.name not in {"published_dwc", "published_cwci"} for each in report.tables)


def test_a_letter_of_a_file_of_several_is_no_repetition() -> None:
    first = fixtures()[0]
    trees = [{**first, "source": {**first["source"], "letter": at, "letters": 2}} for at in (1, 2)]
    assert made_of(trees).head.letters == 2


def test_days_of_the_record_go_before_those_of_its_dates() -> None:
    first = fixtures()[0]
    trees = [{**first, "case": {**first["case"], "days_from_denial": 7}}]
    row = table(made_of(trees), "times").dicts()[1]
    assert row["median"] == 7


def test_letters_by_ocr_are_counted_apart() -> None:
    first, second, *_ = fixtures()
    engine = {"engine": "tesseract", "version": "5", "dpi": 300}
    trees = [{**first, "source": {**first["source"], "reader": "ocr", "ocr": engine}}, second]
    rows = table(made_of(trees), "readers").rows
    assert ("ocr", "recognised (OCR)", 1) in [row[:3] for row in rows]
    assert len(rows) == 2


def test_a_code_gives_its_block() -> None:
    first = fixtures()[0]
    coded = {"text": "low back pain", "code": None, "body_parts": ["lower back"],
             "laterality": None, "icd10cm": "M54.50"}  # fmt: skip
    rows = table(made_of([{**first, "diagnoses": [coded]}]), "diagnoses").rows
    assert str(rows[0][0]).startswith("M50-M54 ")


def test_decisions_without_an_outcome_are_in_no_rate() -> None:
    first = fixtures()[0]
    issues = [{**first["issues"][0], "outcome": each} for each in (None, "upheld", "overturned")]
    row = table(made_of([{**first, "issues": issues}]), "categories").dicts()[0]
    assert (3, 2, 1, 0.5) == (row["decisions"], row["with_outcome"], row["overturned"], row["rate"])


def test_grades_are_counted_where_records_have_evidence() -> None:
    first = fixtures()[0]
    place = {"start": 0, "end": 1, "page": 1, "rule": "x", "grade": "high"}
    evidence = {"patient.age": [place], "issues[0].outcome": [place, place],
                "issues[1].outcome": [{**place, "grade": "low"}]}  # fmt: skip
    report = made_of([{**first, "evidence": evidence}])
    assert table(report, "grades").rows == (
        ("issues.outcome", 2, 1, 0, 1),
        ("patient.age", 1, 1, 0, 0),
    )
    assert all(each.name != "grades" for each in made_of([first]).tables)


# Comparison.


def test_a_comparison_sets_rates_beside_each_other() -> None:
    trees = [msgspec.json.decode(each) for each in many(fixtures(), 300)]
    other = [each for each in trees if each["patient"]["gender"] == "female"]
    made = build(
        Question(iter(encoded(trees)), ("all",)), Question(iter(encoded(other)), ("women",))
    )
    alone = made_of(other)
    for row in table(made, "categories").dicts():
        there = [e for e in table(alone, "categories").dicts() if e["category"] == row["category"]]
        if not there:
            assert row["other_n"] is None
            continue
        assert there[0]["with_outcome"] == row["other_n"]
        assert there[0]["rate"] == row["other_rate"]
        if row["rate"] is not None and row["other_rate"] is not None:
            assert row["difference"] == pytest.approx(row["rate"] - row["other_rate"])  # type: ignore[operator]
            assert row["difference_low"] <= row["difference"] <= row["difference_high"]  # type: ignore[operator]


def test_a_row_that_only_the_other_has_is_there() -> None:
    trees = fixtures()
    own = [each for each in trees if each["patient"]["gender"] == "female"]
    made = build(Question(iter(encoded(own)), ("a",)), Question(iter(encoded(trees)), ("b",)))
    row = next(each for each in table(made, "genders").dicts() if each["gender"] == "male")
    assert row["decisions"] is None
    assert row["other_n"]


# Statistics, by examples of the papers: Newcombe 1998, tables II of both.


def test_wilson_and_newcombe_give_the_published_examples() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(29, 29) == pytest.approx((0.8830, 1.0), abs=5e-5)
    assert wilson(0, 0) is None
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(10, 10, 0, 10) == pytest.approx((0.6075, 1.0), abs=5e-5)
