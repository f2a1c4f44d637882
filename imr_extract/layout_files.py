"""Layout files: the shipped ones, and those that a user adds."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from imr_extract.layout_lint import Fault, faults
from imr_extract.layout_rules import Layout
from imr_extract.patterns import compile_pattern
from imr_extract.rules import load

LAYOUT_IDS: tuple[str, ...] = (
    "dwc-issues",
    "dmhc-findings",
    "dwc-notice-2013",
    "dwc-decisions-2014",
    "dwc-professional-review",
)

# What msgspec says of a value that does not fit, and where it stands.
_AT = compile_pattern(r"(?P<what>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?")
_UNKNOWN = compile_pattern(r"Object contains unknown field `(?P<key>\w+)`")
_MISSING = compile_pattern(r"Object missing required field `(?P<key>\w+)`")


class UserLayout(NamedTuple):
    """A layout file of a user, as read: a run's workers get it whole."""

    path: str
    text: str


class BadLayout(ValueError):
    """A layout file that cannot be used, with all that is wrong with it."""

    def __init__(self, found: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in found))
        self.faults = tuple(found)


@cache
def shipped() -> tuple[Layout, ...]:
    """The shipped layouts, in the order in which ties are broken."""
    return tuple(load(f"layouts/{name}.toml", Layout) for name in LAYOUT_IDS)


def shipped_text(layout_id: str) -> str:
    """The file of a shipped layout."""
    path = files("imr_extract").joinpath("data", "layouts", f"{layout_id}.toml")
    return path.read_text(encoding="utf-8")


@cache
def known(user: tuple[UserLayout, ...] = ()) -> tuple[Layout, ...]:
    """The user's layouts before the shipped ones; one of the same id takes a shipped one's place.

    Raises `BadLayout` where a file has a fault.
    """
    own = [parse(each) for each in user]
    ids = {layout.id for layout in own}
    if len(ids) < len(own):
        twice = next(each.id for each in own if sum(each.id == other.id for other in own) > 1)
        paths = [each.path for each, layout in zip(user, own, strict=True) if layout.id == twice]
        raise BadLayout([Fault(paths[-1], "id", f"{twice!r} is also the id of {paths[0]}")])
    return (*own, *(layout for layout in shipped() if layout.id not in ids))


def read_folders(folders: Iterable[Path]) -> tuple[UserLayout, ...]:
    """The layout files of these folders, by name; a path that is a file is itself one.

    Raises `OSError` where a folder cannot be read.
    """
    paths = [
        path
        for folder in folders
        for path in (sorted(folder.glob("*.toml")) if folder.is_dir() else [folder])
    ]
    return tuple(UserLayout(str(path), path.read_text(encoding="utf-8")) for path in paths)


def parse(user: UserLayout) -> Layout:
    """The layout of a file. Raises `BadLayout` with every fault that is found."""
    try:
        decoded: Any = msgspec.toml.decode(user.text)
        layout = msgspec.convert(decoded, Layout)
    except msgspec.ValidationError as error:
        raise BadLayout([_misfit(user.path, str(error))]) from None
    except msgspec.DecodeError as error:
        raise BadLayout([Fault(user.path, "", f"is no TOML: {error}")]) from None
    found = list(faults(layout, user.path))
    if found:
        raise BadLayout(found)
    return layout


def _misfit(path: str, message: str) -> Fault:
    """The fault that a validation message tells, with the key's path."""
    match = _AT.fullmatch(message)
    assert match is not None
    key, what = match["key"] or "", match["what"]
    for pattern, said in (
        (_UNKNOWN, "is no key that a layout has"),
        (_MISSING, "is missing, and every layout has it"),
    ):
        if named := pattern.fullmatch(what):
            return Fault(path, f"{key}.{named['key']}".lstrip("."), said)
    return Fault(path, key, what)
