"""Decisions without headings behind what people keep above them: numbers, labels, cells."""

import pytest

from imr_extract import extract_all, extract_bytes
from imr_extract.errors import ImrError
from imr_extract.record.model import Record

FOUR_HEADINGS = (
    "Nature of Statutory Criteria/Case Summary: The patient has requested authorization and "
    "coverage for a foot pump. The patient has a history of lymphedema. The pump helps. Therefore, "
    "the requested foot pump is medically necessary for the treatment of this patient.Final "
    "Result: The reviewer determined that the requested equipment is medically necessary for the "
    "treatment of the patient's medical condition. Therefore, the Health Plan's denial should be "
    "overturned.Credentials/Qualifications: The reviewer is board-certified in vascular surgery "
    "and is actively practicing."
)
ONE_HEADING = (
    "A 61-year-old male enrollee has requested a foot pump for treatment of his lymphedema.  "
    "Findings:  The physician reviewer found that the pump helps. All told, the foot pump is "
    "medically necessary for treatment of the enrollee's lymphedema."
)
NO_HEADING = (
    "A male requested a foot pump for his lymphedema. The health plan denied the request. The "
    "Review Organization's Physician Consultants examined the medical records submitted and "
    "determined that the pump helps you. Therefore, the health plan's denial should be overturned."
)
LABELS = (
    "Reference ID: MN24-41999\nReport Year: 2024\nDiagnosis Category: Vascular\n"
    "Treatment Sub Category: Pump\nDetermination: Overturned Decision of Health Plan\n"
    "Type: Medical Necessity\nAge Range: 51-64\nPatient Gender: Female\nFindings:\n"
)
CELLS = (
    "MN24-41999,2024,Vascular,Lymphedema,DME,Pump,Overturned Decision of Health Plan,"
    "Medical Necessity,51-64,Female,"
)


@pytest.mark.parametrize("decision", [FOUR_HEADINGS, ONE_HEADING, NO_HEADING])
@pytest.mark.parametrize(
    "preface",
    [
        "MN24-41999\n",
        "Reference ID: MN24-41999\n\n",
        "MN24-41999 ",
        "IMR Case No. MN24-41999. ",
        "Independent Medical Review Determination\nMN24-41999\n\n",
        "California Department of Managed Health Care\nDate: 3/4/2024\nCase Number: MN24-41999\n\n",
        LABELS,
        "ReferenceID\tMN24-41999\nReportYear\t2024\nAgeRange\t51-64\nFindings\t",
        f'{CELLS}"',
        f'ReferenceID,ReportYear,Determination,Findings\n{CELLS}"',
        '{"ReferenceID": "MN24-41999", "ReportYear": 2024, "Findings": "',
        "MN24-41999 | 2024 | Overturned Decision of Health Plan | ",
    ],
)
def test_what_stands_before_a_decision_is_left_out_and_names_the_case(
    preface: str, decision: str
) -> None:
    alone = extract_bytes(decision.encode(), name="alone.txt")
    record = extract_bytes((preface + decision).encode(), name="with.txt")
    assert record.case.case_number == "MN24-41999"
    assert (record.outcome, record.issues) == (alone.outcome, alone.issues)
    assert (record.patient, record.diagnoses) == (alone.patient, alone.diagnoses)
    assert "left_out" in {note.code for note in record.notes}


def test_each_row_of_a_table_is_a_record_with_its_number() -> None:
    rows = [f'{CELLS.replace("41999", number)}"{FOUR_HEADINGS}"' for number in ("41001", "41002")]
    table = "\n".join(["ReferenceID,ReportYear,Determination,Type,Findings", *rows])
    records = extract_all(table.encode(), name="table.csv")
    numbers = [record.case.case_number for record in records if isinstance(record, Record)]
    assert numbers == ["MN24-41001", "MN24-41002"]


def test_of_several_numbers_above_a_decision_none_is_taken() -> None:
    text = f"MN24-41001\nMN24-41002\n\n{FOUR_HEADINGS}"
    assert extract_bytes(text.encode(), name="two.txt").case.case_number is None


