"""Kinds of wording behind errors in letters that were new, each in sentences of our own."""

import pytest
from case_summaries import texts

from tests.clinical.test_treatments import column

CONDITIONS = [
    # complaints that are put down to a condition
    (
        "On recheck she had hip pain attributed to a retracted tear of the gluteus medius tendon.",
        ["retracted tear of the gluteus medius tendon"],
    ),
    ("He has arm numbness secondary to cervical radiculopathy.", ["cervical radiculopathy"]),
    ("Ongoing heel pain due to plantar fasciitis was noted.", ["plantar fasciitis"]),
    ("The headaches are apparently ascribed to a concussion.", ["concussion"]),
    (
        "Weakness of the grip associated with carpal tunnel syndrome persists.",
        ["carpal tunnel syndrome"],
    ),
    ("She reported numbness due to prolonged sitting.", []),
    ("Neck pain attributed to an industrial injury was reported.", []),
    ("Back pain due to a fall at work began in May.", []),
    # a condition that was operated on
    (
        "He underwent open repair of a quadriceps tendon rupture in May.",
        ["quadriceps tendon rupture"],
    ),
    (
        "On recheck there was an open reduction and pinning of the thumb fracture on 5-1-2016.",
        ["thumb fracture"],
    ),
    ("She is s/p excision of a ganglion cyst.", ["ganglion cyst"]),
    ("She had surgery for a wrist fracture.", ["wrist fracture"]),
    ("The provider requested repair of the rotator cuff tear.", []),
    ("He has not undergone repair of the hernia.", []),
    # an imaging study in another clause reports something else
    (
        "She was known to have a spleen injury when she felt faint and CT showed a cyst.",
        ["spleen injury"],
    ),
    ("She has a rib fracture, and x-rays of one hip were normal.", ["rib fracture"]),
    ("The MRI showed that he had a disc protrusion.", []),
    ("He was found to have a cyst on MRI.", []),
    # the other side of a pair belongs to what stands behind it
    (
        "Diagnoses: neck sprain, right and left hip strain.",
        ["neck sprain", "right hip strain", "left hip strain"],
    ),
    (
        "Assessment: lumbar strain, left and right knee bursitis.",
        ["lumbar strain", "left knee bursitis", "right knee bursitis"],
    ),
    (
        "Impression: carpal tunnel syndrome, right and left.",
        ["carpal tunnel syndrome, right and left"],
    ),
    # words behind a condition that are no part of it
    (
        "Being treated for jaw fracture-initial, hip strain - subsequent, and gout.",
        ["jaw fracture", "hip strain", "gout"],
    ),
    (
        "Past medical history included asthma since 9 years old (mild) and seizures x3 at age 2.",
        ["asthma", "seizures"],
    ),
    (
        "Diagnoses include calf strain, foot numbness most likely due to the back; gout.",
        ["calf strain", "foot numbness", "gout"],
    ),
    ("Dx: thumb laceration w/ nerve injury.", ["thumb laceration", "nerve injury"]),
    (
        "Diagnoses: elbow strain with underlying cubital tunnel syndrome.",
        ["elbow strain", "cubital tunnel syndrome"],
    ),
    # how it happened is no diagnosis, unless it names an injury
    ("The mechanism of injury was a needle stick.", []),
    ("The mechanism of injury was an ankle fracture in a fall.", ["ankle fracture"]),
    # headings of notes, and what stands behind the list
    ("Assessment and plan: thumb sprain, will order therapy.", ["thumb sprain"]),
    ("A/P: gout; calf strain. Continue Mobic.", ["gout", "calf strain"]),
    ("Impression/plan: hip bursitis.", ["hip bursitis"]),
    ("The diagnosis was consistent with an Achilles tendon rupture.", ["Achilles tendon rupture"]),
    ("He was later diagnosed with TFCC tear, right wrist.", ["TFCC tear, right wrist"]),
    (
        "Diagnoses include gout and left knee status post total knee arthroplasty.",
        ["gout", "left knee status post total knee arthroplasty"],
    ),
    # the worker's condition, whatever becomes of it; notes that begin with a letter
    ("On recheck the applicant's ankle sprain had improved.", ["ankle sprain"]),
    ("The worker's hypertension is managed with Lisinopril.", ["hypertension"]),
    ("The applicant's pain was 8/10.", []),
    ("The patient's diagnosis of lupus is disputed.", []),
    ("Exam: effusion. A: L knee MMT, chondromalacia.", ["L knee MMT", "chondromalacia"]),
    (
        "Diagnoses: gout. Hypertension, controlled with Cozaar. Knee sprain, stable.",
        ["gout", "Hypertension", "Knee sprain"],
    ),
    ("The patient has depression related to his injuries.", ["depression"]),
    # what happened to a part of the body
    (
        "Diagnoses: fracture sustained to the left rib, laceration incurred to the chin.",
        ["fracture left rib", "laceration chin"],
    ),
    # what made it worse
    ("The diagnosis is thumb arthritis aggravated by the fall.", ["thumb arthritis"]),
    # what came of an operation
    (
        "Her recovery was complicated by deep vein thrombosis and a wound infection.",
        ["deep vein thrombosis", "wound infection"],
    ),
    # a title of the classification that speaks of exposure
    (
        "The diagnosis is contact with and exposure to potentially hazardous body fluids.",
        ["contact with and exposure to potentially hazardous body fluids"],
    ),
]

