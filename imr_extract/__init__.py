"""Turn Independent Medical Review determination letters into records.

    from imr_extract import extract_bytes
    record = extract_bytes(Path("letter.pdf").read_bytes())
    record.outcome

Everything public is named here. `imr_extract.record.model` documents the parts of the record,
`imr_extract.errors` the errors.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imr_extract.errors import ImrError
    from imr_extract.library import (
        extract_all,
        extract_bytes,
        extract_file,
        extract_many,
        extract_text,
        to_frame,
    )
    from imr_extract.limits import DEFAULT_LIMITS, Limits
    from imr_extract.record.model import SCHEMA_VERSION, ErrorRecord, Record

__version__ = "0.2.0"

__all__ = [
    "DEFAULT_LIMITS",
    "SCHEMA_VERSION",
    "ErrorRecord",
    "ImrError",
    "Limits",
    "Record",
    "extract_all",
    "extract_bytes",
    "extract_file",
    "extract_many",
    "extract_text",
    "to_frame",
]

_HOMES = {
    "DEFAULT_LIMITS": "limits",
    "SCHEMA_VERSION": "record.model",
    "ErrorRecord": "record.model",
    "ImrError": "errors",
    "Limits": "limits",
    "Record": "record.model",
    "extract_all": "library",
    "extract_bytes": "library",
    "extract_file": "library",
    "extract_many": "library",
    "extract_text": "library",
    "to_frame": "library",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the command line imports this package to show a help text, too.
    if name in _HOMES:
        return getattr(import_module(f"imr_extract.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'imr_extract' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
