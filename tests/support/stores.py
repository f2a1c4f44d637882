"""Servers on this machine that speak as S3 and as Google Cloud Storage do, and what is in them."""

import contextlib
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from processes import FOR_EVER

_HOST = "127.0.0.1"
_OWN = Path(sys.prefix) / "stores" / "bin"  # as the Makefile installs them
_COMMANDS = {
    "s3": ("moto_server", "-H", _HOST, "-p{port}"),
    "gs": ("gcp-storage-emulator", "start", f"--host={_HOST}", "--port={port}", "--in-memory"),
}
SCHEMES = tuple(_COMMANDS)
# A key that is not asked for, since the server does not say where any is to be had.
_KEY = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


class Store(NamedTuple):
    """A server that runs, and an empty bucket of it."""

    scheme: str
    port: int
    system: Any  # a pyarrow file system
    bucket: str

    @property
    def address(self) -> str:
        """The address of the bucket."""
        return f"{self.scheme}://{self.bucket}"

    @property
    def environment(self) -> dict[str, str]:
        """With which the command finds the server."""
        server = f"http://{_HOST}:{self.port}"
        if self.scheme == "gs":
            return {"STORAGE_EMULATOR_HOST": server}
        return {**_KEY, "AWS_ENDPOINT_URL": server}

    def put(self, name: str, data: bytes) -> None:
        """Put an object into the bucket."""
        with self.system.open_output_stream(f"{self.bucket}/{name}") as file:
            file.write(data)

    def send(self, path: str, data: bytes, method: str) -> None:
        """Send something to the server that no file system would."""
        url = f"http://{_HOST}:{self.port}/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "text/plain"}, method=method)
        with urllib.request.urlopen(request, timeout=FOR_EVER):  # noqa: S310
            pass

    def tree(self, folder: str) -> dict[str, bytes]:
        """The objects below a folder by their names in it, without the markers of folders."""
        from pyarrow import fs

        top = f"{self.bucket}/{folder}"
        found = self.system.get_file_info(
            fs.FileSelector(top, recursive=True, allow_not_found=True)
        )
        return {
            each.path.removeprefix(f"{top}/"): self._read(each.path)
            for each in found
            if each.type == fs.FileType.File
        }

    def remove(self, name: str) -> None:
        """Remove an object."""
        self.system.delete_file(f"{self.bucket}/{name}")

    def _read(self, path: str) -> bytes:
        with self.system.open_input_stream(path) as file:
            data: bytes = file.read()
        return data


@contextlib.contextmanager
def serving(scheme: str) -> Iterator[int]:
    """The port of a server, which runs as long as the body; skips the test where it is missing."""
    program, *arguments = _COMMANDS[scheme]
    found = shutil.which(program, path=_OWN)  # another version may stand elsewhere
    if found is None:
        pytest.skip(f"{program} is not installed: make test-cluster installs it")
    port = _free_port()
    command = [found, *(each.format(port=port) for each in arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield port
        finally:
            process.kill()


def bucket_of(scheme: str, port: int) -> Store:
    """A new bucket of the server."""
    from pyarrow import fs

    endpoint = f"{_HOST}:{port}"
    system = (
        fs.GcsFileSystem(
            anonymous=True, endpoint_override=endpoint, scheme="http", project_id="test"
        )
        if scheme == "gs"
        else fs.S3FileSystem(
            access_key=_KEY["AWS_ACCESS_KEY_ID"],
            secret_key=_KEY["AWS_SECRET_ACCESS_KEY"],
            region=_KEY["AWS_REGION"],
            endpoint_override=endpoint,
            scheme="http",
            allow_bucket_creation=True,
        )
    )
    name = f"bucket-{secrets.token_hex(4)}"
    system.create_dir(name)
    return Store(scheme, port, system, name)


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind((_HOST, 0))
        port: int = any_port.getsockname()[1]
    return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + FOR_EVER
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        with contextlib.suppress(OSError), socket.create_connection((_HOST, port)):
            return
        time.sleep(0.1)
    raise AssertionError("waited for ever")
