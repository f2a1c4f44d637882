"""Folders and files on local disks and in object stores, by their addresses.

An address is a path, or a URL such as `s3://bucket/folder`. pyarrow speaks to S3 and to Google
Cloud Storage; any other scheme is that of an fsspec file system that is installed (`abfs`,
`memory`). What stands behind `://` is taken as it is: nothing in it is decoded.
"""

import datetime as dt
import errno
import functools
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imr_extract.batch.addresses import local_path, split_address
from imr_extract.batch.durable import sync
from imr_extract.writers import NotWritable, OutputError, PackageMissing

_LOCAL = "file"
_GOOGLE = frozenset({"gs", "gcs"})
_OF_PYARROW = frozenset({"s3"}) | _GOOGLE
# Which Google's own clients read: another server, as "http://localhost:4443".
_GOOGLE_SERVER = "STORAGE_EMULATOR_HOST"
# How long a request to Google is tried again, also for want of credentials: a quarter of an hour if
# nobody says less.
_GOOGLE_TRIES = dt.timedelta(minutes=1)
_ERROR_OF_STORE = re.compile(r"(AWS) Error ([A-Z_]+)|(google)::cloud::Status\(([A-Z_]+)")
_WITHOUT_TOKEN = "OAuth2 access token"  # noqa: S105 - what Google says for want of credentials
_PIECE = 4 * 1024 * 1024  # bytes that are copied at once
# Begins the names of files that are still written, which readers of data sets pass over.
_NEW = "_new-"


def opened(address: str) -> tuple[Any, str]:
    """The pyarrow file system of an address, and the path in it. Raises an `OutputError`."""
    remote = split_address(address)
    if remote is None:
        return _file_system(_LOCAL, ""), os.path.abspath(local_path(address))  # noqa: PTH100 - links stay
    scheme, path = remote
    host = path.partition("/")[0]
    if scheme in _OF_PYARROW and not host:
        raise NotWritable(f"{address} names no bucket")
    return _file_system(scheme, host), path.rstrip("/")


@functools.cache
def _file_system(scheme: str, host: str) -> Any:
    try:
        from pyarrow import ArrowInvalid, fs
    except ImportError:
        raise PackageMissing("parquet") from None
    if scheme == _LOCAL:
        return fs.LocalFileSystem()
    if scheme in _GOOGLE:
        return _google()
    if scheme in _OF_PYARROW:
        try:
            return fs.FileSystem.from_uri(f"{scheme}://{host}")[0]
        except (ArrowInvalid, OSError) as error:  # no such bucket, no way to it
            why = reason_of(error) if isinstance(error, OSError) else "no possible name"
            raise NotWritable(f"{scheme}://{host} cannot be opened ({why})") from None
    try:
        import fsspec
    except ImportError:
        raise NotWritable(
            f"{scheme}:// is an address of fsspec, which is not installed; install it with: "
            "pip install fsspec"
        ) from None
    try:
        return fs.PyFileSystem(fs.FSSpecHandler(fsspec.filesystem(scheme)))
    except (ImportError, ValueError) as error:
        raise NotWritable(f"{scheme}:// cannot be opened: {error}") from None


def _google() -> Any:
    from pyarrow import fs

    server = os.environ.get(_GOOGLE_SERVER)
    if not server:
        return fs.GcsFileSystem(retry_time_limit=_GOOGLE_TRIES)
    scheme, _, host = server.rstrip("/").rpartition("://")
    return fs.GcsFileSystem(
        anonymous=True,
        scheme=scheme or "http",
        endpoint_override=host,
        retry_time_limit=_GOOGLE_TRIES,
    )


def below(path: str, top: str) -> str:
    """The path of a file from a folder on, both as file systems give them: with a root or not."""
    return path.lstrip("/")[len(top.strip("/")) :].removeprefix("/")  # one: `a//b` is not `a/b`


def reason_of(error: OSError) -> str:
    """Why a file system refuses, in a few words: of a store's long story, the name of its error."""
    long = str(error)
    if _WITHOUT_TOKEN in long:
        return "no credentials for Google Cloud"
    if match := _ERROR_OF_STORE.search(long):
        return f"AWS error {match[2]}" if match[1] else f"Google Cloud error {match[4]}"
    return error.strerror or type(error).__name__


@contextmanager
def only_os_errors() -> Iterator[None]:
    """Whatever a file system raises, as an `OSError`.

    pyarrow raises a `ValueError` for names that it cannot open (`a//b`), and the libraries behind
    fsspec have errors of their own.
    """
    try:
        yield
    except (OSError, OutputError):
        raise
    except ValueError:
        raise OSError(errno.EINVAL, "a name that pyarrow cannot open") from None
    except Exception as error:  # noqa: BLE001 - of a library that is not known here
        raise OSError(errno.EIO, type(error).__name__) from None


class Place:
    """A folder that a run writes to. Its files appear whole, or not at all."""

    def __init__(self, address: str) -> None:
        """Raises an `OutputError` where there is no such file system."""
        self.address = address
        self._system, self._path = opened(address)

    @only_os_errors()
    def files(self) -> dict[str, int]:
        """The files below the folder by their names in it, with their sizes; none without it."""
        from pyarrow import fs

        there = self._system.get_file_info(self._path)
        if there.type == fs.FileType.File:
            raise NotWritable(f"{self.address} is a file; name a folder")
        selector = fs.FileSelector(self._path, recursive=True, allow_not_found=True)
        return {
            below(each.path, self._path): each.size
            for each in self._system.get_file_info(selector)
            if each.type == fs.FileType.File
        }

    @only_os_errors()
    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises an `OSError`."""
        with self._system.open_input_stream(self._at(name)) as file:
            data: bytes = file.read()
        return data

    @only_os_errors()
    def put(self, name: str, source: Path) -> None:
        """Copy a local file here. Raises an `OSError`.

        Written under another name first: an upload that breaks off may leave a file, too.
        """
        folder, _, own = name.rpartition("/")
        self._make(folder)
        new = self._at(f"{folder}/{_NEW}{secrets.token_hex(8)}-{own}".lstrip("/"))
        with source.open("rb") as file, self._system.open_output_stream(new) as target:
            while piece := file.read(_PIECE):
                target.write(piece)
        if self._system.type_name == "local":
            sync(Path(new))
        self._system.move(new, self._at(name))

    @only_os_errors()
    def remove(self, name: str) -> None:
        """Remove a file that is there. Raises an `OSError`."""
        self._system.delete_file(self._at(name))

    def _make(self, folder: str) -> None:
        if self._system.type_name not in {"s3", "gcs"}:  # where a folder is only part of a name
            self._system.create_dir(self._at(folder) if folder else self._path, recursive=True)

    def _at(self, name: str) -> str:
        return f"{self._path}/{name}"


def is_unfinished(name: str) -> bool:
    """Whether a file of a `Place` was left by a machine that was lost while it wrote it."""
    return name.rpartition("/")[2].startswith(_NEW)
