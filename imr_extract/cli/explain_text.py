"""How `imr-extract explain` shows a field on a terminal."""

from collections.abc import Iterator

import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from imr_extract.audit.explain import ExplainedWords, Explanation
from imr_extract.cli.cells import shown as plain
from imr_extract.rules.catalogue import CatalogueEntry

_LONGEST = 600  # characters of words, and of a rule's row, that are shown


def shown(explanations: list[Explanation]) -> RenderableType:
    """The explanations, one below the other."""
    return Group(*(part for field in explanations for part in _explanation(field)))


def _explanation(field: Explanation) -> Iterator[RenderableType]:
    empty = field.value in (None, [])
    value = "not given" if empty else _cut(plain(_value(field.value)))
    color = "green" if field.matches else "yellow"
    yield Text.assemble((field.field, "bold"), " = ", (value, color))
    for match in field.matches:
        yield _inside(Text.assemble("found ", _place(match.words)))
        yield _inside(_quoted(match.words, "black on green"), 2)
        yield from _rule("by", match.rule)
    for note in field.notes:
        yield _inside(Text.assemble((note.code, "bold yellow"), f": {note.message}"))
    for loser in field.rejected:
        yield _inside(Text.assemble(("rejected ", "red"), _place(loser.words)))
        yield _inside(_quoted(loser.words, "red"), 2)
        yield _inside(Text(f"because {loser.reason}"), 2)
        yield from _rule("found by", loser.rule)
        if loser.by is not None:
            yield from _rule("rejected by", loser.by)
    if not field.matches and not field.notes and not field.rejected:
        yield _inside(Text("no rule matched; letters of this layout need not have it", style="dim"))
    yield Text()


def _value(value: object) -> str:
    return "; ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _place(words: ExplainedWords) -> str:
    return f"on page {words.page}, characters {words.start} to {words.end}"


def _quoted(words: ExplainedWords, style: str) -> Text:
    return Text.assemble(
        (f"... {plain(words.before)} ", "dim"),
        (_cut(plain(words.text)), style),
        (f" {plain(words.after)} ...", "dim"),
    )


def _rule(label: str, rule: CatalogueEntry) -> Iterator[RenderableType]:
    where = f" in {rule.file}" if rule.file else ""
    yield _inside(Text.assemble(f"{label} ", (rule.id, "cyan"), where), 2)
    if rule.says:
        yield _inside(Text(rule.says), 3)
    if rule.row is not None:
        row = rule.row.get("pattern", rule.row) if isinstance(rule.row, dict) else rule.row
        printed = row if isinstance(row, str) else msgspec.json.encode(row).decode()
        yield _inside(Text(_cut(printed), style="dim"), 3)


def _inside(part: RenderableType, depth: int = 1) -> RenderableType:
    return Padding(part, (0, 0, 0, 2 * depth))


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."
