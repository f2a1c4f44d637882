"""The command `eval`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from imr_extract.cli import console
from imr_extract.cli.cells import shown
from imr_extract.cli.exits import Exit
from imr_extract.cli.parameters import JsonOption
from imr_extract.cli.record_lines import lines_of
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.evaluate import Disagreement, Facts, FieldScore, FigureRow

    Group = tuple[str | None, list[tuple[Facts, list[FieldScore]]]]


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD", exists=True, help="Labels: a JSON or JSONL file, or a folder of them."
        ),
    ],
    records: Annotated[
        Path,
        typer.Argument(metavar="RECORDS", help="Records, one per line; - for standard input."),
    ],
    only: Annotated[
        str | None,
        typer.Option(metavar="FIELD", help="List the errors in this field of the table."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --only: texts must agree word for word.")
    ] = False,
    by: Annotated[
        Literal["layout"] | None, typer.Option(help="Print one table per layout.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed for the confidence intervals.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure records against labels: precision, recall, F1 and accuracy of every field.

    A label without a record counts as wrong in every field that it has. Prints a table on a
    terminal and JSON otherwise; with --only, one JSON line per error.
    """
    from imr_extract.evaluate import NotReadable, join, judge, read_labels

    try:
        labels = read_labels(gold)
        found, count = join(labels, lines_of(records, "RECORDS"))
    except NotReadable as error:
        console.say(error.message)
        raise typer.Exit(Exit.NOTHING_TO_READ) from None
    judged = [
        (label, record, list(judge(label, record)))
        for label, record in zip(labels, found, strict=True)
    ]
    groups = _grouped(judged, by)
    plain = as_json or not console.is_terminal()
    if only is not None:
        _print_misses(groups, only, strict=strict, plain=plain)
    else:
        _print_figures(groups, count, seed, plain=plain)
    console.flush()


def _grouped(
    judged: "Sequence[tuple[Facts, Facts | None, list[FieldScore]]]", by: str | None
) -> "list[Group]":
    """The letters, in one group without a name, or in one for each layout."""
    groups: dict[str | None, list[tuple[Facts, list[FieldScore]]]] = {}
    for label, record, marks in judged:
        layout = (record and record.layout) or "(no record)"
        groups.setdefault(layout if by else None, []).append((label, marks))
    return sorted(groups.items(), key=lambda group: group[0] or "")


def _print_figures(groups: "list[Group]", records: int, seed: int, *, plain: bool) -> None:
    import msgspec

    from imr_extract.evaluate import rows

    tables = []
    for name, letters in groups:
        figures = rows([marks for _, marks in letters], seed)
        if plain:
            tables.append({"layout": name, "letters": len(letters), "fields": figures})
        else:
            console.show(_table(name, len(letters), figures))
    if plain:
        for table in tables:
            if table["layout"] is None:
                del table["layout"]
        one = len(tables) == 1 and "layout" not in tables[0]
        tree = {"records": records, **(tables[0] if one else {"layouts": tables})}
        console.write(msgspec.json.encode(tree) + b"\n")


def _table(name: str | None, letters: int, figures: "Sequence[FigureRow]") -> object:
    from rich.table import Table

    title = counted(letters, "letter") + (f" of {name}" if name else "")
    grid = Table(title=title, title_justify="left", box=None)
    grid.add_column("field", overflow="fold")
    # On a narrow terminal a long name is wrapped, never a figure.
    for heading, width in (("n", 4), ("value", 5), ("95 %", 9), ("prec.", 5), ("recall", 6)):
        grid.add_column(heading, justify="right", min_width=width)
    grid.add_column("strict", justify="right", min_width=6)
    for row in figures:
        soft = row.main()
        of_list = row.measure == "f1"
        grid.add_row(
            row.field,
            str(row.n),
            f"{soft.value:.3f}",
            f"{soft.low:.2f}-{soft.high:.2f}",
            f"{row.soft.precision.value:.3f}" if of_list else "",
            f"{row.soft.recall.value:.3f}" if of_list else "",
            f"{row.main(strict=True).value:.3f}",
        )
    return grid


def _misses(
    groups: "list[Group]", field: str, *, strict: bool
) -> "Iterator[tuple[str, str, Disagreement]]":
    for _, letters in groups:
        for label, marks in letters:
            for mark in marks:
                if mark.field == field:
                    for fault in mark.verdict(strict=strict).faults:
                        yield label.id, fault.where, fault


def _print_misses(groups: "list[Group]", field: str, *, strict: bool, plain: bool) -> None:
    fields = {mark.field for _, letters in groups for _, marks in letters for mark in marks}
    if field not in fields:
        known = ", ".join(sorted(fields))
        raise typer.BadParameter(f"unknown field; the fields are {known}", param_hint="--only")
    import msgspec

    missed = _misses(groups, field, strict=strict)
    if plain:
        for letter, where, fault in missed:
            tree = {
                "letter": letter,
                "where": where,
                "kind": fault.kind,
                "wanted": fault.wanted,
                "given": fault.given,
            }
            console.write(msgspec.json.encode(tree) + b"\n")
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table("letter", "where", "wanted", "given", title=field, title_justify="left")
    for letter, where, fault in missed:
        grid.add_row(letter, where, Text(shown(fault.wanted)), Text(shown(fault.given)))
    console.show(grid)
