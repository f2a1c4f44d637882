"""Drugs: names, what makes an ambiguous one count, and the class that a form gives."""

import pytest

from imr_extract.clinical.vocabulary import drugs
from imr_extract.text.sentences import words


def ingredients(text: str) -> list[str]:
    """The ingredients of the drugs found in the text."""
    found = drugs.find(words(text, 0, len(text)))
    return [name for hit in found for name in hit.meaning.ingredients]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norco 10/325 mg", ["hydrocodone", "acetaminophen"]),  # a brand of two
        ("NORCO", ["hydrocodone", "acetaminophen"]),  # any case
        ("hydrocodone-acetaminophen", ["hydrocodone", "acetaminophen"]),  # hyphen for slash
        ("Tylenol #3, thirty", ["acetaminophen", "codeine"]),  # a number in the name
        ("Tylenol No. 3", ["acetaminophen", "codeine"]),
        ("Tylenol 500 mg", ["acetaminophen"]),
        ("Voltaren gel and Zofran", ["diclofenac", "ondansetron"]),
        ("Medrox patches", ["methyl salicylate", "menthol", "capsaicin"]),  # a kit, in the plural
        ("vitamin D 5,000 units", ["cholecalciferol"]),  # ambiguous, beside a strength
        ("zinc tablets", ["zinc"]),  # ambiguous, beside a form
        ("magnesium, naproxen", ["magnesium", "naproxen"]),  # ambiguous, in a list of drugs
    ],
)
def test_a_drug_is_found(text: str, expected: list[str]) -> None:
    assert expected == ingredients(text)


@pytest.mark.parametrize(
    "text",
    [
        "a vitamin D level",
        "MS is suspected",
        "potassium was normal",
        "Make sure to ensure follow up",
        "norcott",  # inside a word
        "physical therapy",
    ],
)
def test_no_drug_is_found(text: str) -> None:
    assert [] == ingredients(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Naproxen 250 mg", "NSAID"),
        ("Diclofenac 1% gel", "Topical Analgesics"),  # sold for the skin
        ("Lidocaine 5% patch", "Topical Analgesics"),
        ("Ketoprofen 20% cream", "Topical Compounds"),  # no maker sells it for the skin
        ("Baclofen 2%, 60 grams", "Topical Compounds"),  # a percentage is a cream's
        ("Gabapentin 6%/Lidocaine 2% in cream base", "Topical Compounds"),  # several in one
        ("Compounded diclofenac 3%", "Topical Compounds"),
        ("Fentanyl patch 25 mcg", "Opioids"),  # a patch for the whole body
        ("Mupirocin 2% ointment", "Anti-infectives"),  # no pain drug
        ("Acetaminophen 300 mg with codeine 30 mg", "Opioids"),  # a mixture with an opioid
        ("Ketorolac nasal spray", "NSAID"),
    ],
)
def test_a_form_or_a_mixture_beats_the_class(text: str, expected: str) -> None:
    run = words(text, 0, len(text))
    assert expected == drugs.class_of(run, drugs.find(run))
