"""Write the manual page `man/imr-extract.1` from the help of the commands, for `make man`.

The exit codes are those of the README's table. The page holds no date and no version, so that it
changes with the help only; a test says when it has to be written again.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from imr_extract.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "man" / "imr-extract.1"
NAME = "imr-extract"
# Typer's own, which every command line has.
_LEFT_OUT = {"--install-completion", "--show-completion", "--help"}


def page() -> str:
    """The manual page as it should be."""
    group = get_command(app)
    summary, _, more = _paragraphs(group.help)
    lines = [
        f'.TH {NAME.upper()} 1 "" "{NAME}" "User Commands"',
        ".SH NAME",
        f"{NAME} \\- {_escaped(summary[0].lower() + summary[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {_escaped(NAME)}",
        ".I COMMAND",
        "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...",
        *([".SH DESCRIPTION", *more] if more else []),
        ".SH OPTIONS",
        *_options(group, NAME),
        ".SH COMMANDS",
        *_commands(group, NAME),
        ".SH EXIT STATUS",
        "What",
        ".B extract",
        "ends with; commands on one letter end with the code of the error.",
        *_exit_codes(),
    ]
    return "\n".join(lines) + "\n"


def _commands(group: Any, above: str) -> Iterator[str]:
    """A subsection for each command, and for those of groups below."""
    for name, command in sorted(group.commands.items()):
        path = f"{above} {name}"
        if hasattr(command, "commands"):
            yield from _commands(command, path)
            continue
        arguments = " ".join(
            parameter.metavar or parameter.name.upper()
            for parameter in command.params
            if parameter.param_type_name == "argument"
        )
        command_line = f"{path.removeprefix(NAME + ' ')} [options] {arguments}".strip()
        yield f".SS {_escaped(command_line)}"
        summary, blank, more = _paragraphs(command.help)
        yield from [_escaped(summary), *blank, *more]
        yield from _options(command, path)


def _options(command: Any, path: str) -> Iterator[str]:
    """A tagged paragraph for each argument and option that has a help."""
    context = command.make_context(path, [], resilient_parsing=True)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is None or _LEFT_OUT & set(parameter.opts):
            continue
        names, told = record
        yield ".TP"
        yield f".B {_escaped(names)}"
        yield _escaped(" ".join(told.split()))


def _paragraphs(told: str | None) -> tuple[str, list[str], list[str]]:
    """The first paragraph of a help; what parts it from the others; and these."""
    first, *others = re.split(r"\n\s*\n", (told or "").strip())
    folded = [_escaped(" ".join(each.split())) for each in others]
    between = [".PP"] if folded else []
    return (
        " ".join(first.split()),
        between,
        [line for each in folded for line in (each, ".PP")][:-1],
    )


def _exit_codes() -> Iterator[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Exit codes\n")[1].split("\n## ")[0]
    for code, meaning in re.findall(r"^\| (\d+) \| (.*?) \|$", section, re.MULTILINE):
        yield ".TP"
        yield f".B {code}"
        yield _escaped(meaning)


def _escaped(words: str) -> str:
    """The words as roff takes them: hyphens to copy, no request at the start of a line."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
