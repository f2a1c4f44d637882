"""The catalogue: what stands behind a rule's id, for people who ask why a value is there."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

import msgspec

from imr_extract.rules import data_files
from imr_extract.rules.table import load

_FILE = "catalogue.toml"
# Proofs of a row, not the row itself.
_PROOFS = frozenset({"examples", "near_misses"})


class CatalogueEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as `explain` shows it."""

    id: str
    says: str | None  # what a match means, in a sentence
    file: str | None  # below imr_extract/data; None for a rule that needs no words
    row: Any  # what stands in the file: a row without its proofs, or the words gone by


class _Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    says: str
    file: str | None = None
    key: str | None = None


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[_Description, ...]
    tables: dict[str, dict[str, str]]  # file -> table of patterns -> what a match means


class _TableRow(NamedTuple):
    """A row of a pattern, and where it stands."""

    file: str
    table: str  # the key of the table in the file, without the keys inside it
    row: dict[str, Any]

    @property
    def says(self) -> str | None:
        """What the table says of its rows, with the row's first example."""
        of_table = _catalogue().tables.get(self.file, {}).get(self.table)
        examples = self.row.get("examples")
        if of_table is None or not examples:
            return of_table
        return f"{of_table} Example: \u201c{examples[0].strip()}\u201d."


def rule(rule_id: str, layout: str) -> CatalogueEntry:
    """The rule of that id, for a letter of that layout.

    A rule that is not known is shown with its id alone: it may come from a layout of the user's.
    """
    if found := _rows().get(rule_id):
        proofless = _without_proofs(found.row)
        return CatalogueEntry(id=rule_id, says=found.says, file=found.file, row=proofless)
    stated = next((entry for entry in _catalogue().rule if fnmatchcase(rule_id, entry.id)), None)
    if stated is None:
        return CatalogueEntry(id=rule_id, says=None, file=None, row=None)
    name = rule_id.partition(".")[2]
    file = stated.file.format(layout=layout, name=name) if stated.file else None
    key = stated.key.format(name=name) if stated.key else None
    return CatalogueEntry(id=rule_id, says=stated.says, file=file, row=_at(file, key, name))


@cache
def _catalogue() -> _Catalogue:
    return load(_FILE, _Catalogue)


@cache
def _rows() -> dict[str, _TableRow]:
    """All rows with an id, by the id that values carry: that of the file before the row's own."""
    found: dict[str, _TableRow] = {}
    for path, tree in _files().items():
        stem = path.rpartition("/")[2].removesuffix(".toml")
        if path != _FILE and not path.startswith("layouts/"):
            for table, below in tree.items():
                for row in _with_id(below):
                    found[f"{stem}.{row['id']}"] = _TableRow(path, table, row)
    return found


@cache
def _files() -> dict[str, dict[str, Any]]:
    """Every data file, decoded, by its path below `imr_extract/data`."""
    return {path: data_files.decoded(path) for path in data_files.paths()}


def _with_id(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if isinstance(tree.get("id"), str):
            yield tree
        for value in tree.values():
            yield from _with_id(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _with_id(value)


def _at(file: str | None, key: str | None, name: str) -> Any:
    """What stands at `key` in the file; of a list of tables, the one called `name`."""
    found: Any = _files().get(file or "")
    if found is None or key is None:
        return None
    for step in key.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, list) and found and isinstance(found[0], dict):
        called = [value for value in found if name in (value.get("id"), value.get("body"))]
        return _without_proofs(called[0]) if called else [_without_proofs(value) for value in found]
    return found


def _without_proofs(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _PROOFS}
