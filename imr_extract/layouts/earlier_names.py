"""Keys of layout files under the names that version 0.1.0 had for them.

A layout outlives the version it was written for: files with old names keep working.
"""

from collections.abc import Mapping
from typing import Any

# Of the file as a whole (""), and of its tables.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "": {"story": "narrative", "mixed_story": "mixed_narrative"},
    "detect": {
        "forms": "document_forms",
        "bare_front": "no_text_before_headings",
        "front_ends": "text_before_ends_with",
        "front": "text_before_headings",
        "closes": "ends_with",
    },
    "issues": {
        "forms": "modified_requests",
        "splits": "per_item_verdicts",
        "portions": "concluding_verdicts",
    },
}


def with_present_names(decoded: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a layout file with present names; a key that has both names keeps the old."""
    renamed = _renamed(decoded, "")
    for table in _NAMES:
        if isinstance(renamed.get(table), dict):
            renamed[table] = _renamed(renamed[table], table)
    return renamed


def _renamed(decoded: Mapping[str, Any], table: str) -> dict[str, Any]:
    names = _NAMES[table]
    return {
        key if names.get(key, key) in decoded else names.get(key, key): value
        for key, value in decoded.items()
    }
