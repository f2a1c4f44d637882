"""Which treatments invented sentences of a case summary give, and which they do not."""

import pytest

from imr_extract.clinical.treatments.annotation import annotate
from imr_extract.extract import treatments
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
    return list(treatments.extract(normalized, annotate(normalized.text, narrative)))


def column(text: str, part: str) -> list[object]:
    found = (each for each in read(text) if isinstance(each, Found))
    return [each.value for each in found if each.field.endswith(f".{part}")]


HAD = [
    # lists
    ("Treatment to date has included massage, ice and a cane.", ["massage", "ice", "cane"]),
    ("Prior care consisted of: acupuncture; yoga.", ["acupuncture", "yoga"]),
    ("He had the following treatments massage and Advil.", ["massage", "Advil"]),
    ("Treatments were noted to include heat and OT.", ["heat", "OT"]),
    ("Treatment to date: PT x 6, HEP, light duty.", ["PT x 6", "HEP", "light duty"]),
    ("She was treated conservatively with a sling and rest.", ["sling", "rest"]),
    ("She has tried and failed Aleve and acupuncture.", ["Aleve", "acupuncture"]),
    ("The ache persists despite massage and Celebrex.", ["massage", "Celebrex"]),
    ("Treatment included massage with good relief, and ice.", ["massage", "ice"]),
    ("Treatment included massage which did not help and ice.", ["massage", "ice"]),
    ("Treatment to date included modified duty and ice.", ["modified duty", "ice"]),
    # coordination
    (
        "Treatment has included physical and aquatic therapy.",
        ["physical therapy", "aquatic therapy"],
    ),
    ("Treatment included a left hand and wrist splint.", ["left hand and wrist splint"]),
    ("He has had chiropractic and physical therapy.", ["chiropractic", "physical therapy"]),
    # amounts, strengths and brackets stay, sites of devices, injections and surgery too
    ("She completed 4 of 6 acupuncture sessions.", ["4 of 6 acupuncture sessions"]),
    ("He attended at least 5 sessions of massage.", ["at least 5 sessions of massage"]),
    ("He attended 8/12 visits of hand therapy.", ["8/12 visits of hand therapy"]),
    ("Medications included Lyrica 75 mg at bedtime.", ["Lyrica 75 mg"]),
    ("Medications included Norco 5/325 mg, Ultram ER.", ["Norco 5/325 mg", "Ultram ER"]),
    (
        "Treatment included a TENS (transcutaneous electrical nerve stimulation) unit.",
        ["TENS (transcutaneous electrical nerve stimulation) unit"],
    ),
    (
        "She underwent an epidural steroid injection at L3-4 on 5-5-2015.",
        ["epidural steroid injection at L3-4"],
    ),
    ("He received a cortisone shot to the left hip.", ["cortisone shot to the left hip"]),
    ("Treatment included hand therapy for the thumb.", ["hand therapy"]),
    ("Surgical history includes cervical fusion.", ["cervical fusion"]),
    ("She is four weeks status post right ankle arthroscopy.", ["right ankle arthroscopy"]),
    # verbs
    ("He uses a walker and takes Mobic.", ["walker", "Mobic"]),
    ("He ambulates slowly with a cane.", ["cane"]),
    ("She is icing the ankle and wearing an ankle brace.", ["icing", "ankle brace"]),
    ("She was given a Toradol injection.", ["Toradol injection"]),
    ("On 5-5-2015, Mobic and Soma were prescribed.", ["Mobic", "Soma"]),
    ("Acupuncture had not proven helpful.", ["Acupuncture"]),
    ("She reports that massage and acupuncture help.", ["massage", "acupuncture"]),
    ("Acupuncture made her pain worse.", ["Acupuncture"]),
    ("He was put in a sling, given Mobic and sent home.", ["sling", "Mobic"]),
    ("There was no improvement with acupuncture.", ["acupuncture"]),
    ("He was placed off work.", ["off work"]),
    ("He was placed in a short arm cast.", ["short arm cast"]),
    # a plan goes on with, or stops, what was there before
    ("The plan is to continue Mobic and request a cane.", ["Mobic"]),
    ("The plan included a refill of Mobic and a cane.", ["Mobic"]),
    ("The plan included to stop Soma and start yoga.", ["Soma"]),
    # a name that no vocabulary has, in a list of drugs
    ("Current medications include Qwertil 5 mg and Soma.", ["Qwertil 5 mg", "Soma"]),
    # said twice
    ("Treatment included acupuncture. He had 6 sessions of acupuncture.",
     ["6 sessions of acupuncture"]),
    ("Medications included Ultram. He takes tramadol 50 mg.", ["tramadol 50 mg"]),
    ("Medications included Norco. He takes hydrocodone.", ["Norco"]),
    ("Medications included Motrin. He takes Advil.", ["Motrin", "Advil"]),
    # a class is left out where a drug of it is named
    ("Treatment included medications, NSAIDs and Mobic.", ["Mobic"]),
    ("Treatment included NSAIDs and Soma.", ["NSAIDs", "Soma"]),
    ("Treatment included medications.", ["medications"]),
    ("Treatment included conservative care. He uses a cane.", ["cane"]),
]  # fmt: skip

