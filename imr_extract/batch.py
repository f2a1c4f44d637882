"""Many letters: a record or an error for each input, in the order of the inputs."""

import hashlib
from collections.abc import Iterable, Iterator

from imr_extract import errors
from imr_extract.inputs import Input, load
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.model import SCHEMA_VERSION, ErrorInfo, ErrorRecord, Record, Source
from imr_extract.pipeline import extract_bytes
from imr_extract.readers import ReaderChoice


def run(
    inputs: Iterable[Input], *, reader: ReaderChoice = "auto", limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[Input, Record | ErrorRecord]]:
    """Each input with its record, or with the error that says why it has none."""
    for each in inputs:
        yield each, _one(each, reader, limits)


def _one(each: Input, reader: ReaderChoice, limits: Limits) -> Record | ErrorRecord:
    data: bytes | None = None
    try:
        data = load(each, limits)
        return extract_bytes(data, name=each.name, reader=reader, limits=limits)
    except errors.ImrError as error:
        return _error_record(each, data, error)
    except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
        return _error_record(each, data, errors.Internal(error))


def _error_record(each: Input, data: bytes | None, error: errors.ImrError) -> ErrorRecord:
    return ErrorRecord(
        schema_version=SCHEMA_VERSION,
        source=Source(
            name=each.name,
            sha256=None if data is None else hashlib.sha256(data).hexdigest(),
            media_type=None,
            bytes=None if data is None else len(data),
            pages=None,
            reader=None,
        ),
        error=ErrorInfo(code=error.code, message=error.message),
    )
