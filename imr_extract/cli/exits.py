"""What the exit codes of `extract` mean. Commands on one letter end with the error's own code."""

import enum


class Exit(enum.IntEnum):
    """Exit codes of `extract`; the README explains them."""

    OK = 0  # every input gave a record
    SOME_FAILED = 1  # some inputs gave an error
    USAGE = 2  # the command line was wrong; typer uses it, too
    NOTHING_TO_READ = 3  # the folders hold no file
