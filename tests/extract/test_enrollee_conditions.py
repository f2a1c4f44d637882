"""Conditions of a health plan's enrollee, which decisions tell in passing."""

import pytest
from corpus import normalized

from imr_extract.extract import diagnoses
from imr_extract.text.document import Found
from imr_extract.text.sentences import sentences


def conditions(text: str) -> list[object]:
    letter = normalized(text)
    found = diagnoses.extract(letter, sentences(letter.text, 0, len(letter.text)), enrollee=True)
    return [
        each.value for each in found if isinstance(each, Found) and each.field.endswith(".text")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A girl asked for a pump for treatment of her gout.", ["gout"]),
        ("It was not necessary for treatment of the enrollee's gout.", ["gout"]),
        ("The patient\u2019s psoriasis was well controlled on Humira.", ["psoriasis"]),
        ("The wipes may exacerbate his eczema and hives.", ["eczema", "hives"]),
        ("The patient has a history of flank pain.", ["flank pain"]),
        ("She presents with left hip pain and cannot walk far.", ["left hip pain"]),
        ("The patient has a history of obesity with a weight of 250 pounds.", ["obesity"]),
        ("This patient has lung cancer with a growth factor receptor mutation.", ["lung cancer"]),
        ("The patient has a hernia as charted by his surgeon.", ["hernia"]),
        ("In this case a sleep study was consistent with OSA.", ["OSA"]),
        ("The enrollee has gout and asthma.", ["gout", "asthma"]),
        ("A six-month-old infant with torticollis needs it.", ["torticollis"]),
        ("The consultant determined that you have lupus.", ["lupus"]),
        ("Her teeth were lost as a result of osteomyelitis.", ["osteomyelitis"]),
        ("The patient's jaw is small, resulting in malocclusion.", ["malocclusion"]),
        ("Radiographs in the emergency room confirmed a wrist fracture.", ["wrist fracture"]),
        (
            "The patient has obesity with a body mass index of 38, gout and asthma.",
            ["obesity", "gout", "asthma"],
        ),
        ("The patient was diagnosed with gout and completed physical therapy.", ["gout"]),
        ("The patient has anxiety, depression, and gout.", ["anxiety", "depression", "gout"]),
        # what is none
        ("The patient has had right eye cataract surgery performed.", []),
        ("The boils of the skin are due to an infection.", []),
        ("An MRI of the patient showed three new lesions.", []),
        ("It is necessary for treatment of the patient's medical condition.", []),
        ("The patient's independence with transfers lowers the risk of a fracture.", []),
        ("The patient has a history of these.", []),
        ("The patient presents with a body mass index of 41.", []),
    ],
)
def test_what_a_decision_says_of_the_patient(text: str, expected: list[str]) -> None:
    assert expected == conditions(text)
