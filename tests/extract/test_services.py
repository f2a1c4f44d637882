"""What an issue asks for, from its heading."""

import pytest
from corpus import make_issue, make_letter, normalized, note_of

from imr_extract import extract_text
from imr_extract.extract import services
from imr_extract.text.document import Found


def read(heading: str) -> dict[str, object]:
    """The values found in a heading, by field."""
    text = normalized(heading)
    found = services.extract(text, 0, len(text.text), "issue")
    return {
        each.field.removeprefix("issue."): each.value for each in found if isinstance(each, Found)
    }


@pytest.mark.parametrize(
    ("heading", "category", "subcategory"),
    [
        ("CT of the left ankle", "Diagnostic Testing", "Imaging"),
        ("Pre-operative EKG", "Diagnostic Testing", "Other Diagnostic Tests"),
        ("Hair drug screen", "Diagnostic Testing", "Lab & Pathology"),
        ("EMG/NCS of both arms", "Diagnostic Testing", "EMG/NCV/NCS"),
        ("Cold therapy unit after shoulder arthroscopy", "DMEPOS", "DME"),
        ("Associated surgical service: Elbow sling", "DMEPOS", "Prosthetics/Orthotics"),
        ("TENS unit, 30 day trial", "DMEPOS", "Electrical Stimulation"),
        ("Electrodes for a TENS unit", "DMEPOS", "Supplies"),
        ("Pre-operative clearance", "Evaluation & Management", "Medical Specialties"),
        ("Neurology consultation for an MRI", "Evaluation & Management", "Medical Specialties"),
        ("Home health aide", "Home Health", "Home Health"),
        ("Medial branch blocks, L3-L5", "Injection", "Facet Injection"),
        ("Trigger point injections with lidocaine 1%", "Injection", "Injection"),
        ("Orthovisc injections", "Pharmaceuticals", "Viscosupplementation"),
        ("Ativan 1 mg tablet before the MRI", "Pharmaceuticals", "Benzodiazepine"),
        ("Menthol 4% gel", "Pharmaceuticals", "Topical Analgesics"),
        ("A month's supply of naproxen", "Pharmaceuticals", "NSAID"),
        ("Functional restoration program", "Programs", "Programs"),
        ("Psychological evaluation", "Psych Services", "Evaluation & Management"),
        ("Biofeedback x 4", "Psych Services", "Therapies"),
        (
            "Post-operative physical therapy after lumbar fusion",
            "Rehabilitation",
            "Physical Therapy/Occupational Therapy",
        ),
        ("Electrical stimulation 5 times a week for 9 weeks", "Rehabilitation", "Other Therapies"),
        ("Assistant surgeon", "Surgery", "Adjunct Surgical Services"),
        ("Referral to a spine surgeon for surgery", "Surgery", "Surgical Consult"),
        ("Knee arthroscopy and physical therapy", "Surgery", "Arthroscopic Surgery"),
        ("L5-S1 fusion", "Surgery", "Spine"),
        ("Ankle fusion", "Surgery", "Non-arthroscopic Surgery"),
        ("Taxi to the clinic", "Transportation", "Transportation"),
    ],
)
def test_category(heading: str, category: str, subcategory: str) -> None:
    found = read(heading)
    assert (category, subcategory) == (found.get("category"), found.get("subcategory"))


@pytest.mark.parametrize("heading", ["Zyzzyva", "Three of the usual", "12/12/2016"])
def test_what_no_rule_knows_stays_absent(heading: str) -> None:
    assert {"category", "subcategory"}.isdisjoint(read(heading))


def test_an_unknown_service_leaves_a_note() -> None:
    record = extract_text(make_letter(issues=make_issue(heading="Zyzzyva")))
    note = note_of(record, "issues[0].category")
    assert note is not None
    assert "ambiguous" == note.code
    assert (None, None) == (record.issues[0].category, record.issues[0].subcategory)


@pytest.mark.parametrize(
    ("heading", "drugs"),
    [
        ("Norco 5/325 mg and Zofran 4 mg", ["hydrocodone", "acetaminophen", "ondansetron"]),
        ("Tramadol (Ultram) 50 mg", ["tramadol"]),  # brand and generic are one
        ("Subacromial injection of Kenalog and lidocaine", ["triamcinolone", "lidocaine"]),
    ],
)
def test_drugs(heading: str, drugs: list[str]) -> None:
    assert drugs == read(heading)["drugs"]


def test_a_drug_looked_for_in_a_test_is_not_asked_for() -> None:
    assert "drugs" not in read("Urine test for hydrocodone")


@pytest.mark.parametrize(
    ("heading", "regions"),
    [
        ("MRI of the cervical and lumbar spine", ["neck", "lower back"]),
        ("Injection at L4-5", ["lower back"]),
        ("Massage of the right shoulder, left shoulder and knee", ["shoulder", "knee"]),
    ],
)
def test_body_parts(heading: str, regions: list[str]) -> None:
    assert regions == read(heading)["body_parts"]


@pytest.mark.parametrize(
    "heading",
    ["Naproxen, one by mouth daily", "PT/PTT", "Psychological testing", "EMG of both arms"],
)
def test_no_body_part(heading: str) -> None:
    assert "body_parts" not in read(heading)


@pytest.mark.parametrize(
    ("heading", "quantity", "unit"),
    [
        ("Naproxen 250 mg #60", 60, "count"),
        ("Massage 5 times a week for 3 weeks", 15, "session"),
        ("Office visits times 3", 3, "visit"),
        ("Trigger point injections x 4", 4, "injection"),
        ("Walker, two week rental", 2, "week"),
    ],
)
def test_amount_has_the_unit_of_the_service(heading: str, quantity: int, unit: str) -> None:
    found = read(heading)
    assert (quantity, unit) == (found["quantity"], found["unit"])


def test_values_point_at_their_words() -> None:
    text = normalized("Retrospective: naproxen 500 mg\n#60 for the left knee")
    found = {each.field: each for each in services.extract(text, 0, len(text.text), "issue")}
    printed = {
        field: [text.document.text[span.start : span.end] for span in each.spans]
        for field, each in found.items()
        if isinstance(each, Found)
    }
    assert printed == {
        "issue.category": ["naproxen"],
        "issue.subcategory": ["naproxen"],
        "issue.drugs": ["naproxen"],
        "issue.quantity": ["#60"],
        "issue.unit": ["#60"],
        "issue.body_parts": ["knee"],
    }
