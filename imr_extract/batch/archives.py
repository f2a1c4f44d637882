"""Letters inside archives: `.zip`, `.tar`, `.tar.gz`, `.tgz`, and a single letter as `.gz`.

An archive is read as a folder is, its members by their names in the order of the bytes of these.
`bundle.zip!a.pdf` is the path of a member. Nothing is unpacked onto a disk.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

from imr_extract import errors
from imr_extract.limits import Limits

SEPARATOR = "!"
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".gz")
MOST_MEMBERS = 100_000
# Bytes of members that are unpacked, for each byte of the archive, once there are many.
MOST_RATIO = 200
_MANY = 64 * 1024 * 1024


class BadArchive(errors.Unreadable):
    """An archive, or a member of one, that does not give its bytes."""


class _Archive(Protocol):
    def names(self) -> list[str]: ...
    def open(self, name: str) -> IO[bytes]: ...


def is_archive(path: Path) -> bool:
    """Whether the name of a file is that of an archive."""
    return path.name.lower().endswith(SUFFIXES)


def split(path: Path) -> tuple[Path, str] | None:
    """The archive and the name of the member that a path leads to; None for any other path."""
    text = str(path)
    at = text.find(SEPARATOR)
    while at >= 0:
        archive = Path(text[:at])
        if is_archive(archive) and archive.is_file():
            return archive, text[at + 1 :]
        at = text.find(SEPARATOR, at + 1)
    return None


def members(path: Path) -> list[str]:
    """The names of all files in an archive. Raises `BadArchive`."""
    with _opened(path) as archive:
        names = archive.names()
    if len(names) > MOST_MEMBERS:
        raise BadArchive(f"an archive of more than {MOST_MEMBERS:,} files")
    return sorted(names, key=lambda name: name.encode("utf-8", "surrogateescape"))


def read_all(path: Path, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
    """The members of an archive with their bytes; None where `read` raises. Raises `BadArchive`."""
    names = members(path)
    most = max(path.stat().st_size * MOST_RATIO, _MANY)
    total = 0
    with _opened(path) as archive:
        for name in names:
            try:
                data = _read(archive, name, limits)
            except errors.ImrError:
                yield name, None
                continue
            total += len(data)
            if total > most:
                raise BadArchive(f"an archive that unpacks to more than {most:,} bytes")
            yield name, data


def read(path: Path, name: str, limits: Limits) -> bytes:
    """The bytes of one member. Raises `BadArchive`, and `TooLarge` without reading more."""
    if not name:  # an archive as a whole, which gave no names
        members(path)
        raise BadArchive(f"an archive that unpacks to more than {MOST_RATIO} times its size")
    with _opened(path) as archive:
        return _read(archive, name, limits)


def _read(archive: _Archive, name: str, limits: Limits) -> bytes:
    try:
        with archive.open(name) as file:
            data = file.read(limits.bytes + 1)
    except _failures() as error:
        raise BadArchive(f"in the archive: {type(error).__name__}") from None
    if len(data) > limits.bytes:
        raise errors.TooLarge(limits.bytes, "bytes")
    return data


@contextmanager
def _opened(path: Path) -> Iterator[_Archive]:
    """An archive, by its suffix. Raises `BadArchive`."""
    name = path.name.lower()
    kind: Callable[[Path], _Zip | _Tar | _Gzip] = _Gzip
    if name.endswith(".zip"):
        kind = _Zip
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        kind = _Tar
    try:
        archive = kind(path)
    except _failures() as error:
        raise BadArchive(f"is no whole archive: {type(error).__name__}") from None
    try:
        yield archive
    finally:
        archive.close()


def _failures() -> tuple[type[Exception], ...]:
    """What the libraries raise for an archive that is damaged, encrypted or of an unknown kind."""
    import tarfile
    import zipfile

    return (
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
    )


class _Zip:
    def __init__(self, path: Path) -> None:
        import zipfile  # takes a while to load, as do those below; few runs read archives

        self._file = zipfile.ZipFile(path)
        self.close = self._file.close

    def names(self) -> list[str]:
        """Files only; of several of one name, the last."""
        return list({each.filename: 0 for each in self._file.infolist() if not each.is_dir()})

    def open(self, name: str) -> IO[bytes]:
        """A member. Raises `KeyError`, and `RuntimeError` for one that is encrypted."""
        return self._file.open(name)


class _Tar:
    def __init__(self, path: Path) -> None:
        import tarfile

        self._file = tarfile.open(path)  # noqa: SIM115 - closed with this
        self.close = self._file.close

    def names(self) -> list[str]:
        """Regular files only: a link in an archive may lead anywhere."""
        return list({each.name: 0 for each in self._file if each.isreg()})

    def open(self, name: str) -> IO[bytes]:
        """A member. Raises `KeyError`."""
        file = self._file.extractfile(name)
        if file is None:
            raise KeyError(name)
        return file


class _Gzip:
    def __init__(self, path: Path) -> None:
        self._path = path

    def close(self) -> None:
        """Nothing is open."""

    def names(self) -> list[str]:
        """The one letter, called as the file without its suffix."""
        return [self._path.name[: -len(".gz")]]

    def open(self, name: str) -> IO[bytes]:
        """The letter, whatever it is called."""
        import gzip

        del name
        return cast("IO[bytes]", gzip.open(self._path))
