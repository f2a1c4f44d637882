"""Context: statements that are denied, possible, supposed, contested, or of somebody else."""

import tomllib
from pathlib import Path

import pytest
from case_summaries import texts

_FILE = Path(__file__).parent / "context_sentences.toml"
SENTENCES: dict[str, list[tuple[str, list[str]]]] = tomllib.loads(_FILE.read_text("utf-8"))["kinds"]


@pytest.mark.parametrize("kind", SENTENCES)
def test_what_is_said_of_the_worker_is_read(kind: str) -> None:
    expected = [stated for _, stated in SENTENCES[kind]]
    assert expected == [texts(sentence) for sentence, _ in SENTENCES[kind]]
