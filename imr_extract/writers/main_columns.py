"""The flat columns for people: what a spreadsheet of decisions is opened for.

A row is an issue, or a letter. Of a letter, what stands once an issue is joined in the order of the
issues, with an empty item where an issue does not have it, so that the columns stay in step; lists
are joined with each item once. The columns leave things out, so that records cannot be read back.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from imr_extract.record.shape import Path, Tree, pick

Kind = Literal["text", "date", "number"]
Value = str | int | float | None

_BETWEEN = "; "
_ISSUES = "issues"


class MainColumn(NamedTuple):
    """A column: its name, what its values are, and how they are made.

    `value` takes the letter and one of its issues, or None for a letter without issues.
    """

    name: str
    kind: Kind
    value: Callable[[Tree, Tree | None], Value]
    joined: bool = False  # whether a letter has a value an issue, and not one for all


def rows(tree: Tree, columns: "tuple[MainColumn, ...]", *, by_issue: bool) -> Iterator[list[Value]]:
    """The rows of a letter; one without issues has one row."""
    issues: list[Tree] = tree[_ISSUES]
    if by_issue:
        alone: list[Tree | None] = [None]
        for issue in issues or alone:
            yield [column.value(tree, issue) for column in columns]
        return
    yield [_of_letter(column, tree, issues) for column in columns]


def _of_letter(column: MainColumn, tree: Tree, issues: list[Tree]) -> Value:
    if not column.joined or not issues:
        return column.value(tree, None)
    found = [column.value(tree, issue) for issue in issues]
    if len(found) == 1:
        return found[0]
    if all(each is None for each in found):
        return None
    return _BETWEEN.join("" if each is None else str(each) for each in found)


def _letter(name: str, path: Path, kind: Kind = "text") -> MainColumn:
    return MainColumn(name, kind, lambda tree, _: pick(tree, path))


def _issue(name: str, kind: Kind = "text") -> MainColumn:
    return MainColumn(name, kind, lambda _, issue: None if issue is None else issue[name], True)


def _list(name: str, items: Callable[[Tree], Iterable[str]]) -> MainColumn:
    """A list that each issue has; that of a letter has each item of all of them once."""

    def value(tree: Tree, issue: Tree | None) -> Value:
        issues = tree[_ISSUES] if issue is None else [issue]
        return _once(item for each in issues for item in items(each))

    return MainColumn(name, "text", value)


def _once(items: Iterable[str]) -> str | None:
    return _BETWEEN.join(dict.fromkeys(items)) or None


def _bodies(field: str) -> Callable[[Tree], Iterable[str]]:
    return lambda issue: (each["body"] for each in issue[field])


def _diagnoses(tree: Tree, _: Tree | None) -> Value:
    return _once(
        f"{each['text']} ({each['code']})" if each["code"] else each["text"]
        for each in tree["diagnoses"]
    )


def _notes(tree: Tree, issue: Tree | None) -> Value:
    """The notes; in the row of an issue, without those on other issues."""
    own = None if issue is None else f"{_ISSUES}[{issue['number'] - 1}]"
    return _once(
        f"{each['field']}: {each['message']}"
        for each in tree["notes"]
        if own is None or not each["field"].startswith(f"{_ISSUES}[") or _is_of(each["field"], own)
    )


def _is_of(field: str, issue: str) -> bool:
    return field == issue or field.startswith(f"{issue}.")


def _file(tree: Tree, _: Tree | None) -> Value:
    source = tree["source"]
    several = source["letters"] is not None and source["letters"] > 1
    return f"{source['name']}, letter {source['letter']}" if several else source["name"]


FILE = MainColumn("file", "text", _file)
NOTES = MainColumn("notes", "text", _notes)
CASE_NUMBER = _letter("case_number", ("case", "case_number"))
MAIN_COLUMNS: tuple[MainColumn, ...] = (
    CASE_NUMBER,
    _letter("decision_date", ("case", "decision_date"), "date"),
    _issue("disputed_service"),
    _issue("outcome"),
    _issue("category"),
    _issue("subcategory"),
    _list("drugs", lambda issue: issue["drugs"]),
    _issue("quantity", "number"),
    _issue("unit"),
    _list("body_parts", lambda issue: issue["body_parts"]),
    _letter("age", ("patient", "age"), "number"),
    _letter("gender", ("patient", "gender")),
    _letter("injury_date", ("injury", "date"), "date"),
    MainColumn("diagnoses", "text", _diagnoses),
    MainColumn("specialties", "text", lambda tree, _: _once(tree["reviewer"]["specialties"])),
    _list("claims_administrator_guidelines", _bodies("claims_administrator_guidelines")),
    _list("imr_guidelines", _bodies("imr_guidelines")),
    _letter("days_from_denial", ("case", "days_from_denial"), "number"),
    NOTES,
    FILE,
)
