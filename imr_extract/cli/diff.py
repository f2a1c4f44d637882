"""The command `diff`."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, NamedTuple

import typer

from imr_extract.cli import console
from imr_extract.cli.cells import shown
from imr_extract.cli.exits import Exit
from imr_extract.cli.parameters import JsonOption
from imr_extract.text.plurals import counted

if TYPE_CHECKING:
    from imr_extract.evaluate.compare import Pair

OldArgument = Annotated[
    Path, typer.Argument(metavar="OLD", help="Records, one per line; - for standard input.")
]
NewArgument = Annotated[
    Path, typer.Argument(metavar="NEW", help="Records of the same letters; - for standard input.")
]


def diff(
    old: OldArgument,
    new: NewArgument,
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="GOLD", exists=True, help="Labels: show which values became right or wrong."
        ),
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="Print every difference instead of counts.")
    ] = False,
    only: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Print every difference in this field.")
    ] = None,
    by: Annotated[
        Literal["layout"] | None, typer.Option(help="Count each layout separately.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what NEW gained, lost and changed beside OLD, field by field and letter by letter.

    Letters are joined by content, and those left over by case number. A table on a terminal, JSON
    in a pipe; with --each or --only JSON has a line for each difference. Exit code 1 says that
    there are differences.
    """
    from imr_extract.evaluate import NotReadable
    from imr_extract.evaluate.compare import NotARecord

    plain = as_json or not console.is_terminal()
    tally = _Tally(by is not None)
    try:
        with closing(_opened(old, "OLD")) as before, closing(_opened(new, "NEW")) as after:
            found = (
                _judged(gold, before, after, tally)
                if gold is not None
                else _compared(before, after, tally)
            )
            show = _line if plain else _words
            for row in found:
                if only is not None and row.field != only:
                    continue
                tally.add(row)
                if each or only is not None:
                    console.write(show(row))
    except (NotARecord, NotReadable) as error:
        console.say(error.message)
        raise typer.Exit(Exit.NOTHING_TO_READ) from None
    if not (each or only is not None):
        _print_tally(tally, plain=plain)
    console.flush()
    if tally.rows:
        raise typer.Exit(Exit.SOME_FAILED)


class _DiffRow(NamedTuple):
    """A difference of a letter, compared or judged."""

    letter: str
    layout: str
    field: str
    where: str
    kind: str
    old: Any  # judged: what is wanted
    new: Any  # judged: what is given


@dataclass
class _FieldCounts:
    """How often a field differs, and in how many letters."""

    gain: int = 0
    loss: int = 0
    change: int = 0
    letters: int = 0
    last: str = ""  # the letter counted last; a letter's differences come together


@dataclass
class _Tally:
    """What was compared, and how often each field differs, by layout or in total."""

    by_layout: bool
    judged: bool = False
    compared: int = 0
    only_old: int = 0
    only_new: int = 0
    rows: dict[str, dict[str, _FieldCounts]] = field(default_factory=dict)

    def add(self, row: _DiffRow) -> None:
        """Count a difference."""
        fields = self.rows.setdefault(row.layout if self.by_layout else "", {})
        counts = fields.setdefault(row.field, _FieldCounts())
        setattr(counts, row.kind, getattr(counts, row.kind) + 1)
        counts.letters += counts.last != row.letter
        counts.last = row.letter


def _opened(path: Path, argument: str) -> BinaryIO:
    """The file, seekable: a pipe is copied to a temporary file first."""
    import shutil
    import sys
    import tempfile

    from imr_extract.batch.inputs import STDIN

    try:
        file = sys.stdin.buffer if str(path) == STDIN else path.open("rb")
        if str(path) != STDIN and file.seekable():
            return file
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        with file:
            shutil.copyfileobj(file, kept)
    except OSError as error:
        raise typer.BadParameter(
            f"{path} cannot be read ({error.strerror})", param_hint=argument
        ) from None
    return kept


def _compared(old: BinaryIO, new: BinaryIO, tally: _Tally) -> Iterator[_DiffRow]:
    from imr_extract.evaluate.compare import compare

    for pair, found in compare(old, new):
        _count(tally, pair)
        for difference in found:
            yield _DiffRow(pair.letter, pair.layout, *difference)


def _count(tally: _Tally, pair: "Pair") -> None:
    tally.compared += pair.old is not None and pair.new is not None
    tally.only_old += pair.new is None
    tally.only_new += pair.old is None


def _judged(gold: Path, old: BinaryIO, new: BinaryIO, tally: _Tally) -> Iterator[_DiffRow]:
    from imr_extract.evaluate import join, read_labels
    from imr_extract.evaluate.compare import shifts

    labels = read_labels(gold)
    (before, _), (after, _) = join(labels, old), join(labels, new)
    tally.judged = True
    for one, other in zip(before, after, strict=True):
        tally.compared += one is not None and other is not None
        tally.only_old += one is not None and other is None
        tally.only_new += one is None and other is not None
    for letter, layout, name, kind, fault in shifts(labels, before, after):
        yield _DiffRow(letter, layout, name, fault.where, kind, fault.wanted, fault.given)


def _line(row: _DiffRow) -> bytes:
    import msgspec

    return msgspec.json.encode(row._asdict()) + b"\n"


def _words(row: _DiffRow) -> bytes:
    sign = {"gain": "+", "loss": "-", "change": "~"}[row.kind]
    old, new = shown(row.old), shown(row.new)
    return f"{sign} {row.letter}  {row.where or row.field}: {old} -> {new}\n".encode()


def _print_tally(tally: _Tally, *, plain: bool) -> None:
    if plain:
        _print_json(tally)
        return
    from rich.table import Table

    console.show(
        f"{counted(tally.compared, 'letter')} in both, {tally.only_old:,} only in OLD, "
        f"{tally.only_new:,} only in NEW"
    )
    kinds = _kinds(tally)
    for layout, fields in sorted(tally.rows.items()):
        grid = Table(title=layout or None, title_justify="left", box=None)
        grid.add_column("field", overflow="fold")
        for heading in (*kinds, "letters"):
            grid.add_column(heading, justify="right")
        for name, counts in fields.items():
            grid.add_row(name, *(f"{getattr(counts, kind):,}" for kind in (*kinds, "letters")))
        console.show(grid)


def _kinds(tally: _Tally) -> tuple[str, ...]:
    return ("gain", "loss") if tally.judged else ("gain", "loss", "change")


def _print_json(tally: _Tally) -> None:
    import msgspec

    rows = [
        {
            **({"layout": layout} if tally.by_layout else {}),
            "field": name,
            **{kind: getattr(counts, kind) for kind in (*_kinds(tally), "letters")},
        }
        for layout, fields in sorted(tally.rows.items())
        for name, counts in fields.items()
    ]
    tree = {
        "letters": tally.compared,
        "only_old": tally.only_old,
        "only_new": tally.only_new,
        "fields": rows,
    }
    console.write(msgspec.json.encode(tree) + b"\n")