TREATMENTS = [
    # what a decision says was had before
    (
        "More acupuncture was denied for want of gains from the prior acupuncture.",
        ["acupuncture"],
    ),
    (
        "Massage was non-certified, as no relief from his completed course of massage was shown.",
        ["massage"],
    ),
    (
        "Utilization review saw no functional improvement with previous hand therapy.",
        ["hand therapy"],
    ),
    ("The request was denied owing to a lack of prior physical therapy.", []),
    ("The prior denial of massage was upheld.", []),
    # an operation with its date, wherever it stands
    ("She was diagnosed as having a calcaneus fracture and repair on 10-2-16.", ["repair"]),
    ("Diagnoses: thumb fracture, status post open reduction on 3-9-2016.", ["open reduction"]),
    ("Spine fusion on 5-5-2017 was denied.", []),
    ("A lumbar fusion is scheduled on 5-5-2017.", []),
    # an operation on a condition keeps it
    (
        "He underwent open reduction of the right tibia fracture.",
        ["open reduction of the right tibia fracture"],
    ),
    ("He had surgery for a wrist fracture.", ["surgery"]),
    # what an injury took is no operation
    ("She sustained a traumatic amputation of the ring finger.", []),
    # aids and drugs beside an inability
    ("She is unable to stand for long and leans on her walker.", ["walker"]),
    ("He was unable to fill his Lyrica.", []),
    # other words for what continues and what ended
    ("A knee brace and a cane were being employed.", ["knee brace", "cane"]),
    ("Dorsal blocking splint d/c'd.", ["Dorsal blocking splint"]),
    ("Percocet was given, then tapered to Norco.", ["Percocet", "Norco"]),
    ("Permanent work restrictions were renewed.", ["Permanent work restrictions"]),
    # numbered notes
    (
        "Treatment: 1. Massage x 6. 2. Wrist brace. 3. Mobic 15 mg. He will get a cane.",
        ["Massage x 6", "Wrist brace", "Mobic 15 mg"],
    ),
    ("Current medications: 1. Norco 5/325. 2. Soma.", ["Norco 5/325", "Soma"]),
    ("Treatment plan: 1. Massage of the neck every week. 2. Refill Norco.", ["Norco"]),
    ("Meds: Mobic 15 qd, Soma 350 tid, Ultram dc'd.", ["Mobic 15", "Soma 350", "Ultram"]),
    ("PSH: appendectomy.", ["appendectomy"]),
    # what was done, said by a verb; names that begin with several levels or a compound
    ("The cut was cleaned, sutured and bandaged.", ["sutured", "bandaged"]),
    ("She underwent a right L4 and L5 TFESI.", ["right L4 and L5 TFESI"]),
    ("Treatment has included a lace-up ankle brace.", ["lace-up ankle brace"]),
    # what is under review is only asked for
    ("The physician prescribed Fioricet and massage now under review.", []),
    ("X-rays show a well-seated prosthesis.", []),
    # what keeps a condition in check; a device in place; two therapies with one noun
    ("Diagnoses: hypertension, controlled with Cozaar.", ["Cozaar"]),
    ("An ulnar gutter splint was in place.", ["ulnar gutter splint"]),
    (
        "He received physical and occupational therapy.",
        ["physical therapy", "occupational therapy"],
    ),
    # aids with which the worker comes; how long something was used
    ("She came in on crutches.", ["crutches"]),
    ("The worker arrived in a wheelchair with a wrist splint.", ["wheelchair", "wrist splint"]),
    ("He walked in slowly using a rolling walker.", ["rolling walker"]),
    ("Celebrex was taken until March 2, 2016.", ["Celebrex"]),
    ("He is icing the elbow.", ["icing"]),
    # a topical drug keeps the word; a class is covered by the drug of its kind
    ("A thumb splint and topical Pennsaid were prescribed.", ["thumb splint", "topical Pennsaid"]),
    ("Treatment included topical creams and Voltaren gel.", ["Voltaren gel"]),
    ("Treatment has included Synvisc and vitamin D.", ["Synvisc", "vitamin D"]),
    # what the records do not say
    ("A trial of home exercise was not specified in any chart.", []),
    ("Completion of massage has not been documented.", []),
    # words as people misspell them
    (
        "Treatment has included chiropratic care, accupuncture and a lumbar suport.",
        ["chiropratic care", "accupuncture", "lumbar suport"],
    ),
    (
        "She completed physcial therapy and had a steriod injection.",
        ["physcial therapy", "steriod injection"],
    ),
    # care that is no treatment of one kind
    (
        "Treatment so far has included observation and nonoperative management.",
        ["observation", "nonoperative management"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS)
def test_conditions(text: str, expected: list[str]) -> None:
    assert expected == texts(text)


STATUS = [
    ("He is icing the elbow.", "current"),
    ("He was icing the elbow at first.", "prior"),
    ("An ulnar gutter splint was in place.", "current"),
    ("Diagnoses: hypertension, controlled with Cozaar.", "current"),
    ("He is prescribed Mobic.", "current"),
    ("He was prescribed Mobic.", "prior"),
    ("Meds: Ultram dc'd.", "prior"),
    ("He was kept off work through 6-1-2016.", "prior"),
    ("She rests on her cane.", "current"),
    ("He reports using Advil with some relief.", "current"),
]


@pytest.mark.parametrize(("text", "expected"), STATUS)
def test_status(text: str, expected: str) -> None:
    assert [expected] == column(text, "status")


@pytest.mark.parametrize(("text", "expected"), TREATMENTS)
def test_treatments(text: str, expected: list[str]) -> None:
    assert expected == column(text, "text")
