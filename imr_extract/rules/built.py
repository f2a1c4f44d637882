"""The built rules: data files decoded, patterns compiled and tables made ahead, all in one file.

To do all that takes as long as fifty letters. So `scripts/build_rules.py` (`make rules`) does it
once, and writes `data/rules.bin`. What it holds is used only where it fits: data files as long as
they are the ones it was made of, tables as long as the modules that make them are, too, patterns
with the version of the `regex` package that compiled them. All else is made when it is needed, and
so is everything where there is no such file.
"""

import copyreg
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
import regex

from imr_extract.rules import data_files

T = TypeVar("T")

FILE = data_files.DATA / "rules.bin"

# What makes the tables, and what they are made of besides the data files of the digest; below the
# package.
_MAKERS = (
    "text/sentences.py",
    "clinical/vocabulary",
    "rules/prefilters.py",
    "data/prefilters.json",
)

_COMPILERS: Any = copyreg.dispatch_table  # by which `pickle` keeps what a class is made of


class BuiltPattern(msgspec.Struct, frozen=True, array_like=True):
    """What `regex` makes of a pattern's source, as it gives it to be pickled."""

    flags: int
    code: bytes
    group_index: dict[str, int]
    index_group: dict[int, str]
    required_offset: int
    required_characters: tuple[int, ...]
    required_flags: int
    groups: int


class BuiltRules(msgspec.Struct, frozen=True, array_like=True):
    """The contents of the file; what it holds is decoded when it is asked for."""

    digest: str  # of the data files
    makers: str  # digest of the modules that make the tables
    regex: str  # version of the package
    files: dict[str, msgspec.Raw]  # path of the data file -> what stands in it
    patterns: dict[str, msgspec.Raw]  # key -> BuiltPattern
    tables: dict[str, msgspec.Raw]  # name -> what is made of the data files


class _State:
    """What a process that writes the file has made for it so far."""

    recorded: BuiltRules | None = None


def record() -> BuiltRules:
    """Look at no file from now on, and keep what is made instead."""
    _State.recorded = _empty(data_files.digest())
    return _State.recorded


def _empty(digest: str) -> BuiltRules:
    return BuiltRules(digest, _makers(), regex.__version__, {}, {}, {})


def _makers() -> str:
    """The digest of the modules that make the tables."""
    hashed = hashlib.sha256()
    package = data_files.DATA.parent
    for maker in _MAKERS:
        path = package / maker
        for module in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            hashed.update(module.read_bytes())
    return hashed.hexdigest()


def fits() -> bool:
    """Whether there is a file, and all that it holds is used."""
    used = _contents()
    return bool(used.files and used.patterns and used.tables)


@cache
def _contents() -> BuiltRules:
    """What of the file is used."""
    try:
        found = msgspec.msgpack.decode(FILE.read_bytes(), type=BuiltRules)
        here = _empty(data_files.digest())
    except (OSError, msgspec.DecodeError):
        return BuiltRules("", "", "", {}, {}, {})
    is_current = found.digest == here.digest
    return msgspec.structs.replace(
        found,
        files=found.files if is_current else {},
        patterns=found.patterns if found.regex == here.regex else {},
        tables=found.tables if is_current and found.makers == here.makers else {},
    )


def file(path: str) -> msgspec.Raw | None:
    """What stands in a data file, in MessagePack; None where the file itself must be read."""
    return None if _State.recorded else _contents().files.get(path)


def table(name: str, kind: type[T], make: Callable[[], T]) -> T:
    """What `make`, a function of a module of `_MAKERS`, makes of the data files."""
    if _State.recorded is not None:
        made = make()
        _State.recorded.tables[name] = packed(made)
        return made
    kept = _contents().tables.get(name)
    return make() if kept is None else msgspec.msgpack.decode(kept, type=kind)


def pattern(source: str, flags: int) -> "regex.Pattern[str]":
    """The pattern of this source."""
    if _State.recorded is not None:
        made = regex.compile(source, flags)
        if (parts := taken_apart(made)) is not None:
            _State.recorded.patterns[key_of(source, flags)] = packed(parts)
        return made
    kept = _contents().patterns.get(key_of(source, flags))
    if kept is None:
        return regex.compile(source, flags)
    return restored(source, msgspec.msgpack.decode(kept, type=BuiltPattern))


def key_of(source: str, flags: int) -> str:
    """The key of a pattern in the file."""
    return hashlib.sha256(f"{flags} {source}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def packed(value: object) -> msgspec.Raw:
    """The value as it stands in the file."""
    return msgspec.Raw(msgspec.msgpack.encode(value))


def taken_apart(pattern: "regex.Pattern[str]") -> BuiltPattern | None:
    """What the file keeps of a pattern; None for one with lists that have names."""
    _, (_, flags, code, groups, names, lists, _, *rest) = _COMPILERS[regex.Pattern](pattern)
    return None if lists else BuiltPattern(flags, bytes(code), groups, names, *rest)


def restored(source: str, built: BuiltPattern) -> "regex.Pattern[str]":
    """The pattern of which `built` is kept."""
    compiled: regex.Pattern[str] = _compiler()(
        source,
        built.flags,
        built.code,
        built.group_index,
        built.index_group,
        {},
        [],
        built.required_offset,
        built.required_characters,
        built.required_flags,
        built.groups,
    )
    return compiled


@cache
def _compiler() -> Any:
    """The function that makes a pattern of its parts."""
    return _COMPILERS[regex.Pattern](regex.compile(""))[0]
