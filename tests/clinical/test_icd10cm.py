"""Formal diagnoses: titles of ICD-10-CM in lists, and the code that the words stand for."""

import hashlib
from importlib.resources import files

import pytest
from case_summaries import found, read, regions, texts

from imr_extract.clinical.diagnoses import formal_titles
from imr_extract.clinical.vocabulary import icd10cm
from imr_extract.record.model import Note
from imr_extract.text.sentences import words

LISTS = [
    (
        ("Diagnoses include strain of muscle, fascia and tendon of lower back, initial encounter, "
        "contusion of right knee, subsequent encounter, and cervicalgia."),
        ["strain of muscle, fascia and tendon of lower back", "contusion of right knee",
         "cervicalgia"],
    ),
    # a title with commas inside a list parted by commas
    (
        ("The diagnoses were carpal tunnel syndrome, left upper limb, migraine with aura, not "
        "intractable, without status migrainosus, and trigger finger, right ring finger."),
        ["carpal tunnel syndrome, left upper limb",
         "migraine with aura, not intractable, without status migrainosus",
         "trigger finger, right ring finger"],
    ),
    # a printed code ends a title, in brackets or without
    (
        ("Diagnoses include other intervertebral disc displacement, lumbar region (M51.26), "
        "radiculopathy, lumbar region [ICD-10: M54.16] and trigger finger, right ring finger "
        "M65.341."),
        ["other intervertebral disc displacement, lumbar region", "radiculopathy, lumbar region",
         "trigger finger, right ring finger"],
    ),
    # a title without a site takes the one behind it
    (
        "Diagnoses include synovitis and tenosynovitis, right hand, and gout.",
        ["synovitis and tenosynovitis, right hand", "gout"],
    ),
    # words of one name each, though a title holds both
    ("Diagnoses include gout, anxiety, depression.", ["gout", "anxiety", "depression"]),
    # a title lends no words and takes none
    (
        "He was diagnosed with flail joint, right wrist, and a sprain of the left elbow.",
        ["flail joint, right wrist", "sprain of the left elbow"],
    ),
    # brackets and plurals
    (
        ("Assessment: other injury of other muscle(s) and tendon(s) at lower leg level, left leg; "
        "gout."),
        ["other injury of other muscle(s) and tendon(s) at lower leg level, left leg", "gout"],
    ),
    # what ends a list elsewhere
    (
        "Diagnoses include headache associated with sexual activity and gout.",
        ["headache associated with sexual activity", "gout"],
    ),
    # no title: two conditions
    ("Diagnoses include contusion of scalp and neck.", ["contusion of scalp", "contusion of neck"]),
    ("Diagnoses include contusion of the left hip and knee.",
     ["contusion of the left hip", "contusion of the left knee"]),
    # a doubted title is none
    ("Diagnoses include gout and possible carpal tunnel syndrome, left upper limb.", ["gout"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_title_in_a_list_is_one_diagnosis(text: str, expected: list[str]) -> None:
    assert expected == texts(text)


CODES = [
    ("Carpal tunnel syndrome, right upper limb", "G56.01"),
    ("carpal tunnel syndrome", "G56.0"),  # no side: the category
    ("right carpal tunnel syndrome", "G56.01"),  # the side elsewhere
    ("bilateral carpal tunnel syndrome", "G56.03"),
    ("posttraumatic stress disorder", "F43.1"),
    ("essential hypertension", "I10"),  # what stands in brackets may be left out
    ("major depression", "F32.9"),  # an inclusion term without its "NOS"
    ("sprain of the ligaments of the cervical spine", "S13.4"),  # articles
    ("injury of muscle(s)", None),
    ("lumbar strain", None),  # no title, though a human coder would find one
    ("left knee pain", None),
    ("left lumbago", None),  # the category has no sides
    ("left and right carpal tunnel syndrome", None),
    ("", None),
]


@pytest.mark.parametrize(("phrase", "expected"), CODES)
def test_the_code_of_a_title_and_of_nothing_like_one(phrase: str, expected: str | None) -> None:
    assert expected == icd10cm.code_of(words(phrase, 0, len(phrase)))


def test_the_record_has_the_code_and_its_evidence() -> None:
    text = "Diagnoses include lateral epicondylitis, left elbow."
    assert found(text)["diagnoses[0].icd10cm"] == "M77.12"
    assert "diagnoses[0].code" not in found(text)


def _conflicts(text: str) -> list[str]:
    return [each.field for each in read(text) if isinstance(each, Note) and each.code == "conflict"]


def test_a_printed_code_behind_the_encounter_is_the_diagnosis_s() -> None:
    text = "Diagnoses: contusion of left knee, subsequent encounter (S80.02XD), and gout, M10.9."
    given = found(text)
    assert (given["diagnoses[0].code"], given["diagnoses[1].code"]) == ("S80.02XD", "M10.9")


def test_a_printed_code_of_other_words_is_noted() -> None:
    assert _conflicts("Diagnoses include cervicalgia (M54.5).") == ["diagnoses[0].icd10cm"]
    assert _conflicts("Diagnoses include cervicalgia (M54.2).") == []
    assert _conflicts("Diagnoses include contusion of right knee (S80.01XA).") == []
    assert _conflicts("Diagnoses include cervicalgia (723.1).") == []  # ICD-9


def test_words_that_name_no_region_have_that_of_their_block() -> None:
    assert regions("Diagnoses include injury of olfactory nerve.") == ["head"]


def test_the_longest_title_is_found_and_a_longer_name_is_none() -> None:
    text = "contusion of right knee joint replacement"
    assert formal_titles.find(text, len(text), [0]) == []
    text = "lumbago with sciatica, right side and gout"
    assert [
        text[title.start : title.end] for title in formal_titles.find(text, len(text), [0])
    ] == ["lumbago with sciatica, right side"]


@pytest.mark.parametrize(
    ("phrase", "held"),
    [
        ("later developed a fluid overload of the body", True),
        ("fluid, overload", True),  # as titles have it, with or without commas
        ("overload of fluid", False),
        ("an industrial injury to the left knee", False),
        ("lumbago", False),  # a term, but of one word
        ("", False),
    ],
)
def test_terms_of_several_words_anywhere_in_a_sentence(phrase: str, held: bool) -> None:
    assert held is icd10cm.holds_term(words(phrase, 0, len(phrase)))


def test_the_table_is_the_one_that_is_described() -> None:
    folder = files("imr_extract").joinpath("data", "vocabulary")
    table = folder.joinpath("icd10cm.bin").read_bytes()
    assert icd10cm.edition().sha256 == hashlib.sha256(table).hexdigest()


def test_what_is_packed_is_found_again() -> None:
    rows = {"a b": "A00", "a b c": "", "b": "B00.1"}
    assert icd10cm.unpack(icd10cm.pack(rows)) == rows
