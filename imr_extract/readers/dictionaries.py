"""Dictionaries of a PDF: keys may be missing, inherited, or of another kind than they should."""

from pikepdf import Array, Dictionary, Object

_DEEP = 16  # parents of a page or a field


def inherited(start: Object, key: str) -> Object | None:
    """The value of a key in a page or field, or in the nearest of its parents that has it."""
    for _ in range(_DEEP):
        if key in start:
            return start.get(key)
        parent = start.get("/Parent")
        if not isinstance(parent, Dictionary):
            break
        start = parent
    return None


def values(dictionary: Object | None) -> list[Object]:
    """The values of a dictionary; none of anything else."""
    return list(dictionary.values()) if isinstance(dictionary, Dictionary) else []


def listed(entries: Object | None) -> list[Object]:
    """The members of an array, or the one thing that stands in place of an array of one."""
    if isinstance(entries, Array):
        return list(entries)
    return [] if entries is None else [entries]
