"""The command line: a thin shell over the library."""


def main() -> None:
    """Run the command line; ends the process with one of `exits.Exit` or an error's own code."""
    # Worker processes import the command's module, too, and need none of what it starts.
    try:
        from imr_extract.cli import console

        console.open_missing()
        from imr_extract.cli.app import app

        app(prog_name="imr-extract")
    except KeyboardInterrupt:  # before a command could take it
        raise SystemExit(130) from None
