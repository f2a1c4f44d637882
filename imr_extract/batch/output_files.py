"""The files that a run writes: of what kind they are, and that none of them is read as well."""

import fcntl
import glob
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from imr_extract.batch.durable import create, put_in_place
from imr_extract.batch.inputs import STDIN, HasPath
from imr_extract.batch.resumable_output import PARTIAL
from imr_extract.writers import NotWritable, WrongCombination

_Identity = tuple[int, int] | str
_Named = TypeVar("_Named", bound=HasPath)


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
        raise NotWritable(f"{path} is a folder; give a file in it")
    return real


def without_plus(path: Path) -> Path:
    """The file of an option whose value may have a `+` in front, which asks to add to it."""
    return Path(str(path).removeprefix("+"))


class OutputPathGuard:
    """The files that a run writes, by their options; none is another, or anything that is read."""

    def __init__(self, files: Mapping[str, Path | None], read: Mapping[str, Path | None]) -> None:
        """Raises `WrongCombination` where two options name the same file.

        A file in the folder of an unfinished run would be removed with it.
        """
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
        for option, path in files.items():
            for other, beside in files.items():
                if path and beside and _is_in(path, Path(f"{os.path.realpath(beside)}{PARTIAL}")):
                    raise WrongCombination(
                        f"{option} names a place in {beside}{PARTIAL}, where {other} is kept until "
                        "it is whole; name another one"
                    )

    def checked(self, inputs: Iterable[_Named]) -> Iterator[_Named]:
        """The inputs; raises `WrongCombination` at one that is one of the files."""
        for each in inputs:
            self.refuse(Path(each.path))
            yield each

    def refuse(self, path: Path) -> None:
        """Raises `WrongCombination` where an input is one of the files."""
        option = self._there.get(_identity(path)) if self._there else None
        if option is not None:
            raise WrongCombination(f"{option} names {path}, which is to be read; name another file")


def _is_in(path: Path, folder: Path) -> bool:
    real = Path(os.path.realpath(path))
    return folder == real or folder in real.parents


def _identity(path: Path) -> _Identity:
    try:
        there = path.stat()
    except OSError:
        return os.path.realpath(path)
    except ValueError:  # a NUL byte in a path from a list
        return str(path)
    return there.st_dev, there.st_ino


class SidecarFile:
    """A file beside the output: in its place once the run has ended, well or not.

    What was there before is replaced, or added to where the path was given with a `+` in front.
    Where the run is refused, it stays. One run at a time may write the same file.
    """

    def __init__(self, path: Path) -> None:
        """Raises `NotWritable` where it cannot be written, or is another run's."""
        self._adds = str(path).startswith("+")
        path = without_plus(path)
        try:
            self._target = None if is_stream(path) else resolved(path)
            self._file = path.open("wb") if self._target is None else self._begin(self._target)
        except BlockingIOError:
            raise NotWritable(
                f"{path} is being written by another run; wait for its end, or name another file"
            ) from None
        except OSError as error:
            raise NotWritable(f"{path} cannot be written ({error.strerror})") from None

    def _begin(self, target: Path) -> BinaryIO:
        """The file that will take the target's place, made while no other run has the lock."""
        self._lock = FileLock(target.with_name(f".{target.name}.lock"))
        try:
            for left in target.parent.glob(f".{glob.escape(target.name)}.*{_NEW}"):  # by a kill
                left.unlink()
            self._new = target.with_name(f".{target.name}.{secrets.token_hex(8)}{_NEW}")
            return create(self._new)
        except OSError:
            self._lock.release()
            raise

    def write(self, line: bytes) -> None:
        """Add one line, given without its end."""
        self._file.write(line + b"\n")

    def flush(self) -> None:
        """Hand on all lines. Raises an `OSError` where the system does not take them."""
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._target is None:
            self._file.close()
            return
        try:
            with self._file:
                pass
            if isinstance(error, WrongCombination):
                self._new.unlink()
            elif self._adds:
                _add(self._new, self._target)
            else:
                put_in_place(self._new, self._target)
        finally:
            self._lock.release()


class FileLock:
    """A file that one run at a time holds. One that was there before stays."""

    def __init__(self, path: Path) -> None:
        """Raises `BlockingIOError` where another run holds it."""
        self._path = path
        try:
            with create(path):
                self._is_ours = True
        except FileExistsError:
            self._is_ours = False
        self._opened = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(self._opened).st_ino != path.lstat().st_ino:
                raise BlockingIOError  # of a run that has just ended, and removed it
        except OSError:
            os.close(self._opened)
            raise

    def release(self) -> None:
        """Let others hold it."""
        if self._is_ours:
            self._path.unlink(missing_ok=True)
        os.close(self._opened)


# Ends the names of files that are still written; those of a run that was killed are removed.
_NEW = ".imr-extract-new"


def _add(new: Path, target: Path) -> None:
    """Put the lines of one file behind those of another."""
    with new.open("rb") as lines, target.open("ab") as file:
        shutil.copyfileobj(lines, file)
        file.flush()
        os.fsync(file.fileno())
    new.unlink()
