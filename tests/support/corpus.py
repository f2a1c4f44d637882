"""The letters that tests read: the fixtures by name, and letters made from parts."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from imr_extract import __version__
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.pipeline.letter import Letter, read_letter
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import text as text_reader
from imr_extract.record.model import Note, Record
from imr_extract.rules.table import digest
from imr_extract.text.document import NormalizedText
from imr_extract.text.normalization import normalize
from imr_extract.view import View, view_of

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
SHARED = ROOT.parent / "shared"

NAMES = sorted(path.stem for path in (FIXTURES / "letters").glob("*.toml"))
ENCODINGS = sorted(path.name for path in (FIXTURES / "encodings").iterdir())
ENCODED = "non-ascii"  # the letter that `encodings` holds
every_reader = False  # whether `variants` reads every letter by pdfplumber, or every sixth

PLAIN_HEADER = """\
Case Number: CM17-0900999
Date Assigned: 03/14/2017 Date of Injury: 01/09/2017
Decision Date: 04/11/2017 UR Denial Date: 02/22/2017
Priority: Standard Application Received: 03/03/2017
"""
PLAIN_SUMMARY = "The worker is a 36 year old female who was hurt on 1-9-2017."
PLAIN_CREDENTIALS = """\
State(s) of Licensure: California
Certification(s)/Specialty: Family Practice
"""
PLAIN_ISSUE = """\
A wrist splint: Upheld

Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.

MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004.

Decision rationale: The splint would not help. The request is not medically necessary.
"""


def pdf(name: str) -> bytes:
    """The bytes of a fixture letter's PDF."""
    return (FIXTURES / "pdf" / f"{name}.pdf").read_bytes()


def text(name: str) -> bytes:
    """The bytes of a fixture letter's text."""
    return (FIXTURES / "text" / f"{name}.txt").read_bytes()


@cache
def variants(name: str) -> dict[str, Letter]:
    """A fixture letter in each form that it can be read in, by the form's name."""
    forms = {
        "pdfium": read_letter(pdf(name)),
        "text": read_letter(text(name)),
        "double-spaced": read_letter(double_spaced(text(name).decode()).encode()),
    }
    if every_reader or name in NAMES[::6]:
        forms["pdfplumber"] = read_letter(pdf(name), ReadingOptions(reader="pdfplumber"))
    if name == ENCODED:
        for encoding in ENCODINGS:
            forms[encoding] = read_letter((FIXTURES / "encodings" / encoding).read_bytes())
    return forms


def double_spaced(words: str) -> str:
    """The text with a blank line behind every line, as some copies have it."""
    return "".join(f"{line.strip()} \n\n" for line in words.replace("\f", "").split("\n"))


def source(name: str) -> dict[str, Any]:
    """What the TOML source of a fixture letter says: it was written before any reader existed."""
    path = FIXTURES / "letters" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def printed(value: str) -> str:
    """A text of a source as a record has it: markup resolved, white space folded."""
    value = re.sub(r"(?<=-)\{br\}\s*|\{soft\}\s*", "", value)
    return " ".join(re.sub(r"\{br\}|\{blank:\d+\}", " ", value).split())


def golden(name: str) -> str:
    """The committed record of a fixture letter's PDF, with the versions of program and rules."""
    return with_versions(FIXTURES / "golden" / f"{name}.json")


def with_versions(path: Path) -> str:
    """A golden, which has no versions of program and rules, with those of today."""
    text = path.read_text(encoding="utf-8")
    for name, version in (("program", __version__), ("rules", digest())):
        text = text.replace(f'"{name}": "-"', f'"{name}": "{version}"')
    return text


def without_source(record: Record) -> dict[str, Any]:
    """The record as plain data, but for where it was read from."""
    data: dict[str, Any] = msgspec.to_builtins(record)
    del data["source"]
    return data


def make_letter(
    *,
    header: str = PLAIN_HEADER,
    credentials: str = PLAIN_CREDENTIALS,
    summary: str = PLAIN_SUMMARY,
    issues: str = PLAIN_ISSUE,
) -> str:
    """The text of a letter with these parts and the headings that all letters print."""
    return (
        f"{header}\n"
        "HOW THE IMR FINAL DETERMINATION WAS MADE\nA reviewer was chosen.\n\n"
        f"The Expert Reviewer has the following credentials:\n{credentials}\n"
        "CLINICAL CASE SUMMARY\nThe case file, including all medical records:\n\n"
        f"{summary}\n\n"
        "IMR ISSUES, DECISIONS AND RATIONALES\n"
        "The decisions for the disputed items/services set forth below:\n\n"
        f"{issues}"
    )


def make_issue(
    *,
    heading: str = "A wrist splint",
    outcome: str = ": Upheld",
    administrator: str = "Decision based on MTUS Shoulder Complaints 2004.",
    maximus: str = "Decision based on MTUS Shoulder Complaints 2004.",
    rationale: str = "The request is not medically necessary.",
) -> str:
    """The text of one issue."""
    return (
        f"{heading}{outcome}\n\nClaims Administrator guideline: {administrator}\n\n"
        f"MAXIMUS guideline: {maximus}\n\nDecision rationale: {rationale}\n"
    )


def normalized(words: str) -> NormalizedText:
    """The text, read and folded."""
    return normalize(text_reader.from_string(words, DEFAULT_LIMITS))


def note_of(record: Record, field: str) -> Note | None:
    """The note on that field; None without one."""
    return next((note for note in record.notes if note.field == field), None)


def view(data: bytes, name: str) -> View:
    """The view of the letter in a file."""
    return view_of(read_letter(data, ReadingOptions(evidence=True), name=name))
