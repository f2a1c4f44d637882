"""The files of a folder as `sync` finds them; archives are read as folders.

An archive is opened only where it is new, or its size or time is another than that under which its
members are known. Then all its members are read in one go, once to see which of them changed and
once more for those that did.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from imr_extract.batch.archives import SEPARATOR, is_archive
from imr_extract.batch.inputs import Input, Walk
from imr_extract.batch.sync_state import KnownFile

_MARK = os.fsencode(SEPARATOR)


class PresentFile(NamedTuple):
    """A file of the folder, or a member of an archive in it."""

    key: bytes  # its path below the folder
    path: Path
    size: int | None  # of a member, those of its archive
    modified: int | None
    archive: Path | None = None
    sha256: str | None = None  # of a member that was read


def present_files(
    folder: Path, walk: Walk, known: Mapping[bytes, KnownFile] | None
) -> Iterator[PresentFile]:
    """All files, in the order of the walk.

    `known` is what is believed of archives that have not changed; with None each is opened.
    """
    members = _members(known) if known and walk.archives else {}
    above = 0 if str(folder) == "." else len(os.fsencode(folder))  # "." is in no path
    for path, status in walk.below(folder):
        key = os.fsencode(path)[above:].lstrip(b"/")
        size, modified = (status.st_size, status.st_mtime_ns) if status else (None, None)
        if not (walk.archives and is_archive(path)):
            yield PresentFile(key, path, size, modified)
            continue
        here = [each for each in members.get(key, []) if not each.gone]
        if here and all((each.size, each.modified) == (size, modified) for each in here):
            keys = [each.path for each in here]
            for each in sorted(keys, key=lambda each: each[len(key) :]):
                member = Path(os.fsdecode(os.fsencode(path) + each[len(key) :]))
                yield PresentFile(each, member, size, modified, path)
            continue
        for found in walk.unpacked(path):
            inside = os.fsencode(found.path)[len(os.fsencode(path)) :]
            digest = None if found.data is None else hashlib.sha256(found.data).hexdigest()
            yield PresentFile(key + inside, found.path, size, modified, path, digest)


def inputs_of(files: Sequence[PresentFile], walk: Walk) -> Iterator[Input]:
    """The files as inputs; members of an archive come with their bytes."""
    for archive, group in groupby(files, key=lambda each: each.archive):
        paths = {each.path: None for each in group}
        if archive is not None:
            for found in walk.unpacked(archive):
                if found.path in paths:
                    del paths[found.path]
                    yield found
        yield from map(Input, paths)  # of members that are gone by now, reading them tells


def _members(known: Mapping[bytes, KnownFile]) -> Mapping[bytes, list[KnownFile]]:
    """The known files that may be members of archives, by the keys of these."""
    found: dict[bytes, list[KnownFile]] = defaultdict(list)
    for key, each in known.items():
        at = key.find(_MARK)
        while at >= 0:
            found[key[:at]].append(each)
            at = key.find(_MARK, at + 1)
    return found