@pytest.mark.parametrize(
    "preface",
    [
        "This is what the caller read to me: ",
        "Lesson nine. Mark what made the difference.\n\n",
        "MN00-1,2023,Overturned Decision of Health Plan,",  # no number of the state's
        "Copperline HMO\nMember: R. Vane\n\n",
        "Type: this is what they sent us.\n",
        "MN24-41999 was the one that I liked best. ",
    ],
)
def test_words_of_somebody_else_before_a_decision_refuse_it(preface: str) -> None:
    with pytest.raises(ImrError):
        extract_bytes((preface + FOUR_HEADINGS).encode(), name="framed.txt")


def test_a_portion_concludes_about_no_one_service() -> None:
    text = (
        "Nature of Statutory Criteria/Case Summary: The patient requested authorization and "
        "coverage for a foot pump and a calf pump. The records tell of swelling. Thus, a portion "
        "of the requested services is medically necessary. Therefore, the foot pump is medically "
        "necessary for the patient. However, the calf pump is not medically necessary for the "
        "patient.Final Result: The reviewer determined that a portion of the requested services "
        "are medically necessary for the treatment of the patient's medical condition. Therefore, "
        "the Health Plan's denial should be partially overturned."
    )
    record = extract_bytes(text.encode(), name="portion.txt")
    assert [(issue.disputed_service, issue.outcome) for issue in record.issues] == [
        ("foot pump", "overturned"),
        ("calf pump", "upheld"),
    ]
    assert record.outcome == "partially_overturned"


@pytest.mark.parametrize(
    ("conclusion", "verdict"),
    [
        (
            "the pump is likely to be more beneficial for the patient than standard care",
            "necessary",
        ),
        ("the pump is not likely to be more beneficial for the patient", "not_necessary"),
        ("the pump is unlikely to be more effective than what there is", "not_necessary"),
        ("the services at issue were emergency services", "necessary"),
        ("the services at issue were not emergency services", "not_necessary"),
    ],
)
def test_the_questions_of_other_reviews_have_verdicts_too(conclusion: str, verdict: str) -> None:
    text = FOUR_HEADINGS.replace(
        "the requested foot pump is medically necessary for the treatment of this patient",
        conclusion,
    )
    record = extract_bytes(text.encode(), name="other.txt")
    assert [issue.stated_verdict for issue in record.issues] == [verdict]


@pytest.mark.parametrize(
    ("request_of", "service"),
    [
        ("genetic testing by Natera Inc. on 3/1/2023.", "genetic testing by Natera Inc"),
        ("an evaluation at the Mt. Hollow clinic.", "evaluation at the Mt. Hollow clinic"),
        ("therapy with J. R. Tamber, Ph.D.", "therapy with J. R. Tamber, Ph.D"),
        ("care at U.S. Kidney Homes.", "care at U.S. Kidney Homes"),
    ],
)
def test_a_stop_of_an_abbreviation_ends_no_service(request_of: str, service: str) -> None:
    text = FOUR_HEADINGS.replace("a foot pump. The patient", f"{request_of} The patient")
    record = extract_bytes(text.encode(), name="short.txt")
    assert [issue.disputed_service for issue in record.issues] == [service]


@pytest.mark.parametrize(
    ("told", "treatments"),
    [
        (
            "The patient underwent a kidney transplant and receives ABA therapy.",
            [("kidney transplant", "surgery"), ("ABA therapy", "psychotherapy")],
        ),
        (
            "The patient uses an insulin pump and completed proton beam therapy.",
            [("insulin pump", "device"), ("proton beam therapy", "other")],
        ),
        (
            "Previous treatments include radiotherapy and Otezla.",
            [("radiotherapy", "other"), ("Otezla", "medication")],
        ),
        ("The patient has growth hormone deficiency.", []),
    ],
)
def test_treatments_beyond_workers_compensation(
    told: str, treatments: list[tuple[str, str]]
) -> None:
    text = FOUR_HEADINGS.replace("The pump helps.", told)
    record = extract_bytes(text.encode(), name="care.txt")
    assert [(each.text, each.kind) for each in record.treatments] == treatments
