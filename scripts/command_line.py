"""Write the reference part of `docs/command-line.md` from the help of the commands, for `make man`.

What stands before its mark is written by hand. A test says when the page has to be written again.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from imr_extract.cli.app import application

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "command-line.md"
NAME = "imr-extract"
MARK = "<!-- The rest of this page is written by make man. -->\n"


def with_reference(page: str) -> str:
    """The page with all behind its mark made anew."""
    before, _ = page.split(MARK)
    return f"{before}{MARK}" + "\n".join(_sections(get_command(application()), NAME)) + "\n"


def _sections(command: Any, path: str) -> Iterator[str]:
    """The section of a command and those of its subcommands, which follow it."""
    yield ""
    yield f"## `{path}`"
    yield ""
    yield inspect.cleandoc(command.help or "")
    context = command.make_context(path, [], resilient_parsing=True)
    yield from ("", "```text", " ".join([path, *command.collect_usage_pieces(context)]), "```")
    rows = [
        record
        for parameter in command.params
        if (record := parameter.get_help_record(context)) is not None
    ]
    if rows:
        yield from ("", "| option or argument | meaning |", "|---|---|")
        yield from (f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in rows)
    for name, below in sorted(getattr(command, "commands", {}).items()):
        yield from _sections(below, f"{path} {name}")


def _cell(words: str) -> str:
    """The words on one line, without what ends a cell or begins a tag."""
    return " ".join(words.split()).replace("|", "\\|").replace("*.", "\\*.")


if __name__ == "__main__":
    PAGE.write_text(with_reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
