"""Parameters that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

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
