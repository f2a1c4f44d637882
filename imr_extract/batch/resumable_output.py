"""An unfinished output file, kept so that a run which is broken off can go on.

Beside the file stands a folder `FILE.partial` with every finished letter as a line of JSON. A
resumed run walks through its inputs again and takes over the records of those whose bytes have not
changed; what it writes is what a run without a break would have written. Errors are tried again:
another limit, or a machine with less to do, may spare them.

A run may be killed between any two steps, so each step leaves a folder that says what it is:

- nothing, or `lock` alone: a run has just begun or ended;
- without `key.json`: nothing worth keeping;
- with it: an unfinished run, with the options and rules that it had;
- with `finished`: only the file that it names has still to be put in its place.

A folder of that name that no run has made, which the lock's content shows, is somebody else's:
nothing in it is read or removed.
"""

import contextlib
import fcntl
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from imr_extract.batch.completed_letters import CompletedLetters
from imr_extract.batch.durable import create, is_own, put_in_place, sync

# What a record depends on beside its letter: an option or a version, and its value as text.
Key = Mapping[str, str]

VERSION = "version of imr-extract"  # the name in a key of what is no option

PARTIAL = ".partial"  # ends the name of the folder
_LINES = "letters.jsonl"
_DONE = "done-{:06d}.jsonl"
_DONE_FILES = "done-*.jsonl"
_WHOLE = "whole"
_KEY = "key.json"
_FINISHED = "finished"
_LOCK = "lock"
_MARK = b"made by imr-extract"  # what the lock holds


class ForeignFolder(Exception):
    """There is a folder or file where a run would keep its letters that no run has made."""


class ResumableOutput:
    """The folder of an unfinished output file; one run at a time may claim it.

    Attributes:
        has_ended: whether all that was left to do was to put a whole file in its place.
    """

    has_ended = False

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(target.name + PARTIAL)
        self.lines = self.folder / _LINES
        self.whole = self.folder / _WHOLE

    def claim(self) -> bool:
        """Make the folder this run's own until `release`; False where it is another run's.

        A run that was killed at its very end is ended first. Raises `ForeignFolder`.
        """
        lock = self.folder / _LOCK
        try:
            self._make_folder()
            self._lock = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
        except FileNotFoundError:  # another run has just ended, and removed the folder
            return False
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Another run may have ended after this one opened its lock: then the file is gone.
            is_ours = os.fstat(self._lock).st_ino == lock.stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            is_ours = False
        if not is_ours:
            os.close(self._lock)
            return False
        os.pwrite(self._lock, _MARK, 0)
        if (self.folder / _FINISHED).exists():
            self._end()
            self.has_ended = True
        return True

    def _make_folder(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir()
        if not is_own(self.folder.lstat(), stat.S_IFDIR):
            raise ForeignFolder
        if not any(self.folder.iterdir()):
            with contextlib.suppress(FileExistsError):
                create(self.folder / _LOCK).close()
        # A link or a pipe in it was put there by somebody else, and a pipe would be waited for.
        if not self._is_marked() or not all(map(_is_file, self.folder.iterdir())):
            raise ForeignFolder

    def _is_marked(self) -> bool:
        """Whether the folder is a run's; an empty lock alone is one that began."""
        lock = self.folder / _LOCK
        try:
            if not is_own(lock.lstat(), stat.S_IFREG):
                return False
            names = {each.name for each in self.folder.iterdir()}
            return lock.read_bytes() == _MARK or (names == {_LOCK} and not lock.stat().st_size)
        except FileNotFoundError:
            return not self.folder.exists()  # another run has just ended

    @property
    def is_unfinished(self) -> bool:
        """Whether there is a run to go on with."""
        return (self.folder / _KEY).exists()

    def differences(self, key: Key) -> list[str]:
        """What the unfinished run had otherwise than `key`: names of the key."""
        try:
            had = msgspec.json.decode((self.folder / _KEY).read_bytes(), type=dict[str, str])
        except msgspec.DecodeError:
            return [VERSION]
        return [name for name, value in key.items() if had.get(name) != value]

    def begin(self, key: Key) -> BinaryIO:
        """Start over; the file for the lines of this run."""
        self.clear()
        lines = self.lines.open("wb")
        self._note(_KEY, msgspec.json.encode(key))
        return lines

    def go_on(self) -> tuple[CompletedLetters, BinaryIO]:
        """What the unfinished run, and those that it went on with, have done; and as `begin`."""
        files = sorted(self.folder.glob(_DONE_FILES), reverse=True)
        if self.lines.exists():
            newest = int(files[0].stem.removeprefix("done-")) if files else 0
            files.insert(0, self.lines.rename(self.folder / _DONE.format(newest + 1)))
        done = CompletedLetters()
        for file in files:  # a later run has taken over what it came to: often that is all
            if not done.add(file):
                file.unlink()
        return done, self.lines.open("wb")

    def new_whole(self) -> Path:
        """Where the file is made that `lines` are put into; nothing of an earlier try is there."""
        self._remove(f"{_WHOLE}*")  # a database may have left its journal
        return self.whole

    def complete(self, whole: Path) -> None:
        """Put `whole`, a file of the folder, in the target's place, and leave nothing else."""
        sync(whole)
        self._note(_FINISHED, whole.name.encode())
        self._end()

    def clear(self) -> None:
        """Remove all that was done, and nothing that is not a run's own."""
        self._remove(_KEY)  # first: without it the rest counts for nothing
        self._remove(_LINES, _DONE_FILES, f"{_WHOLE}*", "*.new")
        self._remove(_FINISHED)  # last: until then there is something to put in its place

    def release(self) -> None:
        """Let others claim the folder. It stays only if it holds finished letters."""
        lines = [*self.folder.glob(_LINES), *self.folder.glob(_DONE_FILES)]
        if not (self.is_unfinished and any(line.stat().st_size for line in lines)):
            self.clear()
            self._remove(_LOCK)
            with contextlib.suppress(OSError):  # somebody's own file is in it
                self.folder.rmdir()
        os.close(self._lock)

    def _remove(self, *patterns: str) -> None:
        for pattern in patterns:
            for each in self.folder.glob(pattern):
                each.unlink()

    def _end(self) -> None:
        name = (self.folder / _FINISHED).read_text()
        whole = self.folder / name
        if name in (_LINES, _WHOLE) and whole.is_file() and not whole.is_symlink():
            put_in_place(whole, self.target)
        self.clear()

    def _note(self, name: str, content: bytes) -> None:
        """Write a file that is there whole or not at all."""
        new = self.folder / f"{name}.new"
        new.unlink(missing_ok=True)  # of a run that was killed
        with create(new) as file:
            file.write(content)
        put_in_place(new, self.folder / name)


def _is_file(path: Path) -> bool:
    """Whether it is a file of one's own; a database keeps a folder beside the file it is making."""
    return path.name.startswith(_WHOLE) or is_own(path.lstat(), stat.S_IFREG)
