r"""How a value stands in a cell of a CSV or TSV file, and how it is read back.

- Absent: an empty cell. Numbers: as in JSON. Truth values: `true`, `false`.
- Text: as it is, but for these, which get an apostrophe in front so that no spreadsheet takes them
  for a formula (OWASP, "CSV injection"): text that begins with `= + - @`, their full-width forms, a
  tab or a line end. So do empty text, which would look absent, and text that begins with an
  apostrophe. Text that holds a NUL, at which many programs stop reading, becomes a JSON string
  behind an apostrophe. So a reader takes off one apostrophe, and decodes where a `"` follows it.
- A list of texts: the items with `; ` between them; inside an item `\` and `;` have a `\` in front,
  and an empty item is `\e`. The whole is then treated as text; no item gives an empty cell.
- Any other list or object: its JSON, which begins with `[` or `{`.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from imr_extract.record.shape import Leaf, ListOf, Shape

_RISKY = tuple("=+-@\t\r\n＝＋－＠'")  # noqa: RUF001 - the full-width forms are meant
_TEXTS = ListOf(Leaf("text"))
_SPECIAL = re.compile(r"[\\;]")
_BETWEEN = re.compile(r"((?:[^\\;]|\\.)*)(; |\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

Cell = str | int | float


def encoder(shape: Shape) -> Callable[[Any], Cell]:
    """The function from a value of `shape` to its cell."""
    match shape:
        case Leaf(kind="text"):
            return text_cell
        case Leaf(kind="int" | "number"):
            return _number
        case Leaf(kind="bool"):
            return lambda value: "" if value is None else str(value).lower()
        case _ if shape == _TEXTS:
            return _texts
    return _json


def decoder(shape: Shape) -> Callable[[str], Any]:
    """The function from a cell, never an empty one but for texts, to its value of `shape`.

    An empty cell gives None, for a list of texts the empty list. Raises `ValueError` for a cell
    that no value of `shape` gives.
    """
    match shape:
        case Leaf(kind="text"):
            return lambda cell: _plain(cell) if cell else None
        case _ if shape == _TEXTS:
            return lambda cell: _items(_plain(cell)) if cell else []
    return lambda cell: msgspec.json.decode(cell) if cell else None


def text_cell(value: str | None) -> str:
    """The cell of a text, which no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if "\0" in value:
        return "'" + msgspec.json.encode(value).decode()
    return "'" + value if not value or value.startswith(_RISKY) else value


def _plain(cell: str) -> str:
    if not cell.startswith("'"):
        return cell
    return msgspec.json.decode(cell[1:], type=str) if cell.startswith("'\"") else cell[1:]


def _number(value: float | None) -> Cell:
    return "" if value is None else value


def _texts(values: list[str] | None) -> str:
    if not values:
        return ""
    return text_cell("; ".join(_SPECIAL.sub(r"\\\g<0>", value) or r"\e" for value in values))


def _items(text: str) -> list[str]:
    found, start = [], 0
    while True:
        match = _BETWEEN.match(text, start)
        if match is None:
            raise ValueError("a list has a semicolon that is not escaped")
        item = match[1]
        found.append("" if item == r"\e" else _ESCAPED.sub(r"\1", item))
        if not match[2]:
            return found
        start = match.end()


def _json(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()
