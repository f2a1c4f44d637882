"""Which diagnoses and regions invented sentences of a case summary give, and which they do not."""

import pytest
from case_summaries import found, read, regions, texts

from imr_extract.clinical.vocabulary import conditions
from imr_extract.record.model import Note
from imr_extract.text.document import Found
from imr_extract.text.sentences import words

STATED = [
    ("He is being treated for gout and lumbar sprain.", ["gout", "lumbar sprain"]),
    ("She was diagnosed on 3-4-2015 with a right inguinal hernia.", ["right inguinal hernia"]),
    ("Diagnoses have included knee arthritis and obesity.", ["knee arthritis", "obesity"]),
    ("The diagnosis was hip bursitis. A cane was given.", ["hip bursitis"]),
    ("She carries a diagnosis of plantar fasciitis.", ["plantar fasciitis"]),
    ("Impression: elbow contusion; wrist sprain.", ["elbow contusion", "wrist sprain"]),
    ("Diagnoses: 1. Neck sprain. 2. Knee bursitis. He walks.", ["Neck sprain", "Knee bursitis"]),
    ("He was assessed with trigger finger.", ["trigger finger"]),
    ("Comorbidities include asthma and diabetes.", ["asthma", "diabetes"]),
    ("Past medical history is significant for hypertension.", ["hypertension"]),
    ("The worker is a known diabetic.", ["diabetic"]),
    ("She sustained a left ankle fracture when she fell.", ["left ankle fracture"]),
    ("Undergoing treatment for left heel pain.", ["left heel pain"]),  # a symptom in a statement
    ("He was diagnosed with Zander phenomenon.", ["Zander phenomenon"]),  # in no vocabulary
    ("The assessment lists knee sprain and hip bursitis.", ["knee sprain", "hip bursitis"]),
    ("Impression is documented as gout; ankle sprain.", ["gout", "ankle sprain"]),
    ("Diagnoses at discharge were rib fracture and gout.", ["rib fracture", "gout"]),
    ("Past medical history was also significant for gout.", ["gout"]),
    ("He was described as having gout after a fall.", ["gout"]),
    ("He developed fluid overload.", ["fluid overload"]),  # a formal title in no other vocabulary
    ("Diagnosed with knee sprain, strain of the calf and gout.",
     ["knee sprain", "strain of the calf", "gout"]),
    ("The diagnosis is sprain, strain of the calf.", ["sprain, strain of the calf"]),
    ("The worker has gout treated with Advil.", ["gout"]),
    # what is excluded behind its verb
    ("Diagnoses are ankle sprain; a fracture was excluded.", ["ankle sprain"]),
    ("Diagnoses are ankle sprain; gout and a fracture were ruled out.", ["ankle sprain"]),
    ("The diagnosis is ankle sprain and a fracture was ruled out.", ["ankle sprain"]),
    # a side behind a comma, a course, a cause of several things
    ("Diagnoses: rib fractures, left side; ankle sprain, right.",
     ["rib fractures, left side", "ankle sprain, right"]),
    ("She has a neck strain improving with massage.", ["neck strain"]),
    ("She is being treated for tinnitus due to noise of saws and drills.", ["tinnitus"]),
    ("Diagnosed with lacerations of the index and middle fingers with tendon injury.",
     ["lacerations of the index fingers", "lacerations of the middle fingers", "tendon injury"]),
    ("Diagnosed with a toe sprain and the radiographs demonstrated a bone spur.", ["toe sprain"]),
    ("Diagnosed with primary osteoarthritis of the hip, greater trochanteric bursitis.",
     ["primary osteoarthritis of the hip", "greater trochanteric bursitis"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_a_statement_gives_its_conditions(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("phrase", "may"),
    [
        ("an old knee sprain", True),
        ("numbness and a seizure disorder", True),
        ("tendonitis", True),  # by its ending
        ("left knee pain and numbness", False),  # symptoms
        ("an industrial injury", False),  # no condition by itself
        ("a knee arthroscopy", False),
        ("", False),
    ],
)
def test_words_that_can_state_a_condition_outside_a_list(phrase: str, may: bool) -> None:
    assert may is conditions.may_state(words(phrase, 0, len(phrase)))


NOT_STATED = [
    "He complained of left knee pain and numbness.",
    "The applicant has filed a claim for low back pain.",
    "X-rays of the wrist showed a fracture.",
    "Physical examination revealed a deformity of the elbow.",
    "There was no diagnosis of radiculopathy.",
    "She denied a history of depression.",
    "Family history is significant for diabetes.",
    "Past surgical history included a hernia repair.",
    "The patient has symptoms of anxiety and depression.",
    "He sustained an industrial injury on 5-6-2015.",
    "The request was denied because the patient has no fracture.",
    "An MRI was requested to rule out a labral tear.",
    "Imaging is meant to rule out a diagnosis of gout.",
    "The impression was that he would do well.",
    "The guidelines recommend therapy for patients with lumbar sprain.",
]


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_is_no_diagnosis(text: str) -> None:
    assert texts(text) == []


DOUBTED = [
    ("Diagnoses include hip strain and possible labral tear.", ["hip strain"]),
    ("Diagnoses include hip strain, rule out labral tear and bursitis.", ["hip strain"]),
    ("Diagnoses include possible labral tear, and hip strain.", ["hip strain"]),
    ("Diagnosed with hip strain, suspect nerve impingement.", ["hip strain"]),
    ("His symptoms are consistent with a stress fracture.", ["stress fracture"]),
]


@pytest.mark.parametrize(("text", "expected"), DOUBTED)
def test_doubted_conditions_are_left_out(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


ENDS = [
    ("Diagnosed with neck strain and was seen by a nurse.", ["neck strain"]),
    ("Diagnosed with neck strain, which has improved.", ["neck strain"]),
    ("Diagnosed with neck strain, initial encounter.", ["neck strain"]),
    ("Diagnosed with neck strain due to a fall from a roof.", ["neck strain"]),
    ("Diagnosed with neck strain since May 2014.", ["neck strain"]),
    ("Diagnosed with neck strain status post collision.", ["neck strain"]),
    (
        "Being treated for knee injury status post-surgery March 2014.",
        ["knee injury status post-surgery"],
    ),
    ("Being treated for status post right hip arthroscopy.", ["status post right hip arthroscopy"]),
    ("Being treated for right hip arthroscopy and gout.", ["gout"]),
]


@pytest.mark.parametrize(("text", "expected"), ENDS)
def test_where_a_condition_ends(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_printed_code_is_taken_out_of_the_text() -> None:
    values = found("Diagnoses: gout (M10.9), right knee sprain, 844.9.")
    assert values["diagnoses[0].text"] == "gout"
    assert values["diagnoses[0].code"] == "M10.9"
    assert values["diagnoses[1].text"] == "right knee sprain"
    assert values["diagnoses[1].code"] == "844.9"


def test_a_condition_said_twice_is_one_entry_in_its_fullest_wording() -> None:
    text = "Diagnoses include knee sprain and gout. She was diagnosed with a left knee sprain."
    assert texts(text) == ["left knee sprain", "gout"]


def test_one_list_keeps_conditions_that_resemble_each_other() -> None:
    assert texts("Diagnoses include sprain of the joints of the back, and back sprain.") == [
        "sprain of the joints of the back",
        "back sprain",
    ]


def test_regions_and_side_of_a_diagnosis() -> None:
    values = found("Diagnosed with bilateral carpal tunnel syndrome.")
    assert values["diagnoses[0].body_parts"] == ["wrist"]
    assert values["diagnoses[0].laterality"] == "bilateral"


REGIONS = [
    ("The applicant has filed a claim for neck and knee pain.", ["neck", "knee"]),
    ("He sustained injuries to the left hip and the groin when he fell.", ["hip", "groin"]),
    ("She injured her right thumb while cutting.", ["thumb"]),
    ("He felt a pop in the left shoulder.", ["shoulder"]),
    ("She reported elbow pain attributed to an industrial event.", ["elbow"]),
    ("The accepted body parts include the jaw.", ["jaw"]),
    ("Diagnosed with ankle sprain. He complained of wrist pain.", ["ankle"]),
    ("Diagnosed with thoracic back pain.", ["mid back"]),
    ("Diagnosed with L4-5 disc protrusion.", ["lower back"]),
    ("Diagnosed with pain of the arm.", []),
    ("Straight leg raise was negative.", []),
]


@pytest.mark.parametrize(("text", "expected"), REGIONS)
def test_regions_hurt_or_diagnosed(text: str, expected: list[str]) -> None:
    assert regions(text) == expected


def test_the_spans_hold_the_words_of_the_value() -> None:
    text = "Diagnoses include contusions of the left hip and knee."
    spans = {each.field: each.spans for each in read(text) if isinstance(each, Found)}
    words = [text[start:end] for start, end in spans["diagnoses[1].text"]]
    assert words == ["contusions of the", "left", "knee"]


def test_a_note_tells_that_nothing_is_stated() -> None:
    notes = [each for each in read("He walks well.") if isinstance(each, Note)]
    assert [(note.field, note.code) for note in notes] == [
        ("diagnoses", "not_in_letter"),
        ("injury.body_parts", "not_in_letter"),
    ]
