"""Inputs: which letters a command line names, and their bytes."""

import hashlib
import heapq
import json
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase, translate
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, TypeVar

from imr_extract.batch.archives import SEPARATOR, BadArchive, is_archive, read_all
from imr_extract.batch.shards import Shard
from imr_extract.limits import DEFAULT_LIMITS, Limits

STDIN = "-"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # which editors of Windows put before a list
_BLOCK = 64 * 1024  # bytes of a list that are read at once
_LONGEST_SHOWN = 1000  # characters of a path in a message

# Files that editors and file managers leave beside the real ones.
_EDITOR_FILES = ("*~", "#*#", "*.swp", "*.swo", "*.bak", "*.tmp", "Thumbs.db", "desktop.ini")
_EDITORS = re.compile("|".join(map(translate, _EDITOR_FILES)))
# The folders in which a run of this program keeps what it has done so far.
_UNFINISHED = ".partial"


class Input(NamedTuple):
    """One letter to read; the path "-" is standard input, `a.zip!b.pdf` is in an archive."""

    path: Path
    data: bytes | None = None  # of a member of an archive, which is read in one go

    @classmethod
    def of(cls, path: bytes) -> "Input":
        """The input at a path given as the bytes that the system knows it by."""
        return cls(Path(os.fsdecode(path)))

    @property
    def name(self) -> str:
        r"""The file's name without its folder, as valid Unicode: other bytes become `\xNN`."""
        archive, mark, member = self.path.name.rpartition(SEPARATOR)
        name = member if mark and member and is_archive(Path(archive)) else self.path.name
        return os.fsencode(name).decode("utf-8", "backslashreplace")

    @property
    def shown(self) -> str:
        """The path for messages: one line, whatever characters it holds."""
        return shown(os.fsencode(self.path))

    @property
    def only_here(self) -> bool:
        """Whether only this process can read it: standard input, or a pipe of the shell's."""
        if str(self.path) == STDIN:
            return True
        try:
            mode = self.path.stat().st_mode
        except (OSError, ValueError):  # a NUL byte in a path from a list
            return False
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def shown(path: bytes) -> str:
    """A path for messages: one line, whatever characters it holds."""
    text = path.decode("utf-8", "backslashreplace")
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}..."


def is_folder(path: Path) -> bool:
    """Whether this is a folder; where the system cannot say, reading it reports why."""
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder above that may not be entered
        return False


_Found = tuple[Path, os.stat_result | None]
_Place = tuple[int, int]  # device and inode: what two paths to one file have in common


class Walk:
    """Goes through paths and the folders below them.

    Attributes:
        archives: whether archives inside folders are gone through.
        skipped: how many files inside folders were passed over so far: hidden ones, editors' files,
            links, pipes and devices, and what a run of this program writes.
        links: how many of these were links, which `follow` goes through.
        unreadable: folders whose files cannot be listed.
    """

    def __init__(
        self,
        *,
        globs: tuple[str, ...] = (),
        follow: bool = False,
        own: tuple[Path, ...] = (),
        archives: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        shard: Shard | None = None,
    ) -> None:
        """`globs` choose files inside folders by name, or by path below it where they have a "/".

        `follow` goes through links inside folders, too; a loop of them ends where it meets itself.
        `own` are the files that this run writes. Archives that are named are gone through, and with
        `archives` those inside folders; `limits` hold for their members. Only what is in `shard`
        is given.
        """
        self.archives = archives
        self._limits = limits
        self._globs = globs
        self._follow = follow
        self._own = own
        self._shard = shard
        self.skipped = 0
        self.links = 0
        self.unreadable: list[Path] = []

    def below(self, folder: Path) -> Iterator[tuple[Path, os.stat_result | None]]:
        """All files below a folder that `expand` gives, with what the system knows of each.

        None where it cannot be known; `unreadable` has the folders whose files are missing.
        """
        return (
            (path, status) for path, status in self._walk(folder) if path not in self.unreadable
        )

    def expand(self, paths: Iterable[Path]) -> Iterator[Input]:
        """The inputs that `paths` name: files as they are, folders with all files below them.

        Inside a folder the order is that of the names' bytes. A path that does not exist is an
        input, too: reading it reports the error.
        """
        for path in paths:
            if str(path) == STDIN or not is_folder(path):
                yield from (each for each in self.unpacked(path) if self._has(each.path))
                continue
            for found, _ in self._walk(path):
                inside = self.unpacked(found) if self.archives else (Input(found),)
                yield from (each for each in inside if self._has(each.path, below=path))

    def _has(self, path: Path, below: Path | None = None) -> bool:
        """Whether the shard has an input that was named, or found below a folder."""
        return self._shard is None or self._shard.has(path.relative_to(below) if below else path)

    def unpacked(self, path: Path) -> Iterator[Input]:
        """The letters of an archive; any other file as it is."""
        if not is_archive(path) or not path.is_file():
            yield Input(path)
            return
        try:
            for name, data in read_all(path, self._limits):
                member = Path(f"{path}{SEPARATOR}{name}")
                if any(map(is_left_behind, Path(name).parts)) or not self._is_chosen_member(name):
                    self.skipped += 1
                else:
                    yield Input(member, data)
        except BadArchive:
            yield Input(Path(f"{path}{SEPARATOR}"))  # reading it reports why

    def _is_chosen_member(self, name: str) -> bool:
        path = Path(name)
        return not self._globs or any(
            fnmatchcase(name if "/" in glob else path.name, glob) for glob in self._globs
        )

    def _walk(self, top: Path) -> Iterator[_Found]:
        """All files below a folder. Without recursion, for folders may be a thousand deep."""
        open_folders = [self._entries(top, frozenset())]
        while open_folders:
            found = next(open_folders[-1], None)
            if found is None:
                open_folders.pop()
                continue
            path, status, above = found
            if above is not None:
                open_folders.append(self._entries(path, above))
            elif path is top or self._is_chosen(path, top):  # top itself cannot be read
                yield path, status

    def _entries(
        self, folder: Path, above: frozenset[_Place]
    ) -> Iterator[tuple[Path, os.stat_result | None, frozenset[_Place] | None]]:
        """The files of a folder, and its folders, these with the places that they are below."""
        try:
            inside = above | {_place(folder.stat())}
            # As bytes, which take the least memory: 60 a name for as long as the folder is read.
            names = sorted(os.listdir(os.fsencode(folder)))  # noqa: PTH208
        except OSError:
            self.unreadable.append(folder)
            yield folder, None, None  # reading it reports why
            return
        passed_over = inside | {_place(each.stat()) for each in self._own if each.exists()}
        for name in names:
            text = os.fsdecode(name)
            path = folder / text
            try:
                status = path.stat(follow_symlinks=self._follow)
            except OSError:
                status = None  # gone, or a link to nothing: reading it reports that
            if is_left_behind(text) or (
                status is not None and _is_no_letter(path, status, passed_over)
            ):
                self.skipped += 1
                self.links += status is not None and stat.S_ISLNK(status.st_mode)
            elif status is not None and stat.S_ISDIR(status.st_mode):
                yield path, status, inside
            else:
                yield path, status, None

    def _is_chosen(self, path: Path, top: Path) -> bool:
        if not self._globs:
            return True
        if self.archives and is_archive(path):
            return True  # its members are chosen
        below = path.relative_to(top).as_posix()
        return any(fnmatchcase(below if "/" in glob else path.name, glob) for glob in self._globs)


