"""What can go wrong with the output.

OutputError
├── WrongCombination   options that do not go together
├── PackageMissing     the format needs a package that is not installed
├── NotWritable        the operating system or the database does not take the rows
└── NotReadable        a file that is read back is not what the format's writer makes

Plain streams (jsonl, json, csv, tsv) let the `OSError` of their target through. Messages are one
line, and never hold letter text: where a library quotes values, its error is only named by type.
"""

from typing import ClassVar


class OutputError(Exception):
    """Base of all errors about an output; `message` is the line for the user."""

    exit_code: ClassVar[int]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongCombination(OutputError):
    """Options that do not go together, found before anything is written."""

    exit_code = 2


class PackageMissing(OutputError):
    """A format, or what `option` says, needs a package that `extra` brings and nobody installed."""

    exit_code = 2

    def __init__(self, extra: str, option: str = "--format") -> None:
        super().__init__(
            f"{option} {extra} needs a package that is not installed; "
            f"install it with: pip install 'imr-extract[{extra}]'"
        )


class NotWritable(OutputError):
    """The rows cannot be written: disk full, no permission, locked, a file of another kind."""

    exit_code = 4


class OutputNotReadable(OutputError):
    """A file that is read back does not hold whole records in its format."""

    exit_code = 2
