"""Letters in object stores: which there are below an address, and their bytes."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from imr_extract import errors
from imr_extract.batch import CannotWork
from imr_extract.batch.addresses import is_remote, local_path
from imr_extract.batch.archives import is_archive
from imr_extract.batch.inputs import HasPath, Input, Walk, is_left_behind
from imr_extract.batch.shards import Shard
from imr_extract.engines.places import below, only_os_errors, opened, reason_of
from imr_extract.limits import Limits
from imr_extract.writers import WrongCombination


class RemoteInput(NamedTuple):
    """One letter, by its address."""

    path: str


class RemoteWalk(NamedTuple):
    """Goes through addresses and what stands below them; as `inputs.Walk` for paths.

    Attributes:
        local: goes through paths of this machine, and counts what is passed over.
        own: the folder that the run writes to.
    """

    local: Walk
    own: str
    globs: tuple[str, ...] = ()
    archives: bool = False
    shard: Shard | None = None

    def expand(self, names: Iterable[str]) -> Iterator[HasPath]:
        """The inputs that addresses and paths name, in the order of the bytes of their names.

        Raises `WrongCombination` for what only this process, or no machine, can read there, and
        `CannotWork` where a store does not say what it holds.
        """
        for name in names:
            if is_remote(name):
                yield from self._below(name)
                continue
            for each in self.local.expand([local_path(name)]):
                if each.only_here:
                    raise WrongCombination(
                        f"{each.shown} is no file, so that only this process can read it; with "
                        "--engine, name files and folders"
                    )
                yield Input(each.path)

    def _below(self, address: str) -> Iterator[RemoteInput]:
        if self.archives or is_archive(Path(address)):
            raise WrongCombination(
                f"archives in a store are not gone through ({address}); unpack them first"
            )
        system, top = opened(address)
        scheme = address[: address.index("://") + 3]
        names = _names_below(system, top, address)
        if names is None:
            if self.shard is None or self.shard.has(address):
                yield RemoteInput(f"{scheme}{top}")  # reading it reports why, if it is not there
            return
        for name in names:
            found_at = f"{scheme}{top}/{name}"
            if self._is_passed_over(found_at, name):
                self.local.skipped += 1
            elif self._is_chosen(name) and (self.shard is None or self.shard.has(name)):
                yield RemoteInput(found_at)

    def _is_passed_over(self, address: str, name: str) -> bool:
        is_own = address.startswith(f"{self.own.rstrip('/')}/")
        return is_own or any(map(is_left_behind, name.split("/")))

    def _is_chosen(self, name: str) -> bool:
        own = name.rpartition("/")[2]
        return not self.globs or any(
            fnmatchcase(name if "/" in glob else own, glob) for glob in self.globs
        )


def _names_below(system: Any, top: str, address: str) -> list[str] | None:
    """The files below a folder of a store, as `inputs.Walk` orders them; None where it is none."""
    from pyarrow import fs

    try:
        with only_os_errors():
            if system.get_file_info(top).type != fs.FileType.Directory:
                return None
            found = system.get_file_info(fs.FileSelector(top, recursive=True))
    except OSError as error:
        raise CannotWork(
            f"{address} cannot be listed ({reason_of(error)}); check the address, the credentials "
            "and the way to the store"
        ) from None
    names = [below(each.path, top) for each in found if each.type == fs.FileType.File]
    # As in folders: by the bytes of the name of each folder on the way, then of the file.
    names.sort(key=lambda name: name.encode("utf-8", "surrogateescape").replace(b"/", b"\0"))
    return names


def load_remote(address: str, limits: Limits) -> bytes:
    """The bytes of a letter. Raises `Unreadable` and, without reading more, `TooLarge`."""
    try:
        data = _read(address, limits.bytes + 1)
    except FileNotFoundError:
        raise errors.Unreadable("no such file or folder in the store") from None
    except OSError as error:
        raise errors.Unreadable(reason_of(error)) from None
    if len(data) > limits.bytes:
        raise errors.TooLarge(limits.bytes, "bytes")
    return data


def _read(address: str, most: int) -> bytes:
    """The first bytes of a file; tried once more where the store or the way to it falters."""
    system, path = opened(address)
    for last in (False, True):
        try:
            with only_os_errors(), system.open_input_stream(path) as file:
                data: bytes = file.read(most)
        except FileNotFoundError:
            raise
        except OSError:
            if last:
                raise
        else:
            return data
    raise AssertionError("a loop of two tries")
