"""Derive the table of formal diagnoses (`data/vocabulary/icd10cm.bin` and `icd10cm.toml`).

Run by a maintainer when a new release of ICD-10-CM is taken, never at run time:

    python -m venv /tmp/icd && /tmp/icd/bin/pip install simple-icd-10-cm==1.5.0
    /tmp/icd/bin/pip install -e .
    /tmp/icd/bin/python scripts/derive_icd10cm.py            # write both
    /tmp/icd/bin/python scripts/derive_icd10cm.py --check    # compare only

The titles and inclusion terms of ICD-10-CM are published by the National Center for Health
Statistics and the Centers for Medicare & Medicaid Services, works of the United States government
in the public domain. `simple-icd-10-cm` (MIT) carries the published XML file; only titles,
inclusion terms and codes are taken from it.

What becomes a row:

* each title, inclusion term and "includes" note of a category, subcategory or code, without its
  encounter ("initial encounter for closed fracture"), which makes the rows of a code's seventh
  character those of the code itself;
* no external causes (V to Y), which say how an injury happened;
* what stands in brackets is a nonessential modifier or a synonym by the conventions of the
  classification: a phrase is kept with all of them, with none, and with each one alone;
* "NOS" says no more than the words before it, so the phrase without it is the same term.

A phrase that titles of several codes share belongs to the code above all others where there is
one, else it is kept without a code: it is a formal term, but no single code.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from imr_extract.clinical.vocabulary import icd10cm

DATA = Path(__file__).parent.parent / "imr_extract" / "data" / "vocabulary"
PACKAGE = "simple-icd-10-cm"
RELEASE = "April 2026"

ENCOUNTER = re.compile(r", (?:initial|subsequent) encounter\b.*$|, sequela$")
EXTERNAL_CAUSES = "VWXY"
SUBSTANCES = re.compile(r"F1\d")
BRACKETED = re.compile(r" ?[(\[]([^()\[\]]*)[)\]]")
PLURAL = re.compile(r"(?<=\w)\((?:s|es|ies)\)")
NOT_OTHERWISE_SPECIFIED = re.compile(r",? NOS$")
TITLE, TERM, TERM_WITHOUT = 0, 1, 2  # the lower wins


def rows() -> dict[str, str]:
    """Give the code of every phrase, by the phrase's key; "" where no one code is meant."""
    found: dict[str, dict[int, set[str]]] = {}
    for code, phrase, rank in _phrases():
        for wording, loss in _wordings(phrase):
            words = icd10cm.key(wording)
            if words:
                found.setdefault(words, {}).setdefault(rank + loss, set()).add(code)
    return {words: _one_code(by_rank[min(by_rank)]) for words, by_rank in found.items()}


def _phrases() -> Iterator[tuple[str, str, int]]:
    table: Any = __import__("simple_icd_10_cm")
    for code in table.get_all_codes(with_dots=True):
        if table.is_chapter_or_block(code) or code[0] in EXTERNAL_CAUSES:
            continue
        title = table.get_description(code)
        if ENCOUNTER.search(title):
            continue
        yield code, title, TITLE
        for term in table.get_inclusion_term(code):
            yield code, ENCOUNTER.sub("", term), TERM
        # The notes of mental disorders by substance list the substances.
        if not SUBSTANCES.match(code):
            for note in table.get_includes(code):
                yield code, note, TERM


def _wordings(phrase: str) -> Iterator[tuple[str, int]]:
    """The forms of a phrase, each with how much it lost."""
    phrase = PLURAL.sub("", phrase)
    brackets = list(BRACKETED.finditer(phrase))
    kept: list[set[int]] = [set(range(len(brackets)))]
    if brackets:
        kept += [set(), *({index} for index in range(len(brackets)))]
    for chosen in kept:
        parts, at = [], 0
        for index, match in enumerate(brackets):
            parts.append(phrase[at : match.start()])
            parts.append(f" {match[1]}" if index in chosen else "")
            at = match.end()
        wording = "".join((*parts, phrase[at:])).strip()
        yield wording, 0
        if NOT_OTHERWISE_SPECIFIED.search(wording):
            yield NOT_OTHERWISE_SPECIFIED.sub("", wording), TERM_WITHOUT


def _one_code(codes: set[str]) -> str:
    shortest = min(codes, key=lambda code: (len(code), code))
    return shortest if all(code.startswith(shortest) for code in codes) else ""


def description(table: bytes, count: int) -> str:
    """Give the text of `icd10cm.toml`."""
    return f'''\
# What `icd10cm.bin` holds. Both files are written by scripts/derive_icd10cm.py; do not edit.
name = "ICD-10-CM"
release = "{RELEASE}"
source = "tabular list of NCHS and CMS, from the PyPI package {PACKAGE} {version(PACKAGE)}"
# Licence: public domain (work of the United States government); package: MIT.
phrases = {count}
sha256 = "{hashlib.sha256(table).hexdigest()}"
'''


def main() -> None:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    wanted = parser.parse_args()
    found = rows()
    table = icd10cm.pack(found)
    files = {"icd10cm.bin": table, "icd10cm.toml": description(table, len(found)).encode()}
    different = [name for name, data in files.items() if not _holds(DATA / name, data)]
    if wanted.check:
        sys.exit(f"differs from {PACKAGE}: {', '.join(different)}" if different else 0)
    for name, data in files.items():
        (DATA / name).write_bytes(data)
    print(f"{len(found)} phrases, {len(table)} bytes")


def _holds(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


if __name__ == "__main__":
    main()
