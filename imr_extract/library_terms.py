"""The library's own terms: errors name arguments in place of options, and limits that it keeps."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from imr_extract.errors import ImrError
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.record.model import ErrorRecord

# What messages call an option, and what it is in the library; longer ones come first.
_ARGUMENTS = (
    ("fewer --jobs, and --resume to try it again", "fewer jobs, and try it again"),
    ("the other --ocr-engine", "the other engine of scans"),
    ("--max-characters", "limits.characters"),
    ("--max-memory", "limits.memory"),
    ("--max-bytes", "limits.bytes"),
    ("--max-pages", "limits.pages"),
    ("--timeout", "limits.seconds"),
    ("--ocr auto", "scans=Scans('auto')"),
    ("--reader pdfplumber", "reader='pdfplumber'"),
)


def naming_arguments(message: str) -> str:
    """The message of an error with arguments of the library in place of options."""
    for option, argument in _ARGUMENTS:
        message = message.replace(option, argument)
    return message


@contextmanager
def in_library_terms() -> Iterator[None]:
    """Errors of the body name arguments."""
    try:
        yield
    except ImrError as error:
        error.message = naming_arguments(error.message)
        error.args = (error.message,)
        raise


def of_library(record: ErrorRecord) -> ErrorRecord:
    """The error object, naming arguments."""
    info = replace(record.error, message=naming_arguments(record.error.message))
    return replace(record, error=info)


def refuse_unkept(limits: Limits) -> None:
    """Raises `ValueError` for limits that a function which reads in this process cannot keep."""
    for name in ("seconds", "memory"):
        if getattr(limits, name) != getattr(DEFAULT_LIMITS, name):
            raise ValueError(
                f"limits.{name} cannot be kept by a function that reads in your own process; use "
                "extract_many, whose worker processes are ended at the limit"
            )
