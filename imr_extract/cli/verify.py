"""The command `verify`."""

from pathlib import Path
from typing import Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit
from imr_extract.cli.record_lines import lines_of
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts
from imr_extract.text.plurals import counted


def verify(
    records: Annotated[
        Path,
        typer.Argument(
            metavar="RECORDS",
            help="Records written by extract --evidence, one per line; - for standard input.",
        ),
    ],
    source: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="The folder with the letters; it is searched recursively.",
        ),
    ],
    layouts: LayoutsOption = None,
) -> None:
    """Prove that every value of the records stands in the letters they were made from.

    Each letter is opened and read again. Prints a line for each fault (file, field, what is wrong,
    separated by tabs) and says on standard error how many there are. Exit code 1 says that there
    was one.
    """
    from imr_extract.audit.verify import VerifyTally, verify
    from imr_extract.batch.sources import Sources
    from imr_extract.cli.watch import Watch
    from imr_extract.limits import DEFAULT_LIMITS

    tally = VerifyTally()
    faults = 0
    letters = Sources(source, DEFAULT_LIMITS)
    own = user_layouts(layouts)
    with Watch(str(records)) as watch:
        lines = watch.each(
            lines_of(records, "RECORDS"), lambda _: f"record {tally.records + 1:,} of {records}"
        )
        for fault in verify(lines, letters, DEFAULT_LIMITS, tally, own):
            faults += 1
            console.write(("\t".join(_one_line(part) for part in fault) + "\n").encode())
    console.flush()
    without = tally.without_record
    console.say(
        f"{counted(tally.records, 'record')}, {counted(tally.values, 'value')}, "
        f"{counted(faults, 'discrepancy', 'discrepancies')}"
        + (f", {counted(without, 'line')} without a record" if without else ""),
        "info",
    )
    if faults:
        raise typer.Exit(Exit.SOME_FAILED)
    if not tally.records:
        console.say("nothing to verify: no line is a record")
        raise typer.Exit(Exit.NOTHING_TO_READ)


def _one_line(part: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in part)
