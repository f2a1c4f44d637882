"""The commands as a group, which knows the user's defaults, and that a path is no command."""

import os
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from imr_extract.cli import config, console
from imr_extract.cli.exits import Exit

_HELP = {"-h", "--help"}  # is shown whatever the files say
_ASKS_FOR_HELP = "imr_extract.asks_for_help"


class CommandGroup(TyperGroup):
    """Gives commands their defaults, and suggests `extract` where a path stands in their place."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Take in the command line."""
        ctx.meta[_ASKS_FOR_HELP] = not _HELP.isdisjoint(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the arguments name, with the defaults of files and variables."""
        if not ctx.meta[_ASKS_FOR_HELP]:
            ctx.default_map = config.as_defaults(self.settings(ctx))
        return super().invoke(ctx)

    def settings(self, ctx: Any) -> list[config.Setting]:
        """The defaults of all commands; ends the run where they cannot be used."""
        try:
            return config.settings(self, ctx)
        except config.ConfigError as error:
            console.say(error.message)
            raise SystemExit(Exit.USAGE) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name. Raises typer's error of usage where none is."""
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            if args and _is_path(args[0]) and hasattr(error, "message"):
                error.message = (
                    f"{args[0]} is a path and no command; to read it: imr-extract extract {args[0]}"
                )
            raise


def _is_path(text: str) -> bool:
    """Whether the text names what is there, or looks like a file of letters or a folder."""
    if text.startswith("-"):
        return False
    return os.sep in text or text.lower().endswith((".pdf", ".txt", ".zip")) or Path(text).exists()
