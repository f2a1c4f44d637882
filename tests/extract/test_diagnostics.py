"""Which studies invented sentences of a case summary give, and which they do not."""

import pytest

from imr_extract.clinical.treatments.annotation import annotate
from imr_extract.extract import diagnostics
from imr_extract.record.model import Note
from imr_extract.text import normalization
from imr_extract.text.document import Document, Found, Line
from imr_extract.text.sentences import sentences


def read(text: str) -> list[Found | Note]:
    line = Line(start=0, end=len(text), page=1)
    normalized = normalization.normalize(
        Document(text=text, lines=(line,), pages=1, reader="text", media_type="text/plain")
    )
    narrative = sentences(normalized.text, 0, len(normalized.text))
    return list(diagnostics.extract(normalized, annotate(normalized.text, narrative), 2017))


def texts(text: str) -> list[object]:
    return [e.value for e in read(text) if isinstance(e, Found) and e.field.endswith(".text")]


def dates(text: str) -> list[object]:
    return [e.value for e in read(text) if isinstance(e, Found) and e.field.endswith(".date")]


DONE = [
    ("An MRI of the left hip revealed a cyst.", ["MRI of the left hip"]),
    ("MRI left hip showed a cyst.", ["MRI left hip"]),
    ("Left hip MRI was normal.", ["Left hip MRI"]),
    ("X-rays were taken of the elbow.", ["X-rays of the elbow"]),
    ("Treatment included x-rays of the hip and a cane.", ["x-rays of the hip"]),
    ("He had an MRI of the neck with contrast.", ["MRI of the neck with contrast"]),
    ("Request for drug screen performed today.", ["drug screen"]),
    ("Her sodium aside, LDL was 120 and HDL 40.", ["LDL", "HDL"]),
    ("Treatment included a sleep study.", ["sleep study"]),
    # what is stated between two studies goes for the first, what is stated behind both for both
    ("An MRI of the left hip revealed a cyst, unlike the x-ray.", ["MRI of the left hip"]),
    ("The MRI of the hip and then the sleep study were normal.", ["MRI of the hip", "sleep study"]),
    # coordination
    (
        "X-rays of the knee and ankle were negative.",
        ["X-rays of the knee", "X-rays of the ankle"],
    ),
    (
        "MRI of the cervical and lumbar spine showed bulges.",
        ["MRI of the cervical spine", "MRI of the lumbar spine"],
    ),
    ("An x-ray of the skull and jaw was normal.", ["x-ray of the skull and jaw"]),
    ("Hip and elbow x-rays were normal.", ["Hip x-rays", "elbow x-rays"]),
    (
        "X-rays and CT scan of the wrist showed a cyst.",
        ["X-rays of the wrist", "CT scan of the wrist"],
    ),
    (
        "EMG of the bilateral upper and lower extremities was normal.",
        ["EMG of the bilateral upper and lower extremities"],
    ),
    ("Treatment included wrist x-ray, thumb splint and ice.", ["wrist x-ray"]),
    (
        "Electrodiagnostic studies (EMG/NCS) of the legs were normal.",
        ["Electrodiagnostic studies of the legs"],
    ),
    ("The ultrasound of the hip showed a cyst.", ["ultrasound of the hip"]),
    # said twice, and said in general
    ("X-rays of the hip were normal. Treatment included x-rays.", ["X-rays of the hip"]),
    ("Treatment included diagnostics and x-rays.", ["x-rays"]),
    ("Treatment included diagnostic studies.", ["diagnostic studies"]),
    ("Results of the x-rays were not provided.", ["x-rays"]),
]

NOT_DONE = [
    "An MRI of the hip was requested.",
    "The treatment plan included an x-ray of the hip.",
    "He has not had an MRI.",
    "No MRI report was available.",
    "X-rays were not performed.",
    "UR denied the request for an MRI of the hip.",
    "He was scheduled for an EMG.",
    "She received ultrasound treatment and an ultrasound-guided injection.",
    "Straight leg raise test was positive.",
    "Psychological testing showed distress.",
]

DATED = [
    ("An MRI of the hip on 5-6-2015 showed a cyst.", ["2015-05-06"]),
    ("X-rays of the hip dated May 6, 2015 were normal.", ["2015-05-06"]),
    ("EMG (5-6-15) was normal.", ["2015-05-06"]),
    ("EMG (electromyography) on 5-6-15 was normal.", ["2015-05-06"]),
    ("Treatment included x-rays, injections (5-6-15) and ice.", []),
    ("On 5-6-2015, an MRI of the hip showed a cyst.", ["2015-05-06"]),
    ("MRI of the hip in March 2015 was normal.", ["2015-03"]),
    ("An MRI of the hip was normal. On 5-6-2015 he fell.", []),
]


@pytest.mark.parametrize(("text", "expected"), DONE)
def test_what_was_done_is_found(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_was_not_done_is_not(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(("text", "expected"), DATED)
def test_the_date_is_the_study_s(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An MRI of the hip was done on 9/3.", []),
        ("An MRI of the hip was done on September 3.", []),
        ("An MRI of the hip was done on the third of September, 2014.", ["2014-09"]),
        ("An MRI of the hip was done on September 3 to 5, 2014.", ["2014"]),
    ],
)
def test_a_date_understood_in_part_is_noted(text: str, expected: list[str]) -> None:
    assert expected == dates(text)
    assert [note.code for note in read(text) if isinstance(note, Note)] == ["imprecise"]


def test_a_whole_date_and_a_level_need_no_note() -> None:
    text = "An MRI of L4-5 was done on Sept. 3, '14. A CT scan of the hip was done."
    assert dates(text) == ["2014-09-03"]
    assert not [note for note in read(text) if isinstance(note, Note)]
