"""Every key of a data file is read: one that nothing reads would change nothing."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from imr_extract.clinical.quantities import Quantities
from imr_extract.clinical.vocabulary.conditions import Conditions
from imr_extract.clinical.vocabulary.drugs import Brands, DrugNames
from imr_extract.clinical.vocabulary.icd10cm import Edition
from imr_extract.clinical.vocabulary.service_categories import Services
from imr_extract.clinical.vocabulary.sites import Anatomy
from imr_extract.clinical.vocabulary.therapies import Studies, Treatments
from imr_extract.extract.citation_text import GuidelineRules
from imr_extract.extract.mechanism import Mechanisms
from imr_extract.layouts.spec import Layout
from imr_extract.rules import data_files
from imr_extract.rules.fragments import TABLE

KINDS = (
    Anatomy,
    Brands,
    Conditions,
    DrugNames,
    Edition,
    GuidelineRules,
    Layout,
    Mechanisms,
    Quantities,
    Services,
    Studies,
    Treatments,
)
# Files whose tables are looked up by a name that stands in the code.
BY_NAME = [
    path
    for path in data_files.paths()
    if path.startswith("cues/")
    or path in {"vocabulary/coordination.toml", "vocabulary/specialties.toml"}
]
PROOFS = {"examples", "near_misses"}

PACKAGE = data_files.DATA.parent
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "scripts").glob("*.py"))
)


def keys(kind: inspect.Type) -> Iterator[tuple[str, str]]:
    """Class and field of everything that a table of this type holds."""
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield kind.cls.__name__, field.name
            yield from keys(field.type)
    for name in ("item_type", "value_type"):
        if hasattr(kind, name):
            yield from keys(getattr(kind, name))
    for below in getattr(kind, "types", getattr(kind, "item_types", ())):
        yield from keys(below)


def is_read(name: str) -> bool:
    return re.search(rf'\.{name}\b|"{name}"', SOURCE) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_data_file_is_read(kind: type) -> None:
    found = dict.fromkeys(keys(inspect.type_info(kind)))
    unread = [key for key in found if key[1] not in PROOFS and not is_read(key[1])]
    assert unread == []


@pytest.mark.parametrize("path", BY_NAME)
def test_every_table_is_asked_for_by_its_name(path: str) -> None:
    tables: dict[str, Any] = msgspec.toml.decode(data_files.read(path))
    assert [] == [name for name in tables if name != TABLE and f'"{name}"' not in SOURCE]
