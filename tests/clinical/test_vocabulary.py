"""Lint of the vocabularies: canonical rows, no name twice, examples both ways, closed lists."""

from collections import Counter
from collections.abc import Iterable

import pytest

from imr_extract.clinical.vocabulary import drugs, service_categories
from imr_extract.clinical.vocabulary.service_categories import ServiceDecision, ServiceRule
from imr_extract.text.sentences import singular, words

# The state's own classes, as the labelling guide prints them.
CATEGORIES = {
    "Diagnostic Testing": "Imaging | EMG/NCV/NCS | Lab & Pathology | Other Diagnostic Tests",
    "DMEPOS": "DME | Electrical Stimulation | Prosthetics/Orthotics | Supplies",
    "Evaluation & Management": "Medical Specialties | Dental Services",
    "Home Health": "Home Health",
    "Injection": "Facet Injection | Injection",
    "Pharmaceuticals": (
        "Adrenal Cortical Steroids | Alpha-blocker | Androgens & Anabolic Steroids | Antianxiety"
        " | Anti-coagulant | Antidepressant | Antidiabetics | Antiemetic | Anti-epilepsy drugs"
        " | Antihistamine | Antihypertensive | Anti-infectives | Antimigraine Agent"
        " | Asthma Medications | Atypical Antipsychotic | Barbiturates | Benzodiazepine"
        " | Beta-blocker | Bisphosphonates | Calcium Channel Blocker | Cannabinoids"
        " | Dopamine agonists | Fibric Acid | GI Agents | H2 Blocker | Hormones"
        " | Impotence Agents | Misc Analgesics | Muscle Relaxant | NSAID | Nutritional Products"
        " | Opioids | Opioid Antagonist | Proton Pump Inhibitors | Sedative-hypnotics | Statin"
        " | Stimulants | Topical Analgesics | Topical Compounds | TNF modifiers"
        " | Viscosupplementation | Other"
    ),
    "Programs": "Programs",
    "Psych Services": "Evaluation & Management | Therapies",
    "Rehabilitation": (
        "Physical Therapy/Occupational Therapy | Chiropractic | Acupuncture | Other Therapies"
    ),
    "Surgery": (
        "Arthroscopic Surgery | Non-arthroscopic Surgery | Spine | Adjunct Surgical Services"
        " | Surgical Consult"
    ),
    "Transportation": "Transportation",
}
SERVICES = service_categories.services()
RULES = [pytest.param(rule, id=rule.id) for rule in SERVICES.rules]
NAMES = drugs.drug_names()


def key(name: str) -> tuple[str, ...]:
    """What the matcher sees of a name: words that differ only in it are one."""
    return tuple(singular(word.text) for word in words(name, 0, len(name)))


def twice(names: Iterable[str]) -> list[tuple[str, ...]]:
    """The keys that several of these names have."""
    return [each for each, count in Counter(map(key, names)).items() if count > 1]


def decided(service: str) -> ServiceDecision | None:
    """What the rules and the drug names make of a service."""
    run = words(service, 0, len(service))
    return service_categories.decide(service, run, drugs.find(run))


# ---- services.toml ----------------------------------------------------------------------


def test_categories_are_the_states_own() -> None:
    assert {
        name: tuple(each.split(" | ")) for name, each in CATEGORIES.items()
    } == SERVICES.categories


def test_every_category_has_a_word_for_one_of_it() -> None:
    assert set(SERVICES.one) == set(CATEGORIES)


def test_rule_names_are_unique() -> None:
    assert [] == [
        each for each, count in Counter(r.id for r in SERVICES.rules).items() if count > 1
    ]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_a_category_of_the_list(rule: ServiceRule) -> None:
    assert rule.subcategory in SERVICES.categories[rule.category]


@pytest.mark.parametrize("rule", RULES)
def test_every_example_is_decided_by_its_rule(rule: ServiceRule) -> None:
    assert rule.examples
    decisions = {each: decided(each) for each in rule.examples}
    assert {
        each: decision and decision.rule for each, decision in decisions.items()
    } == dict.fromkeys(rule.examples, f"services.{rule.id}")


@pytest.mark.parametrize("rule", RULES)
def test_no_near_miss_is_decided_by_the_rule(rule: ServiceRule) -> None:
    decisions = {each: decided(each) for each in rule.near_misses}
    assert [] == [
        each for each, found in decisions.items() if found and found.rule == f"services.{rule.id}"
    ]


@pytest.mark.parametrize("rule", RULES)
def test_no_phrase_of_a_rule_stands_twice(rule: ServiceRule) -> None:
    for phrases in (rule.any, rule.with_, rule.unless):
        assert twice(each.replace("#", "0") for each in phrases) == []
        assert [each for each in phrases if each != " ".join(each.split())] == []


def test_every_set_is_used_and_every_set_used_is_there() -> None:
    used = {
        phrase[1:]
        for rule in SERVICES.rules
        for phrase in (*rule.any, *rule.with_, *rule.unless)
        if phrase.startswith("@")
    }
    assert used == set(SERVICES.sets)


# ---- drugs.toml ----------------------------------------------------------------------


def test_drug_classes_are_the_subcategories_of_pharmaceuticals() -> None:
    assert set(NAMES.classes) == set(SERVICES.categories[service_categories.DRUGS])
    used = {drug.drug_class for _, drug in drugs.rows()}
    assert used <= set(NAMES.classes)


def test_no_drug_name_means_two_things() -> None:
    meanings: dict[tuple[str, ...], set[tuple[tuple[str, ...], str]]] = {}
    for name, drug in drugs.rows():
        meanings.setdefault(key(name), set()).add((drug.ingredients, drug.drug_class))
    assert [each for each, meant in meanings.items() if len(meant) > 1] == []


def test_no_drug_name_stands_twice() -> None:
    assert twice(name for name, _ in drugs.rows()) == []


def test_drug_names_are_canonical() -> None:
    assert [
        name for name, _ in drugs.rows() if name != " ".join(name.split()) or not key(name)
    ] == []
    generics = [*NAMES.ingredients, *(name for more in NAMES.others.values() for name in more)]
    assert [name for name in generics if name != name.lower()] == []


def test_products_are_made_of_known_ingredients() -> None:
    known = {*NAMES.ingredients, *(name for more in NAMES.others.values() for name in more)}
    used = {name for row in NAMES.products.values() for name in row.ingredients}
    assert sorted(used - known) == []


def test_every_ambiguous_name_is_a_name() -> None:
    named = {name.lower() for name, _ in drugs.rows()}
    assert [name for name in NAMES.ambiguous if name.lower() not in named] == []


def test_every_drug_is_found_by_its_name() -> None:
    missed = [
        name
        for name, drug in drugs.rows()
        if [hit.meaning.ingredients for hit in drugs.find_all(words(name, 0, len(name)))]
        != [drug.ingredients]
    ]
    assert missed == []
