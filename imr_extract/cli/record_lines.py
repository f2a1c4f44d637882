"""Files of records, one per line, as arguments of commands."""

from collections.abc import Iterator
from pathlib import Path

import typer


def lines_of(records: Path, argument: str) -> Iterator[bytes]:
    """The lines of the file, or of standard input for `-`; one that cannot be read ends the run.

    `argument` is the name of the argument, for the message.
    """
    import sys

    from imr_extract.batch.inputs import STDIN

    if str(records) == STDIN:
        yield from sys.stdin.buffer
        return
    try:
        with records.open("rb") as file:
            yield from file
    except OSError as error:
        raise typer.BadParameter(
            f"{records} cannot be read ({error.strerror})", param_hint=argument
        ) from None
