"""The commands as a group, which knows that a path is no command."""

import os
from pathlib import Path
from typing import Any

from typer.core import TyperGroup


class CommandGroup(TyperGroup):
    """Suggests `extract` where a path stands in place of a command."""

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
