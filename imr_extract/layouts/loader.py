"""Layout files: the shipped ones, and those that a user adds."""

import errno
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from imr_extract.layouts.earlier_names import with_present_names
from imr_extract.layouts.size_check import LARGEST_FILE, costly, oversize
from imr_extract.layouts.spec import Layout
from imr_extract.layouts.type_check import misfits
from imr_extract.layouts.validation import LayoutFault, faults
from imr_extract.rules import data_files
from imr_extract.rules.fragments import BadFragments, with_fragments
from imr_extract.rules.table import load

LAYOUT_IDS: tuple[str, ...] = (
    "dwc-issues",
    "dmhc-findings",
    "dwc-notice-2013",
    "dwc-decisions-2014",
    "dwc-professional-review",
)


class UserLayout(NamedTuple):
    """A layout file of a user, as read: a run's workers get it whole."""

    path: str
    text: str


class BadLayout(ValueError):
    """A layout file that cannot be used, with all that is wrong with it."""

    def __init__(self, found: Sequence[LayoutFault]) -> None:
        super().__init__("; ".join(str(fault) for fault in found))
        self.faults = tuple(found)


@cache
def shipped() -> tuple[Layout, ...]:
    """The shipped layouts, in the order in which ties are broken."""
    return tuple(load(f"layouts/{name}.toml", Layout) for name in LAYOUT_IDS)


def shipped_text(layout_id: str) -> str:
    """The file of a shipped layout."""
    return data_files.read(f"layouts/{layout_id}.toml").decode()


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
        raise BadLayout([LayoutFault(paths[-1], "id", f"{twice!r} is also the id of {paths[0]}")])
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
    # Bytes that are no UTF-8 come through, so that `parse` reports them like any other fault.
    return tuple(UserLayout(str(path), _read(path)) for path in paths)


def _read(path: Path) -> str:
    """The text of a file, and not much more of it than a layout may have."""
    if not path.is_file():  # a pipe would be waited for, and a device never end
        raise OSError(errno.EINVAL, "is no file", str(path))
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        return file.read(LARGEST_FILE + 1)


def parse(user: UserLayout) -> Layout:
    """The layout of a file. Raises `BadLayout` with every fault that is found."""
    decoded = with_present_names(_decode(user))
    wrong = [*costly(decoded), *misfits(decoded)]
    found = [LayoutFault(user.path, key, message) for key, message in wrong]
    if found:
        raise BadLayout(found)
    try:
        layout = msgspec.convert(decoded, Layout)
    except msgspec.ValidationError as error:  # a number with hundreds of digits
        raise BadLayout([LayoutFault(user.path, "", str(error))]) from None
    if found := list(faults(layout, user.path)):
        raise BadLayout(found)
    return layout


def _decode(user: UserLayout) -> dict[str, Any]:
    """The file's tables. Raises `BadLayout` where it is no TOML."""
    if why := oversize(user.text):
        raise BadLayout([LayoutFault(user.path, "", why)])
    try:
        user.text.encode()
        decoded: dict[str, Any] = msgspec.toml.decode(user.text)
    except UnicodeEncodeError as error:
        line = user.text.count("\n", 0, error.start) + 1
        what = f"is no UTF-8 text (line {line}); save it as UTF-8"
    except RecursionError:
        what = "is no TOML: brackets stand too deep inside each other"
    except (msgspec.DecodeError, ValueError) as error:  # ValueError: a number of 5000 digits
        what = f"is no TOML: {error}"
    else:
        try:
            return with_fragments(decoded)
        except BadFragments as error:
            raise BadLayout([LayoutFault(user.path, error.key, error.message)]) from None
    raise BadLayout([LayoutFault(user.path, "", what)])
