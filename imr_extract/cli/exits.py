"""Exit codes of the commands. A command on one letter ends with the error's own code."""

import enum


class Exit(enum.IntEnum):
    """Exit codes of `extract`; `docs/command-line.md` explains them."""

    OK = 0  # every input gave a record
    SOME_FAILED = 1  # some inputs gave an error
    USAGE = 2  # the command line was wrong; typer uses it, too
    NOTHING_TO_READ = 3  # no input was named, or the folders hold none
    NOT_WRITABLE = 4  # the output cannot be written: no permission, a full disk
    CANNOT_WORK = 5  # no worker process can be started
    FAULT = 70  # an internal error, which --debug shows
    INTERRUPTED = 130  # by Ctrl-C
    TERMINATED = 143  # by SIGTERM
