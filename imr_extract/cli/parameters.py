"""Parameters that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A letter, PDF or text; - is standard input.")
]

LetterOption = Annotated[
    int | None,
    typer.Option("--letter", min=1, help="Which letter of a file that holds several, from 1."),
]

JsonOption = Annotated[
    bool, typer.Option("--json", help="JSON also on a terminal; in a pipe it is JSON anyway.")
]
