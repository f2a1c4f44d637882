"""The library: what is public, and that a call has no effect but its result."""

import builtins
import inspect
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from corpus import NAMES, PLAIN_SUMMARY, make_letter, pdf, text, without_source
from hypothesis import given
from hypothesis import strategies as st

import imr_extract
from imr_extract import ImrError, Limits, Record, errors, extract_bytes, extract_text
from imr_extract.errors import UnknownLayout


def test_public_names_are_sorted_and_there() -> None:
    assert sorted(imr_extract.__all__) == sorted(imr_extract._HOMES)
    for name in imr_extract.__all__:
        assert getattr(imr_extract, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        _ = imr_extract.nothing_of_that_name


@pytest.mark.parametrize("name", imr_extract.__all__)
def test_public_functions_and_classes_are_documented_and_typed(name: str) -> None:
    each = getattr(imr_extract, name)
    if inspect.isclass(each) or inspect.isfunction(each):
        assert inspect.getdoc(each)
    if inspect.isfunction(each):
        signature = inspect.signature(each)
        annotations = [parameter.annotation for parameter in signature.parameters.values()]
        assert inspect.Signature.empty not in [*annotations, signature.return_annotation]
        assert Any not in annotations


@pytest.mark.parametrize("name", NAMES)
def test_text_and_its_bytes_give_the_same_record(name: str) -> None:
    data = text(name)
    assert extract_bytes(data) == extract_text(data.decode())


def test_the_name_and_the_bytes_are_told_in_the_source() -> None:
    record = extract_bytes(pdf("one-issue-upheld"), name="a letter.pdf")
    assert "a letter.pdf" == record.source.name
    assert len(pdf("one-issue-upheld")) == record.source.bytes
    assert "-" == extract_bytes(pdf("one-issue-upheld")).source.name


def test_a_record_does_not_change() -> None:
    record = extract_text(make_letter())
    with pytest.raises(AttributeError):
        record.outcome = None  # type: ignore[misc]


def test_limits_are_kept() -> None:
    with pytest.raises(errors.TooLarge):
        extract_bytes(pdf("one-issue-upheld"), limits=Limits(bytes=1000))
    with pytest.raises(errors.TooLarge):
        extract_text(make_letter(), limits=Limits(characters=100))


@pytest.mark.parametrize("reader", ["auto", "pdfium", "pdfplumber"])
def test_nothing_is_written_and_no_network_is_used(
    monkeypatch: pytest.MonkeyPatch, reader: Any
) -> None:
    letter = pdf("mixed-outcomes")
    extract_bytes(letter, reader=reader)  # rules are read once

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(builtins, "print", forbidden)
    assert "partially_overturned" == extract_bytes(letter, reader=reader).outcome


@given(st.text())
def test_any_text_gives_a_record_or_a_typed_error(words: str) -> None:
    with pytest.raises(ImrError):
        extract_text(words)


# Controls and replacement characters make a text binary data, which is an error of its own.
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd"))


# What a letter has, whatever stands around it.
ISSUE = "A splint: Upheld\nClaims Administrator guideline: none.\nDecision rationale: none."


@given(WORDS, WORDS, WORDS, WORDS)
def test_any_words_in_the_parts_of_a_letter_give_a_record(
    header: str, credentials: str, summary: str, issues: str
) -> None:
    letter = make_letter(
        header=header,
        credentials=credentials,
        summary=summary,
        issues=f"{ISSUE}\n{issues}\nDecision rationale: none.",
    )
    with suppress(UnknownLayout):  # words that read as a text about a letter
        assert isinstance(extract_text(letter), Record)


PIECES = st.sampled_from(
    [
        "A splint",
        ": Upheld",
        ": Overturned",
        "Claims Administrator guideline:",
        "MAXIMUS guideline:",
        "Decision rationale:",
        "Decision based on MTUS",
        "Knee Complaints 2004",
        ", Section(s): ",
        "Non-MTUS Citation",
        "was the original request.",
        "The remaining IMR eligible portion of the original request,",
        "not medically necessary.",
        "\n",
        "\n\n",
        "\f",
        "-\n",
    ]
)


@given(st.lists(PIECES, max_size=40))
def test_labels_in_any_order_give_a_record(pieces: list[str]) -> None:
    letter = make_letter(issues=f"{ISSUE}\n{' '.join(pieces)}\nDecision rationale: none.")
    record = extract_text(letter)
    assert [issue.number for issue in record.issues] == list(range(1, len(record.issues) + 1))


@given(st.text(alphabet="0123456789/-. abCM:"))
def test_any_header_gives_a_record(header: str) -> None:
    letter = make_letter(header=f"Case Number: Date Assigned: {header} Decision Date: {header}")
    assert isinstance(extract_text(letter), Record)


def test_a_value_is_the_same_wherever_the_lines_break() -> None:
    once = extract_text(make_letter())
    broken = make_letter(summary=PLAIN_SUMMARY.replace(" year", "\nyear").replace(" on", "\n  on"))
    assert without_source(once) == without_source(extract_text(broken))
