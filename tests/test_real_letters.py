"""The labelled letters, where they lie beside the project: what the project promises of them."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from corpus import SHARED, double_spaced

from imr_extract import Record, extract_bytes
from imr_extract.readers import ReaderChoice

pytestmark = pytest.mark.skipif(
    not (SHARED / "gold" / "dev").is_dir(), reason="the labelled letters are not beside the project"
)

# Rows of the score that the letter's printed parts give.
LAST_ROW = "letter.structure_all_right"
MORE_ROWS = ("issues.original_request", "issues.authorized")


# pdfplumber takes a fifth of a second a letter.
SLOW_LETTERS = 30


def pdfs(reader: ReaderChoice) -> Iterator[Record]:
    paths = sorted((SHARED / "letters" / "dev").glob("*.pdf"))
    for path in paths[:SLOW_LETTERS] if reader == "pdfplumber" else paths:
        yield extract_bytes(path.read_bytes(), name=path.name, reader=reader)


def texts(*, spread: bool) -> Iterator[Record]:
    for path in sorted((SHARED / "letters" / "dev-text").glob("*.txt")):
        words = path.read_text(encoding="utf-8")
        yield extract_bytes((double_spaced(words) if spread else words).encode(), name=path.name)


def figures(records: Iterator[Record], tmp_path: Path) -> dict[str, dict[str, float]]:
    """The rows of tools/score.py."""
    path, gold = tmp_path / "records.jsonl", tmp_path / "gold"
    found = list(records)
    path.write_bytes(msgspec.json.Encoder().encode_lines(found))
    gold.mkdir()
    for record in found:
        label = SHARED / "gold" / "dev" / f"{Path(record.source.name).stem}.json"
        (gold / label.name).write_bytes(label.read_bytes())
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


@pytest.mark.parametrize("form", ["pdfium", "pdfplumber", "text", "double-spaced"])
def test_the_printed_parts_are_right(form: str, tmp_path: Path) -> None:
    records = (
        pdfs(form)  # type: ignore[arg-type]
        if form.startswith("pdf")
        else texts(spread=form == "double-spaced")
    )
    rows = figures(records, tmp_path)
    targets = json.loads((SHARED / "gold" / "targets.json").read_text())
    names = list(rows)
    structural = [*names[: names.index(LAST_ROW) + 1], *MORE_ROWS]
    assert 1.0 == rows["record"]["value"]
    below = {
        name: rows[name]["value"] for name in structural if rows[name]["value"] < targets[name]
    }
    assert {} == below


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
