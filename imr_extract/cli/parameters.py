"""Parameters that several commands take."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from imr_extract.cli import console

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A letter, PDF or text; - for standard input.")
]

LetterOption = Annotated[
    int | None,
    typer.Option(
        "--letter", min=1, help="The number of the letter in a file with several, from 1."
    ),
]

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON on a terminal, too; elsewhere it is always JSON.")
]

FormatOption = Annotated[
    Literal["text", "json"] | None,
    typer.Option(
        "--format", help="text or json; by default text on a terminal, and JSON in a pipe."
    ),
]


def is_json(form: Literal["text", "json"] | None) -> bool:
    """Whether JSON is to be printed."""
    return form == "json" or (form is None and not console.is_terminal())
