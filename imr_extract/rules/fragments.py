"""Named fragments: what the patterns of a file share, or what would make one of them too long.

    [fragments]
    worker = ['worker', 'applicant', 'patient']

`{worker}` in any pattern of that file, and in fragments further down, stands for
`(?:worker|applicant|patient)`. Other braces stay as they are.
"""

from collections.abc import Mapping
from typing import Any

TABLE = "fragments"
LONGEST = 20_000  # characters of a pattern with its fragments in place


class BadFragments(ValueError):
    """The table of fragments is not one; `key` and `message` say where and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message


def with_fragments(decoded: dict[str, Any]) -> dict[str, Any]:
    """The tables of a data file with the fragments in place. Raises `BadFragments`."""
    if TABLE not in decoded:
        return decoded
    fragments: dict[str, str] = {}
    stated = decoded[TABLE]
    if not isinstance(stated, dict):
        raise BadFragments(TABLE, "is no table of fragments")
    for name, alternatives in stated.items():
        key = f"{TABLE}.{name}"
        if not _is_list_of_texts(alternatives):
            raise BadFragments(key, "is no list of texts, one for each alternative")
        fragments[f"{{{name}}}"] = f"(?:{_replaced('|'.join(alternatives), fragments, key)})"
    return {key: _in_place(value, fragments, key) for key, value in decoded.items() if key != TABLE}


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _in_place(value: Any, fragments: Mapping[str, str], key: str) -> Any:
    if isinstance(value, str):
        return _replaced(value, fragments, key)
    if isinstance(value, dict):
        return {name: _in_place(below, fragments, f"{key}.{name}") for name, below in value.items()}
    if isinstance(value, list):
        return [_in_place(below, fragments, f"{key}[{at}]") for at, below in enumerate(value)]
    return value


def _replaced(text: str, fragments: Mapping[str, str], key: str) -> str:
    if "{" not in text:
        return text
    for name, fragment in fragments.items():
        if len(text) + text.count(name) * len(fragment) > LONGEST:  # before it takes any memory
            raise BadFragments(key, f"has more than {LONGEST:,} characters with its fragments")
        text = text.replace(name, fragment)
    return text
