"""The JSON Schema of what the commands write, made from the model."""

from typing import Any

import msgspec

from imr_extract.record.model import SCHEMA_VERSION, ErrorRecord, Record


def json_schema() -> dict[str, Any]:
    """A schema (draft 2020-12) that every record and every error object validates against."""
    references, components = msgspec.json.schema_components(
        (Record, ErrorRecord), ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"imr-extract record, schema version {SCHEMA_VERSION}",
        "anyOf": list(references),
        "$defs": components,
    }
