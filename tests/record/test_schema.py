"""What the commands write is what the schema says."""

from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from corpus import FIXTURES, NAMES, golden, pdf, text
from thinning import quick_every

from imr_extract import SCHEMA_VERSION, errors, extract_bytes
from imr_extract.batch.work import Task, work
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.model import ErrorCode, ErrorRecord, Record
from imr_extract.record.schema import json_schema

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

CLASSES = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, errors.ImrError) and each is not errors.ImrError
]


def violations(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA_VERSION in SCHEMA["title"]
    assert "1.1" == SCHEMA_VERSION


@pytest.mark.parametrize("name", quick_every(4, NAMES))
def test_every_record_fits(name: str) -> None:
    assert [] == violations(msgspec.json.decode(golden(name)))
    for record in (
        extract_bytes(pdf(name), reader="pdfplumber"),
        extract_bytes(text(name)),
        extract_bytes(pdf(name), evidence=True),
    ):
        assert [] == violations(msgspec.to_builtins(record))


@pytest.mark.parametrize("path", sorted((FIXTURES / "bad").iterdir()), ids=lambda path: path.name)
def test_every_error_object_fits(path: "Any") -> None:
    outcome = work(Task(0, bytes(path), None), ReadingOptions())
    data = msgspec.json.decode(outcome.line)
    assert {"schema_version", "source", "error"} == set(data)
    assert [] == violations(data)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"outcome": "denied"},
        {"outcome": 5},
        {"patient": {"age": "36", "gender": None}},
        {"patient": {"age": 36}},
        {
            "injury": {
                "date": "1/9/2017",
                "date_in_summary": None,
                "days_to_decision": None,
                "mechanism": None,
                "body_parts": [],
            }
        },
    ],
    ids=["unknown-key", "word", "type", "text-for-number", "missing-key", "date"],
)
def test_what_is_no_record_does_not_fit(change: dict[str, Any]) -> None:
    data = msgspec.json.decode(golden(NAMES[0]))
    assert violations(data | change)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data | change, Record)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_survives_the_way_out_and_back(name: str) -> None:
    record = extract_bytes(pdf(name))
    assert record == msgspec.json.decode(msgspec.json.encode(record), type=Record)


def test_codes_of_the_schema_are_those_of_the_errors() -> None:
    assert sorted(get_args(ErrorCode)) == sorted(each.code for each in CLASSES)


def test_no_two_errors_end_alike() -> None:
    codes = [each.exit_code for each in CLASSES]
    assert len(set(codes)) == len(codes)
    assert min(codes) > 4  # below are the codes of `extract` itself


def test_every_part_of_the_record_is_always_there() -> None:
    for name, part in SCHEMA["$defs"].items():
        optional = set(part.get("properties", {})) - set(part.get("required", []))
        allowed = {
            "Record": {"evidence", "review_type"},
            "Reviewer": {"count"},
            "Evidence": {"boxes"},
            "ErrorRecord": {"path"},
        }
        assert allowed.get(name, set()) == optional


def test_an_error_object_decodes_as_one() -> None:
    path = FIXTURES / "bad" / "empty.pdf"
    outcome = work(Task(0, bytes(path), None), ReadingOptions())
    record = msgspec.json.decode(outcome.line, type=ErrorRecord)
    assert "empty" == record.error.code
    assert "empty.pdf" == record.source.name
