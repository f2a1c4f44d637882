"""Named fragments of a file's patterns, and the length of what stands in the files."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from imr_extract.rules import data_files
from imr_extract.rules.fragments import LONGEST, TABLE, BadFragments, with_fragments

# Longer ones are read by nobody: fragments, or several rows, say the same.
LONGEST_PATTERN = 400


def texts(value: Any) -> Iterator[str]:
    """Every text of a data file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from texts(below)


def stated(path: str) -> dict[str, Any]:
    """The tables of a file as they stand in it."""
    decoded: dict[str, Any] = msgspec.toml.decode(data_files.read(path))
    return decoded


def test_a_name_stands_for_its_alternatives_also_in_fragments_further_down() -> None:
    decoded = {
        TABLE: {"limb": ["arm", "leg"], "part": ["{limb}s?", "back"]},
        "row": [{"pattern": r"\b{part}\p{L}{2}", "words": ["{limb}"]}],
    }
    expected = {
        "row": [
            {"pattern": r"\b(?:(?:arm|leg)s?|back)\p{L}{2}", "words": ["(?:arm|leg)"]},
        ]
    }
    assert expected == with_fragments(decoded)


@pytest.mark.parametrize(
    ("fragments", "key", "message"),
    [
        ("arm", "fragments", "is no table of fragments"),
        ({"limb": "arm"}, "fragments.limb", "is no list of texts, one for each alternative"),
        ({"limb": ["arm", 2]}, "fragments.limb", "is no list of texts, one for each alternative"),
        (
            {"a": ["x" * 1000], "b": ["{a}" * 30]},
            "fragments.b",
            f"has more than {LONGEST:,} characters with its fragments",
        ),
    ],
)
def test_a_table_that_is_none_is_an_error(fragments: object, key: str, message: str) -> None:
    with pytest.raises(BadFragments) as raised:
        with_fragments({TABLE: fragments})
    assert (key, message) == (raised.value.key, raised.value.message)


@pytest.mark.parametrize("path", data_files.paths())
def test_every_fragment_stands_in_a_pattern(path: str) -> None:
    tables = stated(path)
    used = "\n".join(texts(tables))
    assert [] == [name for name in tables.get(TABLE, {}) if f"{{{name}}}" not in used]


@pytest.mark.parametrize("path", data_files.paths())
def test_no_pattern_is_longer_than_a_reader_can_follow(path: str) -> None:
    assert [] == [text for text in texts(stated(path)) if len(text) > LONGEST_PATTERN]
