"""Write the manual page `man/imr-extract.1` from the help of the commands, for `make man`.

Exit codes, files and variables are those of `docs/command-line.md`, examples those of
`docs/folders.md`. The page holds no date and no
version, so that it changes with these only; a test says when it has to be written again.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from imr_extract.cli.app import application

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "man" / "imr-extract.1"
NAME = "imr-extract"
# Typer's own, which every command line has.
_LEFT_OUT = {"--install-completion", "--show-completion", "--help"}


def page() -> str:
    """The manual page as it should be."""
    group = get_command(application())
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
        *_rows("code | meaning of `extract`"),
        ".SH EXAMPLES",
        *_examples(),
        ".SH FILES",
        *_rows("file | meaning"),
        ".SH ENVIRONMENT",
        *_rows("variable | meaning"),
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
        names, stated = record
        yield ".TP"
        yield f".B {_escaped(names)}"
        yield _escaped(" ".join(stated.split()))


def _paragraphs(stated: str | None) -> tuple[str, list[str], list[str]]:
    """The first paragraph of a help; what parts it from the others; and these."""
    first, *others = re.split(r"\n\s*\n", (stated or "").strip())
    normalized = [_escaped(" ".join(each.split())) for each in others]
    between = [".PP"] if normalized else []
    return (
        " ".join(first.split()),
        between,
        [line for each in normalized for line in (each, ".PP")][:-1],
    )


def _document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _rows(heading: str) -> Iterator[str]:
    """A tagged paragraph for each row of the table of two columns that is headed so."""
    shape = rf"^\| {re.escape(heading)} \|\n\|---\|---\|\n((?:\|.*\n)+)"
    table = re.search(shape, _document("command-line.md"), re.MULTILINE)
    assert table is not None
    for tag, meaning in re.findall(r"^\| (.*?) \| (.*?) \|$", table[1], re.MULTILINE):
        yield ".TP"
        yield f".B {_escaped(tag)}"
        yield _escaped(meaning)


def _examples() -> Iterator[str]:
    """The commands of the chapter on folders, each behind what it is for."""
    chapter = _document("folders.md").split("## Folders\n")[1]
    block = chapter.split("```sh\n")[1].split("```")[0]
    for line in block.splitlines():
        command, _, purpose = line.partition("  # ")
        yield from (".PP", f"{_escaped(purpose)}:", ".PP", ".RS 4", ".nf", _escaped(command))
        yield from (".fi", ".RE")


def _escaped(words: str) -> str:
    """The words as roff takes them: hyphens to copy, no request at the start of a line."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
