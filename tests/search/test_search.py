"""`imr-extract search`: decisions by words of the service and of the rationale."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import Spawn
from corpus import FIXTURES, PLAIN_HEADER, make_letter

from imr_extract.cli import console
from imr_extract.search import Conditions, QueryError, parse

ISSUE = """\
{service}: {outcome}

Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.

MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004.

Decision rationale: {rationale} The request is {verdict}medically necessary.
"""
RECORDS = ["jsonl", "json", "csv", "parquet", "db", "duckdb"]


def issue(service: str, rationale: str, *, upheld: bool = True) -> str:
    return ISSUE.format(
        service=service,
        outcome="Upheld" if upheld else "Overturned",
        rationale=rationale,
        verdict="not " if upheld else "",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three decisions in two letters."""
    letters = tmp_path / "letters"
    letters.mkdir()
    one = issue("Injection at L4-5", "An epidural needs signs of a pinched root.")
    two = issue("Night splint", "The wrist rests; no epidural is asked for.", upheld=False)
    (letters / "a.txt").write_text(make_letter(issues=one + "\n" + two))
    header = PLAIN_HEADER.replace("04/11/2017", "06/02/2016").replace("0900999", "0900998")
    three = issue("Twelve visits of aquatic therapy", "Patient's pool gets warm in summer.")
    (letters / "b.txt").write_text(make_letter(header=header, issues=three))
    return letters


def found(done: Any) -> list[tuple[str, int]]:
    hits = map(json.loads, done.stdout.splitlines())
    return [(hit["case_number"][-3:], hit["issue"]) for hit in hits]


A1, A2, B = ("999", 1), ("999", 2), ("998", 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("epidural", [A1, A2]),
        ("EPIDURAL root", [A1]),
        ("epidural AND wrist", [A2]),
        ("epidural OR pool", [A1, A2, B]),
        ("epidural NOT wrist", [A1]),
        ("epidural AND NOT wrist", [A1]),
        ("wrist rests pool", []),
        ('"pinched root"', [A1]),
        ('"root pinched"', []),
        ("“pinched root”", [A1]),  # as copied out of a document
        ("epid*", [A1, A2]),
        ("epid", []),
        ('"a pinc"*', [A1]),
        ("(root OR wrist) AND epidural", [A1, A2]),
        ("root OR wrist epidural", [A1, A2]),
        ("L4-5", [A1]),  # no operators inside words
        ("patient's", [B]),
        ("splint", [A2]),  # of the service
        ("splint rests", [A2]),  # of both
    ],
)
def test_queries(command: Spawn, folder: Path, query: str, expected: list[Any]) -> None:
    done = command("search", folder, query)
    assert expected == found(done)
    assert (0 if expected else 1) == done.returncode
    summary = f"{len(expected)} decision{'s' if len(expected) != 1 else ''} found in 2 letters"
    assert summary in done.stderr.decode()


@pytest.mark.parametrize("suffix", RECORDS)
def test_records_give_what_their_letters_give(
    command: Spawn, folder: Path, tmp_path: Path, suffix: str
) -> None:
    records = tmp_path / f"records.{suffix}"
    every = ["--columns", "all"] if suffix == "csv" else []
    command("extract", folder, "-o", records, "--evidence", *every)
    for query in ("epidural", "wrist NOT pool", "therapy OR splint"):
        of_letters = [
            json.loads(line) for line in command("search", folder, query).stdout.splitlines()
        ]
        done = command("search", records, query, "--source", folder)
        of_records = [json.loads(line) for line in done.stdout.splitlines()]
        for each in of_letters:
            each["file"] = Path(each["file"]).name
        assert of_letters == of_records
        alone = command("search", records, query)
        assert of_records == [json.loads(line) for line in alone.stdout.splitlines()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--outcome", "overturned"], [A2]),
        (["--service", "SPLINT"], [A2]),
        (["--category", "injection"], [A1]),
        (["--since", "2017"], [A1, A2]),
        (["--until", "2016"], [B]),
        (["--since", "2016-06-02", "--until", "2016-06"], [B]),
        (["--until", "2016-06-01"], []),
    ],
)
def test_what_else_a_decision_must_be(
    command: Spawn, folder: Path, tmp_path: Path, options: list[str], expected: list[Any]
) -> None:
    query = "epidural OR pool"
    assert expected == found(command("search", folder, query, *options))
    database = tmp_path / "letters.db"
    command("extract", folder, "-o", database)
    assert expected == found(command("search", database, query, *options))


def test_a_date_that_is_less_exact_counts_where_it_may_be_inside() -> None:
    asked = Conditions(since="2016-03-15", until="2016-04")
    dates = ["2016", "2016-03", "2016-03-15", "2016-04-30", "2016-03-14", "2016-05", "2017", None]
    expected = [True, True, True, True, False, False, False, False]
    assert expected == [asked.hold("upheld", None, "a splint", date) for date in dates]