NOT_HAD = [
    "The treatment plan included massage and a cane.",
    "Massage and Mobic were requested.",
    "She has not tried acupuncture.",
    "He denies prior surgery.",
    "There is no documentation of prior physical therapy.",
    "He was referred for acupuncture and is awaiting surgery.",
    "Utilization Review denied the request for massage.",
    "On 5-5-2015, UR modified 8 sessions of massage.",
    "Massage, 6 sessions, was the original request.",
    "The guidelines recommend acupuncture.",
    "Treatment has included no prior massage.",
    "He would like surgery.",
    "The pain is worse with exercise and he slipped on ice.",
    "He is on modified duty and temporarily totally disabled.",
    "Treatment included an office visit, a consultation and an x-ray.",
    "She was seen in the emergency room.",
    "His mother takes Plavix.",
]

STATUS = [
    ("Medications include Mobic.", "current"),
    ("Current medications included Mobic.", "current"),
    ("The medication list included Mobic.", "current"),
    ("Medications included Mobic.", "prior"),
    ("Treatment included Mobic since at least 5-5-2015.", "current"),
    ("He was given a refill of Mobic.", "current"),
    ("He was prescribed Mobic.", "prior"),
    ("He continues with acupuncture.", "current"),
    ("Treatment included acupuncture. He continues with acupuncture.", "current"),
    ("She recently started acupuncture.", "current"),
    ("She was put off work through 5-5-2015.", "prior"),
]

KINDS = [
    ("Treatment included Mobic.", "medication"),
    ("Treatment included acupuncture.", "physical_medicine"),
    ("Treatment included Kenalog injection.", "injection"),
    ("Treatment included left knee arthroscopy.", "surgery"),
    ("Treatment included a back brace.", "device"),
    ("Treatment included light duty.", "work_modification"),
    ("Treatment included ice.", "self_care"),
    ("Treatment included biofeedback.", "psychotherapy"),
    ("Treatment included sutures.", "other"),
]


@pytest.mark.parametrize(("text", "expected"), HAD)
def test_what_was_had_is_found(text: str, expected: list[str]) -> None:
    assert column(text, "text") == expected


@pytest.mark.parametrize("text", NOT_HAD)
def test_what_was_not_had_is_not(text: str) -> None:
    assert column(text, "text") == []


@pytest.mark.parametrize(("text", "expected"), STATUS)
def test_status(text: str, expected: str) -> None:
    assert column(text, "status") == [expected]


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kind(text: str, expected: str) -> None:
    assert column(text, "kind") == [expected]


def test_drugs_are_ingredients() -> None:
    assert column("Medications included Norco and a Kenalog injection.", "drugs") == [
        ["hydrocodone", "acetaminophen"],
        ["triamcinolone"],
    ]


def test_continued_medications_make_the_named_ones_current() -> None:
    text = "Medications included Mobic. The plan is to continue medications."
    assert column(text, "status") == ["current"]


def test_spans_hold_the_words_in_order() -> None:
    text = "Treatment has included physical and aquatic therapy."
    found = [each for each in read(text) if isinstance(each, Found)]
    first = next(each for each in found if each.field == "treatments[0].text")
    assert [text[start:end] for start, end in first.spans] == ["physical", "therapy"]


@pytest.mark.parametrize(("annotated", "code"), [(None, "section_missing"), ([], "not_in_letter")])
def test_a_note_tells_why_there_is_none(annotated: list[object] | None, code: str) -> None:
    line = Line(start=0, end=1, page=1)
    document = Document(text="x", lines=(line,), pages=1, reader="text", media_type="text/plain")
    (note,) = treatments.extract(
        normalization.normalize(document), None if annotated is None else []
    )
    assert isinstance(note, Note)
    assert note.code == code
