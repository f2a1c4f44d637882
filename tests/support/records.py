"""The records that the tests of writers write: the fixtures', and any that the model allows."""

import io
from pathlib import Path
from typing import Any, get_args

import msgspec
from corpus import NAMES, golden
from hypothesis import strategies as st
from msgspec import inspect

from imr_extract.record.model import Record
from imr_extract.writers import Format, Rows, open_writer

# Those that give back what was written; a workbook is for people.
FORMATS: tuple[Format, ...] = tuple(each for each in get_args(Format) if each != "xlsx")
DATABASES = ("sqlite", "duckdb")
# One file each, with the rows it has; CSV and TSV come in two shapes.
SHAPES: list[tuple[Format, Rows | None]] = [
    *((each, None) for each in FORMATS),
    ("csv", "letters"),
    ("tsv", "letters"),
]
# Words that a format could take for its own: formulas, separators, quotes, line ends, marks.
NASTY = [
    "",
    " ",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",  # noqa: RUF001
    "'",
    "''",
    "'\"",
    '"',
    '"x","y"',
    "a;b",
    "a; b",
    "; ",
    "\\",
    "\\e",
    "\\; ",
    "a\0b",
    "\0",
    "[]",
    "{}",
    "null",
    "NaN",
    "00012",
    "1e5",
    "two\r\nlines\rand\u2028more\x85",
    "naïve Ω 𝒳 \ufeff",  # noqa: RUF001
    "');DROP TABLE letters;--",
]


def fixture_records() -> list[Record]:
    """The committed records of all fixture letters."""
    return [msgspec.json.decode(golden(name), type=Record) for name in NAMES]


def _texts() -> st.SearchStrategy[str]:
    return st.sampled_from(NASTY) | st.text(max_size=8)


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:  # noqa: C901 - a row a type
    """Any value of a type of the model, as JSON has it."""
    match kind:
        case inspect.StructType(fields=fields):
            needed = {each.encode_name: values(each.type) for each in fields if each.required}
            spare = {each.encode_name: values(each.type) for each in fields if not each.required}
            return st.fixed_dictionaries(needed, optional=spare)
        case inspect.ListType(item_type=item, min_length=least, max_length=most):
            return st.lists(values(item), min_size=least or 0, max_size=most or 3)
        case inspect.DictType(value_type=value):
            return st.dictionaries(_texts(), values(value), max_size=2)
        case inspect.NamedTupleType(fields=fields):
            return st.tuples(*(values(each.type) for each in fields)).map(list)
        case inspect.UnionType(types=types):
            return st.one_of(*(values(each) for each in types))
        case inspect.LiteralType(values=allowed):
            return st.sampled_from(allowed)
        case inspect.StrType(pattern=None):
            return _texts()
        case inspect.StrType(pattern=str() as pattern):
            return st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True)
        case inspect.IntType():
            return st.integers(-(2**53), 2**53)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.NoneType():
            return st.none()
    raise AssertionError(f"no strategy for {kind}")


def _numbered(tree: dict[str, Any]) -> dict[str, Any]:
    # The model's promise about `number`, on which the rows of CSV are told apart.
    for number, issue in enumerate(tree["issues"], start=1):
        issue["number"] = number
    return tree


def _distinct(trees: list[dict[str, Any]]) -> list[Record]:
    for number, tree in enumerate(trees):
        tree["source"]["sha256"] = f"{number:064x}"
    return [msgspec.convert(tree, Record) for tree in trees]


def any_records() -> st.SearchStrategy[list[Record]]:
    """Lists of records that the model allows, each of another letter."""
    trees = values(inspect.type_info(Record)).map(_numbered)
    return st.lists(trees, max_size=3).map(_distinct)


def written(path: Path, records: list[Record], format_: Format, **options: Any) -> Path:
    """`path`, with the records written to it."""
    lines = [msgspec.json.encode(each) for each in records]
    if format_ in DATABASES:
        with open_writer(format_, path, **options) as writer:
            for line in lines:
                writer.write(line)
    else:
        path.write_bytes(streamed(records, format_, **options))
    return path


def streamed(records: list[Record], format_: Format, **options: Any) -> bytes:
    """What the writer of a stream format writes."""
    target = io.BytesIO()
    with open_writer(format_, target, **options) as writer:
        for each in records:
            writer.write(msgspec.json.encode(each))
    return target.getvalue()
