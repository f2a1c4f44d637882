"""Commands on one letter: read it, and end with the error's own exit code where that fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input
from imr_extract.cli import console
from imr_extract.cli.watch import Watch
from imr_extract.limits import DEFAULT_LIMITS

# The next step where a file holds several letters and the command takes one.
CHOOSE = "choose one with --letter"


@contextmanager
def load_one(file: Path) -> Iterator[tuple[str, bytes]]:
    """The name and bytes of `file`; an `ImrError` of the body is printed and ends the run.

    The body has the time and memory of one letter.
    """
    letter = Input(file)
    try:
        try:
            data = load(letter, DEFAULT_LIMITS)
            with Watch(letter.shown, DEFAULT_LIMITS):
                yield letter.name, data
        except errors.ImrError:
            raise
        except Exception as error:  # noqa: BLE001 - its text could hold words of the letter
            raise errors.Internal(error) from None
    except errors.ImrError as error:
        console.say(f"{letter.shown}: {error.message} [{error.code}]")
        raise typer.Exit(error.exit_code) from None
