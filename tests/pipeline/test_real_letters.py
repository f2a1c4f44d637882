"""The labelled letters, where they lie beside the project: what the project promises of them."""

import contextlib
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from corpus import SHARED, double_spaced

from imr_extract import ImrError, extract_bytes
from imr_extract.readers import ReaderChoice

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold" / "dev").is_dir(), reason="the labelled letters are not beside the project"
)

# Rows of the score that the letter's printed parts give.
LAST_ROW = "letter.structure_all_right"
MORE_ROWS = ("issues.original_request", "issues.authorized")


# How far below its target a figure of letters that were labelled later may fall. The targets are
# those of the project's first letters, and one surprise in a rare field is no regression.
ROOM = 0.02
# Letters that the quick tests read: every fifth.
STEP = 5


def forms_of(form: str, step: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the labelled letters in a form."""
    is_text = form in ("text", "double-spaced")
    folder, suffix = ("dev-text", "txt") if is_text else ("dev", "pdf")
    for path in sorted((SHARED / "letters" / folder).glob(f"*.{suffix}"))[::step]:
        data = path.read_bytes()
        yield path.name, double_spaced(data.decode()).encode() if form == "double-spaced" else data


def figures(form: str, step: int, tmp_path: Path) -> dict[str, dict[str, float]]:
    """The rows of tools/score.py; a letter that is refused is a record that is missing."""
    path, gold = tmp_path / "records.jsonl", tmp_path / "gold"
    gold.mkdir()
    reader: ReaderChoice = "pdfplumber" if form == "pdfplumber" else "auto"
    with path.open("wb") as records:
        for name, data in forms_of(form, step):
            label = SHARED / "gold" / "dev" / f"{Path(name).stem}.json"
            (gold / label.name).write_bytes(label.read_bytes())
            with contextlib.suppress(ImrError):
                record = extract_bytes(data, name=name, reader=reader)
                records.write(msgspec.json.encode(record) + b"\n")
    done = subprocess.run(
        [
            sys.executable,
            SHARED / "tools" / "score.py",
            "--gold",
            gold,
            "--records",
            path,
            "--json",
        ],
        capture_output=True,
        check=True,
    )
    rows: dict[str, dict[str, float]] = json.loads(done.stdout)
    return rows


def check_printed_parts(form: str, step: int, tmp_path: Path) -> None:
    rows = figures(form, step, tmp_path)
    targets = json.loads((SHARED / "gold" / "targets.json").read_text())
    names = list(rows)
    structural = [*names[: names.index(LAST_ROW) + 1], *MORE_ROWS]
    floors = {name: targets[name] - ROOM for name in structural}
    below = {name: rows[name]["value"] for name in structural if rows[name]["value"] < floors[name]}
    assert {} == below


@pytest.mark.parametrize("form", ["pdfium", "text", "double-spaced"])
def test_the_printed_parts_of_some_letters_are_right(form: str, tmp_path: Path) -> None:
    check_printed_parts(form, STEP, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["pdfium", "pdfplumber", "text", "double-spaced"])
def test_the_printed_parts_of_all_letters_are_right(form: str, tmp_path: Path) -> None:
    check_printed_parts(form, 1, tmp_path)


def test_the_oldest_letter_without_a_header() -> None:
    """Its facts as the issue of the project names them."""
    record = extract_bytes((SHARED / "letters" / "seed.txt").read_bytes(), name="seed.txt")
    (issue,) = record.issues
    facts = [
        str(record.patient.age),
        record.patient.gender,
        record.injury.date,
        *record.reviewer.licensure_states,
        *record.reviewer.specialties,
        issue.disputed_service,
    ]
    # As a digest, since no fact of a real person stands in this project.
    digest = hashlib.sha256("\n".join(filter(None, facts)).encode()).hexdigest()
    assert digest.startswith("5c5ed82c441a8f0bc8739532")
    assert ("upheld", "upheld") == (issue.outcome, record.outcome)
    for citations in (issue.claims_administrator_guidelines, issue.imr_guidelines):
        assert citations
        for citation in citations:
            assert "MTUS" == citation.body
            assert citation.title
            assert citation.year
            assert citation.sections
    case = msgspec.structs.asdict(record.case)
    assert [None] * len(case) == list(case.values())
    assert {f"case.{field}" for field in case} <= {note.field for note in record.notes}
