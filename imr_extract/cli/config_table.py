"""How `imr-extract --show-config` shows defaults on a terminal."""

from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from imr_extract.cli.cells import shown as plain
from imr_extract.cli.config import PREFIX, Setting


def shown(settings: list[Setting], files: tuple[Path | None, ...]) -> Group:
    """The defaults, and below them where they are looked for."""
    looked_at = [
        f"{path} ({'is there' if path.exists() else 'is not there'})"
        for path in files
        if path is not None
    ]
    grid = Table(box=None)
    for heading in ("command", "option", "value", "origin"):
        grid.add_column(heading, overflow="fold")
    for setting in settings:
        grid.add_row(setting.command, setting.option, plain(setting.value), plain(setting.origin))
    return Group(grid, Text(plain(f"Looked for in {', '.join(looked_at)} and {PREFIX}*.")))