def _place(status: os.stat_result) -> _Place:
    return status.st_dev, status.st_ino


def is_left_behind(name: str) -> bool:
    """Whether a file is hidden, or an editor's."""
    return name.startswith(".") or _EDITORS.fullmatch(name) is not None


def _is_no_letter(path: Path, status: os.stat_result, unused_mentions: frozenset[_Place]) -> bool:
    """Whether nobody can mean this: a link, a pipe, a device, what a run of this program writes.

    Reading a pipe would wait for whoever may never write to it.
    """
    if stat.S_ISDIR(status.st_mode):
        return path.name.endswith(_UNFINISHED) or _place(status) in unused_mentions
    return not stat.S_ISREG(status.st_mode) or _place(status) in unused_mentions


def file_named(name: str) -> str:
    """The whole path of "./-", which as a path is no other than "-", standard input."""
    is_dash = name.endswith("/-") and os.path.normpath(name) == STDIN
    return str(Path.cwd() / STDIN) if is_dash else name


def listed(file: BinaryIO, separator: bytes) -> Iterator[str]:
    """The paths of a list: one a line, or ended by NUL bytes. Closes the file at its end.

    A line that is an error object of `--errors-to` gives the path that it is about.
    """
    with file:
        if separator == b"\n":
            for number, line in enumerate(file):
                item = line.rstrip(b"\r\n")
                item = item.removeprefix(_BYTE_ORDER_MARK) if number == 0 else item
                if item:
                    yield file_named(_path_of_error(item) or os.fsdecode(item))
            return
        rest = b""
        while block := file.read(_BLOCK):
            *items, rest = (rest + block).split(separator)
            yield from (file_named(os.fsdecode(item)) for item in items if item)
        if rest:
            yield file_named(os.fsdecode(rest))


def _path_of_error(line: bytes) -> str | None:
    """The path in an error object; None for all else: a file may be called "{" as well."""
    if not line.startswith(b"{"):
        return None
    try:
        stated = json.loads(line)
    except (ValueError, RecursionError):
        return None
    path = stated.get("path")
    if not isinstance(path, str) or not path:
        return None
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # a lone surrogate that stands for no byte
        return None
    return path


class HasPath(Protocol):
    """What a path leads to."""

    @property
    def path(self) -> str | os.PathLike[str]:
        """The path."""


_Chosen = TypeVar("_Chosen", bound=HasPath)


def choose(
    inputs: Iterable[_Chosen], *, limit: int | None, sample: int | None, seed: int
) -> Iterator[_Chosen]:
    """The first `limit` inputs of a random `sample` of all, in their order; None means all.

    The sample depends on `seed` and the inputs' paths only: the same letters every time.
    """
    if sample is not None:
        key = str(seed).encode() + b"\0"
        ranked = (
            (hashlib.sha256(key + os.fsencode(each.path)).digest(), number, each)
            for number, each in enumerate(inputs)
        )
        chosen = heapq.nsmallest(sample, ranked)
        inputs = (each for _, _, each in sorted(chosen, key=lambda ranked: ranked[1]))
    return islice(inputs, None if limit is None else min(limit, sys.maxsize))