@pytest.mark.parametrize("source", [True, False])
def test_the_page_is_that_of_the_words(command: Spawn, tmp_path: Path, source: bool) -> None:
    letter = FIXTURES / "pdf" / "page-breaks-issues.pdf"
    pages = [" ".join(page.split()) for page in command("text", letter).stdout.decode().split("\f")]
    inputs: list[Any] = [letter]
    if source:
        records = tmp_path / "records.jsonl"
        command("extract", letter, "-o", records)
        inputs = [records, "--source", letter.parent]
    seen = set()
    for word in ("request", "guideline", "neck OR shoulder OR back OR knee OR wrist OR elbow"):
        path, *options = inputs
        done = command("search", path, word, *options)
        for hit in map(json.loads, done.stdout.splitlines()):
            for passage in hit["passages"]:
                start, end = passage["hits"][0]
                assert passage["text"][start:end] in pages[passage["page"] - 1]
                seen.add(passage["page"])
    assert len(seen) > 2


def test_records_without_evidence_tell_no_page(
    command: Spawn, folder: Path, tmp_path: Path
) -> None:
    command("extract", folder, "-o", tmp_path / "letters.db")
    (hit,) = map(json.loads, command("search", tmp_path / "letters.db", "root").stdout.splitlines())
    assert [None] == [passage["page"] for passage in hit["passages"]]
    done = command("search", tmp_path / "letters.db", "root", "--source", tmp_path / "letters")
    assert [1] == [each["page"] for each in json.loads(done.stdout)["passages"]]
    (folder / "a.txt").unlink()
    done = command("search", tmp_path / "letters.db", "root", "--source", tmp_path / "letters")
    assert [None] == [each["page"] for each in json.loads(done.stdout)["passages"]]
    assert b"1 decision without an exact page" in done.stderr


def test_far_hits_have_passages_of_their_own(command: Spawn, tmp_path: Path) -> None:
    words = "A bolster is soft. " + "The bed stays as it is. " * 20 + "A bolster is dear."
    (tmp_path / "a.txt").write_text(make_letter(issues=issue("Bolster", words)))
    (hit,) = map(json.loads, command("search", tmp_path, "bolster").stdout.splitlines())
    fields = ["disputed_service", "rationale", "rationale"]
    assert fields == [passage["field"] for passage in hit["passages"]]
    for passage in hit["passages"]:
        assert ["bolster"] == [passage["text"][a:b].lower() for a, b in passage["hits"]]


def test_text_on_a_terminal(command: Spawn, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = command("search", folder, "epidural root", "--format", "text")
    shown = " ".join(done.stdout.decode().split())
    assert "CM17-0900999, issue 1: upheld on 2017-04-11 Injection at L4-5" in shown
    assert "page 1: ... An epidural needs signs of a pinched root." in shown
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    assert done.stdout == command("search", folder, "epidural root").stdout
    done = command("search", folder, "epidural root", "--format", "json")
    assert [A1] == found(done)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "is empty"),
        ('"root', "quotation mark is not closed"),
        ("(root", "parenthesis is not closed"),
        ("root)", "no opening one"),
        ("root AND", "ends where words are expected"),
        ("OR root", "OR stands where words are expected"),
        ("NOT root", "NOT needs words to take from"),
        ("root OR NOT wrist", "NOT needs words to take from"),
        ("root -", "no letter and no digit"),
        ("*", "no letter and no digit"),
        ("(" * 100 + "a" + ")" * 100, "too many parentheses"),
        ("a" * 1001, "longer than 1,000"),
    ],
)
def test_a_query_that_cannot_be_understood(command: Spawn, query: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        parse(query)
    done = command("search", FIXTURES / "text", query)
    assert (2, b"") == (done.returncode, done.stdout)


def test_what_cannot_be_searched(command: Spawn, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert 3 == command("search", empty, "root").returncode
    missing = command("search", tmp_path / "missing", "root")
    assert (3, True) == (missing.returncode, b"[unreadable]" in missing.stderr)
    for name, words in (("other.db", b"no database"), ("other.jsonl", b'{"a": 1}\n')):
        (tmp_path / name).write_bytes(words)
        done = command("search", tmp_path / name, "root")
        assert (2, True) == (done.returncode, b"of this version" in done.stderr), done.stderr
    done = command("search", FIXTURES / "text", "root", "--since", "June")
    assert (2, True) == (done.returncode, b"is no date" in done.stderr)


def test_letters_of_a_bundle_are_found(command: Spawn, folder: Path, tmp_path: Path) -> None:
    both = (folder / "a.txt").read_bytes() + b"\n\f\n" + (folder / "b.txt").read_bytes()
    (tmp_path / "both.txt").write_bytes(both)
    done = command("search", tmp_path / "both.txt", "pool")
    hit = json.loads(done.stdout)
    assert ("CM17-0900998", 2, 2) == (hit["case_number"], hit["letter"], hit["passages"][0]["page"])
    done = command("stats", tmp_path / "both.txt", "--group-by", "layout")
    assert 2 == json.loads(done.stdout)["n"]
