"""Whole case summaries, invented: treatments with kind and status, studies with dates."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from corpus import make_letter

from imr_extract import extract_text

FILE = Path(__file__).with_name("treatment_summaries.toml")
SUMMARIES = tomllib.loads(FILE.read_text(encoding="utf-8"))["summary"]


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda summary: summary["text"][:40])
def test_a_summary_gives_its_treatments_and_studies(summary: dict[str, Any]) -> None:
    record = extract_text(make_letter(summary=summary["text"]))
    assert summary["treatments"] == [[t.text, t.kind, t.status] for t in record.treatments]
    expected = [(study["text"], study.get("date")) for study in summary["studies"]]
    assert expected == [(study.text, study.date) for study in record.diagnostics]
