"""The user's own layouts: the option `--layouts`, and the config folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imr_extract.layouts.loader import UserLayout
    from imr_extract.layouts.validation import LayoutFault

NO_FILES = "no layout file was found; their names end in .toml"

LayoutsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--layouts",
        metavar="DIR",
        help="A layout file of your own or a folder of them, tried before the built-in layouts; "
        "repeatable. Those in the configuration folder are always tried.",
    ),
]


def config_folder() -> Path | None:
    """The folder of the user's permanent layouts, which need not exist. None without a home."""
    import os
    import sys

    if stated := os.environ.get("XDG_CONFIG_HOME"):
        return Path(stated) / "imr-extract" / "layouts"
    if sys.platform == "win32" and (roaming := os.environ.get("APPDATA")):
        return Path(roaming) / "imr-extract" / "layouts"
    try:
        home = Path.home()
    except RuntimeError:  # no HOME, and a user that the system does not know
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "imr-extract" / "layouts"
    return home / ".config" / "imr-extract" / "layouts"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a home that may not be entered
        return False


def _refuse(faults: "Sequence[LayoutFault]") -> None:
    """Report the faults and end the run, where there are any."""
    for fault in faults:
        console.say(str(fault))
    if faults:
        raise typer.Exit(Exit.USAGE)


def user_layouts(folders: list[Path] | None) -> "tuple[UserLayout, ...]":
    """The layouts of the folders and of the config folder, read and checked.

    Reports every error and ends the run where one cannot be used.
    """
    own = config_folder()
    wanted = [*(folders or []), *([own] if own is not None and _is_folder(own) else [])]
    if not wanted:
        return ()
    from imr_extract.cli.layout_check import faults_of
    from imr_extract.layouts.loader import BadLayout, known, read_folders

    try:
        read = read_folders(wanted)
        _refuse([fault for each in read for fault in faults_of(each)])
        known(read)
    except BadLayout as error:
        _refuse(error.faults)
    except OSError as error:
        console.say(f"{error.filename}: {error.strerror}")
        raise typer.Exit(Exit.USAGE) from None
    if folders and not read:
        # Most likely the wrong folder: without this, each letter would be refused without a hint.
        console.say(f"{', '.join(map(str, folders))}: {NO_FILES}")
        raise typer.Exit(Exit.USAGE)
    return read
