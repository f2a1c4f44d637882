"""The command line: a thin shell over the library."""

import gc
import sys

_INTERRUPTED = 130  # what typer makes of whatever interrupts
_NEW_OBJECTS = 100_000  # after which Python looks for unused ones; by itself after 700


def main() -> None:
    """Run the command line; ends the process with one of `exits.Exit` or an error's own code."""
    # Worker processes import the command's module, too, and need none of what it starts.
    code = _INTERRUPTED
    # What is loaded stays, and Python looks through it for unused objects again and again.
    gc.set_threshold(_NEW_OBJECTS)
    try:
        from imr_extract.cli import console, interrupts

        interrupts.hear_termination()
        console.open_missing()
        code = _run()
    except KeyboardInterrupt:  # before a command could take it
        pass
    finally:
        interrupts.hear_nothing_more()
    raise SystemExit(interrupts.code_of(code) if code == _INTERRUPTED else code)


def _run() -> int:
    """The exit code of the command line; an unexpected error is reported in one line."""
    from imr_extract.cli import console
    from imr_extract.cli.exits import Exit

    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    debug = "--debug" in sys.argv[:end]
    arguments = [word for word in sys.argv[1:end] if word != "--debug"] + sys.argv[end:]
    if any(word.endswith("/-") for word in arguments):
        from imr_extract.batch.inputs import file_named

        arguments = [file_named(word) for word in arguments]
    try:
        from imr_extract.cli.app import application, asked_for

        app = application(asked_for(arguments))
        code = app(arguments, prog_name="imr-extract", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except SystemExit as end_:
        return end_.code if isinstance(end_.code, int) else int(end_.code is not None)
    except Exception as error:
        show = getattr(error, "show", None)  # of the errors of usage of typer and click
        if show is not None:
            console.say_usage(show)
            return Exit.USAGE
        if debug:
            raise
        console.say(
            f"internal error ({console.place_of(error)}); run the command again with --debug for "
            "details, and please report it"
        )
        return Exit.FAULT
