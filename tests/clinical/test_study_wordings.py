"""The wordings in which summaries tell of studies: which were done, and when."""

import pytest

from imr_extract.text.document import Found
from tests.extract.test_diagnostics import read


def studies(text: str) -> list[tuple[object, object]]:
    """The studies that a text gives, each with its date."""
    found = [each for each in read(text) if isinstance(each, Found)]
    dates = {e.field.removesuffix(".date"): e.value for e in found if e.field.endswith(".date")}
    return [
        (e.value, dates.get(e.field.removesuffix(".text")))
        for e in found
        if e.field.endswith(".text")
    ]


DONE = [
    ("MRI of the right hip dated 3-4-2016 showed a labral tear.",
     [("MRI of the right hip", "2016-03-04")]),
    ("An MRI (3/4/2016) of the left ankle was reviewed.",
     [("MRI of the left ankle", "2016-03-04")]),
    ("X-rays were negative.", [("X-rays", None)]),
    ("X-rays of the thumb were obtained.", [("X-rays of the thumb", None)]),
    ("Imaging included a CT scan of the face.", [("CT scan of the face", None)]),
    ("Electrodiagnostic testing on 6-7-2014 revealed carpal tunnel syndrome.",
     [("Electrodiagnostic testing", "2014-06-07")]),
    ("There is a disc bulge per MRI report of 8-9-2015.", [("MRI", "2015-08-09")]),
    ("Labs from 2-3-2016 were normal.", [("Labs", "2016-02-03")]),
    ("UDS dated 5-6-2016 was consistent.", [("UDS", "2016-05-06")]),
    ("A CT of the cervical spine without contrast was performed.",
     [("CT of the cervical spine without contrast", None)]),
    ("A prior MRI of the knee had shown a tear.", [("MRI of the knee", None)]),
    ("MRI from 2015 showed stenosis.", [("MRI", "2015")]),
    ("Radiographs of both knees showed narrowing.", [("Radiographs of both knees", None)]),
    ("Diagnostic studies include X-rays of the elbow and an EMG of the left arm.",
     [("X-rays of the elbow", None), ("EMG of the left arm", None)]),
    ("A chest x-ray (5/6/2017) and an EKG (5/7/2017) are on file.",
     [("chest x-ray", "2017-05-06"), ("EKG", "2017-05-07")]),
    (("There are two pictures on file, a thoracic x-ray of 7-2-2017 and an MRI of the neck dated "
      "9-1-2017."), [("thoracic x-ray", "2017-07-02"), ("MRI of the neck", "2017-09-01")]),
    ("Urine drug screen on 3-3-2016 was positive for opiates.",
     [("Urine drug screen", "2016-03-03")]),
    ("The most recent urine drug test was consistent with prescribed medications.",
     [("urine drug test", None)]),
    ("MRI of the lumbar spine, 4-4-2014: disc protrusion at L4-5.",
     [("MRI of the lumbar spine", "2014-04-04")]),
    ("X-ray left wrist 4-5-2016, no fracture.", [("X-ray left wrist", "2016-04-05")]),
    ("He had x-rays and an MRI of the shoulder.",
     [("x-rays of the shoulder", None), ("MRI of the shoulder", None)]),
    ("NCV/EMG of the lower extremities dated 5-5-2015 showed radiculopathy.",
     [("NCV/EMG of the lower extremities", "2015-05-05")]),
    ("A sleep study was done in June 2014.", [("sleep study", "2014-06")]),
    ("Polysomnography confirmed sleep apnea.", [("Polysomnography", None)]),
    ("An echocardiogram and a treadmill stress test were normal.",
     [("echocardiogram", None), ("treadmill stress test", None)]),
    ("Upper endoscopy found gastritis.", [("Upper endoscopy", None)]),
    ("There was no fracture on x-rays of the left hand of 5-4-2018.",
     [("x-rays of the left hand", "2018-05-04")]),
    ("MRI of the right shoulder showed a tear. The MRI of the right shoulder of 4-4-2015 was read.",
     [("MRI of the right shoulder", "2015-04-04")]),
    (("The worker (born 5-5-1970 by the audiogram) was hurt on 9-6-2016. An audiogram was made on "
      "10-1-2016."), [("audiogram", "2016-10-01")]),
    ("He was hurt on 9-6-2016, and the audiogram showed loss.", [("audiogram", None)]),
    ("A bone scan in August 2015 was negative.", [("bone scan", "2015-08")]),
    ("An MRI taken on December 19th, 2016 was unremarkable.", [("MRI", "2016-12-19")]),
    ("Flexion and extension x-rays of the lumbar spine showed no instability.",
     [("Flexion and extension x-rays of the lumbar spine", None)]),
    ("A standing x-ray of the left knee showed arthritis.", [("x-ray of the left knee", None)]),
    ("The MRI arthrogram of the left hip revealed a tear.",
     [("MRI arthrogram of the left hip", None)]),
    ("Doppler study of the left leg was negative for clot.",
     [("Doppler study of the left leg", None)]),
    ("On 2-2-2016 a CT myelogram demonstrated stenosis.", [("CT myelogram", "2016-02-02")]),
    ("Plain films of the foot show a healed fracture.", [("Plain films of the foot", None)]),
    ("A culture dated 7-1-2017 was sterile.", [("culture", "2017-07-01")]),
    ("Hemoglobin A1c was 8.1.", [("Hemoglobin A1c", None)]),
    ("Pulmonary function tests (9/20/2017) are on file.",
     [("Pulmonary function tests", "2017-09-20")]),
    ("The MRI scan of the brain was interpreted as normal.", [("MRI scan of the brain", None)]),
    ("MRI of the cervical spine of February 14, 2017 was read as normal.",
     [("MRI of the cervical spine", "2017-02-14")]),
    ("Treatment to date has included diagnostic testing (MRI of the knee 5-5-2015) and ice.",
     [("MRI of the knee", "2015-05-05")]),
    ("MRI of the left knee and right ankle were done on 1-1-2016.",
     [("MRI of the left knee", "2016-01-01"), ("MRI of the right ankle", "2016-01-01")]),
    ("The MRI documents a tear of the meniscus.", [("MRI", None)]),
    ("Findings on MRI include a disc bulge.", [("MRI", None)]),
    ("He had a negative EMG.", [("EMG", None)]),
    ("X-rays in the emergency room were negative for fracture.", [("X-rays", None)]),
]  # fmt: skip

NOT_DONE = [
    "An MRI of the hip is pending.",
    "An EMG was ordered.",
    "A CT scan is scheduled.",
    "X-rays are to be obtained.",
    "He is awaiting an MRI.",
    "An ultrasound of the heel was ordered but not done.",
    "A stress test was denied.",
    "The provider asked for an MRI.",
    "Authorization for an EMG was requested.",
    "He needs an MRI of the neck.",
    "She would benefit from a sleep study.",
    "The plan was to obtain an MRI of the wrist if the grip stayed weak.",
    "An MR arthrogram was ordered to rule out a tear.",
    "There are no recent imaging studies.",
    "The x-ray technician hurt her back.",
    "The diagnosis was made on examination.",
    "At issue is whether an MRI is needed.",
    "The plan named electrodiagnostic studies of both legs.",
    "No x-rays were taken.",
    "The original utilization review non-certified the request for EMG/NCV.",
    "She works as an MRI technologist.",
    "He recommends repeat urine drug screens.",
]


@pytest.mark.parametrize(("text", "expected"), DONE)
def test_what_was_done_is_found(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert studies(text) == expected


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_was_not_done_is_not(text: str) -> None:
    assert studies(text) == []
