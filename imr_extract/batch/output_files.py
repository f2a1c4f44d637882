"""The files that a run writes: of what kind they are, and that none of them is read as well."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from imr_extract.batch.inputs import STDIN, Input
from imr_extract.writers import NotWritable, WrongCombination

_Identity = tuple[int, int] | str


def is_stream(path: Path) -> bool:
    """Whether this is a pipe or a device: written to as it is, never replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def resolved(path: Path) -> Path:
    """The file that a path leads to, so that a link stays one.

    Raises `NotWritable` for a folder.
    """
    real = Path(os.path.realpath(path))
    if real.is_dir():
        raise NotWritable(f"{path} is a folder; name a file in it")
    return real


class Written:
    """The files that a run writes, by their options; none is another, or anything that is read."""

    def __init__(self, files: Mapping[str, Path | None], read: Mapping[str, Path | None]) -> None:
        """Raises `WrongCombination` where two options name the same file."""
        self._there: dict[_Identity, str] = {}
        seen: dict[_Identity, str] = {}
        for option, path in {**read, **files}.items():
            if path is None or str(path) == STDIN or is_stream(path):
                continue
            identity = _identity(path)
            other = seen.setdefault(identity, option)
            if other != option:
                raise WrongCombination(f"{other} and {option} name the same file; name another one")
            if option in files and path.exists():
                self._there[identity] = option

    def checked(self, inputs: Iterable[Input]) -> Iterator[Input]:
        """The inputs; raises `WrongCombination` at one that is one of the files."""
        for each in inputs:
            self.refuse(each.path)
            yield each

    def refuse(self, path: Path) -> None:
        """Raises `WrongCombination` where an input is one of the files."""
        option = self._there.get(_identity(path)) if self._there else None
        if option is not None:
            raise WrongCombination(f"{option} names {path}, which is to be read; name another file")


def _identity(path: Path) -> _Identity:
    try:
        there = path.stat()
    except OSError:
        return os.path.realpath(path)
    except ValueError:  # a NUL byte in a path from a list
        return str(path)
    return there.st_dev, there.st_ino


class Beside:
    """A file beside the output: in its place once the run has ended, well or not.

    Where the run is refused, what was in its place stays.
    """

    def __init__(self, path: Path, *, force: bool) -> None:
        """Raises `NotWritable` where it cannot be written, or is there already without `force`."""
        try:
            self._target = None if is_stream(path) else resolved(path)
            if self._target is None:
                self._new = path
            elif self._target.exists() and not force:
                raise NotWritable(f"{path} is there already; --force writes it anew")
            else:
                self._new = self._target.with_name(f".{self._target.name}.new")
            self._file: BinaryIO = self._new.open("wb")
        except OSError as error:
            raise NotWritable(f"{path} cannot be written ({error.strerror})") from None

    def write(self, line: bytes) -> None:
        """Add one line, given without its end."""
        self._file.write(line + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        if self._target is None:
            return
        if isinstance(error, WrongCombination):
            self._new.unlink()
        else:
            self._new.replace(self._target)
